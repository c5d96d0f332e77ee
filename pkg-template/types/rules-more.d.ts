import type { Access, FullLockCriteria, Level, PolicyDocument } from "./document.js";
import type { Policy } from "./policy.js";
import type { Tier, TierCheck, Time } from "./rules.js";

/** Anything JSON can say. A `Date` in what you hand over comes back as text. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** How risky something is, from least to most. */
export type RiskLevel = "low" | "medium" | "high" | "critical";

/** What a validation found. */
export interface Validation {
  /** What the action violates, in words, at most 10,000. Default: none. */
  violations?: readonly string[] | undefined;
  /** How sure the validation is, 0 to 1. Default: 1. */
  confidenceScore?: number | undefined;
}

/** The argument of {@link evaluateEscalation}. */
export interface EscalationCheck {
  /** When actions were taken: instants, or objects with a `timestamp`; in any order, at most 1,000,000. */
  events: TierCheck["events"];
  /** Whether a lock holds already. Default: false. */
  lockout?: boolean | undefined;
  /** What the agent wants to do. Default: `unknown`. */
  actionType?: string | undefined;
  validation: Validation;
  /** Left out: the host's clock. */
  now?: Time | undefined;
  /** Whose velocity and executors count. Left out: the defaults. */
  policy?: Policy | PolicyDocument | undefined;
}

/** The velocity that triggered a tier. */
export interface EscalationVelocity {
  windowMinutes: number;
  actionCount: number;
  /** To 4 decimals. */
  actionsPerMinute: number;
  thresholdActionsPerMinute: number;
}

/** What all decisions of {@link evaluateEscalation} have. */
interface AnyEscalationDecision {
  /** 0.55 to 1, to 3 decimals. */
  confidence: number;
  /** In words. */
  rationale: string;
  createdAt: string;
}

/** A lock holds already: nothing runs. */
export interface LockoutEnforced extends AnyEscalationDecision {
  tier: "tier_3";
  action: "lockout_enforced";
  riskClass: "critical";
  velocity: null;
  lockoutAutoEdits: true;
  executor: null;
}

/** An executor takes over. */
export interface EscalationRoute extends AnyEscalationDecision {
  tier: "tier_1" | "tier_2";
  action: "route_to_autonomous_executor";
  riskClass: "medium" | "high";
  velocity: EscalationVelocity;
  lockoutAutoEdits: false;
  executor: string;
}

/** The lock is set. */
export interface EscalationLockout extends AnyEscalationDecision {
  tier: "tier_3";
  action: "lockout_autonomous_edits";
  riskClass: "critical";
  velocity: EscalationVelocity;
  lockoutAutoEdits: true;
  executor: null;
}

/** What was decided; tell them apart by `action`. */
export type EscalationDecision = LockoutEnforced | EscalationRoute | EscalationLockout;

/** What a person is told when autonomous actions are locked out. */
export interface LockoutBrief {
  type: "diagnostic_brief";
  severity: "critical";
  tier: "tier_3";
  userRationale: string;
  validationViolations: string[];
  actionType: string;
  timestamp: string;
}

/** What the host has to do; tell them apart by `status`. */
export type EscalationOutcome =
  | { status: "blocked_by_lockout" }
  | { status: "routed"; executor: string; reason: string }
  | { status: "lockout_enabled"; diagnosticBrief: LockoutBrief };

/** The answer of {@link evaluateEscalation}. Without a decision the agent acts at an ordinary pace. */
export type Escalation =
  | { decision: null; outcome: null; lockout: false }
  | { decision: EscalationRoute; outcome: Extract<EscalationOutcome, { status: "routed" }>; lockout: false }
  | { decision: EscalationLockout; outcome: Extract<EscalationOutcome, { status: "lockout_enabled" }>; lockout: true }
  | { decision: LockoutEnforced; outcome: Extract<EscalationOutcome, { status: "blocked_by_lockout" }>; lockout: true };

