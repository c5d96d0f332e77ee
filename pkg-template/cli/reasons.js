// Reasons in words. A reason's `text` is a stable code for programs; this is what a person reads.

import { number, visible } from "./text.js";

/** @import {Reason, ReplayReason} from "agent-interlock" */

/**
 * What a reason of each code says, in half a line.
 * @type {{ readonly [Code in Reason["code"]]: (reason: Reason & { code: Code }) => string }}
 */
export const WORDS = {
  autonomy_mode: ({ mode }) => `in ${codeWords(mode)} mode a person does it`,
  outbound_requires_human: () => "a person releases what goes out",
  unknown_action_type: () => "the policy does not know this type",
  first_send_to_account: () => "first message to this account",
  high_value_deal: ({ value, currency, threshold }) => `worth ${currency} ${number(value)}, limit ${number(threshold)}`,
  contains_legal_topic: () => "speaks of a legal matter",
  blocked_sector: ({ sector }) => `blocked sector “${visible(sector)}”`,
  blocked_keyword: ({ keyword }) => `blocked keyword “${visible(keyword)}”`,
  max_consecutive_followups_reached: ({ index, maximum }) => `follow-ups unanswered: ${index}, limit ${maximum}`,
  risk_factors_missing: () => "no risk factors given",
  risk_factor_missing: ({ factor }) => `its arguments lack ${visible(factor)}`,
  cost_missing: ({ dimension }) => `its arguments lack its cost in ${DIMENSIONS[dimension]}`,

  agent_locked: () => "the agent is locked",
  customer_locked: () => "everything is locked",
  critical_risk: ({ score }) => `critical risk: ${number(score)} of 1`,
  systemic_anomaly: () => "the agent's metrics are those of a breakdown",
  velocity_tier_3: ({ actionCount, actionsPerMinute }) =>
    `too fast: ${number(actionCount)} actions, ${number(actionsPerMinute)} a minute`,
  too_many_agents: () => "no room to watch one more agent",

  already_granted: () => "granted before and not reported yet",
  already_executed: () => "done before",
  outcome_unknown: () => "it may have been done: somebody has to say",
  retry_not_before: () => "it failed, too soon to try again",
  not_retryable: ({ category }) => `it failed for good (${codeWords(category)})`,
  retries_exhausted: () => "it failed too often",
  duplicate_action: () => "the same was done a short while ago",
  too_many_in_flight: () => "too many grants without a report",
  snapshot_full: () => "no room to remember one more action",

  paused_behind: ({ index }) => `waits for step ${number(index + 1)} of its plan`,
  skipped_after: ({ index }) => `step ${number(index + 1)} of its plan will not be done`,
  group_ended: () => "its plan ended a day ago or longer",
  approval_rejected: () => "a person said no",
  too_many_pending: () => "too many wait for a person",

  level: ({ level }) => (level === "L2" ? "creator told" : "a person decides (level L3)"),
  confirmation_required: () => "a person confirms each one",
  quiet_hours: () => "quiet hours",
  blocked_date: ({ date }) => `no messages on ${date}`,
  never_allowed: () => "no free time within 400 days",

  messages_per_day_reached: ({ cap }) => `${number(cap)} messages sent today`,
  llm_tokens_per_day_reached: ({ cap }) => `${number(cap)} tokens used today`,
  api_calls_per_day_reached: ({ cap }) => `${number(cap)} calls made today`,
  cost_per_day_reached: ({ currency, cap }) => `${currency} ${number(cap)} spent today`,
  messages_per_day_would_exceed: (reason) => wouldExceed("messages", reason),
  llm_tokens_per_day_would_exceed: (reason) => wouldExceed("tokens", reason),
  api_calls_per_day_would_exceed: (reason) => wouldExceed("calls", reason),
  cost_per_day_would_exceed: (reason) => wouldExceed(reason.currency, reason),
  exceeds_cap: ({ dimension }) => `more ${DIMENSIONS[dimension]} than a whole day has`,
};

/** The dimensions of a budget. @type {Record<string, string>} */
const DIMENSIONS = { messages: "messages", llmTokens: "tokens", apiCalls: "calls", amount: "money" };

/**
 * @param {string} unit
 * @param {{ used: number, cost: number, cap: number }} reason
 */
function wouldExceed(unit, { used, cost, cap }) {
  return `needs ${unit} ${number(cost)}, and ${number(used)} of ${number(cap)} are used`;
}

/**
 * @param {ReplayReason} reason
 * @returns {string}
 */
export function reasonWords(reason) {
  const words = /** @type {(reason: Reason) => string} */ (WORDS[reason.code]);
  return words(reason);
}

/**
 * `tier_3` is "tier 3".
 * @param {string} text
 */
export function codeWords(text) {
  return visible(text).replaceAll("_", " ");
}
