import { firstWhere } from "../worker/first.ts";
import type { RunResult } from "../worker/protocol.ts";

/** The row of the same record in another result of the day; null where it has none. */
export function rowIn({ columns: from }: RunResult, row: number, { columns: to }: RunResult): number | null {
  const [key, edit] = [from.key[row], from.edit[row]];
  if (key === undefined) return null;
  let place = firstWhere(to.key.length, (place) => (to.key[place] as number) >= key);
  while (to.key[place] === key && to.edit[place] !== edit) place += 1;
  return to.key[place] === key ? place : null;
}
