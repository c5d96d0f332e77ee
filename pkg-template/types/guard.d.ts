import type { Approval, ApprovalOrder, ApprovalStatus, Explanation } from "./approvals.js";
import type { Disposal } from "./disposal.js";
import type { Access, PolicyDocument } from "./document.js";
import type { AnomalyAssessment, EscalationDecision, PerformanceSnapshot } from "./escalation.js";
import type { ErrorCategory } from "./failures.js";
import type { Json } from "./json.js";
import type { Policy } from "./policy.js";
import type { Reason } from "./reasons.js";
import type { ActionType, RiskFactors, Time } from "./rules.js";

/** What becomes of an action, least to most strict. Only `allow` and `notify` let it run. */
export type Effect = "allow" | "notify" | "approve" | "defer" | "deny" | "lock";

/** The rules of the guard, in their order. */
export type RuleName =
  | "lock"
  | "arbitration"
  | "escalation"
  | "repeat"
  | "order"
  | "level"
  | "approval"
  | "confirmation"
  | "quiet_time"
  | "budget";

/** A reason, with the rule that gave it and what that rule asks for. */
export type RuleReason = Reason & {
  rule: RuleName;
  effect: Effect;
  /** Until when, where that is known of this reason alone. */
  until?: string;
};

/** What something costs, in every dimension of a budget; what is left out is 0. */
export interface Cost {
  messages?: number | undefined;
  llmTokens?: number | undefined;
  apiCalls?: number | undefined;
  /** In the policy's currency. */
  amount?: number | undefined;
}

/** What an agent wants to do. */
export interface Action {
  /** 1 to 256 characters, one for each thing that is to happen once. Ids that must never run twice are the host's to keep unique for good: of
   * finished actions the guard remembers the last 1,000. */
  id: string;
  type: ActionType;
  /** The agent's id. */
  agent: string;
  /** Any JSON of at most 256 KB: what the action would be run with. */
  args?: Json | undefined;
  /** The host's word; goes before what the policy finds in `args`. */
  riskFactors?: RiskFactors | undefined;
  /** The host's word; goes before what the policy says or finds in `args`. */
  cost?: Cost | undefined;
  /** 0 to 1. */
  riskScore?: number | undefined;
  /** 0 to 1. */
  impactScore?: number | undefined;
  /** Can only make the treatment stricter: `read` on a write changes nothing. */
  access?: Access | undefined;
  /** Can only make the treatment stricter: `false` changes nothing. */
  needsInterrupt?: boolean | undefined;
  /** Its place in a plan of the agent's: it waits until all before it have succeeded, whatever the order in which they are asked for. */
  group?: ActionGroup | undefined;
}

/** A place in a plan that keeps its order. */
export interface ActionGroup {
  /** The agent's own name for the plan. */
  id: string;
  /** From 0; below `size`. */
  index: number;
  /** From 1 to 64. */
  size: number;
}

/** When something is asked. */
export interface Now {
  /** Left out: the host's clock. A time before the last one counts as the last one; one more than 366 days after it is refused until
   * {@link Guard.adoptClock}. */
  now?: Time | undefined;
}

/** When, for whom and by whom something is asked. */
export interface RequestOptions extends Now {
  /** Who asked the agent. Required where the policy separates who asks from who approves. */
  requestedBy?: string | undefined;
  /** A person does this, not an agent: then only what was done before and the order of its plan are looked at, and the cost counts. */
  human?: boolean | undefined;
}

/** Something the host is to send or start, at least once; it stays in the outbox until it is acknowledged. */
export interface Obligation {
  id: string;
  kind: "notify" | "route" | "alert";
  /** Whom to tell, or which executor to start. */
  to?: string;
  title: string;
  /** At most 200 characters; control and direction characters are escaped. */
  body: string;
  link: string;
  data?: Json;
}

/** One decision over all rules. */
export interface Decision {
  actionId: string;
  /** The strictest effect that any rule asks for. */
  effect: Effect;
  /** Whether it runs: at `allow` and `notify` alone. */
  allowed: boolean;
  /** The code of the first reason with that effect. */
  code: Reason["code"] | null;
  /** The text of the first reason with that effect. */
  reason: string | null;
  /** Every reason, in the order of the rules. */
  reasons: RuleReason[];
  /** The action's approval as it is after this decision, where there is one. */
  approval: Approval | null;
  /** The first instant at which no rule would defer it, where the effect is `defer` and one can know. */
  deferUntil: string | null;
  /** What velocity calls for. */
  escalation: EscalationDecision | null;
  /** What this decision obliges the host to. */
  obligations: Obligation[];
  /** How often the action was granted, this time included. */
  attempt: number;
  /** SHA-256 over the canonical JSON of customer, agent, type and args. */
  digest: string;
  policyDigest: string;
  /** When it was decided, on the guard's clock. */
  at: string;
}

