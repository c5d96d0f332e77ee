import type { Approval, ApprovalStatus, Explanation } from "./approvals.js";
import type { Disposal } from "./disposal.js";
import type { PolicyDocument } from "./document.js";
import type { ErrorCode, InterlockError } from "./error.js";
import type { AuditEntry, AuditHead, Effect, Lock, Now, RuleName, RuleReason, Snapshot } from "./guard.js";
import type { Policy } from "./policy.js";
import type { Reason } from "./reasons.js";
import type { ActionType, Tier } from "./rules.js";

/** What becomes of an action, least to most strict. Only `allow` and `notify` let it run. */
export type ReplayEffect = Effect;

/** A reason, with the rule that gave it and what that rule asks for. */
export type ReplayReason = RuleReason;

/** A line of the log that asked for an action, and what became of it. */
export interface ReplayAction {
  /** When it was asked: a UTC instant. */
  at: string;
  actionId: string;
  type: ActionType;
  agent: string;
  /** The strictest effect that any rule asks for. */
  effect: ReplayEffect;
  /** Whether the action runs: at `allow` and `notify` alone. */
  allowed: boolean;
  /** The code of the first reason with that effect. */
  code: Reason["code"] | null;
  /** The text of the first reason with that effect. */
  reason: string | null;
  /** Every reason, in the order of the rules. */
  reasons: ReplayReason[];
  /** The highest tier of velocity that is reached. */
  escalation: Tier | null;
  /** The first instant at which no rule would defer it, where the effect is `defer` and one can know. */
  deferUntil: string | null;
  /** Whether it counted as one more action of its agent's velocity. */
  counted: boolean;
  /** Its approval as it then is, where there is one. */
  approval: ReplayApproval | null;
}

/** An action's approval. */
export interface ReplayApproval {
  id: string;
  status: ApprovalStatus;
}

/** A line of the log that was read but asked for nothing. */
export interface ReplayCommand {
  at: string;
  kind: ReplayCommandKind;
  /** The agent that it names, or whose approval it resolved. */
  agent?: string;
  /** The reason, or the comment, that a person gave. */
  reason?: string;
  /** The action that it names, or whose approval it resolved. */
  actionId?: string;
  /** The approval that it resolved, as it then is. */
  approval?: ReplayApproval;
}

/** What a line is that asks for nothing. */
export type ReplayCommandKind =
  | "report"
  | "resolve"
  | "observe"
  | "lock"
  | "unlock"
  | "acknowledge"
  | "recordUsage"
  | "setPolicy"
  | "adoptClock";

/** A line of the log, and what became of it. */
export type ReplayRow = ReplayAction | ReplayCommand;

/** What was used on a local day. */
export interface DayUsage {
  /** The local day; `null` for a peak, which is of several. */
  date: string | null;
  messages: number;
  llmTokens: number;
  apiCalls: number;
  /** Money, in the policy's currency. */
  amount: number;
}

/** How many requests had each effect; an effect that nothing had is not there. */
export type EffectCounts = Partial<Record<ReplayEffect, number>>;

/** The most that any local day used of one cap. */
export interface Peak {
  used: number;
  /** The cap, as it was then. */
  cap: number;
  /** The local day, the first of several; `null` where nothing was used. */
  date: string | null;
}

/** How near one budget came to its caps. */
export interface BudgetPeaks {
  messages: Peak;
  llmTokens: Peak;
  apiCalls: Peak;
  /** Money, in the policy's currency. */
  amount: Peak;
}

/** What one agent did. */
export interface AgentSummary {
  requests: number;
  allowed: number;
  byEffect: EffectCounts;
}

/** One local day. */
export interface DaySummary {
  date: string;
  requests: number;
  byEffect: EffectCounts;
  /** What it came to, as far as the log tells. */
  used: Omit<DayUsage, "date">;
}

/** An agent, or with `null` the customer, that was locked. */
export interface LockedScope extends Lock {
  agent: string | null;
}

