import type { Approval, ApprovalOrder, ApprovalStatus, Explanation } from "./approvals.js";
import type { Action, AuditEntry, AuditHead, Cost, Decision, Guard, InFlight, LockOrder, LockState, Obligation, Person, Reported, UsageView } from "./guard.js";
import type { ErrorCategory } from "./failures.js";
import type { Json } from "./json.js";
import type { Policy } from "./policy.js";
import type { FullPolicyDocument, PolicyDocument } from "./document.js";

/** A clock. The host's is the default. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Resolves after so many milliseconds of its time; rejects with the signal's reason when that is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A clock for tests, which moves only when it is told to. */
export interface FakeClock extends Clock {
  /** How many sleep. */
  readonly sleeping: number;
  /** Goes ahead, waking each sleeper at its instant; resolves when what that brings about has come as far as it can. */
  advance(ms: number): Promise<void>;
}

/**
 * A clock for tests.
 *
 * @throws {InterlockError} where `start` is no instant
 * @example
 * ```js
 * import { createGate, fakeClock } from "agent-interlock/gate";
 *
 * const clock = fakeClock("2026-05-18T19:00:00Z");
 * const policy = { customerId: "noor", autonomyMode: "safe_autopilot", timeZone: "UTC", requireHumanForFirstSend: false };
 * const gate = await createGate({ policy, clock });
 * const mail = { id: "m1", type: "send_message", agent: "sales", riskFactors: { draftText: "Hello" } };
 * const late = await gate.run({ ...mail, id: "m0" }, () => "sent");
 * console.log(late.status); // executed
 * await clock.advance(3 * 3_600_000);
 * const sent = gate.run(mail, () => "sent in the morning", { wait: true });
 * await clock.advance(10 * 3_600_000);
 * console.log((await sent).result, new Date(clock.now()).getUTCHours()); // sent in the morning 8
 * await gate.close();
 * ```
 */
export declare function fakeClock(start?: string | number | Date): FakeClock;

/** A command of the guard's as a store keeps it. */
export interface Command {
  name: "request" | "resolve" | "report" | "observe" | "lock" | "unlock" | "recordUsage" | "acknowledge" | "adoptClock" | "setPolicy";
  argument: unknown;
  options: { [name: string]: unknown };
  /** The process that asked. */
  runner: string;
  /** The code of the error that it ended with, where it left a trace in the audit all the same. */
  refused?: string;
}

/** One commit: commands that were carried out, and where the audit ends after them. Plain JSON. */
export interface Entry {
  /** Told apart from every other commit. */
  id: string;
  head: AuditHead;
  commands: Command[];
}

/** A commit as it is offered to a store. */
export interface CommitEntry extends Entry {
  /** Whether the whole state is to be written down with it. */
  checkpoint: boolean;
  /** What it adds to the audit; to be called before `commit` has answered. */
  audit(): AuditEntry[];
}

/** What a store holds. */
export interface Loaded {
  /** How many commits there have been. */
  version: number;
  /** The last state that was written down. May be left out where `since` is not before it. */
  checkpoint?: { version: number; state: string };
  /** The commits after the checkpoint, or after `since` where that is later; in order. */
  entries: { version: number; entry: Entry }[];
}

/** A process that carries actions out. */
export interface Runner {
  id: string;
}

/** A store in somebody's turn. */
export type Held = Pick<Store, "load" | "commit" | "hashAt">;

/**
 * Where a gate keeps its state. Each method may answer at once or by a promise; what it throws means that nothing runs. What it says is kept
 * must be kept: through a crash, and for every process that asks.
 */
