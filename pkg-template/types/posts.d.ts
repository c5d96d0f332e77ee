import type { Json } from "./json.js";
import type { Tier, Time } from "./rules.js";

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
