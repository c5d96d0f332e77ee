// The day: which one it is, what it came to, its picture and its table.

import { useRef } from "preact/hooks";
import { Icon, Mark } from "../parts/icons.tsx";
import { openFile, SHIPPED } from "../state/days.ts";
import { rerunAll, setQuery, setRange } from "../state/session.ts";
import { switchDay } from "../state/start.ts";
import { isToRunAgain, store, useStore } from "../state/store.ts";
import { useWords } from "../state/words.ts";
import { type Effect, EFFECTS } from "../worker/protocol.ts";
import { Broken } from "./broken.tsx";
import { Change } from "./change.tsx";
import { Paper } from "./paper.tsx";
import { Rows } from "./rows.tsx";
import { Timeline } from "./timeline.tsx";
import { Unknown } from "./unknown.tsx";

export function Day() {
  return (
    <>
      <DayBar />
      <Counts />
      <Again />
      <Change />
      <Broken />
      <Unknown />
      <Timeline />
      <Legend />
      <Rows />
      <Paper />
    </>
  );
}

export function DayBar() {
  const { m, f } = useWords();
  const dayId = useStore((state) => state.dayId);
  const dayName = useStore((state) => state.dayName);
  const run = useStore((state) => state.current);
  const input = useRef<HTMLInputElement>(null);
  return (
    <div class="day-bar">
      <label>
        <span class="hidden">{m.day.pick}</span>
        <select value={dayId ?? ""} onChange={({ currentTarget }) => void pick(currentTarget)} id="day-picker">
          {dayId === null && <option value="">{dayName}</option>}
          {SHIPPED.map((id) => <option key={id} value={id}>{m.day.names[id] ?? id}</option>)}
        </select>
      </label>
      <button type="button" onClick={() => input.current?.click()}>
        <Icon name="open" /> {m.day.open}
      </button>
      <input
        ref={input}
        type="file"
        class="hidden"
        id="log-file"
        tabIndex={-1}
        aria-label={m.day.open}
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          if (file !== undefined) void openFile(file);
          currentTarget.value = "";
        }}
      />
      <p class="story">
        {dayId !== null && m.day.stories[dayId]}{" "}
        {dayId !== null && CLOSER[dayId] !== undefined && <button type="button" class="link" id="closer" onClick={() => lookCloser(dayId)}>{m.day.closer}</button>}
      </p>
      {run !== null && (
        <p class="facts">
          {run.columns.at.length > 0 && <>{f.days(run.span)}{m.comma}</>}{m.day.times(run.document.timeZone)}
        </p>
      )}
    </div>
  );
}

/** In the end it says which day is shown, also where the other one could not be had. */
async function pick(picker: HTMLSelectElement): Promise<void> {
  await switchDay(picker.value);
  picker.value = store.state.dayId ?? "";
}

/** Where a day's story happens. */
const CLOSER: Record<string, [string, string]> = {
  runaway: ["2026-05-12T13:45:00+03:00", "2026-05-12T14:45:00+03:00"],
  week: ["2026-05-20T08:00:00+03:00", "2026-05-21T13:00:00+03:00"],
};

function lookCloser(id: string): void {
  const [from, to] = CLOSER[id] ?? [];
  if (from !== undefined && to !== undefined) setRange([Date.parse(from), Date.parse(to)]);
}

/** A day that was not run to its end; what stands there, if anything does, is the result before. */
function Again() {
  const { m } = useWords();
  const isIdle = useStore(isToRunAgain);
  const hasResult = useStore((state) => state.current !== null);
  if (!isIdle) return null;
  return (
    <div class="again" role="status">
      {hasResult && <p>{m.day.cancelled}</p>}
      <button type="button" class="primary" id="again" onClick={() => void rerunAll()}>{m.day.run}</button>
    </div>
  );
}

/** What the day came to: six figures, each a filter. */
function Counts() {
  const { m, f } = useWords();
  const run = useStore((state) => state.current);
  const before = useStore((state) => state.before);
  const chosen = useStore((state) => state.query.effects);
  if (run === null) return <div class="counts" />;
  const toggle = (effect: Effect) => {
    const rest = chosen.filter((one) => one !== effect);
    setQuery({ effects: rest.length === chosen.length ? [...chosen, effect] : rest });
  };
  return (
    <div class="counts">
      {EFFECTS.map((effect, index) => {
        const [count, was] = [run.counts[index] ?? 0, before?.counts[index] ?? 0];
        return (
          <button key={effect} type="button" class={`count count-${effect}`} aria-pressed={chosen.includes(effect)} title={m.effectsLong[effect]} onClick={() => toggle(effect)}>
            <Mark effect={effect} />
            <b>{f.number(count)}</b>
            <span>{m.effects[effect]}</span>
            {before !== null && count !== was && <ins class="delta">{f.signed(count - was)}</ins>}
          </button>
        );
      })}
    </div>
  );
}

function Legend() {
  const { m } = useWords();
  const range = useStore((state) => state.range);
  const hasGhosts = useStore((state) => (state.difference?.rows.length ?? 0) > 0);
  const run = useStore((state) => state.current);
  if (run === null || run.requests === 0) return null;
  return (
    <div class="below">
      <ul class="legend">
        {run.document.quietHours !== null && <li><span class="swatch night" /> {m.day.legendQuiet}</li>}
        {run.locks.length > 0 && <li><span class="swatch hatched" /> {m.day.legendLock}</li>}
        {hasGhosts && <li><span class="swatch ghost" /> {m.day.legendGhost}</li>}
      </ul>
      {range !== null && (
        <button type="button" class="plain" onClick={() => setRange(null)}>
          <Icon name="zoomOut" /> {m.day.zoomOut}
        </button>
      )}
      <span class="help">{m.day.chartHelp}</span>
    </div>
  );
}
