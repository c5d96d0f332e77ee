// The day under a policy: every record through the package's replay, and what became of it in columns.

import { Policy, Replay, parsePolicy } from "agent-interlock";
import type { ReplayColumns, ReplayReason } from "agent-interlock";
import { withDays } from "./budgets.ts";
import { type AllColumns, Growing, Names, type Place, forPage } from "./columns.ts";
import { Day, type Piece, policyIn } from "./day.ts";
import { Locks } from "./locks.ts";
import type { Log } from "./log.ts";
import type { Pacer } from "./pause.ts";
import { EFFECTS, KINDS, type BrokenLine, type BudgetSample, type Edit, type RunResult } from "./protocol.ts";
import { isSteering, RULES, ruleBit } from "./rules.ts";

/** Broken lines that are shown one by one; all are counted. */
const SHOWN_BROKEN = 200;
/** So many points has the curve of each budget. */
const BUDGET_SAMPLES = 240;
/** In a short day a point for each record would take longer than the day. */
const LEAST_STRIDE = 4;
/** In columns of bytes, and in the wider ones: no effect, no agent, no reasons. */
export const NOTHING = 255;
export const NONE = 0xffffffff;
/** So many records take some milliseconds. */
const MOST_AT_ONCE = 256;
const REQUEST = KINDS.indexOf("request");

type BrokenRecord = ReplayColumns["broken"][number];

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
    const pass = new Pass(policy, day);
    try {
      let taken = 0;
      for (const piece of day.pieces(pass.atOnce)) {
        pass.take(piece);
        taken += piece.lines.length / 2;
        if (pacer.isDue) await pacer.pause(taken / day.length);
      }
      return pass.run(policyText);
    } finally {
      pass.free();
    }
  } finally {
    policy.free();
  }
}

/** What follows from an effect and a list of reasons, for every row that has them. */
interface Why {
  effect: number;
  /** The list, as an index into those of the run. */
  reasons: number;
  /** The code and the rule of the first reason with the effect that won. */
  code: number;
  rule: number;
  /** Every rule that had a reason, a bit each. */
  rules: number;
  /** What it locked by. */
  locks: readonly ReplayReason[];
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
  readonly #day: Day;
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
  #unread = 0;
  readonly #sampleEvery: number;
  #sinceSample = 0;
  #clock = Number.NEGATIVE_INFINITY;
  #steering = 0;
  #others = 0;

  constructor(policy: Policy, day: Day) {
    this.#replay = new Replay({ policy });
    this.#policy = policy;
    this.#day = day;
    this.#locks = new Locks(policy.document.velocityScope);
    this.#sampleEvery = Math.max(LEAST_STRIDE, Math.floor(day.length / BUDGET_SAMPLES));
  }

  /** So many records at once let others have their turn, and are sampled where the curve has a point. */
  get atOnce(): number {
    return Math.min(MOST_AT_ONCE, this.#sampleEvery);
  }

  take(piece: Piece): void {
    const told = this.#replay.columns(piece.bytes, piece.lines);
    for (const broken of told.broken) this.#break(piece, broken);
    const agents = told.agents.map((agent) => this.#agents.number(agent));
    const types = told.types.map((type) => this.#types.number(type));
    const effects = told.effects.map((effect) => EFFECTS.indexOf(effect));
    const kinds = told.kinds.map((kind) => KINDS.indexOf(kind));
    const whys: (Why | undefined)[] = [];
    for (let row = 0; row < told.line.length; row += 1) {
      const at = Number(told.at[row]);
      const kind = Number(kinds[Number(told.kind[row])]);
      const agent = agents[Number(told.agent[row])] ?? NONE;
      const place = { at, key: piece.key + (piece.edit === 0 ? Number(told.line[row]) : 0), edit: piece.edit, kind, agent };
      this.#clock = Math.max(this.#clock, at);
      if (kind !== REQUEST) {
        this.#command(place);
        continue;
      }
      const effect = Number(effects[Number(told.effect[row])]);
      const list = Number(told.reason[row]);
      let why = whys[list];
      if (why?.effect !== effect) whys[list] = why = this.#why(effect, told.reasons[list] ?? []);
      this.#counts[effect] = (this.#counts[effect] ?? 0) + 1;
      const until = Number(told.deferUntil[row]);
      this.#rows.add(place, {
        effect,
        type: Number(types[Number(told.type[row])]),
        code: why.code,
        rule: why.rule,
        rules: why.rules,
        tier: Number(told.tier[row]),
        defer: until < 0 ? Number.NaN : until,
        reasons: why.reasons,
        counts: Number(told.counted[row]),
      });
      if (why.locks.length > 0) this.#locks.request(at, agent, why.locks);
    }
    this.#sample(piece.lines.length / 2);
  }

  #break({ key, edit }: Piece, { line, code, path, message }: BrokenRecord): void {
    this.#brokenCount += 1;
    if (code === "invalid_input" && path === "") this.#unread += 1;
    if (this.#broken.length >= SHOWN_BROKEN) return;
    this.#broken.push({ line: edit === 0 ? this.#day.log.line(key + line) : 0, message: path === "" ? message : `${path}: ${message}` });
  }

  #why(effect: number, reasons: readonly ReplayReason[]): Why {
    const deciding = reasons.find((reason) => reason.effect === EFFECTS[effect]);
    let rules = 0;
    for (const { rule } of reasons) rules |= ruleBit(rule);
    return {
      effect,
      reasons: this.#reasons.number(JSON.stringify(reasons)),
      code: deciding === undefined ? NOTHING : this.#codes.number(deciding.code),
      rule: deciding === undefined ? NOTHING : RULES.indexOf(deciding.rule),
      rules,
      locks: EFFECTS[effect] === "lock" ? reasons : [],
    };
  }

  #command(place: Place): void {
    const { at, kind, key, edit } = place;
    const agent = place.agent === NONE ? null : place.agent;
    this.#rows.add(place, COMMAND);
    this.#others += 1;
    if (isSteering(kind)) this.#steering += 1;
    const name = KINDS[kind];
    if (name === "lock" || name === "unlock") this.#locks.command(at, name, agent);
    if (name === "setPolicy") this.#setPolicy(policyIn(this.#day.text(key, edit)));
  }

  #setPolicy(text: string): void {
    const policy = parsePolicy(text);
    this.#locks.scope = policy.document.velocityScope;
    policy.free();
  }

  #sample(records: number): void {
    this.#sinceSample += records;
    if (this.#sinceSample < this.#sampleEvery || this.#rows.length === 0) return;
    this.#sinceSample = 0;
    const { usage } = this.#replay.summary();
    const { messages, llmTokens, apiCalls, amount } = usage;
    this.#budgets.push({ at: this.#clock, date: usage.date ?? "", messages, llmTokens, apiCalls, amount });
  }

  run(policy: string): Run {
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
    return { result, columns, agents: this.#agents, types: this.#types, reasons: this.#reasons.list, day: this.#day, policy, clock };
  }

  free(): void {
    this.#replay.free();
  }
}
