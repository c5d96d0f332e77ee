// The same day under two policies: which records came out otherwise.

import type { Run } from "./run.ts";
import { NOTHING } from "./run.ts";
import type { Difference } from "./protocol.ts";

const NONE = 0xffffffff;

/** Both have their rows in the order of the day, so that one walk finds all. */
export function difference(before: Run, after: Run): Difference {
  const rows: number[] = [];
  const places: number[] = [];
  const moves = Array.from({ length: 36 }, () => 0);
  let [added, removed] = [0, 0];
  const [a, b] = [before.columns, after.columns];
  for (let i = 0, j = 0; i < a.key.length || j < b.key.length; ) {
    const [left, right] = [a.key[i] ?? Infinity, b.key[j] ?? Infinity];
    if (left < right) {
      if (a.effect[i] !== NOTHING) removed += 1;
      i += 1;
      continue;
    }
    const [from, to] = [left === right ? (a.effect[i] ?? NOTHING) : NOTHING, b.effect[j] ?? NOTHING];
    if (from !== to && to !== NOTHING) {
      rows.push(j);
      places.push(left === right ? i : NONE);
      if (from === NOTHING) added += 1;
      else moves[from * 6 + to] = (moves[from * 6 + to] ?? 0) + 1;
    }
    j += 1;
    if (left === right) i += 1;
  }
  return { rows: Uint32Array.from(rows), before: Uint32Array.from(places), moves, added, removed };
}
