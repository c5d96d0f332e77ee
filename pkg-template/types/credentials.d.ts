import type { Json } from "./json.js";
import type { Time } from "./rules.js";

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
