// Results by column rather than by row: a million of them are some tens of megabytes, and go to the page by copying.

import type { Columns } from "./protocol.ts";

const FIRST_ROOM = 4096;

export interface AllColumns extends Columns {
  /** Until when it is to wait, in milliseconds since 1970; NaN where it is not, or nobody knows. */
  defer: Float64Array;
  /** Its reasons, as an index into those of the run. */
  reasons: Uint32Array;
  /** Whether it counts as velocity. */
  counts: Uint8Array;
}

/** What every row has. */
export type Place = Record<"at" | "key" | "edit" | "kind" | "agent", number>;
/** What became of a request. */
export type Outcome = Record<Exclude<keyof AllColumns, keyof Place>, number>;

export class Growing {
  length = 0;
  #room = FIRST_ROOM;
  #columns = made(FIRST_ROOM);

  /** Written out column by column: this is done for each of a million rows. */
  add(row: Place, outcome: Outcome): void {
    if (this.length === this.#room) this.#grow();
    const place = this.length;
    const columns = this.#columns;
    columns.at[place] = row.at;
    columns.key[place] = row.key;
    columns.edit[place] = row.edit;
    columns.kind[place] = row.kind;
    columns.effect[place] = outcome.effect;
    columns.agent[place] = row.agent;
    columns.type[place] = outcome.type;
    columns.code[place] = outcome.code;
    columns.rule[place] = outcome.rule;
    columns.rules[place] = outcome.rules;
    columns.tier[place] = outcome.tier;
    columns.defer[place] = outcome.defer;
    columns.reasons[place] = outcome.reasons;
    columns.counts[place] = outcome.counts;
    this.length = place + 1;
  }

  /** As long as there are rows. */
  trimmed(): AllColumns {
    const trimmed: Partial<Record<keyof AllColumns, AllColumns[keyof AllColumns]>> = {};
    for (const name of NAMES) trimmed[name] = this.#columns[name].slice(0, this.length);
    return trimmed as AllColumns;
  }

  #grow(): void {
    this.#room *= 2;
    const larger = made(this.#room);
    for (const name of NAMES) larger[name].set(this.#columns[name]);
    this.#columns = larger;
  }
}

const NAMES = Object.keys(made(0)) as (keyof AllColumns)[];

function made(room: number): AllColumns {
  return {
    at: new Float64Array(room),
    key: new Float64Array(room),
    edit: new Uint32Array(room),
    kind: new Uint8Array(room),
    effect: new Uint8Array(room),
    agent: new Uint32Array(room),
    type: new Uint32Array(room),
    code: new Uint8Array(room),
    rule: new Uint8Array(room),
    rules: new Uint16Array(room),
    tier: new Uint8Array(room),
    defer: new Float64Array(room),
    reasons: new Uint32Array(room),
    counts: new Uint8Array(room),
  };
}

/** What the page gets of them. */
export function forPage({ defer: _, reasons: __, counts: ___, ...columns }: AllColumns): Columns {
  return columns;
}

/** Texts that come again and again, each kept once. */
export class Names {
  readonly list: string[] = [];
  readonly #numbers = new Map<string, number>();

  number(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const number = this.list.length;
    this.list.push(name);
    this.#numbers.set(name, number);
    return number;
  }

  find(name: string): number {
    return this.#numbers.get(name) ?? -1;
  }
}
