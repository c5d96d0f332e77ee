// What is on paper and not on the screen: whose policy it is, and the first differences in words.

import { useEffect, useState } from "preact/hooks";
import { engine } from "../state/session.ts";
import { store, useStore } from "../state/store.ts";
import { useWords } from "../state/words.ts";
import type { RowView } from "../worker/protocol.ts";
import { effectBefore } from "./rows.tsx";
import { nameOf } from "./names.ts";

/** As many as fit beside the picture. */
const SHOWN = 24;

export function Paper() {
  const { m, f, because } = useWords();
  const run = useStore((state) => state.current);
  const difference = useStore((state) => state.difference);
  const [rows, setRows] = useState<RowView[]>([]);
  useEffect(() => {
    if (difference === null) return;
    let isStale = false;
    engine.ask("rows", { slot: "current", rows: [...difference.rows.slice(0, SHOWN)] }).then(
      (views) => { if (!isStale) setRows(views); },
      () => undefined,
    );
    return () => { isStale = true; };
  }, [difference]);
  if (run === null || difference === null || difference.rows.length === 0) return null;
  const { before } = store.state;
  const effect = (view: RowView) => effectBefore(difference, before, view.row);
  return (
    <section class="paper">
      <h2>{m.change.actions(difference.rows.length, f)}</h2>
      <table>
        <tbody>
          {rows.map((view) => {
            const was = effect(view);
            return (
              <tr key={view.row}>
                <td>{f.stamp(view.at, run.span)}</td>
                <td>{nameOf(run, view.agent)}</td>
                <td><code>{view.type}</code></td>
                <td>{was === null ? "" : m.effects[was]}</td>
                <td><b>{view.effect === null ? "" : m.effects[view.effect]}</b></td>
                <td>{view.reasons.filter((reason) => reason.effect === view.effect).map(because).join(" ")}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {difference.rows.length > rows.length && <p>{m.compare.more(f.number(difference.rows.length - rows.length))}</p>}
    </section>
  );
}