/**
 * What follows from an agent's velocity: nothing, an executor that takes over (tier 1 and 2), or a lock (tier 3). A
 * lock that holds already stays.
 *
 * @throws {InterlockError} where the argument or the policy is wrong
 * @example
 * ```js
 * import { evaluateEscalation } from "agent-interlock";
 *
 * const now = Date.parse("2026-05-18T10:26:34Z");
 * const events = Array.from({ length: 15 }, (_, index) => now - index * 10_000);
 * const { outcome, lockout } = evaluateEscalation({ events, validation: { violations: ["too many edits"] }, now });
 * console.log(outcome.status, lockout); // lockout_enabled true
 * ```
 */
export declare function evaluateEscalation(argument: EscalationCheck): Escalation;

/** How an agent has been doing. */
export interface PerformanceSnapshot {
  /** Share of its actions that succeeded, 0 to 1. */
  successRate: number;
  /** 0 to 1. */
  efficiencyScore: number;
  /** In seconds, at least 0. */
  averageResponseTime: number;
  /** 0 to 1. */
  marketImpactScore: number;
}

/** The argument of {@link assessAnomaly}. */
export interface AnomalyCheck {
  agentId: string;
  snapshot: PerformanceSnapshot;
  /** Handed on in the alert, at most 1,000. Default: none. */
  alerts?: readonly Json[] | undefined;
  /** Left out: the host's clock. */
  now?: Time | undefined;
  /** Whose targets, weights and tiers count. Left out: the defaults. */
  policy?: Policy | PolicyDocument | undefined;
}

/** What a tier of anomaly looks at. */
export type TriggerMetric = "success_rate" | "efficiency_score" | "response_time" | "market_impact";

/** What to do about an agent. */
export interface RecommendedAction {
  agentId: string;
  tier: 1 | 2 | 3;
  /** 0 to 1, to 2 decimals. */
  confidence: number;
  /** How often an executor may try. */
  maxIterations: number;
  lockCriteria: FullLockCriteria;
  triggerMetrics: TriggerMetric[];
}

/** What goes to the people on call. */
export interface SystemicAlert {
  type: "systemic_anomaly";
  severity: "critical";
  tier: 3;
  confidence: number;
  agentId: string;
  timestamp: string;
  diagnosticBrief: {
    triggerMetrics: TriggerMetric[];
    /** As given. */
    alerts: Json[];
    maxIterations: number;
    lockCriteria: FullLockCriteria;
  };
}

/** The answer of {@link assessAnomaly}. */
export type AnomalyAssessment =
  | { recommendedAction: RecommendedAction & { tier: 1 | 2 }; systemicAlert: null }
  | { recommendedAction: RecommendedAction & { tier: 3 }; systemicAlert: SystemicAlert };

/**
 * Which tier an agent's performance falls into, and what to do about it.
 *
 * @throws {InterlockError} where the argument or the policy is wrong
 * @example
 * ```js
 * import { assessAnomaly } from "agent-interlock";
 *
 * const { recommendedAction, systemicAlert } = assessAnomaly({
 *   agentId: "scout",
 *   snapshot: { successRate: 0.55, efficiencyScore: 0.9, averageResponseTime: 12, marketImpactScore: 0.8 },
 * });
 * console.log(recommendedAction.tier, systemicAlert?.severity); // 3 critical
 * ```
 */
export declare function assessAnomaly(argument: AnomalyCheck): AnomalyAssessment;

/** The argument of {@link arbitrate}. */
export interface ArbitrationCase {
  /** Whether a lock holds already. Default: false. */
  lockActive?: boolean | undefined;
  /** The tier that an assessment recommends. Default: 1. */
  recommendedTier?: 1 | 2 | 3 | undefined;
  riskLevel: RiskLevel;
  /** What the action violates, in words, at most 10,000. Default: none. */
  violations?: readonly string[] | undefined;
  /** Whether a person has to approve. Default: false. */
  requiresApproval?: boolean | undefined;
  /** How sure the validation is, 0 to 1; handed through. Default: 1. */
  confidence?: number | undefined;
}

