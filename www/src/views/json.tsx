// The policy as text. The editor is large, and comes when somebody opens it for the first time.

import { useEffect, useRef, useState } from "preact/hooks";
import type { PolicyEditor } from "../editor/editor.ts";
import { editPolicy, redo, undo } from "../state/session.ts";
import { store, useStore } from "../state/store.ts";
import { useWords } from "../state/words.ts";
import { PlainJson } from "./plain-json.tsx";

export function Json() {
  const { m } = useWords();
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<PolicyEditor | null>(null);
  const [isThere, setIsThere] = useState(false);
  const [isFailed, setIsFailed] = useState(false);
  const policy = useStore((state) => state.document.policy);
  const checked = useStore((state) => state.checked);
  const jump = useStore((state) => state.jump);
  useEffect(() => {
    let isGone = false;
    void import("../editor/editor.ts").then(({ PolicyEditor }) => {
      if (isGone || place.current === null) return;
      editor.current = new PolicyEditor(place.current, store.state.document.policy, m.panel.json, { onEdit: (text) => editPolicy(text), history: { undo, redo } });
      setIsThere(true);
    }).catch(() => setIsFailed(true));
    return () => {
      isGone = true;
      editor.current?.destroy();
      editor.current = null;
    };
  }, []);
  // What is in the store by now: more may have been typed since this was drawn.
  useEffect(() => editor.current?.show(store.state.document.policy), [policy, isThere]);
  useEffect(() => editor.current?.mark(checked), [checked, isThere]);
  useEffect(() => {
    if (jump !== null && performance.now() - jump.time < 5000) editor.current?.goTo(jump.path);
  }, [jump, isThere]);
  if (isFailed) return <PlainJson label={m.panel.json} text={policy} onEdit={(text) => editPolicy(text)} />;
  return <div class="editor" ref={place} dir="ltr" lang="en" />;
}
