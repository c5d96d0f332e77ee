import type { RunResult } from "../worker/protocol.ts";

/** The row of the same record in another result of the day; null where it has none. */
export function rowIn({ columns: from }: RunResult, row: number, { columns: to }: RunResult): number | null {
  const [key, edit] = [from.key[row], from.edit[row]];
  if (key === undefined) return null;
  let [low, high] = [0, to.key.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((to.key[middle] as number) < key) low = middle + 1;
    else high = middle;
  }
  while (to.key[low] === key && to.edit[low] !== edit) low += 1;
  return to.key[low] === key ? low : null;
}
