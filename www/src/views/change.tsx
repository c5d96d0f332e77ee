// What an edit did: the difference against the baseline in a sentence.

import { Icon } from "../parts/icons.tsx";
import { jumpToFault } from "../state/jump.ts";
import { edit, pinBaseline, setQuery } from "../state/session.ts";
import { store, useStore } from "../state/store.ts";
import { useWords, type Words } from "../state/words.ts";
import { EFFECTS, type LockSpan, type RunResult } from "../worker/protocol.ts";
import { nameOf } from "./names.ts";

export function Change() {
  const { m, f } = useWords();
  const words = useWords();
  const run = useStore((state) => state.current);
  const before = useStore((state) => state.before);
  const difference = useStore((state) => state.difference);
  const changedOnly = useStore((state) => state.query.changedOnly);
  const isEdited = useStore((state) => state.document !== state.baseline);
  const isValid = useStore((state) => state.checked?.ok === true);
  const isInvalid = useStore((state) => state.checked?.ok === false);
  if (run === null || before === null || difference === null) return <div class="change" />;
  const sentences = changesOf(before, run, words);
  const count = difference.rows.length + difference.removed.length;
  return (
    <div class={`change ${count > 0 ? "is-changed" : ""}`}>
      <p role="status">
        {isInvalid && <Invalid />}{" "}
        {count === 0 ? !isInvalid && (
          <>
            <b>{m.change.none}</b> {!isEdited && <span class="quiet">{m.change.noneHint}</span>}
          </>
        ) : (
          <>
            <b>{m.change.title}:</b> {m.listed([...sentences, ...(sentences.length === 0 ? [m.change.actions(count, f)] : [])], f)}
          </>
        )}
      </p>
      {(count > 0 || changedOnly) && (
        <button type="button" aria-pressed={changedOnly} onClick={() => setQuery({ changedOnly: !changedOnly })}>
          {changedOnly ? m.change.showAll : m.change.show}
        </button>
      )}
      {isEdited && (
        <>
          <button type="button" disabled={!isValid} onClick={() => void pinBaseline()}>
            <Icon name="pin" /> {m.change.keep}
          </button>
          <button type="button" class="plain" onClick={() => edit(store.state.baseline, "")}>{m.change.back}</button>
        </>
      )}
    </div>
  );
}

/** Where the day is looked at, it is said what it is the result of, with the way to what is wrong. */
function Invalid() {
  const { m } = useWords();
  const path = useStore(({ checked }) => (checked?.ok === false ? checked.path : ""));
  return <><b>{m.form.invalid}</b> <button type="button" class="link" id="to-fault" onClick={() => jumpToFault(path)}><Icon name="jump" /> {m.form.goThere}</button></>;
}

/** "+12 asked", "−3 allowed", "lock at 14:07 gone". */
export function changesOf(before: RunResult, run: RunResult, { m, f }: Words): string[] {
  const parts = EFFECTS.flatMap((effect, index) => {
    const change = (run.counts[index] ?? 0) - (before.counts[index] ?? 0);
    if (change === 0) return [];
    const what = m.change.what[effect];
    return [change > 0 ? m.change.more(f.number(change), what) : m.change.fewer(f.number(-change), what)];
  });
  return [...parts, ...lockChanges(before, run, { m, f })].slice(0, 9);
}

function lockChanges(before: RunResult, run: RunResult, { m, f }: Pick<Words, "m" | "f">): string[] {
  const named = (from: RunResult, { agent }: LockSpan) => (agent < 0 ? m.change.everybody : nameOf(run, from.agents[agent] ?? ""));
  const at = ({ from }: LockSpan) => f.stamp(from, run.span);
  const key = (from: RunResult, lock: LockSpan) => `${lock.agent < 0 ? "" : from.agents[lock.agent]} ${lock.from}`;
  const [old, now] = [new Set(before.locks.map((lock) => key(before, lock))), new Set(run.locks.map((lock) => key(run, lock)))];
  const gone = before.locks.filter((lock) => !now.has(key(before, lock)));
  const fresh = run.locks.filter((lock) => !old.has(key(run, lock)));
  const moved: string[] = [];
  for (const lock of [...gone]) {
    const next = fresh.find((one) => named(run, one) === named(before, lock) && one.from < lock.to && one.to > lock.from);
    if (next === undefined) continue;
    gone.splice(gone.indexOf(lock), 1);
    fresh.splice(fresh.indexOf(next), 1);
    moved.push(m.change.lockMoved(named(run, next), at(lock), at(next)));
  }
  return [
    ...moved,
    ...gone.slice(0, 2).map((lock) => m.change.lockGone(at(lock), named(before, lock))),
    ...fresh.slice(0, 2).map((lock) => m.change.lockNew(at(lock), named(run, lock))),
  ];
}
