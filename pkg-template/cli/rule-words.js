// What each rule looked at, in half a line.

import { isQuiet } from "./quiet-hours.js";
import { counted, number, visible } from "./text.js";

/** @import {RuleName} from "agent-interlock" */

/**
 * By rule, what it read in words. The shapes are the engine's, one for each rule.
 * @type {Record<RuleName, (read: any) => string>}
 */
export const READ = {
  lock: ({ isRead, agent, customer }) =>
    isRead ? "it only reads: no lock holds it" : agent === null && customer === null ? "nothing is locked" : "a lock holds",
  arbitration: ({ score, criticalFrom, anomalyTier }) =>
    `risk and impact together ${number(score)}, critical from ${criticalFrom} on; ${
      anomalyTier === null ? "no metrics observed" : `last metrics: ${visible(anomalyTier)}`
    }`,
  escalation: ({ isRead, counts, signals, velocity }) =>
    isRead || !counts
      ? "it does not count as speed"
      : ["tier_1", "tier_2", "tier_3"].map((tier) => speed(signals[tier], velocity[tier])).join(", "),
  repeat: ({ stage, attempt, inFlight, maxInFlight }) =>
    `${stage === null ? "never asked for before" : `${stage}, granted ${counted(attempt, "time")}`}; ${number(inFlight)} of ${number(maxInFlight)} in flight`,
  order: ({ group, before }) =>
    group === null ? "it is in no plan" : `step ${group.index + 1} of ${group.size}; before it: ${before.map(standing).join(", ") || "nothing"}`,
  level: ({ level, isKnown, creator }) =>
    `level ${level}${isKnown ? "" : ", its type is not in the policy"}; ${creator === null ? "the agent has no creator" : `creator ${visible(creator)}`}`,
  approval: ({ autonomyMode, messaging, riskFactors, blockedKeywords, approval, isApproved }) =>
    [
      `mode ${autonomyMode}`,
      messaging
        ? `a draft of ${counted(riskFactors.draftLength, "character")} against ${counted(blockedKeywords, "keyword")}`
        : "no message",
      approval === null ? "" : `approval ${approval.status}${isApproved ? ", it holds" : ""}`,
    ]
      .filter((part) => part !== "")
      .join("; "),
  confirmation: ({ needsInterrupt, policyNeedsInterrupt, confirmWrites }) =>
    needsInterrupt === true || policyNeedsInterrupt
      ? "a person is asked for"
      : confirmWrites
        ? "writes are confirmed"
        : "nothing asks for it",
  quiet_time: ({ messaging, localHour, quietHours, isBlockedDate, timeZone }) =>
    messaging
      ? `hour ${localHour} in ${timeZone}${isQuiet(quietHours, localHour) ? ", quiet" : ""}${isBlockedDate ? ", a blocked date" : ""}`
      : "no message: it may run at any hour",
  budget: ({ customer, agent }) => `used today: ${spent(customer)}${agent === null ? "" : `; the agent's own: ${spent(agent)}`}`,
};

/**
 * @param {{actionCount: number, windowMinutes: number}} signal
 * @param {{actionsPerMinute: number}} tier
 */
function speed({ actionCount, windowMinutes }, { actionsPerMinute }) {
  return `${number(actionCount)} in ${number(windowMinutes)} min (limit ${number(actionsPerMinute * windowMinutes)})`;
}

/** @param {string | null} standing */
function standing(standing) {
  return standing ?? "not asked for";
}

/** @param {{used: Record<string, number>, caps: Record<string, number>}} standing */
function spent({ used, caps }) {
  const of = (/** @type {string} */ dimension, /** @type {string} */ cap, /** @type {string} */ words) =>
    `${number(used[dimension] ?? 0)} of ${number(caps[cap] ?? 0)} ${words}`;
  return [
    of("messages", "maxMessagesPerDay", "messages"),
    of("llmTokens", "maxLlmTokensPerDay", "tokens"),
    of("apiCalls", "maxExternalApiCallsPerDay", "calls"),
    of("amount", "maxCostPerDay", "money"),
  ].join(", ");
}