/** The answer of {@link arbitrate}. */
export type Arbitration = {
  /** Why, then the violations. */
  reasons: string[];
  /** 3 for a lock that this decision sets. */
  tier: 1 | 2 | 3;
  /** As given. */
  confidence: number;
} & ({ decision: "allow" | "deny"; lockStateActive: false } | { decision: "lock"; lockStateActive: true });

/**
 * Weighs lock, tier, risk, violations and approvals against one another: the strictest that applies decides.
 *
 * @throws {InterlockError} where the argument is wrong
 * @example
 * ```js
 * import { arbitrate } from "agent-interlock";
 *
 * const { decision, reasons } = arbitrate({ riskLevel: "low", violations: ["too long"] });
 * console.log(decision, reasons[1]); // deny too long
 * ```
 */
export declare function arbitrate(argument: ArbitrationCase): Arbitration;

/** The argument of {@link requiresConfirmation}. */
export interface ConfirmationCheck {
  /** What the agent may do that would do it. */
  agentPermission: Access;
  /** What the endpoint's classification says; where it says something, it decides. */
  needsInterrupt?: boolean | undefined;
}

/** The answer of {@link requiresConfirmation}. */
export interface Confirmation {
  requiresConfirmation: boolean;
  reason: string;
}

/**
 * Whether a person has to confirm an action: as the endpoint's classification says, else if it writes.
 *
 * @throws {InterlockError} where the argument is wrong
 * @example
 * ```js
 * import { requiresConfirmation } from "agent-interlock";
 *
 * console.log(requiresConfirmation({ agentPermission: "write" }).requiresConfirmation); // true
 * ```
 */
export declare function requiresConfirmation(argument: ConfirmationCheck): Confirmation;

/** One of the things that a message asks for. */
export interface Intent extends ConfirmationCheck {
  /** Unique among the message's intents. */
  id: string;
}

/** What a person said to one intent. */
export type Resolution = "approved" | "rejected";

/** The argument of {@link planIntents}. */
export interface IntentPlan {
  /** In order, at most 10,000. */
  intents: readonly Intent[];
  /** By intent. Default: none. */
  resolutions?: Readonly<Record<string, Resolution>> | undefined;
}

/** What becomes of an intent. */
export type IntentStatus =
  /** It runs now. */
  | "run"
  /** It waits for a person. */
  | "awaiting_approval"
  /** It waits behind one that waits for a person. */
  | "paused"
  /** A person refused it. */
  | "rejected"
  /** One before it was refused. */
  | "skipped";

/** What becomes of an intent. */
export interface PlannedIntent {
  id: string;
  status: IntentStatus;
}

/**
 * Which of several intents run, strictly in order: all until the first that waits for a person or was refused; what
 * comes after it, reads too, waits or is skipped.
 *
 * @throws {InterlockError} where the argument is wrong, an id stands twice, or a resolution is for none of the intents
 * @example
 * ```js
 * import { planIntents } from "agent-interlock";
 *
 * const plan = planIntents({
 *   intents: [
 *     { id: "look", agentPermission: "read" },
 *     { id: "cancel", agentPermission: "write" },
 *     { id: "tell", agentPermission: "read" },
 *   ],
 * });
 * console.log(plan.map(({ status }) => status).join(" ")); // run awaiting_approval paused
 * ```
 */
export declare function planIntents(argument: IntentPlan): PlannedIntent[];

/** The argument of {@link checkAutonomy}. */
export interface AutonomyCheck {
  /** The level of each type of action, at most 10,000. */
  levels: Readonly<Record<string, Level>>;
  actionType: string;
  /** The level of a type that is not listed. Default: `L2`. */
  defaultLevel?: Level | undefined;
}

/** The answer of {@link checkAutonomy}. */
export type AutonomyVerdict =
  | { allowed: true; level: "L1"; message: "Auto-executed" }
  | { allowed: true; level: "L2"; message: "Executed and creator notified" }
  | { allowed: false; level: "L3"; message: "Approval requested from creator" };