/** What a log came to, as far as it was read. Its size is bounded, however long the log is. */
export interface ReplaySummary {
  requests: number;
  /** How many had each effect; an effect that nothing had is not there. */
  byEffect: EffectCounts;
  /** How many had each reason, the first that decided. */
  byCode: Partial<Record<Reason["code"], number>>;
  /** Of how many requests each rule had something to say, and how many it decided: its reason was the first with the winning effect. */
  byRule: Partial<Record<RuleName, { asked: number; decided: number }>>;
  /** By agent; those past the 10,000th are together under an empty name. */
  byAgent: Record<string, AgentSummary>;
  /** By hour of the local day: 24 of them, from midnight on, all days together. */
  byHour: EffectCounts[];
  /** Each local day with a request, the first 1,000. */
  byDay: DaySummary[];
  /** How many local days had a request. */
  days: number;
  /** Lines that asked for nothing, by kind. */
  commands: Partial<Record<ReplayCommandKind, number>>;
  /** Reports of what was not granted here: they changed nothing. */
  notGranted: number;
  /** Lines that resolved what does not wait for a person here: they changed nothing. */
  notPending: number;
  /** Questions to people: opened by the log, resolved in it, expired before anybody did, and waiting at its end. */
  approvals: { opened: number; approved: number; rejected: number; expired: number; pending: number };
  /** How often an agent or the customer was locked, and the first 100 times. */
  locks: { count: number; first: LockedScope[] };
  /** How many requests were to wait, how many of them nobody knows until when, and the latest instant of the others. */
  deferrals: { count: number; open: number; latest: string | null };
  /** How near each budget came to its caps: the customer's, and that of each agent who has one of its own. */
  budgets: { customer: BudgetPeaks; agents: Record<string, BudgetPeaks> };
  /** What the last local day came to. */
  usage: DayUsage;
  /** The most that any local day came to, in each dimension. */
  peak: DayUsage;
  /** The first request. */
  first: string | null;
  /** The last one. */
  last: string | null;
}

/** What a whole log came to. */
export interface ReplayReport extends ReplaySummary {
  /** Lines that were read, blank ones too. */
  lines: number;
  /** Lines that could not be carried out, under whichever policy could not. */
  broken: number;
  /** Where the audit ends; `null` where none is kept. */
  auditHead: AuditHead | null;
  /** The digest of the policy by which the last line was decided. */
  policyDigest: string;
  /** The same under the policy `against`, where one was given. */
  against?: {
    summary: ReplaySummary;
    broken: number;
    policyDigest: string;
    changes: ReplayChanges;
  };
}

/**
 * What a change is. `now_allowed`: the second policy lets it run, the first did not. `now_refused`: the first did, the second does not.
 * `milder`, `stricter`: another effect, and it runs under both or under neither. `other_reason`: the same effect for another reason, or until another time.
 */
export type ReplayTurn = "now_allowed" | "now_refused" | "milder" | "stricter" | "other_reason";

/** What became of an action under one of two policies. */
export interface ReplaySide {
  /** `error` where the action was refused as bad input. */
  effect: ReplayEffect | "error";
  /** The rule that decided. */
  rule: RuleName | null;
  /** The code of its reason, or of the error. */
  code: Reason["code"] | ErrorCode | null;
  /** The text of its reason, or of the error: 200 characters at most. */
  reason: string | null;
  /** The reason with all that it speaks of; `null` where there is none, or its text is longer. */
  because: ReplayReason | null;
  deferUntil: string | null;
}

/** An action that comes out otherwise under the second policy. */
export interface ReplayChange {
  /** The line of the log, from 1. */
  line: number;
  at: string;
  actionId: string;
  type: ActionType;
  agent: string;
  turn: ReplayTurn;
  /** Under the first policy. */
  before: ReplaySide;
  /** Under the second. */
  after: ReplaySide;
}

/** What changes from one policy to another. */
export interface ReplayChanges {
  /** How many actions come out otherwise: the sum of the next five. */
  total: number;
  nowAllowed: number;
  nowRefused: number;
  milder: number;
  stricter: number;
  otherReason: number;
  /** How many went from one effect to another; the strictest `before` first, and of those the mildest `after`. */
  byEffect: { before: ReplayEffect | "error"; after: ReplayEffect | "error"; count: number }[];
  /** By the rule that decided where it is stricter: how often it held what the second policy is milder about, and what the first was. */
  byRule: Partial<Record<RuleName, { milder: number; stricter: number }>>;
  /**
   * At most 1,000 of them: first those that the second allows and the first refuses, then those that it refuses and the first allows,
   * the milder, the stricter, and those of reason alone; of one kind what goes furthest first, then as in the log.
   */
  list: ReplayChange[];
  /** How many are not in the list. */
  unlisted: number;
}

