// Results by column rather than by row: a million of them are some tens of megabytes, and go to the page by copying.

import type { Columns } from "./protocol.ts";

const FIRST_ROOM = 4096;

const MAKERS = {
  at: Float64Array,
  key: Float64Array,
  kind: Uint8Array,
  effect: Uint8Array,
  agent: Uint32Array,
  type: Uint32Array,
  code: Uint8Array,
  rule: Uint8Array,
  rules: Uint16Array,
  tier: Uint8Array,
  defer: Float64Array,
  reasons: Uint32Array,
};

type AllColumns = { [Name in keyof typeof MAKERS]: InstanceType<(typeof MAKERS)[Name]> };
export type Row = { [Name in keyof typeof MAKERS]: number };

export class Growing {
  length = 0;
  #room = FIRST_ROOM;
  #columns = made(FIRST_ROOM);

  add(row: Row): void {
    if (this.length === this.#room) this.#grow();
    for (const name of NAMES) this.#columns[name][this.length] = row[name];
    this.length += 1;
  }

  /** As long as there are rows. */
  trimmed(): AllColumns {
    const trimmed = {} as Record<string, unknown>;
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

const NAMES = Object.keys(MAKERS) as (keyof typeof MAKERS)[];

function made(room: number): AllColumns {
  return Object.fromEntries(NAMES.map((name) => [name, new MAKERS[name](room)])) as AllColumns;
}

/** What the page gets of them. */
export function forPage({ defer: _, reasons: __, ...columns }: AllColumns): Columns {
  return columns;
}

export type { AllColumns };

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
