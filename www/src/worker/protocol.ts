// What the page and its worker say to each other. The page holds no engine: whatever is decided is decided in the worker, by the package.

import type { Action, Approval, ApprovalOrder, AuditHead, BudgetPeaks, ChainVerdict, Effect, Explanation, FullPolicyDocument, Reason, RuleName, RuleReason, Warning } from "agent-interlock";

/** From the least to the most strict; columns hold the index. */
export const EFFECTS: readonly Effect[] = ["allow", "notify", "approve", "defer", "deny", "lock"];

/** What a record of a log may be; columns hold the index. */
export const KINDS = [
  "request", "report", "resolve", "observe", "lock", "unlock", "acknowledge", "recordUsage", "setPolicy", "adoptClock",
] as const;
export type Kind = (typeof KINDS)[number];

/** A record that somebody put into the day. */
export interface Edit {
  /** A whole number from 1 on that no other one has. */
  id: number;
  /** The number of the record of the log that it follows, from 0; -1 at the start. Of several that follow the same one the first comes first. */
  after: number;
  /** JSON, as a line of a log. */
  line: string;
}

/** Where something can be put in. */
export interface Place {
  after: number;
  /** The id of the edit that it comes before; 0 after all that follow the same record. */
  before: number;
}

export interface DayInfo {
  name: string;
  records: number;
  bytes: number;
  format: "jsonl" | "json";
}

/** A day that the worker holds, by the number of the question that loaded it. */
export interface Loaded extends DayInfo {
  id: number;
}

/** Why a file is no log. */
export interface ForeignLog {
  foreign: "empty" | "text" | "json" | "csv" | "binary" | "audit" | "policy";
  name: string;
  /** How it begins. */
  sample: string;
  /** The fields of its first records, where it has such. */
  fields: string[];
}

/** One value for each record that was carried out. */
export interface Columns {
  /** Milliseconds since 1970. */
  at: Float64Array;
  /** The record's number in the log, from 0; of one that was put in, that of the record which it follows. */
  key: Float64Array;
  /** The id of what was put in; 0 for a record of the log. */
  edit: Uint32Array;
  kind: Uint8Array;
  /** Of a request, else 255. */
  effect: Uint8Array;
  /** An index into `agents`; 2^32-1 for none. */
  agent: Uint32Array;
  /** Of a request an index into `types`, else 2^32-1. */
  type: Uint32Array;
  /** What decided, as an index into `codes`; 255 for none. */
  code: Uint8Array;
  /** Which rule decided, as an index into RULES; 255 for none. */
  rule: Uint8Array;
  /** Which rules asked for anything, a bit each. */
  rules: Uint16Array;
  /** The highest tier of velocity that is reached, 0 for none. */
  tier: Uint8Array;
}

export interface BudgetSample {
  at: number;
  date: string;
  messages: number;
  llmTokens: number;
  apiCalls: number;
  amount: number;
}

/** A span in which an agent, or everybody, was locked. */
export interface LockSpan {
  /** An index into `agents`; -1 for everybody. */
  agent: number;
  from: number;
  /** Infinity for one that nobody took away. */
  to: number;
}

export interface BrokenLine {
  line: number;
  message: string;
}

export interface RunResult {
  /** The number of the question that it answers: by this it is asked about, until it is forgotten. */
  id: number;
  columns: Columns;
  agents: string[];
  types: string[];
  codes: string[];
  /** The first and the last of all times. */
  span: [number, number];
  /** Of requests, by effect. */
  counts: number[];
  requests: number;
  /** Requests, and what people did beside them: what a table without filters shows. */
  listed: number;
  budgets: BudgetSample[];
  /** The most that a local day came to of each of the customer's caps. */
  peaks: BudgetPeaks;
  locks: LockSpan[];
  broken: BrokenLine[];
  brokenCount: number;
  /** Of those, how many are no record at all: the others were read, and refused. */
  unread: number;
  /** The policy in full, as it ran. */
  document: FullPolicyDocument;
  policyDigest: string;
}

