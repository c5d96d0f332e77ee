import type { ErrorCategory } from "./failures.js";

/** What every reason has. */
interface ReasonOf<Code extends string, Text extends string = Code> {
  /** Stable, for programs. */
  code: Code;
  /** The reason as the originals spell it: the code, and where there is one the value. */
  text: Text;
}

/** The mode lets nothing run by itself. */
export interface AutonomyModeReason extends ReasonOf<"autonomy_mode", `autonomy_mode=${string}`> {
  mode: "manual" | "suggest_only";
}

/** In `draft_and_approve` a person releases what leaves the house. */
export interface OutboundReason
  extends ReasonOf<"outbound_requires_human", "mode=draft_and_approve_requires_human_for_outbound"> {
  mode: "draft_and_approve";
}

/** The catalogue does not have the type. */
export interface UnknownActionTypeReason extends ReasonOf<"unknown_action_type", `unknown_action_type=${string}`> {
  /** The type as given. */
  actionType: string;
}

/** Nothing was ever sent to this account. */
export interface FirstSendReason extends ReasonOf<"first_send_to_account"> {}

/** The deal is worth as much as the threshold, or more. */
export interface HighValueDealReason extends ReasonOf<"high_value_deal", `high_value_deal_${string}=${string}`> {
  value: number;
  /** Of both amounts. */
  currency: string;
  threshold: number;
}

/** The message speaks of legal matters. */
export interface LegalTopicReason extends ReasonOf<"contains_legal_topic"> {}

/** The account's sector is blocked. */
export interface BlockedSectorReason extends ReasonOf<"blocked_sector", `blocked_sector=${string}`> {
  /** The sector as given. */
  sector: string;
}

/** A blocked keyword stands in the draft. */
export interface BlockedKeywordReason extends ReasonOf<"blocked_keyword", `blocked_keyword=${string}`> {
  /** The keyword as the policy has it. */
  keyword: string;
}

/** That many follow-ups without an answer are enough. */
export interface FollowupsReason extends ReasonOf<"max_consecutive_followups_reached"> {
  index: number;
  maximum: number;
}

/** A day's cap that counts is reached. */
export interface CountReachedReason
  extends ReasonOf<"messages_per_day_reached" | "llm_tokens_per_day_reached" | "api_calls_per_day_reached"> {
  used: number;
  cap: number;
}

/** The day's money is spent. */
export interface CostReachedReason extends ReasonOf<"cost_per_day_reached", `cost_${string}_per_day_reached`> {
  /** Of both amounts. */
  currency: string;
  used: number;
  cap: number;
}

/** A message whose risk factors nobody gave. */
export interface RiskFactorsMissingReason extends ReasonOf<"risk_factors_missing"> {}

/** The policy finds a risk factor in the arguments, and they lack it. */
export interface RiskFactorMissingReason extends ReasonOf<"risk_factor_missing", `risk_factor_missing=${string}`> {
  factor: "isFirstSendToAccount" | "dealValue" | "containsLegalTopic" | "sector" | "draftText" | "consecutiveFollowupIndex";
}

/** The policy finds a cost in the arguments, and they lack it. */
export interface CostMissingReason extends ReasonOf<"cost_missing", `cost_missing=${string}`> {
  dimension: "messages" | "llmTokens" | "apiCalls" | "amount";
}

/** The agent acts far too fast. */
export interface VelocityReason extends ReasonOf<"velocity_tier_3"> {
  /** Actions within the window. */
  actionCount: number;
  actionsPerMinute: number;
}

/** Messages wait at this hour. */
export interface QuietHoursReason extends ReasonOf<"quiet_hours"> {}

/** Messages wait on this day. */
export interface BlockedDateReason extends ReasonOf<"blocked_date"> {
  /** The local day. */
  date: string;
}

/** What has no more to say than its code. */
export interface PlainReason
  extends ReasonOf<
    | "agent_locked"
    | "customer_locked"
    | "systemic_anomaly"
    | "too_many_agents"
    | "already_granted"
    | "already_executed"
    | "outcome_unknown"
    | "retries_exhausted"
    | "duplicate_action"
    | "too_many_in_flight"
    | "snapshot_full"
    | "group_ended"
    | "approval_rejected"
    | "too_many_pending"
    | "confirmation_required"
    | "never_allowed"
  > {}

/** Risk and impact together are critical. */
export interface CriticalRiskReason extends ReasonOf<"critical_risk"> {
  /** 0.6 x risk + 0.4 x impact. */
  score: number;
}

/** It failed, and may be tried again later. */
export interface RetryNotBeforeReason extends ReasonOf<"retry_not_before"> {
  retryAt: string;
}

/** It failed in a way that trying again does not mend. */
export interface NotRetryableReason extends ReasonOf<"not_retryable"> {
  category: Exclude<ErrorCategory, "transient">;
}

/** One before it in its plan has not succeeded yet, or never will. */
export interface OrderReason extends ReasonOf<"paused_behind" | "skipped_after", `${"paused_behind" | "skipped_after"}=${number}`> {
  /** Its place in the plan, from 0. */
  index: number;
}

/** How far the type may go without the agent's creator. */
export interface LevelReason extends ReasonOf<"level", `level=${string}`> {
  level: "L2" | "L3";
}

/** A day's cap that counts would be passed. */
export interface CountWouldExceedReason
  extends ReasonOf<
    "messages_per_day_would_exceed" | "llm_tokens_per_day_would_exceed" | "api_calls_per_day_would_exceed"
  > {
  used: number;
  cost: number;
  cap: number;
}

/** The day's money would be overspent. */
export interface CostWouldExceedReason
  extends ReasonOf<"cost_per_day_would_exceed", `cost_${string}_per_day_would_exceed`> {
  /** Of all three amounts. */
  currency: string;
  used: number;
  cost: number;
  cap: number;
}

/** It costs more than any day has. */
export interface ExceedsCapReason extends ReasonOf<"exceeds_cap"> {
  dimension: "messages" | "llmTokens" | "apiCalls" | "amount";
}

/** Why a person must release an action; told apart by `code`. */
export type ApprovalReason =
  | AutonomyModeReason
  | OutboundReason
  | UnknownActionTypeReason
  | FirstSendReason
  | HighValueDealReason
  | LegalTopicReason
  | BlockedSectorReason
  | BlockedKeywordReason
  | FollowupsReason;

/** Why a budget is used up; told apart by `code`. */
export type BudgetReason = CountReachedReason | CostReachedReason;

/** Why an action may not simply run; told apart by `code`. */
export type Reason =
  | ApprovalReason
  | BudgetReason
  | RiskFactorsMissingReason
  | RiskFactorMissingReason
  | CostMissingReason
  | VelocityReason
  | QuietHoursReason
  | BlockedDateReason
  | PlainReason
  | CriticalRiskReason
  | RetryNotBeforeReason
  | NotRetryableReason
  | LevelReason
  | OrderReason
  | CountWouldExceedReason
  | CostWouldExceedReason
  | ExceedsCapReason;
