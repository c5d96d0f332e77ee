// A policy in a dozen lines: what somebody would ask first about it.

import { isQuiet } from "./quiet-hours.js";
import { counted, fit, number, visible, wrap } from "./text.js";

/** @import {AutonomyMode, FullPolicyDocument, Policy} from "agent-interlock" */
/** @import {Style} from "./style.js" */

/** From the least to the most independent. @type {AutonomyMode[]} */
const MODES = ["manual", "suggest_only", "draft_and_approve", "safe_autopilot", "full_autopilot"];

const LABEL = 12;

/**
 * @param {Policy} policy
 * @param {Style} style
 * @param {number} columns
 */
export function drawPolicy({ document, digest }, style, columns) {
  /** @type {[string, string][]} */
  const facts = [
    ["customer", visible(document.customerId)],
    ["digest", digest],
    ["autonomy", autonomyOf(document)],
    ["messages", hoursOf(document)],
    ["a day", budgetOf(document)],
    ["a person", askedFor(document)],
    ["blocked", blocked(document)],
    ["too fast", velocityOf(document)],
    ["actions", actionsOf(document)],
    ["agents", agentsOf(document)],
  ];
  const lines = facts.flatMap(([label, text]) =>
    wrap(text, columns - LABEL - 2).map((line, index) => `  ${style.dim(fit(index === 0 ? label : "", LABEL))}${line}`),
  );
  return `${lines.join("\n")}\n`;
}

/** @param {FullPolicyDocument} document */
function autonomyOf({ autonomyMode }) {
  return `${MODES.map((mode) => (mode === autonomyMode ? "●" : "○")).join("──")}  ${autonomyMode}`;
}

/** @param {FullPolicyDocument} document */
function hoursOf({ quietHours, timeZone }) {
  if (quietHours === null) return `at any hour (${timeZone})`;
  const { start, end } = quietHours;
  const strip = Array.from({ length: 24 }, (_, hour) => (isQuiet(quietHours, hour) ? "░" : "█")).join("");
  const clock = (/** @type {number} */ hour) => `${String(hour).padStart(2, "0")}:00`;
  return `0 ${strip} 24  quiet ${clock(start)} to ${clock(end)}, ${timeZone}`;
}

/** @param {FullPolicyDocument} document */
function budgetOf({ budget, budgetScope, currency }) {
  const caps = [
    counted(budget.maxMessagesPerDay, "message"),
    counted(budget.maxLlmTokensPerDay, "LLM token"),
    counted(budget.maxExternalApiCallsPerDay, "API call"),
    `${currency} ${number(budget.maxCostPerDay)}`,
  ];
  const then = budgetScope === "all" ? "then every action waits" : "then what costs more of it waits";
  return `${caps.join(" · ")}; ${then}`;
}

/** @param {FullPolicyDocument} document */
function askedFor(document) {
  const asked = [`deals from ${document.currency} ${number(document.requireHumanForHighValueDealsAbove)}`];
  if (document.requireHumanForFirstSend) asked.unshift("first messages");
  if (document.requireHumanForLegalTopics) asked.push("legal topics");
  asked.push(`after ${counted(document.maxConsecutiveFollowups, "unanswered follow-up")}`);
  if (document.confirmWrites) asked.push("every write");
  return `decides on ${asked.join(" · ")}`;
}

/** @param {FullPolicyDocument} document */
function blocked({ blockedKeywords, blockedSectors, blockedDates }) {
  return [
    counted(blockedKeywords.length, "keyword"),
    counted(blockedSectors.length, "sector"),
    counted(blockedDates.length, "date"),
  ].join(" · ");
}

/** @param {FullPolicyDocument} document */
function velocityOf({ velocity, velocityScope }) {
  const tiers = Object.values(velocity).map(({ windowMinutes, actionsPerMinute }, index) => {
    const count = Math.ceil(windowMinutes * actionsPerMinute);
    return `tier ${index + 1} at ${number(count)} in ${number(windowMinutes)} min`;
  });
  return `${tiers.join(" · ")} (locks), counted by ${velocityScope}`;
}

/** @param {FullPolicyDocument} document */
function actionsOf({ actions, unknownActions }) {
  const unknown = { allow: "others run", approve: "a person decides on others", deny: "others never run" };
  return `${counted(Object.keys(actions).length, "known type")} and prefixes; ${unknown[unknownActions]}`;
}

/** @param {FullPolicyDocument} document */
function agentsOf({ agents }) {
  const ids = Object.keys(agents);
  return ids.length === 0 ? "none listed" : ids.map(visible).join(", ");
}
