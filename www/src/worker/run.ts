// The day under a policy: every record through the package's replay, and what became of it in columns.

import { InterlockError, Policy, Replay, parsePolicy } from "agent-interlock";
import type { ReplayAction, ReplayRow } from "agent-interlock";
import { type AllColumns, Growing, Names, forPage } from "./columns.ts";
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
  result: Omit<RunResult, "id">;
  columns: AllColumns;
  agents: Names;
  types: Names;
  /** The reasons of rows, as JSON; the same for many of them. */
  reasons: string[];
  edits: Edit[];
  policy: string;
  /** The keys of records that could not be carried out. */
  broken: number[];
}

export async function runDay(log: Log, policyText: string, edits: readonly Edit[], pacer: Pacer): Promise<Run> {
  const policy = parsePolicy(policyText);
  try {
    const pass = new Pass(policy, log.length + edits.length);
    try {
      let taken = 0;
      for (const record of merged(log, edits)) {
        pass.take(record);
        taken += 1;
        if (taken % LOOK_EVERY === 0 && pacer.isDue) await pacer.pause((record.key + 1) / log.length);
      }
      return pass.run(policyText, [...edits]);
    } finally {
      pass.free();
    }
  } finally {
    policy.free();
  }
}

export interface DayRecord {
  key: number;
  /** Its line in the file; 0 for what was put in. */
  line: number;
  text: () => string;
}

/** The records of the log and those that were put in, in their order, from a key on. */
export function* merged(log: Log, edits: readonly Edit[], from = Number.NEGATIVE_INFINITY): Generator<DayRecord> {
  const added = edits.filter(({ key }) => key >= from).sort((a, b) => a.key - b.key);
  let next = 0;
  const editsBefore = function* (key: number): Generator<DayRecord> {
    for (let edit = added[next]; edit !== undefined && edit.key < key; edit = added[next]) {
      const { key: place, line } = edit;
      next += 1;
      yield { key: place, line: 0, text: () => line };
    }
  };
  for (let index = Math.max(0, Math.ceil(from)); index < log.length; index += 1) {
    if (next < added.length) yield* editsBefore(index);
    yield { key: index, line: log.line(index), text: () => log.text(index) };
  }
  yield* editsBefore(Infinity);
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
  readonly #reasons = new Names();
  readonly #locks: Locks;
  readonly #counts = EFFECTS.map(() => 0);
  readonly #budgets: BudgetSample[] = [];
  readonly #broken: BrokenLine[] = [];
  readonly #brokenKeys: number[] = [];
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
    if ("effect" in row) this.#request(record.key, row);
    else this.#command(record.key, row.at, KINDS.indexOf(row.kind), text);
  }

  #break(record: DayRecord, error: unknown): void {
    if (error instanceof InterlockError && error.code === "internal") throw error;
    this.#brokenKeys.push(record.key);
    // What is reported of an action that this policy did not let run, and that is long forgotten, is no fault of the log's.
    if (error instanceof InterlockError && error.code === "not_found") return;
    this.#brokenCount += 1;
    if (this.#broken.length >= SHOWN_BROKEN) return;
    const message = error instanceof Error ? error.message : String(error);
    this.#broken.push({ line: record.line, message });
  }

  #request(key: number, row: ReplayAction): void {
    const at = Date.parse(row.at);
    const effect = EFFECTS.indexOf(row.effect);
    const agent = this.#agents.number(row.agent);
    let rules = 0;
    for (const { rule } of row.reasons) rules |= ruleBit(rule);
    this.#counts[effect] = (this.#counts[effect] ?? 0) + 1;
    this.#rows.add({
      at,
      key,
      kind: 0,
      effect,
      agent,
      type: this.#types.number(row.type),
      rule: decidingRule(row),
      rules,
      tier: row.escalation === null ? 0 : Number(row.escalation.slice(-1)),
      defer: row.deferUntil === null ? Number.NaN : Date.parse(row.deferUntil),
      reasons: this.#reasons.number(reasonsText(row.reasons)),
    });
    this.#locks.request(at, agent, row);
    this.#sample(at);
  }

  #command(key: number, atText: string, kind: number, text: string): void {
    const at = Date.parse(atText);
    const agent = this.#agentOf(text);
    const none = { effect: NOTHING, type: 0, rule: NOTHING, rules: 0, tier: 0, defer: Number.NaN, reasons: 0 };
    this.#rows.add({ at, key, kind, agent: agent ?? 0xffffffff, ...none });
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

  run(policy: string, edits: Edit[]): Run {
    const columns = this.#rows.trimmed();
    const result: Run["result"] = {
      columns: forPage(columns),
      agents: this.#agents.list,
      types: this.#types.list,
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
    };
    return { result, columns, agents: this.#agents, types: this.#types, reasons: this.#reasons.list, edits, policy, broken: this.#brokenKeys };
  }

  free(): void {
    this.#replay.free();
  }
}
