// Reasons in words. A reason's `text` is a stable code for programs; this is what a person reads.

import { number, visible } from "./text.js";

/** @import {ReplayReason} from "agent-interlock" */

/** What a reason of each code says, in half a line. @type {Record<string, (reason: Record<string, any>) => string>} */
const WORDS = {
  autonomy_mode: ({ mode }) => `in ${mode} mode a person does it`,
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
  messages_per_day_reached: ({ cap }) => `${number(cap)} messages sent today`,
  llm_tokens_per_day_reached: ({ cap }) => `${number(cap)} tokens used today`,
  api_calls_per_day_reached: ({ cap }) => `${number(cap)} calls made today`,
  cost_per_day_reached: ({ currency, cap }) => `${currency} ${number(cap)} spent today`,
  velocity_tier_3: ({ actionCount, actionsPerMinute }) =>
    `too fast: ${number(actionCount)} actions, ${number(actionsPerMinute)} a minute`,
};

/**
 * @param {ReplayReason} reason
 * @returns {string}
 */
export function reasonWords(reason) {
  const words = Object.hasOwn(WORDS, reason.code) ? WORDS[reason.code] : undefined;
  return words === undefined ? codeWords(reason.text) : words(reason);
}

/**
 * `tier_3` is "tier 3": a code that has no sentence of its own is still readable.
 * @param {string} text
 */
export function codeWords(text) {
  return visible(text).replaceAll("_", " ");
}
