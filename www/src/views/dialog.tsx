// The frame of whatever stands before everything else.

import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { useWords } from "../state/words.ts";

export function Dialog({ title, close, children }: { title: string; close: () => void; children: ComponentChildren }) {
  const { m } = useWords();
  const id = useId();
  const reference = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = reference.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog ref={reference} aria-labelledby={id} onClose={close} onCancel={close}>
      <h2 id={id}>{title}</h2>
      {children}
      <div class="buttons"><button type="button" class="primary" onClick={close}>{m.foreign.close}</button></div>
    </dialog>
  );
}