export interface Store {
  /** True where it begins empty with each process: then a first start need not be said. */
  readonly isVolatile?: boolean;
  /** The state of a key, `null` where there has never been one. */
  load(key: string, since?: number): Loaded | null | Promise<Loaded | null>;
  /** Keeps a commit as version `expectedVersion + 1`, at once with its audit. Gives false, and keeps nothing, where that is not the next version. Where
   * `entry.checkpoint` is true, `state()` is to be kept with it, and what lies before may go. */
  commit(key: string, expectedVersion: number, entry: CommitEntry, state: () => string): boolean | Promise<boolean>;
  /** The hash of the audit's entry with a number, where a commit ended with it and it is still known. */
  hashAt(key: string, seq: number): string | undefined | Promise<string | undefined>;
  /** Runs `work` while nobody else can commit; what `held` is told is kept when the promise resolves, and nothing of it where it is rejected. Without it
   * several processes decide at once, and all but one of them again. */
  exclusively?<Result>(key: string, work: (held: Held) => Promise<Result>): Promise<Result>;
  /** The audit's entries after a number. Without it a gate has the last 1,000 that it has made or followed since it was begun; where others were
   * passed over, from one checkpoint to a later one, the numbers show it. */
  audit?(key: string, since: number, limit: number): AuditEntry[] | Promise<AuditEntry[]>;
  /** Whose states it has. */
  keys?(): string[] | Promise<string[]>;
  /** Notes that a process lives, until an instant of the host's clock; 0 takes the note away. */
  lease?(key: string, runner: Runner, until: number): void | Promise<void>;
  /** The ids of the processes whose lease holds. Without it nobody is taken for dead. */
  alive?(key: string, now: number): string[] | Promise<string[]>;
}

/**
 * A store in this process's memory: gone with the process. The default.
 *
 * @example
 * ```js
 * import { createGate, memoryStore } from "agent-interlock/gate";
 *
 * const store = memoryStore();
 * const policy = { customerId: "noor", autonomyMode: "safe_autopilot" };
 * const one = await createGate({ policy, store });
 * const other = await createGate({ policy, store });
 * const action = { id: "a1", type: "book_meeting", agent: "sales" };
 * await one.run(action, () => "booked");
 * console.log((await other.run(action, () => "booked again")).code); // already_executed
 * await one.close();
 * await other.close();
 * ```
 */
export declare function memoryStore(): Store;

/** Why a store's word cannot be relied upon, so that nothing runs. */
export type StoreFault =
  | "store_failed"
  | "store_slow"
  | "store_empty"
  | "store_older"
  | "store_other"
  | "store_damaged"
  | "store_contended"
  | "closed";

/** Who takes what a decision obliges the host to. Each is called at least once for an obligation, until it does not throw. */
export interface Channels {
  notify?: (obligation: Obligation) => unknown;
  route?: (obligation: Obligation) => unknown;
  alert?: (obligation: Obligation) => unknown;
}

/** How a gate is made. */
export interface GateOptions {
  /** Left out: the one that the store's state is of. */
  policy?: Policy | PolicyDocument | undefined;
  /** Default: a memory store of its own. */
  store?: Store | undefined;
  /** Whose state it is, where no policy says so and the store has several. */
  customerId?: string | undefined;
  /** True at the first start alone. Where the store has nothing and this is not said, its state has been lost, and nothing is begun in its
   * place; where it has something, saying it is a `conflict`. */
  create?: boolean | undefined;
  /** The head as the host kept it: a store that does not hold it is refused. */
  expectedHead?: AuditHead | undefined;
  /** Who changes the policy of the store's state to this one, and why. */
  changePolicy?: { by: Person; reason: string } | undefined;
  clock?: Clock | undefined;
  channels?: Channels | undefined;
  /** A policy that decides beside, and is only reported. */
  shadow?: Policy | PolicyDocument | undefined;
  /** Is told of every decision. What it throws goes to `on("error")`. */
  onDecision?: ((decision: Decision, more: { action: Action; shadow: Decision | null }) => unknown) | undefined;
  /** How long a store may take. Default: 5,000. */
  storeTimeoutMs?: number | undefined;
  /** How long a process may be silent before it is taken for dead. Default: 30,000. */
  leaseMs?: number | undefined;
  /** How often a run that waits looks for what other processes did. Default: 500. */
  pollMs?: number | undefined;
}

/** What an execution is given beside its arguments. */
export interface ExecuteContext {
  /** Aborted when its time is over, or its caller no longer wants it. */
  readonly signal: AbortSignal;
  /** How often it has been granted, this time included. */
  readonly attempt: number;
  /** Says what was really used, instead of what was reserved: what is said again comes on top, and a dimension that is never said is 0. What is no cost
   * is told as an `error` of the gate, and what was reserved stands. */
  used(cost: Cost): void;
}

