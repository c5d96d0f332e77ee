// An audit file that was dropped: whether its chain is whole.

import type { AuditHead } from "agent-interlock";
import { useEffect, useState } from "preact/hooks";
import { isCancelled } from "../state/engine.ts";
import { engine, showFault, withTask } from "../state/session.ts";
import { store } from "../state/store.ts";
import { useWords } from "../state/words.ts";
import type { Verified } from "../worker/protocol.ts";
import { Dialog } from "./dialog.tsx";

export function AuditDialog({ file }: { file: Blob }) {
  const { m, f } = useWords();
  const [verified, setVerified] = useState<Verified | null>(null);
  const [text, setText] = useState("");
  const [head, setHead] = useState<AuditHead | null>(null);
  useEffect(() => {
    let isStale = false;
    withTask("verify", (options) => engine.ask("verify", { file, head }, options)).then(
      (answer) => { if (!isStale) setVerified(answer); },
      (error: unknown) => { if (!isCancelled(error)) showFault(error); },
    );
    return () => { isStale = true; };
  }, [file, head]);
  const written = readHead(text);
  return (
    <Dialog title={m.verify.title} close={() => store.set({ audit: null })}>
      {verified === null ? <p>{m.verify.working}</p> : <Verdict verified={verified} hasHead={head !== null} />}
      <form class="add" onSubmit={(event) => { event.preventDefault(); if (written !== null) setHead(written); }}>
        <input type="text" id="audit-head" dir="ltr" spellcheck={false} placeholder={m.verify.head} aria-label={m.verify.head} value={text} onInput={({ currentTarget }) => setText(currentTarget.value)} />
        <button type="submit" disabled={written === null}>{m.verify.check}</button>
      </form>
      {verified?.last != null && <p class="small" dir="ltr"><code>{verified.last.seq}:{verified.last.hash}</code> ({f.number(verified.entries)})</p>}
    </Dialog>
  );
}

function Verdict({ verified: { entries, verdict }, hasHead }: { verified: Verified; hasHead: boolean }) {
  const { m, f } = useWords();
  if (!verdict.valid) return <p class="problem" role="alert" id="audit-verdict">{m.verify.broken(f.number(verdict.brokenAt), m.verify.reasons[verdict.reason] ?? verdict.reason)}</p>;
  return (
    <p role="status" id="audit-verdict">
      <b>{m.verify.valid(entries, f)}</b> {!hasHead && m.verify.noHead}
    </p>
  );
}

/** `SEQ:HASH`, as the command line writes it. */
function readHead(text: string): AuditHead | null {
  const [, seq, hash] = /^\s*(\d{1,15}):([0-9a-f]{64})\s*$/.exec(text) ?? [];
  return seq === undefined || hash === undefined ? null : { seq: Number(seq), hash };
}
