// What the page and its worker say to each other. The page holds no engine: whatever is decided is decided in the worker, by the package.

import type { Action, Approval, ApprovalOrder, AuditHead, ChainVerdict, Effect, Explanation, FullPolicyDocument, Reason, RuleName, RuleReason, Warning } from "agent-interlock";

/** From the least to the most strict; columns hold the index. */
export const EFFECTS: readonly Effect[] = ["allow", "notify", "approve", "defer", "deny", "lock"];

/** What a record of a log may be; columns hold the index. */
export const KINDS = [
  "request", "report", "resolve", "observe", "lock", "unlock", "acknowledge", "recordUsage", "setPolicy", "adoptClock",
] as const;
export type Kind = (typeof KINDS)[number];

/** A record that somebody put into the day. */
export interface Edit {
  /** Where it stands: after the record of the log with the number below it. */
  key: number;
  /** JSON, as a line of a log. */
  line: string;
}

/** What stands in memory as results, by a name of the page's. */
export type Slot = "current" | "baseline" | "other" | "freer" | "stricter" | "mode";

export interface DayInfo {
  name: string;
  records: number;
  bytes: number;
  format: "jsonl" | "json";
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
  /** The record's place: its number, from 0; between two numbers for one that was put in. */
  key: Float64Array;
  kind: Uint8Array;
  /** Of a request, else 255. */
  effect: Uint8Array;
  agent: Uint32Array;
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
  locks: LockSpan[];
  broken: BrokenLine[];
  brokenCount: number;
  /** The policy in full, as it ran. */
  document: FullPolicyDocument;
  policyDigest: string;
  milliseconds: number;
}

/** Two results of the same day. */
export interface Difference {
  /** Rows of the second, in order of time, whose effect is another. */
  rows: Uint32Array;
  /** Their rows in the first; 2^32-1 where it has none. */
  before: Uint32Array;
  /** How many went from each effect to each: `from * 6 + to`. */
  moves: number[];
  /** In the second alone, in the first alone. */
  added: number;
  removed: number;
}

/** A row as the table shows it. */
export interface RowView {
  row: number;
  at: number;
  kind: Kind;
  id: string;
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

/** A moment of the day: before a row, or after all that happened up to an instant. */
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
  edits: Edit[];
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

/** What can be asked, and what is answered. */
export interface Calls {
  load: { ask: { file: Blob; name: string }; answer: DayInfo | ForeignLog };
  run: { ask: Order & { slot: Slot }; answer: RunResult };
  /** The same result under another name: what is equal is not run twice. */
  copy: { ask: { from: Slot; to: Slot }; answer: null };
  difference: { ask: { before: Slot; after: Slot }; answer: Difference };
  rows: { ask: { slot: Slot; rows: number[] }; answer: RowView[] };
  find: { ask: { slot: Slot; query: Query }; answer: Uint32Array };
  detail: { ask: { slot: Slot; row: number }; answer: RowDetail };
  rates: { ask: { slot: Slot; agent: number | null; from: number; to: number; points: number }; answer: Rates };
  explain: { ask: { slot: Slot; moment: Moment; record: string | null }; answer: Explained };
  approvals: { ask: { slot: Slot; moment: Moment }; answer: Queue };
  /** Tries a decision of a person; nothing happens but that the answer says what would. */
  resolve: { ask: { slot: Slot; moment: Moment; order: ApprovalOrder; asksAgain: boolean }; answer: Decided };
  /** Where a record of that time would stand. */
  place: { ask: { slot: Slot; at: number }; answer: number };
  export: { ask: { slot: Slot; what: Export }; answer: Exported };
  verify: { ask: { file: Blob; head: AuditHead | null }; answer: Verified };
  check: { ask: { policy: string }; answer: Checked };
}

export type CallName = keyof Calls;
export type Ask = { [Name in CallName]: { id: number; name: Name; ask: Calls[Name]["ask"] } }[CallName];
export type ToWorker = Ask | { id: number; name: "cancel" };
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
