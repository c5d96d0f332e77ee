// The guard as it stood at a moment of the day. It is deterministic: the records up to there make it again.

import { Guard, InterlockError, parsePolicy } from "agent-interlock";
import type { Snapshot } from "agent-interlock";
import { commandOf, perform } from "./command.ts";
import type { DayRecord } from "./day.ts";
import type { Pacer } from "./pause.ts";
import type { Run } from "./run.ts";

/** Records between two snapshots, at first; of many snapshots every other one is given up, and the next come half as often. */
const SPACING = 2000;
const MOST_CHECKPOINTS = 48;

interface Checkpoint {
  /** All records before this position are in it. */
  position: number;
  snapshot: Snapshot | null;
}

export class Desk {
  readonly run: Run;
  readonly #broken: Set<number>;
  #checkpoints: Checkpoint[] = [{ position: 0, snapshot: null }];
  #spacing = SPACING;
  #guard: Guard | null = null;
  /** All records before this position are in the guard. */
  #position = 0;
  /** One walk at a time: a guard is moved by one only. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(run: Run) {
    this.run = run;
    this.#broken = new Set(run.broken);
  }

  /** Gives the guard as it stood before the record at that position to `use`, which must leave it as it is. */
  with<Answer>(position: number, pacer: Pacer, use: (guard: Guard) => Answer): Promise<Answer> {
    const turn = this.#turn.then(async () => use(await this.#at(position, pacer)));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  free(): void {
    void this.#turn.then(() => {
      this.#guard?.free();
      this.#guard = null;
    });
  }

  async #at(position: number, pacer: Pacer): Promise<Guard> {
    if (this.#guard === null || this.#position > position || this.#hasNearer(position)) this.#begin(position);
    const guard = this.#guard as Guard;
    let sinceCheckpoint = 0;
    for (const record of this.run.day.from(this.#position)) {
      if (this.#position >= position) break;
      if (!this.#broken.has(this.#position)) take(guard, record);
      this.#position += 1;
      sinceCheckpoint += 1;
      if (sinceCheckpoint >= this.#spacing) {
        sinceCheckpoint = 0;
        this.#keep(guard);
      }
      if (pacer.isDue) await pacer.pause(this.#position / position);
    }
    return guard;
  }

  #hasNearer(position: number): boolean {
    return this.#checkpoints.some((point) => point.position <= position && point.position > this.#position);
  }

  #begin(position: number): void {
    const point = this.#checkpoints.filter((one) => one.position <= position).at(-1);
    this.#guard?.free();
    this.#guard = null;
    const policy = parsePolicy(this.run.policy);
    try {
      const snapshot = point?.snapshot ?? null;
      this.#guard = new Guard(snapshot === null ? { policy, audit: false } : { policy, snapshot });
      this.#position = point?.position ?? 0;
    } finally {
      policy.free();
    }
  }

  #keep(guard: Guard): void {
    if (this.#checkpoints.some(({ position }) => position >= this.#position)) return;
    // A policy that the log itself set is bound to later snapshots, and not the one that the page has.
    if (guard.policyDigest !== this.run.result.policyDigest) return;
    this.#checkpoints.push({ position: this.#position, snapshot: guard.snapshot() });
    if (this.#checkpoints.length <= MOST_CHECKPOINTS) return;
    this.#checkpoints = this.#checkpoints.filter((_, place) => place % 2 === 0);
    this.#spacing *= 2;
  }
}

/** Carries a record out, as the run did. */
export function take(guard: Guard, record: DayRecord): void {
  try {
    perform(guard, commandOf(record.text()));
  } catch (error) {
    // What was reported, resolved or unlocked against this policy's will has changed nothing.
    if (!(error instanceof InterlockError) || error.code === "internal") throw error;
  }
}