/** A line of a log: JSON text. */
type LogLine = string;
/** A line of a log: the command's fields beside `at` and `kind`. */
type LogCommand = { readonly at: unknown; readonly [field: string]: unknown };
type LogItem = LogLine | LogCommand | Uint8Array;

/**
 * A log. A text or bytes: all of it. A list, or what can be iterated: its lines, each a text or a command as an object. A stream, or what can be
 * iterated asynchronously: text or bytes as they come, cut anywhere. {@link ReplayOptions.lines} says otherwise of texts.
 */
export type ReplayLog = string | Uint8Array | Iterable<LogItem> | AsyncIterable<LogItem> | ReadableStream<LogItem>;

/** How far a replay has come. */
export interface ReplayProgress {
  lines: number;
  broken: number;
  requests: number;
  /** Bytes read; a command that is an object has none. */
  bytes: number;
  /** From 0 to 1; `null` where the log's length is not known. */
  share: number | null;
}

/** A line that could not be carried out. */
export interface BrokenLine {
  /** Its number, from 1. */
  line: number;
  /** Its text, where it is one. */
  text: string | null;
  code: ErrorCode;
  /** Where in the line. */
  path: string;
  /** What is wrong there, without path and number. */
  message: string;
}

/**
 * What became of the lines of a piece of a log, a column for each thing that is told of them, for whoever shows a million: row `n` is what stands
 * at `n` in each. A request has all of it; another command has its line, instant, kind and agent.
 */
export interface ReplayColumns {
  /** Which of the lines it is, from 0. A blank line and a broken one have no row. */
  line: number[];
  /** When it was, in whole milliseconds since 1970. */
  at: number[];
  /** What it is: an index into `kinds`. */
  kind: number[];
  /** Whose it is: an index into `agents`; -1 where it names none. */
  agent: number[];
  /** The action's type: an index into `types`; -1 for what is no request, as in the next four. */
  type: number[];
  /** What became of it: an index into `effects`. */
  effect: number[];
  /** Why: an index into `reasons`. */
  reason: number[];
  /** The highest tier of velocity that is reached, 1 to 3; 0 for none. */
  tier: number[];
  /** The first instant at which no rule would defer it, in whole milliseconds since 1970; -1 where it is not deferred, or nobody can know. */
  deferUntil: number[];
  /** 1 where it counted as one more action of its agent's velocity, else 0. */
  counted: number[];
  kinds: ("request" | ReplayCommandKind)[];
  /** Where there are very many, one may stand twice; so may `types` and `reasons`. */
  agents: string[];
  types: string[];
  effects: ReplayEffect[];
  /** Lists of reasons, each in the order of the rules. */
  reasons: ReplayReason[][];
  /** The lines that could not be carried out, by the same numbers. They changed nothing. */
  broken: { line: number; code: ErrorCode; path: string; message: string }[];
}

/** What {@link replay} takes. What a callback returns is awaited before more is read. */
export interface ReplayOptions {
  policy: Policy | PolicyDocument;
  log: ReplayLog;
  /** A second policy: the log runs under both, and {@link ReplayReport.against} says what it changes. */
  against?: Policy | PolicyDocument | undefined;
  /** Where to begin: a guard's snapshot under `policy`. Left out, a guard that has seen nothing. */
  snapshot?: Snapshot | string | undefined;
  /** Whether an audit is kept. Left out, where `onAudit` is given. */
  audit?: boolean | undefined;
  /** Whether each text of the log is a line of its own. Left out: true in lists and iterables, false in streams and asynchronous iterables. */
  lines?: boolean | undefined;
  /** The next entries of the audit, in order. */
  onAudit?: ((entries: AuditEntry[]) => unknown) | undefined;
  /** What a broken line does. `"throw"` (left out, too) ends the replay; `"skip"`, or a function that is told of it, counts it and goes on. */
  onError?: "throw" | "skip" | ((error: InterlockError, broken: BrokenLine) => unknown) | undefined;
  /** Now and then, and at the end. */
  onProgress?: ((progress: ReplayProgress) => unknown) | undefined;
  /** Each line that was carried out; with `against`, what became of it there and what changed. Left out, the replay is twice as fast. */
  onRow?: ((row: ReplayRow, more: { line: number; against?: ReplayRow; turn?: ReplayTurn }) => unknown) | undefined;
  /** Gives the replay up: it rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Ends the log where it has come to: what was carried out by then is summed up, and half a line is none. */
  stop?: AbortSignal | undefined;
}