/**
 * Whether a type of action may run without its creator: at L1 and L2, not at L3.
 *
 * A type that differs from a listed one only by case or folding is an error: a misspelling never finds a milder
 * default.
 *
 * @throws {InterlockError} where the argument is wrong
 * @example
 * ```js
 * import { checkAutonomy } from "agent-interlock";
 *
 * const { allowed, message } = checkAutonomy({ levels: { delete_files: "L3" }, actionType: "delete_files" });
 * console.log(allowed, message); // false Approval requested from creator
 * ```
 */
export declare function checkAutonomy(argument: AutonomyCheck): AutonomyVerdict;

/** The kind of a failure. */
export type ErrorCategory =
  /** It may pass: the one kind that is worth another try. */
  | "transient"
  /** What was asked for is wrong: tell the user. */
  | "validation"
  /** Not allowed: escalate. */
  | "auth"
  /** Nobody knows: escalate. */
  | "unknown";

/** The argument of {@link classifyMcpError}: a status and a message, or what an SDK threw or returned. */
export type McpFailure =
  | {
      /** The HTTP status. It decides where it can. */
      statusCode?: number | undefined;
      /** Its words decide the rest. */
      errorMessage?: string | undefined;
      error?: undefined;
    }
  | {
      /**
       * An `Error` of an MCP SDK, a JSON-RPC error, or a result with `isError`. What cannot be read in it is passed
       * over.
       */
      error: unknown;
      statusCode?: undefined;
      errorMessage?: undefined;
    };

/**
 * The kind of a failure: by its HTTP status; else by its JSON-RPC code, or the SDK's or OAuth's name for it; else by
 * the words of its message.
 *
 * @throws {InterlockError} where the argument is wrong; never for what `error` holds
 * @example
 * ```js
 * import { classifyMcpError } from "agent-interlock";
 *
 * console.log(classifyMcpError({ statusCode: 429 })); // transient
 * const thrown = Object.assign(new Error("MCP error -32602: no such order"), { code: -32602 });
 * console.log(classifyMcpError({ error: thrown })); // validation
 * ```
 */
export declare function classifyMcpError(argument: McpFailure): ErrorCategory;

/**
 * Whether a failure is worth another try: a transient one alone.
 *
 * @throws {InterlockError} where the argument is wrong
 * @example
 * ```js
 * import { isRetryable } from "agent-interlock";
 *
 * console.log(isRetryable({ category: "auth" })); // false
 * ```
 */
export declare function isRetryable(argument: { category: ErrorCategory }): boolean;

/**
 * How often a failed call may be tried again.
 *
 * @example
 * ```js
 * import { maxRetries } from "agent-interlock";
 *
 * console.log(maxRetries()); // 3
 * ```
 */
export declare function maxRetries(): number;

/** The argument of {@link planRetry}. */
export interface RetryCheck {
  category: ErrorCategory;
  /** Which failure this was, from 1. */
  attempt: number;
  /** Left out: the host's clock. */
  now?: Time | undefined;
  /**
   * When the server asked to be asked again: seconds, the text of a `Retry-After` header (seconds or an HTTP date), or
   * an instant as text or `Date`.
   */
  retryAfter?: number | string | Date | undefined;
  /**
   * Spreads retries: anywhere from at once to the full time, always the same for the same seed and attempt. A whole
   * number is its decimal text.
   */
  seed?: string | number | undefined;
}

/** The answer of {@link planRetry}. */
export type RetryPlan =
  /**
   * From this instant on: after the time that doubles with each attempt, or when the server asked for it, where that
   * is later.
   */
  | { retryAt: string; reason: "backoff" | "retry_after" }
  /** Never: another try would fail alike, or there were enough. */
  | { retryAt: null; reason: "not_retryable" | "retries_exhausted" };

