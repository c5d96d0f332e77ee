// When an agent, or everybody, was locked: from what the guard decided, and what people ordered.

import type { ReplayReason, VelocityScope } from "agent-interlock";
import type { LockSpan } from "./protocol.ts";

const EVERYBODY = -1;

export class Locks {
  readonly #done: LockSpan[] = [];
  readonly #open = new Map<number, number>();
  /** What velocity locks: one agent, or all of the customer's. */
  scope: VelocityScope;

  constructor(scope: VelocityScope) {
    this.scope = scope;
  }

  /** Every rule that asks for a lock locks, but for that which speaks of one that was there. */
  request(at: number, agent: number, reasons: readonly ReplayReason[]): void {
    for (const reason of reasons) {
      if (reason.effect !== "lock" || reason.rule === "lock") continue;
      this.#begin(reason.rule === "escalation" && this.scope === "customer" ? EVERYBODY : agent, at);
    }
  }

  /** `agent` is null where all are meant. */
  command(at: number, order: "lock" | "unlock", agent: number | null): void {
    if (order === "lock") this.#begin(agent ?? EVERYBODY, at);
    else this.#end(agent ?? EVERYBODY, at);
  }

  #begin(agent: number, at: number): void {
    if (!this.#open.has(agent)) this.#open.set(agent, at);
  }

  #end(agent: number, at: number): void {
    const from = this.#open.get(agent);
    if (from === undefined) return;
    this.#open.delete(agent);
    this.#done.push({ agent, from, to: at });
  }

  spans(): LockSpan[] {
    const open = [...this.#open].map(([agent, from]) => ({ agent, from, to: Number.POSITIVE_INFINITY }));
    return [...this.#done, ...open].sort((a, b) => a.from - b.from);
  }
}