/**
 * Runs a log of actions under a policy, or under two, in memory that does not grow with the log. It lets other work have its turn every few
 * milliseconds.
 *
 * @example
 * ```js
 * import { replay } from "agent-interlock";
 *
 * const log = [
 *   { at: "2026-05-18T12:00:00Z", id: "a1", type: "book_meeting", agent: "sales" },
 *   '{"at": "2026-05-18T12:00:05Z", "kind": "report", "actionId": "a1", "outcome": "succeeded"}',
 * ];
 * const policy = { customerId: "noor", autonomyMode: "draft_and_approve" };
 * const { byEffect, against } = await replay({ policy, log, against: { ...policy, autonomyMode: "safe_autopilot" } });
 * console.log(byEffect.approve, against.changes.nowAllowed); // 1 1
 * ```
 * @throws {InterlockError} where an option is wrong, and for a line that could not be carried out, with its number, unless `onError` says otherwise
 */
export declare function replay(options: ReplayOptions): Promise<ReplayReport>;

/**
 * A log of actions, run against a policy a line at a time. In between, the guard as it then is can be looked at, and gone on from.
 *
 * @example
 * ```js
 * import { Replay } from "agent-interlock";
 *
 * const replay = new Replay({ policy: { customerId: "noor", autonomyMode: "safe_autopilot" } });
 * replay.line('{"at": "2026-05-18T12:00:00Z", "id": "a1", "type": "send_message", "agent": "sales"}');
 * console.log(replay.summary().requests); // 1
 * const next = '{"at": "2026-05-18T23:00:00Z", "id": "a2", "type": "send_message", "agent": "sales"}';
 * console.log(replay.explain(next).decision.effect); // defer
 * replay.free();
 * ```
 */
export declare class Replay {
  /**
   * From a `snapshot`, a guard goes on where it was taken, with its audit or without; else it has seen nothing, and keeps an audit where
   * `audit` is true.
   * @throws {InterlockError} where the policy or the snapshot is wrong; `conflict` where an audit is asked for and the snapshot's guard keeps none
   */
  constructor(options: {
    policy: Policy | PolicyDocument;
    snapshot?: Snapshot | string | undefined;
    audit?: boolean | undefined;
  });
  /**
   * Runs one line: a JSON object. An empty line gives `null`.
   * @throws {InterlockError} for a broken line, which changes nothing
   */
  line(text: string): ReplayRow | null;
  /**
   * Runs lines that stand in `bytes`, and tells of them by column, which costs less than a row for each. `lines` has two places for each: its first
   * byte, and the first one after it. A broken line changes nothing, and the next one follows. Some hundred lines a call let
   * other work have its turn.
   * @throws {InterlockError} where a place is wrong: the lines before have been carried out
   */
  columns(bytes: Uint8Array, lines: Uint32Array): ReplayColumns;
  /** The totals of the lines so far. */
  summary(): ReplaySummary;
  /**
   * What the line of a request would be answered now, as {@link Guard.explain} tells it. Changes nothing.
   * @throws {InterlockError} for a broken line, and for one that is no request
   */
  explain(text: string): Explanation;
  /** As {@link Guard.approvals}; where `now` is left out, at the instant of the last line. */
  approvals(filter?: { status?: ApprovalStatus | undefined }, options?: Now): Approval[];
  /** As {@link Guard.auditHead}. */
  auditHead(): AuditHead;
  /** As {@link Guard.auditSince}: as far back as the last 1,000. */
  auditSince(seq: number): AuditEntry[];
  /** The guard's state now, as {@link Guard.snapshot} gives it. */
  snapshot(): Snapshot;
  /** The policy's that decides now: the log may have set another. */
  readonly policyDigest: string;
  /** Gives its memory back. */
  free(): void;
}

export interface Replay extends Disposal {}