/**
 * When a failed call may be tried again: 30, 60, then 120 seconds after the first three failures, and not after a
 * fourth; never before `retryAfter`.
 *
 * @throws {InterlockError} where the argument is wrong, a `retryAfter` that cannot be read too
 * @example
 * ```js
 * import { planRetry } from "agent-interlock";
 *
 * const { retryAt, reason } = planRetry({ category: "transient", attempt: 2, now: "2026-05-18T10:00:00Z", retryAfter: "90" });
 * console.log(new Date(retryAt).getTime() - Date.UTC(2026, 4, 18, 10), reason); // 90000 retry_after
 * ```
 */
export declare function planRetry(argument: RetryCheck): RetryPlan;

/** A tool's annotations in the Model Context Protocol; others beside them are passed over. */
export interface ToolAnnotations {
  /** For people. */
  title?: string | undefined;
  /** It changes nothing. Default: false. */
  readOnlyHint?: boolean | undefined;
  /** What it changes may be lost; otherwise it only adds. Default: true. */
  destructiveHint?: boolean | undefined;
  /** Doing it twice is the same as doing it once. Default: false. */
  idempotentHint?: boolean | undefined;
  /** It deals with a world of unknown others; decides nothing here. Default: true. */
  openWorldHint?: boolean | undefined;
}

/** An operation of an OpenAPI 3 document, as far as it matters here. */
export interface ApiOperation {
  operationId?: string | undefined;
  summary?: string | undefined;
}

/**
 * The argument of {@link classifyTool}: annotations (left out, as a tool may: their defaults), or an operation and its
 * method.
 */
export type ToolDescription =
  | { annotations?: ToolAnnotations | undefined; operation?: undefined; method?: undefined }
  | {
      operation: ApiOperation;
      /** A method of HTTP, in any case. */
      method: string;
      annotations?: undefined;
    };

/** The answer of {@link classifyTool}, in the words of a policy's `actions`. */
export interface ToolClass {
  access: Access;
  needsInterrupt: boolean;
  idempotent: boolean;
}

/**
 * What a tool does, by its MCP annotations or its OpenAPI operation. When unsure, it writes.
 *
 * Annotations are what a server says of itself: trust them as far as the server. `GET` and the like read, unless the
 * operation's words write; `POST` reads where
 * its id or summary begins with a word such as search, query, list or get, and none of their words writes.
 *
 * @throws {InterlockError} where the argument is wrong, an annotation that is no boolean too
 * @example
 * ```js
 * import { classifyTool } from "agent-interlock";
 *
 * console.log(classifyTool({ annotations: { destructiveHint: false } }).access); // write
 * const operation = { operationId: "query-data-source", summary: "Query a data source" };
 * console.log(classifyTool({ operation, method: "post" }).access); // read
 * ```
 */
export declare function classifyTool(argument: ToolDescription): ToolClass;

/** What can be done about a stagnating post, from least to most. */
export type RecoveryAction = "comment" | "edit" | "thread";

/** How far a recovery has come. */
export type RecoveryStatus = "running" | "success" | "failed";

/** How a post was doing at one time; other fields beside are passed over. */
export interface PostMetrics {
  timestamp: Time;
  impressions: number;
  engagements: number;
}

/** What was done about a post, as you hand it over; other fields beside are handed back. */
export interface RecoveryEntry {
  idempotencyKey: string;
  postId: string;
  actionType: RecoveryAction;
  tier: Tier;
  initiatedAt: Time;
  status: RecoveryStatus;
  /** Default: 1. */
  attempts?: number | undefined;
  outcome?: Json | undefined;
  errorCode?: string | null | undefined;
}

/** What was done about a post: one record for each key. */
export interface RecoveryRecord {
  idempotencyKey: string;
  postId: string;
  actionType: RecoveryAction;
  tier: Tier;
  /** When it was last begun or reported. */
  initiatedAt: string;
  status: RecoveryStatus;
  /** How often it was begun or reported. */
  attempts: number;
  outcome: Json;
  errorCode: string | null;
  readonly [other: string]: unknown;
}

