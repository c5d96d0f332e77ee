import type { Budget, PolicyDocument, Velocity } from "./document.js";
import type { Policy } from "./policy.js";
import type { ApprovalReason, BudgetReason } from "./reasons.js";

/**
 * An instant: RFC 3339 text with seconds (without an offset it is UTC), epoch milliseconds, or a `Date`.
 * Digits past the microsecond are cut.
 */
export type Time = string | number | Date;

/** The types that every catalogue has. */
export type BuiltInActionType =
  | "discover_leads"
  | "enrich_lead"
  | "classify_reply"
  | "score_deal"
  | "compute_health"
  | "draft_message"
  | "generate_qbr"
  | "send_message"
  | "book_meeting"
  | "generate_proposal"
  | "publish_pulse";

/** A built-in type, one of the policy's `actions`, or any other name: what is outside the catalogue is treated strictly. */
export type ActionType = BuiltInActionType | (string & {});

/** What is risky about a message. */
export interface RiskFactors {
  /** Nothing was sent to this account before. Default: false. */
  isFirstSendToAccount?: boolean | undefined;
  /** What the deal is worth, in the policy's currency; may be negative. Default: 0. */
  dealValue?: number | undefined;
  /** The message speaks of legal matters. Default: false. */
  containsLegalTopic?: boolean | undefined;
  /** The account's sector; `null` or empty for none. */
  sector?: string | null | undefined;
  /** The message's text, at most 1 MiB of UTF-8. Default: empty. */
  draftText?: string | undefined;
  /** How many messages before this one had no answer. Default: 0. */
  consecutiveFollowupIndex?: number | undefined;
}

/** The argument of {@link requiresApproval}. */
export interface ApprovalRequest {
  actionType: ActionType;
  policy: Policy | PolicyDocument;
  riskFactors?: RiskFactors | undefined;
}

/** The answer of {@link requiresApproval}. */
export interface ApprovalRequirement {
  /** Whether a person must release the action. */
  required: boolean;
  /** The text of the first reason, or `null`. */
  reason: string | null;
  /** Every reason that applies, in a fixed order. */
  reasons: ApprovalReason[];
}

/**
 * Whether a person must release an action, and why.
 *
 * Keywords and sectors are compared after folding: case, width, invisible characters, marks, tatweel and digits of other
 * scripts do not hide them; look-alike letters of other scripts do.
 *
 * @throws {InterlockError} where the argument or the policy is wrong
 * @example
 * ```js
 * import { requiresApproval } from "agent-interlock";
 *
 * const { required, reasons } = requiresApproval({
 *   actionType: "send_message",
 *   policy: { customerId: "noor", autonomyMode: "safe_autopilot" },
 *   riskFactors: { dealValue: 250_000 },
 * });
 * console.log(required, reasons[0].code); // true high_value_deal
 * ```
 */
export declare function requiresApproval(argument: ApprovalRequest): ApprovalRequirement;

/** What was used today. */
export interface Usage {
  /** Default: 0. */
  messagesToday?: number | undefined;
  /** Default: 0. */
  llmTokensToday?: number | undefined;
  /** Default: 0. */
  apiCallsToday?: number | undefined;
  /** In the budget's currency. Default: 0. */
  costToday?: number | undefined;
}

/** The argument of {@link withinBudget}. */
export interface BudgetCheck {
  usage: Usage;
  /** Caps that go before the policy's, field by field. */
  budget?: Budget | undefined;
  policy?: Policy | PolicyDocument | undefined;
  /** Three letters; goes before the policy's. */
  currency?: string | undefined;
}

/** The answer of {@link withinBudget}. */
export interface BudgetStatus {
  /** Whether no cap is reached. */
  within: boolean;
  /** The text of the first reason, or `null`. */
  reason: string | null;
  /** Every cap that is reached, in a fixed order. */
  reasons: BudgetReason[];
}

/**
 * Whether the day's caps leave room. A cap is reached when the usage equals it.
 *
 * @throws {InterlockError} where the argument or the policy is wrong
 * @example
 * ```js
 * import { withinBudget } from "agent-interlock";
 *
 * const { within, reason } = withinBudget({ usage: { messagesToday: 200 }, budget: { maxMessagesPerDay: 200 } });
 * console.log(within, reason); // false messages_per_day_reached
 * ```
 */
export declare function withinBudget(argument: BudgetCheck): BudgetStatus;

/** The argument of {@link isInQuietHours}: either a local hour or an instant. */
export type QuietHoursCheck =
  | {
      policy: Policy | PolicyDocument;
      /** The local hour, 0 to 23. */
      hour: number;
      at?: undefined;
    }
  | {
      policy: Policy | PolicyDocument;
      /** An instant, converted to the policy's time zone. */
      at: Time;
      hour?: undefined;
    };

/**
 * Whether messages wait: `start <= hour < end`, or over midnight; the same hour twice is the whole day, `null` never.
 *
 * @throws {InterlockError} where the argument or the policy is wrong
 * @example
 * ```js
 * import { isInQuietHours } from "agent-interlock";
 *
 * const policy = { customerId: "noor", timeZone: "Asia/Riyadh", quietHours: { start: 21, end: 8 } };
 * console.log(isInQuietHours({ at: "2026-05-18T19:30:00Z", policy })); // true: it is 22:30 there
 * ```
 */
export declare function isInQuietHours(argument: QuietHoursCheck): boolean;

/** A tier of velocity, mildest first. */
export type Tier = "tier_1" | "tier_2" | "tier_3";

/** The argument of {@link determineTier}. */
export interface TierCheck {
  /** When actions were taken: instants, or objects with a `timestamp`; in any order. */
  events: readonly (Time | { readonly timestamp: Time })[];
  /** Left out: the host's clock. */
  now?: Time | undefined;
  /** Windows and rates that go before the defaults. */
  velocity?: Velocity | undefined;
}

/** One tier's count. */
export interface TierSignal {
  windowMinutes: number;
  /** Actions at or after `now` less the window; later ones count too, so that a skewed clock errs to the strict side. */
  actionCount: number;
  actionsPerMinute: number;
  /** Whether the rate is at the threshold or above. */
  triggered: boolean;
}

/** The answer of {@link determineTier}. */
export interface TierAssessment {
  /** The highest tier that is triggered, or `null`. */
  tier: Tier | null;
  signals: Record<Tier, TierSignal>;
}

/**
 * How fast actions come: the highest tier whose rate is reached within its window.
 *
 * @throws {InterlockError} where the argument is wrong
 * @example
 * ```js
 * import { determineTier } from "agent-interlock";
 *
 * const now = Date.now();
 * const events = Array.from({ length: 15 }, (_, index) => now - index * 10_000);
 * console.log(determineTier({ events, now }).tier); // tier_3
 * ```
 */
export declare function determineTier(argument: TierCheck): TierAssessment;
