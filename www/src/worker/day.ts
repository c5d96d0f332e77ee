// The day as it is run: the records of the log, and among them those that were put in. Each has a position, from 0 on.

import { firstWhere } from "./first.ts";
import type { Log } from "./log.ts";
import type { Edit } from "./protocol.ts";

export interface DayRecord {
  /** The number of the record in the log, or of that which it follows; -1 before the first. */
  key: number;
  /** The id of what was put in; 0 for a record of the log. */
  edit: number;
  /** Its line in the file; 0 for what was put in. */
  line: number;
  text: () => string;
}

/** Records that are run together. */
export interface Piece {
  bytes: Uint8Array;
  /** Two places of each record: where it begins in the bytes, and where it ends. */
  lines: Uint32Array;
  /** The number of the first in the log; what was put in comes alone, and has that of the record which it follows. */
  key: number;
  /** The id of what was put in; 0 for records of the log. */
  edit: number;
}

const ENCODER = new TextEncoder();

export class Day {
  readonly log: Log;
  /** As they come in the day. */
  readonly edits: readonly Edit[];
  /** The record that each of them follows: one that is in the log. */
  readonly #after: readonly number[];

  constructor(log: Log, edits: readonly Edit[]) {
    const after = ({ after }: Edit) => Math.min(after, log.length - 1);
    this.log = log;
    this.edits = [...edits].sort((a, b) => after(a) - after(b));
    this.#after = this.edits.map(after);
  }

  get length(): number {
    return this.log.length + this.edits.length;
  }

  position(key: number, edit: number): number {
    if (edit === 0) return key + firstWhere(this.#after.length, (place) => Number(this.#after[place]) >= key);
    const place = this.edits.findIndex(({ id }) => id === edit);
    return Number(this.#after[place]) + 1 + place;
  }

  /** From a position on. */
  *from(position = 0): Generator<DayRecord> {
    const positionOf = (place: number) => Number(this.#after[place]) + 1 + place;
    let next = firstWhere(this.edits.length, (place) => positionOf(place) >= position);
    for (let key = position - next; key <= this.log.length; key += 1) {
      for (let edit = this.edits[next]; edit !== undefined && Number(this.#after[next]) < key; edit = this.edits[next]) {
        const { id, line } = edit;
        yield { key: Number(this.#after[next]), edit: id, line: 0, text: () => line };
        next += 1;
      }
      if (key < this.log.length) yield { key, edit: 0, line: this.log.line(key), text: () => this.log.text(key) };
    }
  }

  /** All of it, at most so many records at once. */
  *pieces(most: number): Generator<Piece> {
    let key = 0;
    for (const [place, { id, line }] of this.edits.entries()) {
      const after = Number(this.#after[place]);
      yield* this.#ofLog(key, after + 1, most);
      key = Math.max(key, after + 1);
      const bytes = ENCODER.encode(line);
      yield { bytes, lines: Uint32Array.of(0, bytes.length), key: after, edit: id };
    }
    yield* this.#ofLog(key, this.log.length, most);
  }

  *#ofLog(from: number, to: number, most: number): Generator<Piece> {
    for (let key = from; key < to; ) {
      const { bytes, lines } = this.log.piece(key, Math.min(to, key + most));
      yield { bytes, lines, key, edit: 0 };
      key += lines.length / 2;
    }
  }

  /** A record as it stands in the log, or as it was put in. */
  text(key: number, edit: number): string {
    if (edit === 0) return this.log.looseText(key);
    return this.edits.find(({ id }) => id === edit)?.line ?? "";
  }
}

/** The policy that a line sets. */
export function policyIn(line: string): string {
  return JSON.stringify((JSON.parse(line) as { policy: unknown }).policy);
}
