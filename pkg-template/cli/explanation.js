// An explanation as people read it: the decision, then a line for each rule.

import { EFFECTS, mark } from "./effects.js";
import { LocalClock } from "./local-time.js";
import { reasonWords } from "./reasons.js";
import { READ } from "./rule-words.js";
import { counted, number, visible, wrap } from "./text.js";

/** @import {Action, Explanation, ExplainedRule, FullPolicyDocument} from "agent-interlock" */
/** @import {Style} from "./style.js" */

/** The columns of a rule's name, and before what it says. */
const NAME = 13;
const LEAD = NAME + 4;

/**
 * @param {Explanation} explanation
 * @param {Action} action
 * @param {FullPolicyDocument} document
 * @param {Style} style
 * @param {number} columns
 */
export function drawExplanation(explanation, action, document, style, columns) {
  const rules = explanation.rules.map((rule) => ruleLines(rule, style, columns));
  return `${head(explanation, action, document, style)}\n${rules.join("")}\n${foot(explanation, document, columns)}`;
}

/**
 * @param {Explanation} explanation
 * @param {Action} action
 * @param {FullPolicyDocument} document
 * @param {Style} style
 */
function head({ decision }, action, document, style) {
  const look = EFFECTS[decision.effect];
  const clock = new LocalClock(document.timeZone);
  const { date, time } = clock.read(decision.at);
  const who = `${visible(action.type)} by ${visible(action.agent)}`;
  const when = `${date} ${time} ${document.timeZone}`;
  const until = decision.deferUntil === null ? "" : `  may run from ${clock.from(date, decision.deferUntil)} on\n`;
  return `${mark(decision.effect, style)} ${style[look.colour](look.words)}: ${who}, ${style.dim(when)}\n${until}`;
}

/**
 * @param {ExplainedRule} rule
 * @param {Style} style
 * @param {number} columns
 */
function ruleLines({ rule, applies, effect, reasons, read }, style, columns) {
  const sign = effect === null ? style.dim("·") : mark(effect, style);
  const saw = applies && read !== null ? READ[rule](/** @type {any} */ (read)) : "a person's action is not asked about this";
  const said = reasons.map(reasonWords).join("; ");
  const name = `${sign} ${rule.replace("_", " ").padEnd(NAME)}  `;
  const lines = [...(said === "" ? [] : wrap(said, columns - LEAD)), ...wrap(saw, columns - LEAD).map(style.dim)];
  return lines.map((line, index) => `${index === 0 ? name : " ".repeat(LEAD)}${line}\n`).join("");
}

/**
 * @param {Explanation} explanation
 * @param {FullPolicyDocument} document
 * @param {number} columns
 */
function foot({ decision, cost, approvers }, document, columns) {
  const parts = [
    cost.messages > 0 ? counted(cost.messages, "message") : "",
    cost.llmTokens > 0 ? counted(cost.llmTokens, "token") : "",
    cost.apiCalls > 0 ? counted(cost.apiCalls, "call") : "",
    cost.amount > 0 ? `${document.currency} ${number(cost.amount)}` : "",
  ].filter((part) => part !== "");
  const costs = `It costs ${parts.length === 0 ? "nothing" : parts.join(", ")}.`;
  return wrap(`${costs}${asks(decision, approvers)}`, columns).join("\n") + "\n";
}

/**
 * @param {Explanation["decision"]} decision
 * @param {Explanation["approvers"]} approvers
 */
function asks({ approval }, { creator, quorum, separationOfDuties }) {
  if (approval === null || approval.status !== "pending") return "";
  const who = creator === null ? "a platform_admin" : `${visible(creator)} or a platform_admin`;
  const apart = separationOfDuties ? ", not whoever asked for it" : "";
  const many = quorum === 1 ? "" : `, ${number(quorum)} people`;
  return ` It asks ${who}${many}${apart}, and the question expires at ${approval.expiresAt}.`;
}
