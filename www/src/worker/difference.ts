// The same day under two policies: which records came out otherwise.

import type { Run } from "./run.ts";
import { NONE, NOTHING } from "./run.ts";
import type { Difference } from "./protocol.ts";

/** Both have their rows in the order of the day, so that one walk finds all. */
export function difference(before: Run, after: Run): Difference {
  const rows: number[] = [];
  const places: number[] = [];
  const order = orderOf(before, after);
  const removed: number[] = [];
  const moves = Array.from({ length: 36 }, () => 0);
  let added = 0;
  const [a, b] = [before.columns, after.columns];
  for (let i = 0, j = 0; i < a.key.length || j < b.key.length; ) {
    const ahead = order(i, j);
    if (ahead < 0) {
      if (a.effect[i] !== NOTHING) removed.push(i);
      i += 1;
      continue;
    }
    const [from, to] = [ahead === 0 ? (a.effect[i] ?? NOTHING) : NOTHING, b.effect[j] ?? NOTHING];
    if (from !== to && to !== NOTHING) {
      rows.push(j);
      places.push(ahead === 0 ? i : NONE);
      if (from === NOTHING) added += 1;
      else moves[from * 6 + to] = (moves[from * 6 + to] ?? 0) + 1;
    }
    j += 1;
    if (ahead === 0) i += 1;
  }
  return { rows: Uint32Array.from(rows), before: Uint32Array.from(places), moves, added, removed: Uint32Array.from(removed) };
}

/** Which of two rows comes first in the day: below 0 that of the first result, above 0 that of the second; 0 where they are of one record. */
function orderOf({ columns: a }: Run, { columns: b }: Run): (i: number, j: number) => number {
  const inFirst = new Set(a.edit);
  return (i, j) => {
    const [left, right] = [a.key[i] ?? Infinity, b.key[j] ?? Infinity];
    if (left !== right) return left - right;
    const [first, second] = [a.edit[i] ?? 0, b.edit[j] ?? 0];
    if (first === second) return 0;
    // A record of the log stands before what follows it; what was put in later into both stands where the first has it.
    if (first === 0 || second === 0) return first === 0 ? -1 : 1;
    return inFirst.has(second) ? -1 : 1;
  };
}
