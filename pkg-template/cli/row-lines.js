// The lines of a replay: a time, a mark, who and what, and why.

import { mark } from "./effects.js";
import { codeWords, reasonWords } from "./reasons.js";
import { fit, visible, widest, width, wrap } from "./text.js";

/** @import {FullPolicyDocument, ReplayAction, ReplayCommand} from "agent-interlock" */
/** @import {Local, LocalClock} from "./local-time.js" */
/** @import {Output} from "./output.js" */
/** @import {Several} from "./several.js" */

/** The columns before an agent's name: a time, a mark, a space after each. */
const LEAD = 11;
/** The columns of an agent's name, where the policy does not list shorter ones alone, and of an action's type. */
const AGENT = 14;
const TYPE = 17;
/** What is about everything where it names no agent. */
const STOPS = ["lock", "unlock"];

export class RowLines {
  #out;
  #clock;
  #columns;

  /**
   * @param {Output} out for its style and its width
   * @param {FullPolicyDocument} document
   * @param {LocalClock} clock
   */
  constructor(out, document, clock) {
    this.#out = out;
    this.#clock = clock;
    const agents = Object.keys(document.agents);
    this.#columns = { agent: widest(agents, agents.length === 0 ? AGENT : 8, AGENT), type: TYPE };
  }

  /**
   * @param {ReplayAction} row
   * @param {Local} local
   */
  decision(row, { date, time }) {
    // That its creator is told is of interest only where it ran.
    const telling = row.reasons.filter(({ rule, effect }) => rule !== "level" || effect === row.effect);
    const reasons = telling.map(reasonWords);
    if (row.allowed && row.approval?.status === "consumed") reasons.unshift("approved");
    if (row.allowed && row.escalation !== null) reasons.push(`fast (${codeWords(row.escalation)}), still runs`);
    if (row.deferUntil !== null) reasons.push(`until ${this.#clock.from(date, row.deferUntil)}`);
    return this.#line(time, mark(row.effect, this.#out.style), this.#who(row.agent, row.type), reasons.join("; "));
  }

  /**
   * Several more decisions like one.
   * @param {Several} several
   * @param {ReplayAction} row
   */
  more(several, row) {
    const who = this.#who(row.agent, row.type);
    return this.#line(several.first, mark(row.effect, this.#out.style), who, `${several.count} more${several.until}`);
  }

  /**
   * What simply ran.
   * @param {Several} several
   */
  ran(several) {
    const { style, columns } = this.#out;
    const words = wrap(`${several.count} ran${several.until}${told(several)}: ${several.whose}`, columns - LEAD);
    const lines = words.map((line, index) => (index === 0 ? "" : " ".repeat(LEAD)) + style.dim(line));
    return `${style.dim(several.first)} ${mark("allow", style)} ${lines.join("\n")}\n`;
  }

  /**
   * A command, and why somebody gave it.
   * @param {ReplayCommand} row
   * @param {Local} local
   */
  command({ kind, agent, reason = "", actionId = "", approval }, { time }) {
    const words = kind === "resolve" ? resolved(actionId, approval, reason) : [actionId, reason].filter((word) => word !== "").join(": ");
    // What names no agent is about all of them where it locks, and else about none.
    const whose = agent ?? (STOPS.includes(kind) ? "all" : "");
    return this.#line(time, this.#out.style.dim("○"), this.#who(whose, kind), visible(words));
  }

  /**
   * @param {string} agent
   * @param {string} type
   */
  #who(agent, type) {
    return `${fit(visible(agent), this.#columns.agent)} ${fit(visible(type), this.#columns.type)}`;
  }

  /**
   * @param {string} time
   * @param {string} sign
   * @param {string} who
   * @param {string} why
   */
  #line(time, sign, who, why) {
    const { style, columns } = this.#out;
    const indent = LEAD + width(who) + 1;
    const [first, ...others] = wrap(why, columns - indent);
    const more = others.map((line) => `${" ".repeat(indent)}${line}\n`);
    return `${`${style.dim(time)} ${sign} ${who} ${first}`.trimEnd()}\n${more.join("")}`;
  }
}

/**
 * What a person decided.
 * @param {string} actionId
 * @param {ReplayCommand["approval"]} approval none where nothing of that action waited
 * @param {string} comment
 */
function resolved(actionId, approval, comment) {
  if (approval === undefined) return `${actionId}: no question waits`;
  const words = approval.status === "pending" ? "one of several has approved" : approval.status;
  return `${actionId} ${words}${comment === "" ? "" : `: ${comment}`}`;
}

/** @param {Several} several */
function told({ told }) {
  return told === 0 ? "" : ` (${told} told)`;
}