/** Two results of the same day. */
export interface Difference {
  /** Rows of the second, in order of time, whose effect is another. */
  rows: Uint32Array;
  /** Their rows in the first; 2^32-1 where it has none. */
  before: Uint32Array;
  /** How many went from each effect to each: `from * 6 + to`. */
  moves: number[];
  /** How many the second alone has. */
  added: number;
  /** Rows of the first that the second has not: it could not carry them out, or they were taken out. */
  removed: Uint32Array;
}

/** A row as the table shows it. */
export interface RowView {
  row: number;
  at: number;
  kind: Kind;
  type: string;
  agent: string;
  effect: Effect | null;
  reasons: RuleReason[];
  deferUntil: string | null;
  inserted: boolean;
}

export interface Query {
  effects: Effect[];
  rule: RuleName | null;
  agent: string | null;
  text: string;
  from: number | null;
  to: number | null;
  sort: "at" | "agent" | "type" | "effect";
  descending: boolean;
  /** Only rows that differ from the baseline. */
  changedOnly: boolean;
}

export type Checked =
  | { ok: true; document: FullPolicyDocument; digest: string; warnings: Warning[] }
  | { ok: false; code: string; path: string; message: string };

export interface RowDetail extends RowView {
  /** The record as it stands in the log. */
  record: string;
  line: number | null;
}

export interface Rates {
  at: Float64Array;
  /** Of each tier, as a share of its threshold. */
  shares: [Float64Array, Float64Array, Float64Array];
}

/** A moment of the day: that of a row, or after all that happened up to an instant. */
export type Moment = { row: number } | { at: number };

/** An action to be looked at, as a record of a log. */
export type Explained = { explanation: Explanation } | { fault: Fault };

/** What waits for a person, and what was decided, as it stood at a moment. */
export interface Queue {
  at: number;
  approvals: Approval[];
}

export interface Decided {
  /** What is to be put into the day so that it happens there too. */
  lines: string[];
  place: Place;
  approval: Approval;
}

export type Export = "jsonl" | "csv" | "audit" | "log";

export interface Exported {
  blob: Blob;
  /** Of an audit: where it ends. */
  head: AuditHead | null;
}

export interface Verified {
  entries: number;
  verdict: ChainVerdict;
  /** The last entry of a chain that is whole. */
  last: AuditHead | null;
}

export interface Order {
  policy: string;
  edits: Edit[];
}

/** What can be asked, and what is answered. Days and results are named by their ids: what the page shows is what it asks about. */
export interface Calls {
  load: { ask: { file: Blob; name: string }; answer: Loaded | ForeignLog };
  run: { ask: Order & { day: number }; answer: RunResult };
  difference: { ask: { before: number; after: number }; answer: Difference };
  rows: { ask: { run: number; rows: number[] }; answer: RowView[] };
  /** `before` is the baseline that rows are to differ from. */
  find: { ask: { run: number; before: number | null; query: Query }; answer: Uint32Array };
  detail: { ask: { run: number; row: number }; answer: RowDetail };
  rates: { ask: { run: number; agent: number | null; from: number; to: number; points: number }; answer: Rates };
  explain: { ask: { run: number; moment: Moment; record: string | null }; answer: Explained };
  approvals: { ask: { run: number; moment: Moment }; answer: Queue };
  /** Tries a decision of a person; nothing happens but that the answer says what would. */
  resolve: { ask: { run: number; moment: Moment; order: ApprovalOrder; asksAgain: boolean }; answer: Decided };
  /** Where a record of that time would stand. */
  place: { ask: { run: number; at: number }; answer: Place };
  export: { ask: { run: number; what: Export }; answer: Exported };
  verify: { ask: { file: Blob; head: AuditHead | null }; answer: Verified };
  check: { ask: { policy: string }; answer: Checked };
}

export type CallName = keyof Calls;
export type Ask = { [Name in CallName]: { id: number; name: Name; ask: Calls[Name]["ask"] } }[CallName];
/** What was asked under a number is not wanted any more: work on it stops, and what came of it is forgotten. */
export interface Forget {
  id: number;
  name: "forget";
}
export type ToWorker = Ask | Forget;
export type FromWorker =
  | { id: number; answer: unknown }
  | { id: number; progress: number }
  | { id: number; fault: Fault }
  | { id: 0; ready: true };

export interface Fault {
  code: string;
  path: string;
  message: string;
}

export type { Action, Effect, Reason, RuleName, RuleReason };
