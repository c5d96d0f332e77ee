// The guard as it stood at a moment of the day. It is deterministic: the records up to there make it again.

import { Guard, InterlockError, parsePolicy } from "agent-interlock";
import type { Snapshot } from "agent-interlock";
import { commandOf, perform } from "./command.ts";
import type { Log } from "./log.ts";
import type { Pacer } from "./pause.ts";
import { type DayRecord, merged, type Run } from "./run.ts";

/** Records between two snapshots, at first; of many snapshots every other one is given up, and the next come half as often. */
const SPACING = 2000;
const MOST_CHECKPOINTS = 48;

interface Checkpoint {
  /** All records with smaller keys are in it. */
  key: number;
  snapshot: Snapshot | null;
}

export class Desk {
  readonly run: Run;
  readonly #log: Log;
  readonly #broken: Set<number>;
  #checkpoints: Checkpoint[] = [{ key: Number.NEGATIVE_INFINITY, snapshot: null }];
  #spacing = SPACING;
  #guard: Guard | null = null;
  /** All records with smaller keys are in the guard. */
  #key = Number.NEGATIVE_INFINITY;
  /** One walk at a time: a guard is moved by one only. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(log: Log, run: Run) {
    this.#log = log;
    this.run = run;
    this.#broken = new Set(run.broken);
  }

  /** Gives the guard as it stood before the record with that key to `use`, which must leave it as it is. */
  with<Answer>(key: number, pacer: Pacer, use: (guard: Guard) => Answer): Promise<Answer> {
    const turn = this.#turn.then(async () => use(await this.#at(key, pacer)));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  free(): void {
    void this.#turn.then(() => {
      this.#guard?.free();
      this.#guard = null;
    });
  }

  async #at(key: number, pacer: Pacer): Promise<Guard> {
    if (this.#guard === null || this.#key > key || this.#hasNearer(key)) this.#begin(key);
    const guard = this.#guard as Guard;
    let sinceCheckpoint = 0;
    for (const record of merged(this.#log, this.run.edits, this.#key)) {
      if (record.key >= key) break;
      take(guard, record, this.#broken);
      this.#key = afterKey(record.key);
      sinceCheckpoint += 1;
      if (sinceCheckpoint >= this.#spacing) {
        sinceCheckpoint = 0;
        this.#keep(guard);
      }
      if (pacer.isDue) await pacer.pause(Math.max(0, record.key / Math.max(1, key)));
    }
    this.#key = Math.max(this.#key, Math.min(key, this.#log.length));
    return guard;
  }

  #hasNearer(key: number): boolean {
    return this.#checkpoints.some((point) => point.key <= key && point.key > this.#key);
  }

  #begin(key: number): void {
    const point = this.#checkpoints.filter((one) => one.key <= key).at(-1);
    this.#guard?.free();
    this.#guard = null;
    const policy = parsePolicy(this.run.policy);
    try {
      const snapshot = point?.snapshot ?? null;
      this.#guard = new Guard(snapshot === null ? { policy, audit: false } : { policy, snapshot });
      this.#key = point?.key ?? Number.NEGATIVE_INFINITY;
    } finally {
      policy.free();
    }
  }

  #keep(guard: Guard): void {
    if (this.#checkpoints.some(({ key }) => key >= this.#key)) return;
    // A policy that the log itself set is bound to later snapshots, and not the one that the page has.
    if (guard.policyDigest !== this.run.result.policyDigest) return;
    this.#checkpoints.push({ key: this.#key, snapshot: guard.snapshot() });
    if (this.#checkpoints.length <= MOST_CHECKPOINTS) return;
    this.#checkpoints = this.#checkpoints.filter((_, place) => place % 2 === 0);
    this.#spacing *= 2;
  }
}

/** The smallest key after one: between two records there may be others that were put in. */
function afterKey(key: number): number {
  return key + 2 ** -30;
}

/** Carries a record out, as the run did: one that is broken there is passed over here. */
export function take(guard: Guard, record: DayRecord, broken: ReadonlySet<number>): void {
  if (broken.has(record.key)) return;
  try {
    perform(guard, commandOf(record.text()));
  } catch (error) {
    // What was reported, resolved or unlocked against this policy's will has changed nothing.
    if (!(error instanceof InterlockError) || error.code === "internal") throw error;
  }
}
