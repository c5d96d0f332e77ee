// The frame of whatever stands before everything else.

import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { useWords } from "../state/words.ts";

interface DialogProps {
  title: string;
  close: () => void;
  closeWords?: string;
  /** What can be done instead of closing it. */
  act?: [words: string, run: () => void];
  children: ComponentChildren;
}

export function Dialog({ title, close, closeWords, act, children }: DialogProps) {
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
      <div class="buttons">
        {act !== undefined && <button type="button" id="dialog-act" onClick={act[1]}>{act[0]}</button>}
        <button type="button" class="primary" onClick={close}>{closeWords ?? m.foreign.close}</button>
      </div>
    </dialog>
  );
}