/** When a post stagnates and how often something may be done about it. */
export interface RecoveryConfig {
  /** How far back metrics and records count. Default: 90. */
  perPostWindowMinutes?: number | undefined;
  /** With fewer metrics in the window nothing is done. Default: 3. */
  minSamplesRequired?: number | undefined;
  /** How long an action rests on a post. Default: 1800, 7200 and 10800. */
  cooldownByActionSeconds?: { readonly [action in RecoveryAction]?: number | undefined } | undefined;
  /** With so many records of the post in the window nothing is done. Default: 2. */
  maxActionsPerWindow?: number | undefined;
}

/** The argument of {@link planRecovery}. */
export interface RecoveryCheck {
  postId: string;
  /** In any order, at most 100,000. */
  metrics: readonly PostMetrics[];
  /** Oldest first, at most 100,000. */
  history: readonly RecoveryEntry[];
  /** Left out: the host's clock. */
  now?: Time | undefined;
  config?: RecoveryConfig | undefined;
}

/** The answer of {@link planRecovery}. */
export type RecoveryPlan =
  | {
      postId: string;
      eligible: true;
      /** From 0, engaging, to 1, nobody cares. */
      stagnationScore: number;
      tier: Tier;
      actionType: RecoveryAction;
      idempotencyKey: string;
    }
  | { postId: string; eligible: false; reason: "insufficient_samples"; sampleCount: number }
  | {
      postId: string;
      eligible: false;
      reason: "duplicate_action" | "window_frequency_exceeded" | "action_cooldown_active";
      idempotencyKey: string;
    };

/**
 * What to do about a post that may stagnate: one action, or the reason why none.
 *
 * @throws {InterlockError} where the argument is wrong
 * @example
 * ```js
 * import { planRecovery } from "agent-interlock";
 *
 * const metrics = [0, 10, 20].map((minute) => ({
 *   timestamp: `2026-05-18T10:${String(minute).padStart(2, "0")}:00Z`,
 *   impressions: 40 * minute,
 *   engagements: 2,
 * }));
 * const plan = planRecovery({ postId: "p1", metrics, history: [], now: "2026-05-18T10:30:00Z" });
 * console.log(plan.eligible && plan.actionType); // thread
 * ```
 */
export declare function planRecovery(argument: RecoveryCheck): RecoveryPlan;

/** The argument of {@link recoveryKey}. */
export interface RecoveryKeyParts {
  postId: string;
  actionType: RecoveryAction;
  tier: Tier;
}

/**
 * The key under which an action of a tier on a post is done once.
 *
 * @throws {InterlockError} where the argument is wrong
 * @example
 * ```js
 * import { recoveryKey } from "agent-interlock";
 *
 * console.log(recoveryKey({ postId: "p1", actionType: "edit", tier: "tier_1" })); // sheal_f7daae61486f77f84198cfe0b1388c5b
 * ```
 */
export declare function recoveryKey(argument: RecoveryKeyParts): string;

/** The argument of {@link recordRecovery}. */
export interface RecoveryReport extends RecoveryKeyParts {
  /** Oldest first, at most 100,000. */
  history: readonly RecoveryEntry[];
  /** The {@link recoveryKey} of post, action and tier. */
  idempotencyKey: string;
  status: RecoveryStatus;
  /** What you want to remember of it. Default: `null`. */
  outcome?: Json | undefined;
  /** What went wrong, in codes of your own. Default: `null`. */
  errorCode?: string | null | undefined;
  /** Left out: the host's clock. */
  now?: Time | undefined;
}

/** The answer of {@link recordRecovery}. */
export interface RecordedRecovery {
  record: RecoveryRecord;
  history: RecoveryRecord[];
}