/** Carries an action out. `args` is the frozen copy of the arguments that was decided on. */
export type Execute<Result> = (args: any, context: ExecuteContext) => Result | PromiseLike<Result>;

/** How an action is run. */
export interface RunOptions {
  /** Who asked the agent. */
  requestedBy?: string | undefined;
  /** A person does this, not an agent. */
  human?: boolean | undefined;
  /** Gives it up: while it waits the promise is rejected with the signal's reason; once it runs it is told to stop. */
  signal?: AbortSignal | undefined;
  /** How long it may run. A write that is not over by then is of unknown outcome. */
  timeoutMs?: number | undefined;
  /** Waits for the approval, or the instant, and goes on. */
  wait?: boolean | undefined;
}

interface Told {
  decision: Decision;
  /** The first reason's code. */
  code: string;
  /** The first reason's text. */
  reason: string;
}

/** Why an action has not been run. */
export type Refusal =
  /** A person has to decide. */
  | ({ status: "pending"; approval: Approval } & Told)
  /** Not now; `until` is null where one cannot know. */
  | ({ status: "deferred"; until: string | null } & Told)
  | ({ status: "denied" } & Told)
  | ({ status: "locked" } & Told)
  /** The store cannot be relied upon. */
  | { status: "locked"; code: StoreFault; reason: string; decision: null; error: unknown }
  /** It may have happened; a person says so, with {@link Gate.reconcile}. */
  | { status: "unknown"; code: "outcome_unknown"; error?: unknown; decision: Decision };

/** What became of an action. It has been run at `executed`, `failed` and, for all that is known, `unknown` alone. */
export type RunResult<Result> =
  | {
      status: "executed";
      result: Result;
      /** Whether that is known to be in the store. Where not, the gate goes on trying. */
      recorded: boolean;
      decision: Decision;
    }
  /** It was tried. It may be tried again from `retryAt` on, where that is not null. */
  | { status: "failed"; category: ErrorCategory; retryAt: string | null; error: unknown; decision: Decision }
  | Refusal;

/** Whether an action would be run. */
export type AskResult = { status: "allowed"; decision: Decision } | Refusal;

type AgentRefusal =
  | { status: "pending"; approval: Pick<Approval, "id" | "status" | "expiresAt">; code: string }
  | { status: "deferred"; until: string | null; code: string }
  | { status: "denied" | "locked"; code: string }
  | { status: "unknown"; code: "outcome_unknown"; error?: unknown };

/** What an agent is told: no keyword and no threshold. */
export type AgentResult<Result> = { codes: string[] } & (
  | { status: "executed"; result: Result; recorded: boolean }
  | { status: "failed"; category: ErrorCategory; retryAt: string | null; error: unknown }
  | AgentRefusal
);

/** What an agent is told of what it asks. */
export type AgentAskResult = { codes: string[] } & ({ status: "allowed" } | AgentRefusal);

/** What an agent's code may hold: it can ask for its own actions and have them run, and nothing else. */
export interface AgentGate {
  run<Result>(
    action: Pick<Action, "id" | "type" | "args" | "group">,
    execute: Execute<Result>,
    options?: Pick<RunOptions, "signal" | "timeoutMs" | "wait">,
  ): Promise<AgentResult<Result>>;
  ask(action: Pick<Action, "id" | "type" | "args" | "group">, options?: Pick<RunOptions, "signal" | "wait">): Promise<AgentAskResult>;
}

/** What the second policy would have done. */
export interface ShadowReport {
  compared: number;
  same: number;
  stricter: number;
  milder: number;
  /** How often it could not decide. */
  failed: number;
  /** Why it would have been stricter, by code, the most frequent first. */
  stricterBy: { [code: string]: number };
}

/** What {@link Gate.on} tells of. */
export interface GateEvents {
  decision: { action: Action; decision: Decision; shadow: Decision | null };
  /** Opened or resolved, by this process or another; what another did is seen after a third of `leaseMs` at the latest. */
  approval: { approval: Approval };
  lock: LockState;
  shadow: { action: Action; decision: Decision; shadow: Decision; differs: boolean };
  /** What went wrong beside the actions: a channel, a listener, a report that could not be kept. Without a listener it is written to
   * `console.error`. */
  error: unknown;
}

