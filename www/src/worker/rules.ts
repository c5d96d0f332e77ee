import type { RuleName } from "agent-interlock";

/** The rules of the guard in their order, each a bit of the column `rules`. */
export const RULES: readonly RuleName[] = [
  "lock", "arbitration", "escalation", "repeat", "level", "approval", "confirmation", "quiet_time", "budget",
];

export function ruleBit(rule: RuleName): number {
  return 1 << RULES.indexOf(rule);
}