/**
 * The history with a report: a new key is appended, a known one keeps its place and its one record.
 *
 * At most 100,000 records are kept: the first, oldest, goes when another comes, and what is forgotten may be done
 * again.
 *
 * @throws {InterlockError} where the argument is wrong; `conflict` for a key that is not that of post, action and tier
 * @example
 * ```js
 * import { recordRecovery, recoveryKey } from "agent-interlock";
 *
 * const what = { postId: "p1", actionType: "edit", tier: "tier_2" };
 * const { record, history } = recordRecovery({ history: [], ...what, idempotencyKey: recoveryKey(what), status: "running" });
 * console.log(record.attempts, history.length); // 1 1
 * ```
 */
export declare function recordRecovery(argument: RecoveryReport): RecordedRecovery;

/**
 * Whether a failed recovery is worth another try: its error code is `timeout`, `rate_limit`, `service_unavailable` or
 * `network_error`.
 *
 * @throws {InterlockError} where the argument is wrong
 * @example
 * ```js
 * import { shouldRetryRecovery } from "agent-interlock";
 *
 * console.log(shouldRetryRecovery({ history: [], idempotencyKey: "sheal_f7daae61486f77f84198cfe0b1388c5b" })); // false
 * ```
 */
export declare function shouldRetryRecovery(argument: { history: readonly RecoveryEntry[]; idempotencyKey: string }): boolean;

/** How a task stands. */
export type TaskStatus =
  /** All is well. */
  | "active"
  /** It failed for good. */
  | "failed"
  /** It failed and will be tried again. */
  | "degraded"
  /** It fails so often that a person has to look. */
  | "needs_intervention";

/** How the channel stands whose credentials these are. */
export type ChannelStatus = "connected" | "degraded" | "disconnected";

/** The task of keeping one credential fresh, as you hand it over; other fields beside are handed back. */
export interface TokenTaskInput {
  id: string | number;
  userId: string;
  platform: string;
  status: TaskStatus;
  /** Default: `connected`. */
  channelStatus?: ChannelStatus | undefined;
  /** Default: 0. */
  refreshAttempts?: number | null | undefined;
  /** Default: 0. */
  consecutiveFailures?: number | null | undefined;
  nextCheck?: Time | null | undefined;
  nextRetryAt?: Time | null | undefined;
  lastCheck?: Time | null | undefined;
  lastSuccess?: Time | null | undefined;
  lastFailure?: Time | null | undefined;
  failureReason?: string | null | undefined;
  terminalFailureReason?: string | null | undefined;
  failurePattern?: object | null | undefined;
}

/** The task of keeping one credential fresh. */
export interface TokenTask {
  id: string | number;
  userId: string;
  platform: string;
  status: TaskStatus;
  channelStatus: ChannelStatus;
  /** Failed attempts since the last success. */
  refreshAttempts: number;
  /** Failures in a row. */
  consecutiveFailures: number;
  /** When it is looked at next in the ordinary course. */
  nextCheck: string | null;
  /** When a failed attempt is repeated. */
  nextRetryAt: string | null;
  lastCheck: string | null;
  lastSuccess: string | null;
  lastFailure: string | null;
  failureReason: string | null;
  /** Why it is not tried again. */
  terminalFailureReason: string | null;
  /** What is known of its failures, while it rests; with `coolOffUntil`. */
  failurePattern: { [name: string]: Json } | null;
  readonly [other: string]: unknown;
}

/** The argument of {@link planTokenRefresh}. */
export interface TokenRefreshReport {
  task: TokenTaskInput;
  result: {
    success: boolean;
    /** Default: `Unknown error`. */
    errorMessage?: string | null | undefined;
  };
  /** What {@link analyseFailures} says; where it says so, the task rests until a person has looked. */
  failurePattern?: { readonly shouldCoolOff: boolean } | null | undefined;
  /** Left out: the host's clock. */
  now?: Time | undefined;
  config?:
    | {
        /** With so many failed attempts it is over. Default: 3. */
        maxRetries?: number | undefined;
        /** After the first failure so many minutes, then twice as many each time. Default: 15. */
        baseBackoffMinutes?: number | undefined;
        /** After a success so many days. Default: 7. */
        checkIntervalDays?: number | undefined;
      }
    | undefined;
}

