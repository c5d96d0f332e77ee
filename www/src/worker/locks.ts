// When an agent, or everybody, was locked: from what the guard decided, and what people ordered.

import type { ReplayAction, VelocityScope } from "agent-interlock";
import type { LockSpan } from "./protocol.ts";

/** The reasons at which the guard locks; all others speak of a lock that was there. */
const LOCKING = ["velocity_tier_3", "critical_risk", "systemic_anomaly"];
const EVERYBODY = -1;

export class Locks {
  readonly #done: LockSpan[] = [];
  readonly #open = new Map<number, number>();
  readonly #scope: VelocityScope;

  constructor(scope: VelocityScope) {
    this.#scope = scope;
  }

  request(at: number, agent: number, row: ReplayAction): void {
    if (row.effect !== "lock" || row.code === null || !LOCKING.includes(row.code)) return;
    const isShared = row.code === "velocity_tier_3" && this.#scope === "customer";
    this.#begin(isShared ? EVERYBODY : agent, at);
  }

  command(at: number, order: "lock" | "unlock", agent: number): void {
    if (order === "lock") this.#begin(agent, at);
    else this.#end(agent, at);
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
