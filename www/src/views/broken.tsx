// Lines that could not be read: counted, and shown.

import { useStore } from "../state/store.ts";
import { useWords } from "../state/words.ts";

export function Broken() {
  const { m, f } = useWords();
  const run = useStore((state) => state.current);
  if (run === null || run.brokenCount === 0) return null;
  return (
    <details class="broken" id="broken">
      <summary>{(run.unread === run.brokenCount ? m.day.broken : m.day.refused)(run.brokenCount, f)}</summary>
      <ul>
        {run.broken.map(({ line, message }) => (
          <li key={`${line}${message}`}>
            <b>{line === 0 ? m.table.inserted : m.day.line(f.number(line))}</b> <span lang="en" dir="ltr">{message}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