/** What a user is told when a credential could not be renewed. */
export interface CredentialAlert {
  platform: string;
  /** False while it is tried again by itself. */
  requiresUserAction: boolean;
  channelStatus: "degraded" | "disconnected";
  terminalFailureReason: string | null;
  nextRetryAt: string | null;
  refreshAttempts: number;
  maxRefreshRetries: number;
  /** What happened, in a few words. */
  title: string;
  /** What happened and what the user can do. */
  message: string;
}

/** The answer of {@link planTokenRefresh}. */
export interface TokenRefresh {
  /** The task as it stands now. */
  task: TokenTask;
  /** `null` after a success. */
  alert: CredentialAlert | null;
}

/**
 * What comes after an attempt to renew a credential: a later check, a retry (15, then 30 minutes later), the end after
 * the third failure, or rest.
 *
 * @throws {InterlockError} where the argument is wrong
 * @example
 * ```js
 * import { planTokenRefresh } from "agent-interlock";
 *
 * const task = { id: "t1", userId: "noor", platform: "wix", status: "active" };
 * const { task: next, alert } = planTokenRefresh({ task, result: { success: false, errorMessage: "token expired" } });
 * console.log(next.status, alert?.requiresUserAction); // degraded false
 * ```
 */
export declare function planTokenRefresh(argument: TokenRefreshReport): TokenRefresh;

/** One attempt to renew a credential; other fields beside are passed over. */
export interface TokenAttempt {
  status: "success" | "failed";
  at: Time;
  errorMessage?: string | null | undefined;
}

/** The answer of {@link analyseFailures}. */
export interface FailureAnalysis {
  /** Failures since the last success. */
  consecutiveFailures: number;
  /** Failures in the last 7 days. */
  recentFailures: number;
  /** 3 in a row, or 5 in 7 days. */
  shouldCoolOff: boolean;
}

/**
 * What the failures of a task amount to. Of attempts at the same instant failures count as the later ones.
 *
 * @throws {InterlockError} where the argument is wrong
 * @example
 * ```js
 * import { analyseFailures } from "agent-interlock";
 *
 * const log = ["01", "02", "03"].map((day) => ({ status: "failed", at: `2026-05-${day}T10:00:00Z` }));
 * console.log(analyseFailures({ log, now: "2026-05-18T10:00:00Z" }).shouldCoolOff); // true
 * ```
 */
export declare function analyseFailures(argument: {
  /** In any order, at most 100,000. */
  log: readonly TokenAttempt[];
  /** Left out: the host's clock. */
  now?: Time | undefined;
}): FailureAnalysis;

/** The argument of {@link dueTokenTasks}. */
export interface DueCheck {
  /** At most 100,000. */
  tasks: readonly TokenTaskInput[];
  /** Left out: the host's clock. */
  now?: Time | undefined;
  /** How far ahead an ordinary check is due, in whole hours from 1 on. Default: 24. */
  horizonHours?: number | undefined;
  /** Only this user's. */
  userId?: string | undefined;
}

/**
 * The tasks to run now, in the order given: at their retry where one is planned, else within the horizon of their
 * check, or at once where they have none;
 * without those that failed for good or wait for a person.
 *
 * @throws {InterlockError} where the argument is wrong
 * @example
 * ```js
 * import { dueTokenTasks } from "agent-interlock";
 *
 * const task = { id: "t1", userId: "noor", platform: "wix", status: "degraded", nextRetryAt: "2026-05-18T10:15:00Z" };
 * console.log(dueTokenTasks({ tasks: [task], now: "2026-05-18T10:14:59Z" }).length); // 0
 * console.log(dueTokenTasks({ tasks: [task], now: "2026-05-18T10:15:00Z" }).length); // 1
 * ```
 */
export declare function dueTokenTasks(argument: DueCheck): TokenTask[];