/** What an agent is told: no keyword and no threshold. */
export interface AgentDecision {
  actionId: string;
  effect: Effect;
  allowed: boolean;
  code: Reason["code"] | null;
  codes: Reason["code"][];
  deferUntil: string | null;
  /** The question to a person, where there is one. */
  approval: Pick<Approval, "id" | "status"> | null;
  attempt: number;
}

/** What became of a granted action. */
export interface Report {
  actionId: string;
  /** A failure after which it may have happened all the same is taken for `unknown`, unless the type is idempotent. */
  outcome: "succeeded" | "failed" | "unknown";
  /** What was really used; replaces what was reserved, on the day of the grant. Left out: the reservation stands. */
  usage?: Cost | undefined;
  /** What went wrong: a plain object with what is known of `statusCode`, `code`, `name`, `message`, `retryAfter`. */
  error?: { readonly [name: string]: Json } | undefined;
  /** The attempt that is reported; must be the last one granted. */
  attempt?: number | undefined;
  /** The person whose word it is, where nobody has seen the action end: the agent's creator or a `platform_admin`. It stands in the audit. */
  by?: Person | undefined;
  /** What that person says of it, 1,000 characters at most. */
  comment?: string | undefined;
}

/** What a report came to. */
export interface Reported {
  actionId: string;
  outcome: "succeeded" | "failed" | "unknown";
  category: ErrorCategory | null;
  retryable: boolean;
  retryAt: string | null;
  attempts: number;
}

/** A person. */
export interface Person {
  id: string;
  /** `platform_admin` may do everything; any other role is a person without powers of its own. */
  role: string;
}

/** Whom to lock or unlock, who says so, and why. */
export interface LockOrder {
  /** Left out: everything of the customer's. */
  agent?: string | undefined;
  by: Person;
  reason: string;
}

/** A lock that holds until somebody takes it away. */
export interface Lock {
  reason: string;
  since: string;
  source: "manual" | "velocity" | "critical_risk" | "anomaly";
}

/** Every lock there is. */
export interface LockState {
  customer: Lock | null;
  agents: { [id: string]: Lock };
}

/** What was used on a local day. */
export interface UsageView {
  date: string;
  customer: Required<{ [Dimension in keyof Cost]: number }>;
  agents: { [id: string]: Required<{ [Dimension in keyof Cost]: number }> };
}

/** A grant that is not settled. */
export interface InFlight {
  actionId: string;
  type: ActionType;
  agent: string;
  attempt: number;
  grantedAt: string;
  /** `unknown` once nobody reported in time, or nobody can tell. */
  status: "granted" | "unknown";
}

/** Where an audit chain ends. */
export interface AuditHead {
  seq: number;
  hash: string;
}

/** One command, as it went. */
export interface AuditEntry extends AuditHead {
  at: string;
  kind: string;
  data: Json;
  prev: string;
}

/** All that a guard remembers; opaque, but for its digest. */
export interface Snapshot {
  readonly version: 1;
  readonly customerId: string;
  readonly policyDigest: string;
  /** Kept elsewhere, it tells an edited snapshot. */
  readonly digest: string;
}

/** How a guard is begun. */
export interface GuardOptions {
  policy: Policy | PolicyDocument;
  /** Goes on where this was taken: an object as {@link Guard.snapshot} gave it, or its JSON text. */
  snapshot?: Snapshot | string | undefined;
  /** The audit's head as the host kept it: an older or forked snapshot is refused. */
  expectedHead?: AuditHead | undefined;
  /** The snapshot's digest as the host kept it: an edited one is refused. */
  expectedDigest?: string | undefined;
  /** `false` keeps the sequence number alone, for replays. Default: true. A guard that is begun from a snapshot keeps its audit, or none, as
   * before: another value than the snapshot's is a `conflict`. */
  audit?: boolean | undefined;
}

/** What an agent's handle is made with. */
export interface AgentOptions {
  /** Gives the time of each request. Default: the host's clock. */
  clock?: (() => Time) | undefined;
  /** Who asked the agent. */
  requestedBy?: string | undefined;
}

/** What an agent's code may hold: it can ask, as that agent, at the host's time, and nothing else. */
export interface Agent {
  /** An error names no more than its code and the field that is wrong (`id`, `type`, `args`, `group`, or one of the host's: `agent`, `requestedBy`, `now`,
   * `clock`): nothing that the policy says, and no cause. {@link Guard.request}, asked by the host, says the rest.
   * @throws {InterlockError} `invalid_input`, also for any field but these; `conflict` where the id was given to another action. */
  request(action: Pick<Action, "id" | "type" | "args" | "group">): AgentDecision;
}

