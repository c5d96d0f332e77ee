// The guard as it stood at a moment of the day. It is deterministic: the records up to there make it again.

import { InterlockError, parsePolicy, Replay } from "agent-interlock";
import type { ReplayRow, Snapshot } from "agent-interlock";
import { type DayRecord, policyIn } from "./day.ts";
import type { Pacer } from "./pause.ts";
import type { Run } from "./run.ts";

/** Records between two snapshots, at first; of many snapshots every other one is given up, and the next come half as often. */
const SPACING = 2000;
const MOST_CHECKPOINTS = 48;

interface Checkpoint {
  /** All records before this position are in it. */
  position: number;
  snapshot: Snapshot | null;
  policy: string;
}

export class Desk {
  readonly run: Run;
  #checkpoints: Checkpoint[];
  #spacing = SPACING;
  #replay: Replay | null = null;
  /** All records before this position are in the replay. */
  #position = 0;
  /** By which it decides there: the page's, or what the log has set since. */
  #policy: string;
  /** One walk at a time: a guard is moved by one only. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(run: Run) {
    this.run = run;
    this.#policy = run.policy;
    this.#checkpoints = [{ position: 0, snapshot: null, policy: run.policy }];
  }

  /** Gives the guard as it stood before the record at that position to `use`, which must leave it as it is, and the policy that it then had. */
  with<Answer>(position: number, pacer: Pacer, use: (guard: Replay, policy: string) => Answer): Promise<Answer> {
    const turn = this.#turn.then(async () => use(await this.#at(position, pacer), this.#policy));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  free(): void {
    void this.#turn.then(() => {
      this.#replay?.free();
      this.#replay = null;
    });
  }

  async #at(position: number, pacer: Pacer): Promise<Replay> {
    if (this.#replay === null || this.#position > position || this.#hasNearer(position)) this.#begin(position);
    const replay = this.#replay as Replay;
    let sinceCheckpoint = 0;
    for (const record of this.run.day.from(this.#position)) {
      if (this.#position >= position) break;
      const row = take(replay, record);
      if (row !== null && "kind" in row && row.kind === "setPolicy") this.#policy = policyIn(record.text());
      this.#position += 1;
      sinceCheckpoint += 1;
      if (sinceCheckpoint >= this.#spacing) {
        sinceCheckpoint = 0;
        this.#keep(replay);
      }
      if (pacer.isDue) await pacer.pause(this.#position / position);
    }
    return replay;
  }

  #hasNearer(position: number): boolean {
    return this.#checkpoints.some((point) => point.position <= position && point.position > this.#position);
  }

  #begin(position: number): void {
    const point = this.#checkpoints.filter((one) => one.position <= position).at(-1);
    this.#replay?.free();
    this.#replay = null;
    this.#policy = point?.policy ?? this.run.policy;
    this.#position = point?.position ?? 0;
    const policy = parsePolicy(this.#policy);
    try {
      this.#replay = new Replay({ policy, snapshot: point?.snapshot ?? undefined });
    } finally {
      policy.free();
    }
  }

  #keep(replay: Replay): void {
    if (this.#checkpoints.some(({ position }) => position >= this.#position)) return;
    this.#checkpoints.push({ position: this.#position, snapshot: replay.snapshot(), policy: this.#policy });
    if (this.#checkpoints.length <= MOST_CHECKPOINTS) return;
    this.#checkpoints = this.#checkpoints.filter((_, place) => place % 2 === 0);
    this.#spacing *= 2;
  }
}

/** Carries a record out, as the run did: one that is broken there is broken here, and changes nothing. */
export function take(replay: Replay, record: DayRecord): ReplayRow | null {
  try {
    return replay.line(record.text());
  } catch (error) {
    // What is no UTF-8 is no line at all.
    if (error instanceof TypeError || (error instanceof InterlockError && error.code !== "internal")) return null;
    throw error;
  }
}
