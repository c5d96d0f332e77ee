// Each reason in a sentence. The code is for programs; this is for whoever answers for what agents do.

import type { Reason } from "agent-interlock";
import type { Format } from "./format.ts";
import type { Forms } from "./language.ts";
import { messages } from "./messages.en.ts";

const { cost: COST } = messages.action;

/** `decides` is false where another reason is stricter: what this one alone would let run does not. */
export type Sentence<Said extends Reason> = (reason: Said, format: Format, decides: boolean) => string;
export type ReasonSentences = { readonly [Code in Reason["code"]]: Sentence<Reason & { code: Code }> };

const MODES: Record<string, string> = { manual: "manual", suggest_only: "suggestions only" };
const FACTORS: Record<string, string> = {
  isFirstSendToAccount: "whether this is the first message to the account",
  dealValue: "what the deal is worth",
  containsLegalTopic: "whether it speaks of legal matters",
  sector: "the account's sector",
  draftText: "the draft's text",
  consecutiveFollowupIndex: "which follow-up it is",
};
const DIMENSIONS: Record<string, string> = { messages: "messages", llmTokens: "tokens", apiCalls: "calls", amount: "money" };
const CATEGORIES: Record<string, string> = { validation: "it was refused as wrong", auth: "it was not permitted", unknown: "for a reason that nobody knows" };

/** What the day has of something, used up. */
const usedUp = (cap: number, { one, other }: { one: string; other: string }, { counted }: Format) =>
  counted(cap, { zero: `The day has no ${other}.`, one: `The day's one ${one} is used up.`, other: `The day's # ${other} are used up.` });

const would = (what: Forms, used: number, cost: number, cap: number, { counted, number }: Format) =>
  `It needs ${counted(cost, what)}; of the day's ${number(cap)}, ${counted(used, { zero: "none is used", one: "# is used", other: "# are used" })}.`;

export const sentences: ReasonSentences = {
  autonomy_mode: ({ mode }) => `In the mode “${MODES[mode] ?? mode}” nothing runs by itself.`,
  outbound_requires_human: () => "In this mode a person releases whatever leaves the house.",
  unknown_action_type: ({ actionType }) => `The policy does not know the type “${actionType}”.`,
  first_send_to_account: () => "Nothing was ever sent to this account: a person decides on the first message.",
  high_value_deal: ({ value, currency, threshold }, { money }) =>
    `This deal is worth ${money(value, currency)}; from ${money(threshold, currency)} on a person decides.`,
  contains_legal_topic: () => "It speaks of legal matters: a person decides.",
  blocked_sector: ({ sector }) => `The account's sector, “${sector}”, is one that only a person writes to.`,
  blocked_keyword: ({ keyword }) => `The draft has the blocked word “${keyword}”.`,
  max_consecutive_followups_reached: ({ index, maximum }, { number }) =>
    `This is follow-up ${number(index)} without an answer; from ${number(maximum)} on a person decides.`,
  risk_factors_missing: () => "It is a message, and nobody said how risky: without risk factors a person decides.",
  risk_factor_missing: ({ factor }) => `Its arguments do not say ${FACTORS[factor] ?? factor}, which the policy wants to know.`,
  cost_missing: ({ dimension }) => `Its arguments do not say what it costs (${DIMENSIONS[dimension]}), which the policy wants to know.`,
  agent_locked: () => "The agent is locked until a person unlocks it.",
  customer_locked: () => "Everything is locked until a person unlocks it.",
  critical_risk: ({ score }, { number }) => `Risk and impact together are critical (${number(score)} of 1): the agent is locked.`,
  systemic_anomaly: () => "The agent's figures are those of a breakdown: it is locked.",
  velocity_tier_3: ({ actionCount, actionsPerMinute }, { counted, number }) =>
    `Far too fast: ${counted(actionCount, { one: "# action", other: "# actions" })}, ${number(actionsPerMinute)} a minute. The agent is locked.`,
  too_many_agents: () => "There is no room to watch one more agent.",
  already_granted: () => "It was allowed before, and nobody has said yet what became of it.",
  already_executed: () => "It was done before, and is not done twice.",
  outcome_unknown: () => "It may have been done already: somebody has to look and say.",
  retry_not_before: ({ retryAt }, { full }) => `It failed; it may be tried again from ${full(Date.parse(retryAt))} on.`,
  not_retryable: ({ category }) => `It failed, and trying again would not help: ${CATEGORIES[category] ?? category}.`,
  retries_exhausted: () => "It failed too often to be tried again.",
  duplicate_action: () => "The very same was done a short while ago.",
  too_many_in_flight: () => "Too many actions of this agent are under way without a word of what became of them.",
  snapshot_full: () => "There is no room to remember one more action.",
  paused_behind: ({ index }, { number }) => `Step ${number(index)} of the plan has to succeed first.`,
  skipped_after: ({ index }, { number }) => `Step ${number(index)} of the plan will not happen, so this one does not either.`,
  group_ended: () => "The plan has ended.",
  approval_rejected: () => "A person said no to it.",
  too_many_pending: () => "Too many questions of this agent wait for an answer already.",
  level: ({ level }, _format, decides) => {
    if (decides) return level === "L2" ? "It may run, and the agent's creator is told (level L2)." : "The agent's creator is asked first (level L3).";
    return level === "L2" ? "Its level alone (L2) would let it run and tell the agent's creator." : "Its level alone (L3) would ask the agent's creator first.";
  },
  confirmation_required: () => "A person confirms each action of this kind.",
  quiet_hours: () => "Quiet hours: no message goes out now.",
  blocked_date: ({ date }, { date: said }) => `No message goes out on ${said(date)}.`,
  never_allowed: () => "There is no free time for it within 400 days.",
  messages_per_day_reached: ({ cap }, format) => usedUp(cap, { one: "message", other: "messages" }, format),
  llm_tokens_per_day_reached: ({ cap }, format) => usedUp(cap, { one: "token", other: "tokens" }, format),
  api_calls_per_day_reached: ({ cap }, format) => usedUp(cap, { one: "call to other services", other: "calls to other services" }, format),
  cost_per_day_reached: ({ currency, cap }, { money }) => `The day's ${money(cap, currency)} are spent.`,
  messages_per_day_would_exceed: ({ used, cost, cap }, format) => would(COST.messages, used, cost, cap, format),
  llm_tokens_per_day_would_exceed: ({ used, cost, cap }, format) => would(COST.llmTokens, used, cost, cap, format),
  api_calls_per_day_would_exceed: ({ used, cost, cap }, format) => would(COST.apiCalls, used, cost, cap, format),
  cost_per_day_would_exceed: ({ used, cost, cap, currency }, { money }) =>
    `It needs ${money(cost, currency)}; of the day's ${money(cap, currency)}, ${money(used, currency)} are spent.`,
  exceeds_cap: ({ dimension }) => `It needs more ${DIMENSIONS[dimension]} than any whole day has.`,
};
