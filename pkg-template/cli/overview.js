// The end of a replay at a glance: the day as a picture, how often and why, what was used.

import { gauge } from "./bars.js";
import { DayPicture } from "./day-picture.js";
import { BY_STRICTNESS, EFFECTS, mark } from "./effects.js";
import { longDayName } from "./local-time.js";
import { codeWords } from "./reasons.js";
import { counted, number, widest, wrap } from "./text.js";

/** @import {FullPolicyDocument, ReplayAction, ReplayEffect, ReplayReport} from "agent-interlock" */
/** @import {Local} from "./local-time.js" */
/** @import {Style} from "./style.js" */

const GAUGE = 32;

export class Overview {
  #document;
  #picture = new DayPicture();
  /** How often each reason decided, by effect. @type {Map<ReplayEffect, Map<string, number>>} */
  #codes = new Map();
  #firstDate = "";
  #lastDate = "";

  /** @param {FullPolicyDocument} document */
  constructor(document) {
    this.#document = document;
  }

  /**
   * @param {ReplayAction} row
   * @param {Local} local
   */
  add({ agent, effect, code }, { date, halfHour }) {
    this.#firstDate ||= date;
    this.#lastDate = date;
    this.#picture.add(agent, halfHour, effect);
    // Nothing is notified but for its level.
    if (code === null || effect === "notify") return;
    const codes = this.#codes.get(effect) ?? new Map();
    this.#codes.set(effect, codes.set(code, (codes.get(code) ?? 0) + 1));
  }

  /**
   * @param {ReplayReport} summary
   * @param {boolean} isInterrupted
   * @param {Style} style
   * @param {number} columns
   */
  draw(summary, isInterrupted, style, columns) {
    const parts =
      summary.requests === 0
        ? [["no actions"]]
        : [this.#hours(style), this.#decided(summary, style, columns), this.#used(summary, style)];
    const text = [...parts, remarks(summary, isInterrupted, style)]
      .filter((lines) => lines.length > 0)
      .map((lines) => lines.join("\n"));
    return `\n${text.join("\n\n")}\n`;
  }

  get #isOneDay() {
    return this.#firstDate === this.#lastDate;
  }

  /** @param {Style} style */
  #hours(style) {
    const { quietHours } = this.#document;
    if (this.#isOneDay) {
      const key = style.dim("· half an hour a column, in each the strictest that happened");
      return [`${style.bold("The day")} ${key}`, ...this.#picture.drawAgents(style, quietHours)];
    }
    const days = style.bold(`${longDayName(this.#firstDate)} to ${longDayName(this.#lastDate)}`);
    return [
      days,
      style.dim("all days in one, half an hour a column; the taller the more"),
      ...this.#picture.drawEffects(style, quietHours),
    ];
  }

  /**
   * @param {ReplayReport} summary
   * @param {Style} style
   * @param {number} columns
   */
  #decided({ requests, byEffect }, style, columns) {
    const lines = BY_STRICTNESS.flatMap((effect) => {
      const times = byEffect[effect] ?? 0;
      if (times === 0) return [];
      const count = number(times).padStart(7);
      const head = `${mark(effect, style)} ${EFFECTS[effect].words.padEnd(18)}${count}`;
      const [first = "", ...others] = wrap(this.#why(effect), columns - 29);
      return [`${head}  ${style.dim(first)}`.trimEnd(), ...others.map((line) => " ".repeat(29) + style.dim(line))];
    });
    return [style.bold(counted(requests, "action")), ...lines];
  }

  /**
   * The reasons that decided, the most frequent first.
   * @param {ReplayEffect} effect
   */
  #why(effect) {
    const codes = [...(this.#codes.get(effect) ?? [])].sort(([, a], [, b]) => b - a);
    return codes.map(([code, count]) => `${codeWords(code)} ${number(count)}`).join(", ");
  }

  /**
   * @param {ReplayReport} summary
   * @param {Style} style
   */
  #used({ peak }, style) {
    const { budget, currency } = this.#document;
    /** @type {[string, number, number][]} */
    const rows = [
      ["messages", peak.messages, budget.maxMessagesPerDay],
      ["LLM tokens", peak.llmTokens, budget.maxLlmTokensPerDay],
      ["API calls", peak.apiCalls, budget.maxExternalApiCallsPerDay],
      [currency, peak.amount, budget.maxCostPerDay],
    ];
    const amounts = rows.map(([, used, cap]) => `${number(used)} of ${number(cap)}`);
    const column = widest(amounts, 0, 40);
    const lines = rows.map(([name, used, cap], index) => {
      const { filled, rest } = gauge(used, cap, GAUGE);
      const painted = (used >= cap ? style.yellow : style.green)(filled) + style.dim(rest);
      return `  ${name.padEnd(10)}  ${painted}  ${String(amounts[index]).padStart(column)}`;
    });
    const title = this.#isOneDay ? "Budget of the day" : "Budget, the most of any one day";
    return [style.bold(title), ...lines];
  }
}

/**
 * What the reader must know before trusting the numbers.
 * @param {ReplayReport} summary
 * @param {boolean} isInterrupted
 * @param {Style} style
 */
export function remarks({ broken, lines, notGranted, against }, isInterrupted, style) {
  const unread = `${counted(broken, "line")} of ${number(lines)} could not be read and did not run`;
  const otherUnread = `under the second policy ${counted(against?.broken ?? 0, "line")} could not be read`;
  const others = `${counted(notGranted, "report")} told of what did not run here, and changed nothing`;
  const stopped = `stopped after ${counted(lines, "line")}; what came after is not in these numbers`;
  return [
    ...(broken > 0 ? [style.red(unread)] : []),
    ...(against !== undefined && against.broken !== broken ? [style.red(otherUnread)] : []),
    ...(notGranted > 0 ? [style.dim(others)] : []),
    ...(isInterrupted ? [style.yellow(stopped)] : []),
  ];
}
