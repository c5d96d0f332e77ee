// What stands before everything else: a file that is no log, a fault, an audit chain that was checked.

import { useEffect } from "preact/hooks";
import { editPolicy, undo } from "../state/session.ts";
import { keepThis } from "../state/keep.ts";
import { openFormer, openOther } from "../state/start.ts";
import { type Offer, store, useStore } from "../state/store.ts";
import { useWords, type Words } from "../state/words.ts";
import { AuditDialog } from "./audit.tsx";
import { Dialog } from "./dialog.tsx";

export function Dialogs() {
  const audit = useStore((state) => state.audit);
  return (
    <>
      <Foreign />
      <FaultDialog />
      <Offers />
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
      {fault.code === "network" && <p>{m.fault.network}</p>}
      {fault.code === "internal" && <p>{m.fault.internal}</p>}
      <p lang="en" dir="ltr"><code>{fault.message}</code></p>
    </Dialog>
  );
}

/** It stays until somebody answers: what it speaks of would else be lost in silence. */
function Offers() {
  const words = useWords();
  const offer = useStore((state) => state.offer);
  if (offer === null) return null;
  const { said, choices } = spoken(offer, words);
  const close = () => store.set({ offer: null });
  return (
    <div class="offer" role="alert">
      <p>{said}</p>
      {choices.map(([name, act]) => <button key={name} type="button" onClick={() => { close(); act(); }}>{name}</button>)}
      {offer.what !== "otherTab" && <button type="button" class="plain" onClick={close}>{words.m.offer.close}</button>}
    </div>
  );
}

type Choice = [name: string, act: () => void];

function spoken(offer: Offer, { m: { offer: m, header }, f }: Words): { said: string; choices: Choice[] } {
  if (offer.what === "otherTab") return { said: m.otherTab, choices: [[m.openOther, () => void openOther()], [m.keepThis, keepThis]] };
  if (offer.what === "lost") return { said: m.lost(offer.lines, f), choices: [[header.undo, undo]] };
  const { policy, isKept } = offer;
  const keep: Choice = [m.keepPolicy, () => editPolicy(policy, "")];
  return isKept ? { said: m.leftKept, choices: [keep, [m.goBack, () => void openFormer()]] } : { said: m.left, choices: [keep] };
}

function Notice() {
  const notice = useStore((state) => state.notice);
  useEffect(() => {
    if (notice === null) return;
    // What is longer takes longer to read.
    const timer = setTimeout(() => store.set({ notice: null }), 4000 + 60 * notice.length);
    return () => clearTimeout(timer);
  }, [notice]);
  return <div class="notice" role="status" aria-live="polite">{notice !== null && <p>{notice}</p>}</div>;
}
