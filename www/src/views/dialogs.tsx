// What stands before everything else: a file that is no log, a fault, an audit chain that was checked.

import { useEffect } from "preact/hooks";
import { store, useStore } from "../state/store.ts";
import { useWords } from "../state/words.ts";
import { AuditDialog } from "./audit.tsx";
import { Dialog } from "./dialog.tsx";

export function Dialogs() {
  const audit = useStore((state) => state.audit);
  return (
    <>
      <Foreign />
      <FaultDialog />
      <Notice />
      {audit !== null && <AuditDialog file={audit} />}
    </>
  );
}

const EXAMPLE = '{"at": "2026-05-12T09:00:00+03:00", "id": "a1", "type": "send_message", "agent": "sales", "args": {"body": "Hello"}}';

function Foreign() {
  const { m, f } = useWords();
  const foreign = useStore((state) => state.foreign);
  if (foreign === null) return null;
  return (
    <Dialog title={m.foreign.title(foreign.name)} close={() => store.set({ foreign: null })}>
      <p>{m.foreign[foreign.foreign]}</p>
      {foreign.fields.length > 0 && <p>{m.foreign.found(f.list(foreign.fields.slice(0, 12)))}</p>}
      {foreign.sample !== "" && foreign.foreign !== "binary" && (
        <>
          <p>{m.foreign.begins}</p>
          <pre dir="ltr" tabIndex={0}>{foreign.sample}</pre>
        </>
      )}
      <p>{m.foreign.wanted}</p>
      <pre dir="ltr" tabIndex={0}>{EXAMPLE}</pre>
    </Dialog>
  );
}

function FaultDialog() {
  const { m } = useWords();
  const fault = useStore((state) => state.fault);
  if (fault === null) return null;
  return (
    <Dialog title={m.fault.title} close={() => store.set({ fault: null })}>
      {fault.code === "worker" && <p>{m.fault.cannotStart}</p>}
      {fault.code === "worker_died" && <p>{m.fault.died}</p>}
      {fault.code === "internal" && <p>{m.fault.internal}</p>}
      <p lang="en" dir="ltr"><code>{fault.message}</code></p>
    </Dialog>
  );
}

function Notice() {
  const notice = useStore((state) => state.notice);
  useEffect(() => {
    if (notice === null) return;
    const timer = setTimeout(() => store.set({ notice: null }), 6000);
    return () => clearTimeout(timer);
  }, [notice]);
  return <div class="notice" role="status" aria-live="polite">{notice !== null && <p>{notice}</p>}</div>;
}
