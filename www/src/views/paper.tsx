// What is on paper and not on the screen: which log and which policy it is of, the settings that were changed, and the first differences in words.

import { useEffect, useState } from "preact/hooks";
import { engine } from "../state/session.ts";
import { store, useStore } from "../state/store.ts";
import { useWords } from "../state/words.ts";
import type { RowView, RunResult } from "../worker/protocol.ts";
import { changedSettings } from "./changed.ts";
import { nameOf } from "./names.ts";
import { effectBefore } from "./rows.tsx";

/** As many as fit beside the picture. */
const SHOWN = 24;

export function Paper() {
  const run = useStore((state) => state.current);
  const before = useStore((state) => state.before);
  if (run === null) return null;
  return (
    <section class="paper">
      <Source run={run} />
      {before !== null && <Settings before={before} run={run} />}
      <Differences run={run} />
    </section>
  );
}

function Source({ run }: { run: RunResult }) {
  const { m, f } = useWords();
  const { day, dayId, dayName } = store.state;
  const name = dayId === null ? dayName : (m.day.names[dayId] ?? dayId);
  return <p>{m.paper.log}: <bdi>{name}</bdi>{m.comma}{m.paper.records(day?.records ?? 0, f)} · {m.paper.policy}: <code>{run.policyDigest}</code></p>;
}

function Settings({ before, run }: { before: RunResult; run: RunResult }) {
  const { m } = useWords();
  const changed = changedSettings(before.document, run.document);
  if (changed.length === 0) return null;
  return (
    <>
      <h2>{m.paper.settings}</h2>
      <ul>
        {changed.map(({ path, before: was, after }) => <li key={path} dir="ltr"><code>{path}</code>: {was} → <b>{after}</b></li>)}
      </ul>
    </>
  );
}

function Differences({ run }: { run: RunResult }) {
  const { m, f, because } = useWords();
  const difference = useStore((state) => state.difference);
  const [rows, setRows] = useState<RowView[]>([]);
  useEffect(() => {
    if (run === null || difference === null) return;
    let isStale = false;
    engine.ask("rows", { run: run.id, rows: [...difference.rows.slice(0, SHOWN)] }).then(
      (views) => { if (!isStale) setRows(views); },
      () => undefined,
    );
    return () => { isStale = true; };
  }, [difference]);
  if (difference === null || difference.rows.length === 0) return null;
  return (
    <>
      <h2>{m.change.actions(difference.rows.length, f)}</h2>
      <table>
        <tbody>
          {rows.map((view) => {
            const was = effectBefore(difference, store.state.before, view.row);
            return (
              <tr key={view.row}>
                <td>{f.stamp(view.at, run.span)}</td>
                <td>{nameOf(run, view.agent)}</td>
                <td><code>{view.type}</code></td>
                <td>{was === null ? "" : m.effects[was]}</td>
                <td><b>{view.effect === null ? "" : m.effects[view.effect]}</b></td>
                <td>{view.reasons.filter((reason) => reason.effect === view.effect).map((reason) => because(reason, view.effect)).join(" ")}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {difference.rows.length > rows.length && <p>{m.compare.more(f.number(difference.rows.length - rows.length))}</p>}
    </>
  );
}