/** The guard decides, the gate acts on it. Everything it tells is known to be kept. */
export interface Gate {
  readonly customerId: string;
  /** Where the audit ends: keep it away from the store, and give it back as `expectedHead`. */
  readonly head: AuditHead;
  /**
   * Runs an action if the policy lets it, and reports what became of it. Whatever it is not sure of does not run.
   * @throws {InterlockError} for what is no action; it has not run. With a `signal`, the signal's reason while it waits.
   */
  run<Result>(action: Action, execute: Execute<Result>, options?: RunOptions): Promise<RunResult<Result>>;
  /**
   * Asks whether an action would be run, and opens an approval where a person has to decide. It grants nothing: what would run is still to be run,
   * and is decided on then.
   */
  ask(action: Action, options?: Pick<RunOptions, "requestedBy" | "human" | "signal" | "wait">): Promise<AskResult>;
  /** A person decides on an approval.
   * @throws {InterlockError} as {@link Guard.resolve} */
  resolve(order: ApprovalOrder): Promise<Approval>;
  approvals(filter?: { status?: ApprovalStatus | undefined }): Promise<Approval[]>;
  /** The kill switch, for anybody but an agent. */
  lock(order: LockOrder): Promise<LockState>;
  unlock(order: LockOrder): Promise<LockState>;
  /**
   * A person says what became of an action of unknown outcome.
   * @throws {InterlockError} `not_found`; `conflict` while it is still being carried out; `not_authorized`
   */
  reconcile(word: {
    actionId: string;
    outcome: "succeeded" | "failed";
    /** The agent's creator or a `platform_admin`. */
    by: Person;
    comment?: string | undefined;
    usage?: Cost | undefined;
  }): Promise<Reported>;
  observe(observation: Parameters<Guard["observe"]>[0]): Promise<ReturnType<Guard["observe"]>>;
  recordUsage(spent: Parameters<Guard["recordUsage"]>[0]): Promise<void>;
  acknowledge(done: { ids: readonly string[] }): Promise<number>;
  adoptClock(order: { by: Person; reason: string }): Promise<void>;
  setPolicy(policy: Policy | PolicyDocument, order: { by: Person; reason: string }): Promise<void>;
  /** The policy that it decides by, in full. */
  policy(): Promise<FullPolicyDocument>;
  usage(): Promise<UsageView>;
  lockState(): Promise<LockState>;
  /** Grants that are not settled. */
  inFlight(): Promise<InFlight[]>;
  outbox(): Promise<Obligation[]>;
  /** What would be decided, and why; nothing changes. For the host alone. */
  explain(action: Action, options?: Pick<RunOptions, "requestedBy" | "human">): Promise<Explanation>;
  /** The audit's entries after a number, at most `limit` (1,000). */
  audit(part?: { since?: number; limit?: number }): Promise<AuditEntry[]>;
  /** What the second policy would have done; null without one. */
  shadowReport(): ShadowReport | null;
  /** Gives what takes the listener away. */
  on<Name extends keyof GateEvents>(name: Name, listener: (event: GateEvents[Name]) => unknown): () => void;
  /** What an agent's code may hold. */
  forAgent(id: string, options?: { requestedBy?: string | undefined }): AgentGate;
  /** Waits for what is being carried out, and ends. The store is left to the host. */
  close(): Promise<void>;
}

/**
 * Makes a gate on a store's state.
 *
 * @throws {InterlockError} `not_found` where the store has no state and no first start is said; `conflict` for a first start on a state that is
 * there, and for another policy than the state's; `invalid_snapshot` where the store is older than `expectedHead`, or damaged; `internal` where it fails
 * @example
 * ```js
 * import { createGate } from "agent-interlock/gate";
 *
 * const gate = await createGate({ policy: { customerId: "noor", autonomyMode: "safe_autopilot" } });
 * const action = { id: "a1", type: "book_meeting", agent: "sales", args: { with: "Huda" } };
 * const run = await gate.run(action, async (args) => `booked ${args.with}`);
 * console.log(run.status, run.result); // executed booked Huda
 * console.log((await gate.run(action, () => "booked again")).code); // already_executed
 * await gate.close();
 * ```
 */
export declare function createGate(options: GateOptions): Promise<Gate>;

export type { Json };
