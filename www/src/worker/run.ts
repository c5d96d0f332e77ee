// The day under a policy: every record through the package's replay, and what became of it in columns.

import { InterlockError, Policy, Replay, parsePolicy } from "agent-interlock";
import type { ReplayAction, ReplayCommand, ReplayRow } from "agent-interlock";
import { withDays } from "./budgets.ts";
import { type AllColumns, Growing, Names, forPage } from "./columns.ts";
import { Counted } from "./counted.ts";
import { Day, type DayRecord, policyIn } from "./day.ts";
import { Locks } from "./locks.ts";
import type { Log } from "./log.ts";
import type { Pacer } from "./pause.ts";
import { EFFECTS, KINDS, type BrokenLine, type BudgetSample, type Edit, type RunResult } from "./protocol.ts";
import { isSteering, RULES, ruleBit } from "./rules.ts";

/** Broken lines that are shown one by one; all are counted. */
const SHOWN_BROKEN = 200;
/** So many points has the curve of each budget. */
const BUDGET_SAMPLES = 240;
/** In columns of bytes, and in the wider ones: no effect, no agent, no reasons. */
export const NOTHING = 255;
export const NONE = 0xffffffff;
/** The fields that every reason has: `rule`, `effect`, `code` and `text`. */
const PLAIN_FIELDS = 4;
/** Looking at the clock for each record would cost more than some of them. */
const LOOK_EVERY = 16;

/** A day that was run: what the page gets, and what the worker needs to tell more of it. */
export interface Run {
  result: Omit<RunResult, "id">;
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
      return pass.run(policyText, day);
    } finally {
      pass.free();
    }
  } finally {
    policy.free();
  }
}

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

/** What a row has that asks for nothing. */
const COMMAND = {
  effect: NOTHING, type: NONE, code: NOTHING, rule: NOTHING, rules: 0, tier: 0, defer: Number.NaN, reasons: NONE, counts: 0,
};

class Pass {
  readonly #replay: Replay;
  readonly #policy: Policy;
  readonly #rows = new Growing();
  readonly #agents = new Names();
  readonly #types = new Names();
  readonly #codes = new Names();
  readonly #reasons = new Names();
  /** The numbers of reasons that come alone and say no more than their text. */
  readonly #plain = new Map<string, number>();
  readonly #counted: Counted;
  readonly #locks: Locks;
  readonly #counts = EFFECTS.map(() => 0);
  readonly #budgets: BudgetSample[] = [];
  readonly #broken: BrokenLine[] = [];
  #brokenCount = 0;
  #unread = 0;
  readonly #sampleEvery: number;
  #sinceSample = 0;
  #clock = Number.NEGATIVE_INFINITY;
  #steering = 0;
  #others = 0;

  constructor(policy: Policy, records: number) {
    this.#replay = new Replay({ policy });
    this.#policy = policy;
    this.#counted = new Counted(this.#replay);
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
    if ("effect" in row) this.#request(record, row, text);
    else this.#command(record, row, text);
  }

  #break(record: DayRecord, error: unknown): void {
    if (error instanceof InterlockError && error.code === "internal") throw error;
    this.#brokenCount += 1;
    if (!(error instanceof InterlockError) || (error.code === "invalid_input" && error.path === "")) this.#unread += 1;
    if (this.#broken.length >= SHOWN_BROKEN) return;
    const message = error instanceof Error ? error.message : String(error);
    this.#broken.push({ line: record.line, message });
  }

  #request({ key, edit }: DayRecord, row: ReplayAction, text: string): void {
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
      reasons: this.#reasonsOf(row),
      counts: this.#counted.request(row, text) ? 1 : 0,
    });
    this.#locks.request(at, agent, row);
    this.#sample(at);
  }

  #command({ key, edit }: DayRecord, row: ReplayCommand, text: string): void {
    const at = Date.parse(row.at);
    const kind = KINDS.indexOf(row.kind);
    const agent = row.agent === undefined ? null : this.#agents.number(row.agent);
    this.#rows.add({ ...COMMAND, at, key, edit, kind, agent: agent ?? NONE });
    this.#others += 1;
    if (isSteering(kind)) this.#steering += 1;
    if (row.kind === "lock" || row.kind === "unlock") this.#locks.command(at, row.kind, agent);
    if (row.kind === "setPolicy") this.#setPolicy(policyIn(text));
    this.#sample(at);
  }

  #setPolicy(text: string): void {
    const policy = parsePolicy(text);
    this.#locks.scope = policy.document.velocityScope;
    this.#counted.forgetPolicy();
    policy.free();
  }

  /** Most actions have no reason at all, or a single one that has no more to say than its text: those are not written out each time. */
  #reasonsOf({ reasons }: ReplayAction): number {
    const [first, second] = reasons;
    const isPlain = first === undefined || first.code === "level" || Object.keys(first).length === PLAIN_FIELDS;
    if (!isPlain || second !== undefined || first?.until !== undefined) return this.#reasons.number(JSON.stringify(reasons));
    const key = first === undefined ? "" : `${first.rule} ${first.effect} ${first.code} ${first.text}`;
    const known = this.#plain.get(key);
    if (known !== undefined) return known;
    const number = this.#reasons.number(JSON.stringify(reasons));
    this.#plain.set(key, number);
    return number;
  }

  #sample(at: number): void {
    this.#clock = Math.max(this.#clock, at);
    this.#sinceSample += 1;
    if (this.#sinceSample < this.#sampleEvery) return;
    this.#sinceSample = 0;
    const { usage } = this.#replay.summary();
    const { messages, llmTokens, apiCalls, amount } = usage;
    this.#budgets.push({ at: this.#clock, date: usage.date ?? "", messages, llmTokens, apiCalls, amount });
  }

  run(policy: string, day: Day): Run {
    const columns = this.#rows.trimmed();
    const clock = clockOf(columns.at);
    const summary = this.#replay.summary();
    const result: Run["result"] = {
      columns: forPage(columns),
      agents: this.#agents.list,
      types: this.#types.list,
      codes: this.#codes.list,
      span: spanOf(columns.at),
      counts: this.#counts,
      requests: this.#rows.length - this.#others,
      listed: this.#rows.length - this.#others + this.#steering,
      budgets: withDays(this.#budgets, summary, clock, this.#policy.document.timeZone),
      peaks: summary.budgets.customer,
      locks: this.#locks.spans(),
      broken: this.#broken,
      brokenCount: this.#brokenCount,
      unread: this.#unread,
      document: this.#policy.document,
      policyDigest: this.#policy.digest,
    };
    return { result, columns, agents: this.#agents, types: this.#types, reasons: this.#reasons.list, day, policy, clock };
  }

  free(): void {
    this.#replay.free();
  }
}
