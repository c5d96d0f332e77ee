// What the worker is at, where it takes long enough to be seen.

import { useEffect, useState } from "preact/hooks";
import { useStore } from "../state/store.ts";
import { useWords } from "../state/words.ts";

const PATIENCE_MILLISECONDS = 250;

export function Task() {
  const { m, f } = useWords();
  const task = useStore((state) => state.task);
  const [isLong, setIsLong] = useState(false);
  const isThere = task !== null;
  useEffect(() => {
    if (!isThere) {
      setIsLong(false);
      return;
    }
    const timer = setTimeout(() => setIsLong(true), PATIENCE_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [isThere]);
  if (task === null || !isLong) return null;
  const words = { load: m.day.loading, run: m.day.working, compare: m.day.working, export: m.save.working, verify: m.verify.working }[task.what];
  return (
    <div class="task" id="task">
      <span role="status">{words}</span>
      <progress value={task.done} max={1} aria-label={words}>{f.percent(task.done)}</progress>
      <span class="numbers">{f.percent(task.done)}</span>
      <button type="button" onClick={task.cancel}>{m.day.cancel}</button>
    </div>
  );
}
