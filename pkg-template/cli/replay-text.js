// A replay for people: what did not simply run, and why, line by line; what ran, in short; the whole at a glance.

import { EFFECTS } from "./effects.js";
import { LocalClock, longDayName } from "./local-time.js";
import { Overview } from "./overview.js";
import { RowLines } from "./row-lines.js";
import { Several } from "./several.js";
import { visible } from "./text.js";

/** @import {FullPolicyDocument, Policy, ReplayAction, ReplayReport, ReplayRow} from "agent-interlock" */
/** @import {Local} from "./local-time.js" */
/** @import {Output} from "./output.js" */
/** @import {Style} from "./style.js" */

/** A decision like the one shown before it is only counted where no more than this lies between them. */
const SAME_WITHIN_MS = 10 * 60_000;

/** What people did between the actions; what agents report back would only fill the page. */
const SHOWN_COMMANDS = ["resolve", "lock", "unlock", "setPolicy"];

export class TextReport {
  #out;
  #all;
  #clock;
  #lines;
  #overview;
  #date = "";
  /** What simply ran since the last line shown. @type {Several | undefined} */
  #ran;
  /**
   * The decision shown last, and those like it since.
   * @type {{row: ReplayAction, at: number, more?: Several, next?: (() => string) | undefined} | undefined}
   */
  #last;

  /**
   * @param {Output} out
   * @param {Policy} policy
   * @param {{all: boolean}} options all: show every action
   */
  constructor(out, { document }, { all }) {
    this.#out = out;
    this.#all = all;
    this.#clock = new LocalClock(document.timeZone);
    this.#lines = new RowLines(out, document, this.#clock);
    this.#overview = new Overview(document);
    out.write(heading(document, out.style));
  }

  /** @param {ReplayRow} row */
  row(row) {
    const local = this.#clock.read(row.at);
    if (local.date !== this.#date) this.#startDay(local.date);
    if ("kind" in row) {
      if (this.#all || SHOWN_COMMANDS.includes(row.kind)) this.#show(this.#lines.command(row, local));
      return;
    }
    this.#overview.add(row, local);
    if (this.#all) this.#show(this.#lines.decision(row, local));
    else if (ranQuietly(row)) this.#ran = Several.add(this.#ran, row.agent, local.time, row.effect === "notify");
    else this.#notable(row, local);
  }

  /** What is said next, on the other stream, comes after all that was before it. */
  broken() {
    this.#catchUp();
  }

  /**
   * @param {ReplayReport} summary
   * @param {boolean} isInterrupted
   */
  end(summary, isInterrupted) {
    this.#show(this.#overview.draw(summary, isInterrupted, this.#out.style, this.#out.columns));
  }

  /** @param {string} date */
  #startDay(date) {
    this.#show(`\n${this.#out.style.bold(longDayName(date))}\n`);
    this.#date = date;
  }

  /**
   * A decision that somebody will want to see, or one more of the same.
   * @param {ReplayAction} row
   * @param {Local} local
   */
  #notable(row, local) {
    const at = Date.parse(row.at);
    const last = this.#last;
    if (last !== undefined && isLike(row, last.row) && at - last.at <= SAME_WITHIN_MS) {
      // One more alone takes as much room as its own line, which says more.
      last.next = last.more === undefined ? () => this.#lines.decision(row, local) : undefined;
      last.more = Several.add(last.more, row.agent, local.time);
      last.at = at;
      return;
    }
    this.#show(this.#lines.decision(row, local));
    this.#last = { row, at };
  }

  /** @param {string} text */
  #show(text) {
    this.#catchUp();
    this.#out.write(text);
  }

  /** Shows in short what was held back, the earlier first. */
  #catchUp() {
    const held = [];
    if (this.#last?.more !== undefined) {
      const { more, next, row } = this.#last;
      held.push({ first: more.first, text: next?.() ?? this.#lines.more(more, row) });
    }
    if (this.#ran !== undefined) held.push({ first: this.#ran.first, text: this.#lines.ran(this.#ran) });
    held.sort((a, b) => (a.first < b.first ? -1 : 1));
    for (const { text } of held) this.#out.write(text);
    this.#ran = this.#last = undefined;
  }
}

/**
 * @param {FullPolicyDocument} document
 * @param {Style} style
 */
function heading({ customerId, autonomyMode, timeZone }, style) {
  const looks = Object.values(EFFECTS).map(({ mark, colour, words }) => `${style[colour](mark)} ${words}`);
  const title = `${style.bold(visible(customerId))} · ${autonomyMode.replaceAll("_", " ")} · times of ${timeZone}`;
  return `${title}\n${looks.join("  ")}\n`;
}

/**
 * Whether a row is as expected: it ran, at its pace, nobody had to be asked, and no rule but its own level had anything to say.
 * @param {ReplayAction} row
 */
function ranQuietly({ allowed, approval, escalation, reasons }) {
  return allowed && approval === null && escalation === null && reasons.every(({ rule }) => rule === "level");
}

/**
 * Whether two decisions would read the same.
 * @param {ReplayAction} a
 * @param {ReplayAction} b
 */
function isLike(a, b) {
  const said = (/** @type {ReplayAction} */ { agent, type, effect, escalation, reasons }) =>
    JSON.stringify([agent, type, effect, escalation, reasons.map(({ text }) => text)]);
  return said(a) === said(b);
}
