// The day under a policy: every record through the package's replay, and what became of it in columns.

import { InterlockError, Policy, Replay, parsePolicy } from "agent-interlock";
import type { ReplayAction, ReplayRow } from "agent-interlock";
import { type AllColumns, Growing, Names, forPage } from "./columns.ts";
import { Day, type DayRecord } from "./day.ts";
import { Locks } from "./locks.ts";
import type { Log } from "./log.ts";
import type { Pacer } from "./pause.ts";
import { EFFECTS, KINDS, type BrokenLine, type BudgetSample, type Edit, type RunResult } from "./protocol.ts";
import { isSteering, RULES, ruleBit } from "./rules.ts";

/** Broken lines that are shown one by one; all are counted. */
const SHOWN_BROKEN = 200;
/** So many points has the curve of each budget. */
const BUDGET_SAMPLES = 240;
export const NOTHING = 255;
/** Looking at the clock for each record would cost more than some of them. */
const LOOK_EVERY = 16;

/** A day that was run: what the page gets, and what the worker needs to tell more of it. */
export interface Run {
  result: RunResult;
  columns: AllColumns;
  agents: Names;
  types: Names;
  /** The reasons of rows, as JSON; the same for many of them. */
  reasons: string[];
  day: Day;
  policy: string;
  /** When the guard took each row to be: no time that a log tells makes it go back. In order, unlike the times of the rows. */
  clock: Float64Array;
}

export async function runDay(log: Log, policyText: string, edits: readonly Edit[], pacer: Pacer): Promise<Run> {
  const began = performance.now();
  const policy = parsePolicy(policyText);
  try {
    const day = new Day(log, edits);
    const pass = new Pass(policy, day.length);
    try {
      let taken = 0;
      for (const record of day.from()) {
        pass.take(record);
        taken += 1;
        if (taken % LOOK_EVERY === 0 && pacer.isDue) await pacer.pause(taken / day.length);
      }
      return pass.run(policyText, day, performance.now() - began);
    } finally {
      pass.free();
    }
  } finally {
    policy.free();
  }
}

/** Most actions have no reason at all, or a single one that has no more to say than its text: those are not written out each time. */
function reasonsText(reasons: ReplayAction["reasons"]): string {
  const [first, second] = reasons;
  if (first === undefined) return "[]";
  if (second !== undefined || (first.code !== "level" && Object.keys(first).length > PLAIN_FIELDS) || first.until !== undefined) return JSON.stringify(reasons);
  const key = `${first.rule} ${first.effect} ${first.text}`;
  const known = PLAIN.get(key) ?? JSON.stringify(reasons);
  PLAIN.set(key, known);
  return known;
}

/** `rule`, `effect`, `code` and `text`. */
const PLAIN_FIELDS = 4;
const PLAIN = new Map<string, string>();

/** The rule of the first reason with the effect that won. */
function decidingRule({ effect, reasons }: ReplayAction): number {
  const deciding = reasons.find((reason) => reason.effect === effect);
  return deciding === undefined ? NOTHING : RULES.indexOf(deciding.rule);
}

/** The highest of all up to each; the same where they only grow. */
function clockOf(at: Float64Array): Float64Array {
  if (at.every((time, row) => row === 0 || time >= Number(at[row - 1]))) return at;
  let latest = Number.NEGATIVE_INFINITY;
  return at.map((time) => (latest = Math.max(latest, time)));
}

function spanOf(at: Float64Array): [number, number] {
  let [from, to] = [Infinity, -Infinity];
  for (const time of at) {
    if (time < from) from = time;
    if (time > to) to = time;
  }
  return from > to ? [0, 0] : [from, to];
}

class Pass {
  readonly #replay: Replay;
  readonly #policy: Policy;
  readonly #rows = new Growing();
  readonly #agents = new Names();
  readonly #types = new Names();
  readonly #codes = new Names();
  readonly #reasons = new Names();
  readonly #locks: Locks;
  readonly #counts = EFFECTS.map(() => 0);
  readonly #budgets: BudgetSample[] = [];
  readonly #broken: BrokenLine[] = [];
  #brokenCount = 0;
  readonly #sampleEvery: number;
  #sinceSample = 0;
  #steering = 0;
  #others = 0;

