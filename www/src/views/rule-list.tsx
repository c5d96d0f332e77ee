import type { Slot } from "../worker/protocol.ts";

/** Every rule, what it read and what it said. */
export function RuleList(_: { slot: Slot; row: number }) {
  return null;
}
