// Which rows of a result are asked for, in which order.

import { NOTHING, type Run } from "./run.ts";
import { type Difference, EFFECTS, type Query } from "./protocol.ts";
import type { Pacer } from "./pause.ts";
import { isSteering, ruleBit } from "./rules.ts";
import { searcher } from "./search.ts";

export async function find(run: Run, query: Query, changed: Difference | undefined, pacer: Pacer): Promise<Uint32Array> {
  const candidates = query.changedOnly && changed !== undefined ? changed.rows : undefined;
  const wanted = matcher(run, query);
  const text = query.text.trim();
  const has = searcher(run, text);
  const total = candidates?.length ?? run.columns.at.length;
  const found: number[] = [];
  for (let at = 0; at < total; at += 1) {
    const row = candidates?.[at] ?? at;
    if (at % 256 === 0 && pacer.isDue) await pacer.pause(at / total);
    if (wanted(row) && (text === "" || has(row))) found.push(row);
  }
  return Uint32Array.from(sorted(found, run, query));
}

function matcher(run: Run, query: Query): (row: number) => boolean {
  const { at, effect, rules, agent, kind } = run.columns;
  const effects = new Set(query.effects.map((name) => EFFECTS.indexOf(name)));
  const bit = query.rule === null ? 0 : ruleBit(query.rule);
  const who = query.agent === null ? -1 : run.agents.find(query.agent);
  const from = query.from ?? Number.NEGATIVE_INFINITY;
  const to = query.to ?? Number.POSITIVE_INFINITY;
  const isOpen = effects.size === 0;
  return (row) => {
    const time = Number(at[row]);
    if (time < from || time > to) return false;
    // Reports and the like stand among the actions only where nothing was asked for that they do not have.
    if (kind[row] !== 0 && (!isOpen || bit !== 0 || !isSteering(Number(kind[row])))) return false;
    if (!isOpen && !effects.has(Number(effect[row]))) return false;
    if (bit !== 0 && (Number(rules[row]) & bit) === 0) return false;
    return query.agent === null || agent[row] === who;
  };
}

/** The record of a row as it stands in the log, or as it was put in. */
export function recordText(run: Run, row: number): string {
  return run.day.text(Number(run.columns.key[row]), Number(run.columns.edit[row]));
}

function sorted(rows: number[], run: Run, { sort, descending }: Query): number[] {
  if (sort === "at") return descending ? rows.reverse() : rows;
  const rank = rankOf(run, sort);
  const sign = descending ? -1 : 1;
  return rows.sort((a, b) => sign * (rank(a) - rank(b)) || a - b);
}

function rankOf(run: Run, sort: "agent" | "type" | "effect"): (row: number) => number {
  const column = run.columns[sort];
  if (sort === "effect") return (row) => (column[row] === NOTHING ? -1 : Number(column[row]));
  const names = (sort === "agent" ? run.agents : run.types).list;
  const order = new Map(names.map((_, number) => number).sort((a, b) => compare(names[a], names[b])).map((number, place) => [number, place]));
  return (row) => order.get(Number(column[row])) ?? -1;
}

function compare(a = "", b = ""): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