  constructor(policy: Policy, records: number) {
    this.#replay = new Replay({ policy });
    this.#policy = policy;
    this.#locks = new Locks(policy.document.velocityScope);
    this.#sampleEvery = Math.max(1, Math.floor(records / BUDGET_SAMPLES));
  }

  take(record: DayRecord): void {
    let text = "";
    let row: ReplayRow | null;
    try {
      text = record.text();
      row = this.#replay.line(text);
    } catch (error) {
      this.#break(record, error);
      return;
    }
    if (row === null) return;
    if ("effect" in row) this.#request(record, row);
    else this.#command(record, row.at, KINDS.indexOf(row.kind), text);
  }

  #break(record: DayRecord, error: unknown): void {
    if (error instanceof InterlockError && error.code === "internal") throw error;
    this.#brokenCount += 1;
    if (this.#broken.length >= SHOWN_BROKEN) return;
    const message = error instanceof Error ? error.message : String(error);
    this.#broken.push({ line: record.line, message });
  }

  #request({ key, edit }: DayRecord, row: ReplayAction): void {
    const at = Date.parse(row.at);
    const effect = EFFECTS.indexOf(row.effect);
    const agent = this.#agents.number(row.agent);
    let rules = 0;
    for (const { rule } of row.reasons) rules |= ruleBit(rule);
    this.#counts[effect] = (this.#counts[effect] ?? 0) + 1;
    this.#rows.add({
      at,
      key,
      edit,
      kind: 0,
      effect,
      agent,
      type: this.#types.number(row.type),
      code: row.code === null ? NOTHING : this.#codes.number(row.code),
      rule: decidingRule(row),
      rules,
      tier: row.escalation === null ? 0 : Number(row.escalation.slice(-1)),
      defer: row.deferUntil === null ? Number.NaN : Date.parse(row.deferUntil),
      reasons: this.#reasons.number(reasonsText(row.reasons)),
    });
    this.#locks.request(at, agent, row);
    this.#sample(at);
  }

  #command({ key, edit }: DayRecord, atText: string, kind: number, text: string): void {
    const at = Date.parse(atText);
    const agent = this.#agentOf(text);
    const none = { effect: NOTHING, type: 0, code: NOTHING, rule: NOTHING, rules: 0, tier: 0, defer: Number.NaN, reasons: 0 };
    this.#rows.add({ at, key, edit, kind, agent: agent ?? 0xffffffff, ...none });
    this.#others += 1;
    if (isSteering(kind)) this.#steering += 1;
    const name = KINDS[kind];
    if (name === "lock" || name === "unlock") this.#locks.command(at, name, agent ?? -1);
    this.#sample(at);
  }

  /** Of the few commands that name one. */
  #agentOf(text: string): number | null {
    if (!text.includes('"agent"')) return null;
    const { agent } = JSON.parse(text) as { agent?: unknown };
    return typeof agent === "string" ? this.#agents.number(agent) : null;
  }

  #sample(at: number): void {
    this.#sinceSample += 1;
    if (this.#sinceSample < this.#sampleEvery) return;
    this.#sinceSample = 0;
    const { usage } = this.#replay.summary();
    const { messages, llmTokens, apiCalls, amount } = usage;
    this.#budgets.push({ at, date: usage.date ?? "", messages, llmTokens, apiCalls, amount });
  }

  run(policy: string, day: Day, milliseconds: number): Run {
    const columns = this.#rows.trimmed();
    const result: RunResult = {
      columns: forPage(columns),
      agents: this.#agents.list,
      types: this.#types.list,
      codes: this.#codes.list,
      span: spanOf(columns.at),
      counts: this.#counts,
      requests: this.#rows.length - this.#others,
      listed: this.#rows.length - this.#others + this.#steering,
      budgets: this.#budgets,
      locks: this.#locks.spans(),
      broken: this.#broken,
      brokenCount: this.#brokenCount,
      document: this.#policy.document,
      policyDigest: this.#policy.digest,
      milliseconds,
    };
    const [clock, agents, types, reasons] = [clockOf(columns.at), this.#agents, this.#types, this.#reasons.list];
    return { result, columns, agents, types, reasons, day, policy, clock };
  }

  free(): void {
    this.#replay.free();
  }
}
