// What was used over the day, to be drawn: samples on the way, and what each local day had come to by its last record.

import type { ReplaySummary } from "agent-interlock";
import { firstWhere } from "./first.ts";
import type { BudgetSample } from "./protocol.ts";

/** `clock` is in order; the package lists the first 1,000 days. */
export function withDays(samples: readonly BudgetSample[], { byDay }: ReplaySummary, clock: Float64Array, timeZone: string): BudgetSample[] {
  const local = new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
  const ends = byDay.map(({ date, used }) => {
    const next = firstWhere(clock.length, (row) => local.format(Number(clock[row])) > date);
    return { at: Number(clock[Math.max(0, next - 1)]), date, ...used };
  });
  return [...samples, ...ends].sort((a, b) => a.at - b.at);
}
