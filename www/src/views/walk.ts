// The picture by keyboard.

import { setRange } from "../state/session.ts";
import { store } from "../state/store.ts";
import type { RunResult } from "../worker/protocol.ts";

export function walk(event: KeyboardEvent, run: RunResult, range: [number, number], whole: [number, number]): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { selected } = store.state;
  const moves: Record<string, () => void> = {
    ArrowRight: () => select(step(run, selected, 1, event.shiftKey)),
    ArrowLeft: () => select(step(run, selected, -1, event.shiftKey)),
    ArrowUp: () => select(step(run, selected, -1, true)),
    ArrowDown: () => select(step(run, selected, 1, true)),
    Home: () => select(step(run, null, 1, false)),
    End: () => select(step(run, run.columns.at.length, -1, false)),
    "+": () => zoom(run, range, whole, 0.5),
    "=": () => zoom(run, range, whole, 0.5),
    "-": () => zoom(run, range, whole, 2),
    "0": () => setRange(null),
    "٠": () => setRange(null),
    Escape: () => setRange(null),
    Enter: () => document.querySelector<HTMLElement>("#inspector")?.focus(),
  };
  const move = moves[event.key];
  if (move === undefined) return;
  event.preventDefault();
  move();
}

/** The next action in a direction; with `isStrict` the next that does not simply run. */
function step(run: RunResult, from: number | null, direction: 1 | -1, isStrict: boolean): number | null {
  const { kind, effect, at } = run.columns;
  for (let row = (from ?? -1) + direction; row >= 0 && row < at.length; row += direction) {
    if (kind[row] === 0 && (!isStrict || (effect[row] as number) > 1)) return row;
  }
  return from;
}

function select(row: number | null): void {
  if (row !== null) store.set({ selected: row });
}

/** Around what is selected, else around the middle. */
function zoom(run: RunResult, [from, to]: [number, number], whole: [number, number], factor: number): void {
  const { selected } = store.state;
  const time = selected === null ? undefined : run.columns.at[selected];
  const middle = time !== undefined && time >= from && time <= to ? time : (from + to) / 2;
  const length = Math.max(1000, (to - from) * factor);
  if (length >= whole[1] - whole[0]) {
    setRange(null);
    return;
  }
  const begin = Math.min(Math.max(whole[0], middle - length / 2), whole[1] - length);
  setRange([begin, begin + length]);
}
