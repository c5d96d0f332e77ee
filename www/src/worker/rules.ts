import type { RuleName } from "agent-interlock";
import { type Kind, KINDS } from "./protocol.ts";

/** The rules of the guard in their order, each a bit of the column `rules`. */
export const RULES: readonly RuleName[] = [
  "lock", "arbitration", "escalation", "repeat", "order", "level", "approval", "confirmation", "quiet_time", "budget",
];

export function ruleBit(rule: RuleName): number {
  return 1 << RULES.indexOf(rule);
}

const STEERING = new Set(["resolve", "lock", "unlock", "setPolicy", "adoptClock"].map((kind) => KINDS.indexOf(kind as Kind)));

/** Whether a record says what a person did to the day; by its index in KINDS. */
export function isSteering(kind: number): boolean {
  return STEERING.has(kind);
}
