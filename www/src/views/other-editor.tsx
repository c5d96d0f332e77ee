// B as text, to be changed in place.

import { useEffect, useRef, useState } from "preact/hooks";
import type { PolicyEditor } from "../editor/editor.ts";
import { compareWith } from "../state/compare.ts";
import { store, useStore } from "../state/store.ts";
import { useWords } from "../state/words.ts";
import { PlainJson } from "./plain-json.tsx";

const SETTLE_MILLISECONDS = 250;

export function OtherEditor() {
  const { m } = useWords();
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<PolicyEditor | null>(null);
  const checked = useStore((state) => state.otherChecked);
  const other = useStore((state) => state.other);
  const [isFailed, setIsFailed] = useState(false);
  useEffect(() => {
    let isGone = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onEdit = (text: string) => {
      clearTimeout(timer);
      timer = setTimeout(() => void compareWith(text, store.state.otherName), SETTLE_MILLISECONDS);
    };
    void import("../editor/editor.ts").then(({ PolicyEditor }) => {
      if (isGone || place.current === null) return;
      editor.current = new PolicyEditor(place.current, store.state.other ?? "", m.compare.edit, { onEdit });
    }).catch(() => setIsFailed(true));
    return () => {
      isGone = true;
      clearTimeout(timer);
      editor.current?.destroy();
    };
  }, []);
  useEffect(() => editor.current?.mark(checked), [checked]);
  if (isFailed) return <PlainJson label={m.compare.edit} text={other ?? ""} onEdit={(text) => void compareWith(text, store.state.otherName)} />;
  return <div class="editor other" ref={place} dir="ltr" lang="en" />;
}