/**
 * All rules, one decision: a deterministic state machine over a policy. The same policy, snapshot and commands give the same decisions on every
 * host. A command succeeds as a whole or changes nothing.
 *
 * It holds memory of the engine: give it back with `free()` or a `using` declaration. Should the engine fail in a command, that command has not
 * happened and throws `internal`; the guard goes on with the next.
 *
 * @example
 * ```js
 * import { Guard } from "agent-interlock";
 *
 * const guard = new Guard({ policy: { customerId: "noor", autonomyMode: "safe_autopilot" } });
 * const action = { id: "a1", type: "book_meeting", agent: "sales", args: { with: "Huda" } };
 * const decision = guard.request(action);
 * if (decision.allowed) {
 *   // … book it, then say what became of it:
 *   guard.report({ actionId: "a1", outcome: "succeeded" });
 * }
 * console.log(decision.effect, guard.request(action).code); // notify already_executed
 * guard.free();
 * ```
 */
export declare class Guard {
  /** @throws {InterlockError} `invalid_policy`; `invalid_snapshot` where the snapshot is damaged, another's, or not the expected one;
   * `conflict` where `audit` is not the snapshot's. */
  constructor(options: GuardOptions);
  /** The digest of the policy that it decides by. */
  readonly policyDigest: string;
  /** Decides on an action. What is allowed is granted: its cost is reserved, and it is in flight until it is reported. */
  request(action: Action, options?: RequestOptions): Decision;
  /** Says what became of a granted action.
   * @throws {InterlockError} `not_found`; `conflict` where it was not granted, or another outcome was reported before;
   * `not_authorized` for a person who may not say. */
  report(report: Report, options?: Now): Reported;
  /** Decides, as a person, on what waits for one. Gives the approval as it then is.
   * @throws {InterlockError} in this order: `not_found`; `already_resolved`, `expired`; `not_authorized` for anybody but the agent's creator and a
   * `platform_admin`, for agents, and, where duties are separate, for whoever requested it; `conflict` for who has voted before. */
  resolve(order: ApprovalOrder, options?: Now): Approval;
  /** Takes note of an agent's metrics; at tier 3 its next action that is no read locks it. */
  observe(
    observation: { agent: string; metrics: PerformanceSnapshot; alerts?: readonly Json[] | undefined },
    options?: Now,
  ): AnomalyAssessment;
  /** The kill switch, for anybody but an agent. */
  lock(order: LockOrder, options?: Now): LockState;
  /** Clears a lock and what would lock again at once. For the agent's creator or a `platform_admin`; the customer for the latter alone. */
  unlock(order: LockOrder, options?: Now): LockState;
  /** Counts spending that happened elsewhere. */
  recordUsage(spent: { agent?: string | undefined; usage: Cost }, options?: Now): void;
  /** Takes what is sent or started out of the outbox; gives how many were there. */
  acknowledge(done: { ids: readonly string[] }, options?: Now): number;
  /** Decides by another policy of the same customer from now on. For a `platform_admin`. */
  setPolicy(policy: Policy | PolicyDocument, order: { by: Person; reason: string } & Now): void;
  /** Accepts a clock that leapt more than 366 days ahead. For a `platform_admin`. */
  adoptClock(order: { by: Person; reason: string }, options?: Now): void;
  /** What the local day came to. */
  usage(options?: Now): UsageView;
  /** Every lock there is. */
  lockState(): LockState;
  /** The approvals that are known, in the order in which they were opened: all, or those of a status. */
  approvals(filter?: { status?: ApprovalStatus | undefined }, options?: Now): Approval[];
  /** What {@link Guard.request} would answer, with what every rule looked at and said; changes nothing. It tells keywords and thresholds: never
   * for an agent. */
  explain(action: Action, options?: RequestOptions): Explanation;
  /** Grants that are not settled. */
  inFlight(options?: Now): InFlight[];
  /** What is still to be sent or started, the oldest first. */
  outbox(): Obligation[];
  /** Where the audit ends: keep it away from the snapshot, and give it back as `expectedHead`. */
  auditHead(): AuditHead;
  /** The audit's entries after a number, as far back as the last 1,000. */
  auditSince(seq: number): AuditEntry[];
  /** All that the guard remembers, as plain JSON. */
  snapshot(): Snapshot;
  /** What an agent's code may hold. */
  forAgent(id: string, options?: AgentOptions): Agent;
  /** Gives its memory back. Any further use is an {@link InterlockError}; freeing twice is not. */
  free(): void;
}

export interface Guard extends Disposal {}
