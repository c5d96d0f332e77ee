import type { RunResult } from "../worker/protocol.ts";

/** The row of the same record in another result of the day; null where it has none. */
export function rowIn(from: RunResult, row: number, to: RunResult): number | null {
  const key = from.columns.key[row];
  const keys = to.columns.key;
  if (key === undefined) return null;
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] as number) < key) low = middle + 1;
    else high = middle;
  }
  return keys[low] === key ? low : null;
}
