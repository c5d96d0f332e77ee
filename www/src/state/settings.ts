// Which setting of the policy speaks in a reason: where a person goes to change it.

import type { Reason } from "agent-interlock";

type SettingOf = { readonly [Code in Reason["code"]]: string | null };

const SETTINGS: SettingOf = {
  autonomy_mode: "autonomyMode",
  outbound_requires_human: "autonomyMode",
  unknown_action_type: "unknownActions",
  first_send_to_account: "requireHumanForFirstSend",
  high_value_deal: "requireHumanForHighValueDealsAbove",
  contains_legal_topic: "requireHumanForLegalTopics",
  blocked_sector: "blockedSectors",
  blocked_keyword: "blockedKeywords",
  max_consecutive_followups_reached: "maxConsecutiveFollowups",
  risk_factors_missing: "actions",
  risk_factor_missing: "actions",
  cost_missing: "actions",
  agent_locked: "velocity.tier_3",
  customer_locked: "velocity.tier_3",
  critical_risk: null,
  systemic_anomaly: "anomaly.tiers.tier_3",
  velocity_tier_3: "velocity.tier_3",
  too_many_agents: null,
  already_granted: null,
  already_executed: null,
  outcome_unknown: "grantTimeoutMinutes",
  retry_not_before: null,
  not_retryable: null,
  retries_exhausted: null,
  duplicate_action: "actions",
  too_many_in_flight: null,
  snapshot_full: null,
  paused_behind: null,
  skipped_after: null,
  group_ended: null,
  approval_rejected: null,
  too_many_pending: null,
  level: "actions",
  confirmation_required: "confirmWrites",
  quiet_hours: "quietHours",
  blocked_date: "blockedDates",
  never_allowed: "quietHours",
  messages_per_day_reached: "budget.maxMessagesPerDay",
  llm_tokens_per_day_reached: "budget.maxLlmTokensPerDay",
  api_calls_per_day_reached: "budget.maxExternalApiCallsPerDay",
  cost_per_day_reached: "budget.maxCostPerDay",
  messages_per_day_would_exceed: "budget.maxMessagesPerDay",
  llm_tokens_per_day_would_exceed: "budget.maxLlmTokensPerDay",
  api_calls_per_day_would_exceed: "budget.maxExternalApiCallsPerDay",
  cost_per_day_would_exceed: "budget.maxCostPerDay",
  exceeds_cap: "budget",
};

/** A path within the policy, or null where no setting would help. `type` is that of the action. */
export function settingOf(reason: Reason, type: string): string | null {
  if (reason.code === "exceeds_cap") return `budget.${CAPS[reason.dimension]}`;
  const setting = SETTINGS[reason.code] ?? null;
  return setting === "actions" ? `actions[${JSON.stringify(type)}]` : setting;
}

export const CAPS = {
  messages: "maxMessagesPerDay",
  llmTokens: "maxLlmTokensPerDay",
  apiCalls: "maxExternalApiCallsPerDay",
  amount: "maxCostPerDay",
} as const;
