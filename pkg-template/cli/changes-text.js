// Two policies over one log, for people: how often each decided what, and what changes from the first to the second.

import { BY_STRICTNESS, EFFECTS, mark } from "./effects.js";
import { LocalClock } from "./local-time.js";
import { remarks } from "./overview.js";
import { codeWords, reasonWords } from "./reasons.js";
import { counted, fit, number, visible, width, wrap } from "./text.js";

/** @import {Policy, ReplayChange, ReplayChanges, ReplayReport, ReplaySide, ReplayTurn} from "agent-interlock" */
/** @import {Output} from "./output.js" */
/** @import {Style} from "./style.js" */

/** So many of a kind are shown where nobody asks for all. */
const SHOWN = 10;
const AGENT = 12;
const TYPE = 16;
/** The columns before an agent's name: a date, a time, the marks. */
const LEAD = 21;

/** @type {[ReplayTurn, "nowAllowed" | "nowRefused" | "milder" | "stricter" | "otherReason", string, string][]} */
const TURNS = [
  ["now_allowed", "nowAllowed", "would run", "and did not before"],
  ["now_refused", "nowRefused", "would not run any more", ""],
  ["milder", "milder", "decided more mildly", "and running, or not, as before"],
  ["stricter", "stricter", "decided more strictly", "and running, or not, as before"],
  ["other_reason", "otherReason", "for another reason, or until another time", ""],
];

export class ChangesReport {
  /** No single line is of interest. */
  row = undefined;
  #out;
  #policies;
  #names;
  #all;
  #clock;

  /**
   * @param {Output} out
   * @param {Policy} policy
   * @param {Policy} against
   * @param {{policy: string, against: string}} names the files
   * @param {{all: boolean}} options all: show every change that is listed
   */
  constructor(out, policy, against, names, { all }) {
    this.#out = out;
    this.#policies = { policy: policy.document, against: against.document };
    this.#names = { policy: visible(names.policy), against: visible(names.against) };
    this.#all = all;
    this.#clock = new LocalClock(policy.document.timeZone);
  }

  broken() {}

  /**
   * @param {ReplayReport} summary
   * @param {boolean} isInterrupted
   */
  end(summary, isInterrupted) {
    const { against } = summary;
    if (against === undefined) return;
    const parts = [
      this.#heading(),
      ...(summary.requests === 0 && against.summary.requests === 0 ? [["no actions"]] : this.#story(summary, against)),
      remarks(summary, isInterrupted, this.#out.style),
    ];
    const text = parts.filter((lines) => lines.length > 0).map((lines) => lines.join("\n"));
    this.#out.write(`${text.join("\n\n")}\n`);
  }

  #heading() {
    const { style } = this.#out;
    const { policy, against } = this.#policies;
    const mode = (/** @type {string} */ mode) => mode.replaceAll("_", " ");
    const line = (/** @type {string} */ label, /** @type {string} */ name, /** @type {typeof policy} */ document) =>
      `${label}  ${style.bold(name)} · ${visible(document.customerId)} · ${mode(document.autonomyMode)}`;
    return [
      line("from", this.#names.policy, policy),
      line("to  ", this.#names.against, against),
      style.dim(`times of ${policy.timeZone}`),
    ];
  }

  /**
   * @param {ReplayReport} summary
   * @param {NonNullable<ReplayReport["against"]>} against
   */
  #story(summary, { summary: other, changes }) {
    const { style } = this.#out;
    const same = [style.green("Both policies decide the same of every action, for the same reasons")];
    return [this.#table(summary, other), changes.total === 0 ? same : this.#rules(changes), ...this.#turns(changes)];
  }

  /**
   * @param {ReplayReport} summary
   * @param {NonNullable<ReplayReport["against"]>["summary"]} other
   */
  #table(summary, other) {
    const { style } = this.#out;
    const title = `${style.bold(counted(summary.requests, "action").padEnd(20))}${style.dim("   from         to")}`;
    const lines = BY_STRICTNESS.flatMap((effect) => {
      const [before, after] = [summary.byEffect[effect] ?? 0, other.byEffect[effect] ?? 0];
      if (before === 0 && after === 0) return [];
      const counts = `${number(before).padStart(7)} ${style.dim("→")} ${number(after).padStart(8)}`;
      return [`${mark(effect, style)} ${EFFECTS[effect].words.padEnd(18)}${counts}${difference(after - before, style)}`];
    });
    return [title, ...lines];
  }

  /** @param {ReplayChanges} changes */
  #rules({ byRule, total }) {
    const { style, columns } = this.#out;
    const rules = Object.entries(byRule).map(([rule, { milder, stricter }]) => {
      const parts = [...(milder > 0 ? [`${number(milder)} milder`] : []), ...(stricter > 0 ? [`${number(stricter)} stricter`] : [])];
      return `${codeWords(rule)} ${parts.join(", ")}`;
    });
    const words = rules.length === 0 ? [] : wrap(`by rule: ${rules.join("; ")}`, columns - 2).map((line) => `  ${style.dim(line)}`);
    return [style.bold(`${counted(total, "decision")} ${total === 1 ? "changes" : "change"}`), ...words];
  }

  /** @param {ReplayChanges} changes */
  #turns(changes) {
    const { style } = this.#out;
    return TURNS.flatMap(([turn, count, words, more]) => {
      const all = changes[count];
      if (all === 0) return [];
      const listed = changes.list.filter((change) => change.turn === turn);
      const shown = this.#all ? listed : listed.slice(0, SHOWN);
      const rest = all - shown.length;
      const hint = this.#all || listed.length === shown.length ? "" : "; --all shows more";
      const title = `${style.bold(`${number(all)} ${words}`)}${more === "" ? "" : style.dim(` ${more}`)}`;
      return [
        [
          title,
          ...shown.flatMap((change) => this.#change(change)),
          ...(rest > 0 ? [style.dim(`  and ${number(rest)} more${hint}`)] : []),
        ],
      ];
    });
  }

  /** @param {ReplayChange} change */
  #change({ at, agent, type, turn, before, after }) {
    const { style, columns } = this.#out;
    const { date, time } = this.#clock.read(at);
    const signs = `${sign(before, style)}${style.dim("→")}${sign(after, style)}`;
    const who = `${fit(visible(agent), AGENT)} ${fit(visible(type), TYPE)}`;
    // What stands in the way, or stood: the milder side has little to say.
    const why = turn === "other_reason" ? `${words(before)}; now ${words(after)}` : words(turn === "now_allowed" || turn === "milder" ? before : after);
    const indent = LEAD + width(who) + 1;
    const [first, ...others] = wrap(why, columns - indent);
    return [
      `  ${style.dim(`${date.slice(5)} ${time}`)} ${signs} ${who} ${first}`.trimEnd(),
      ...others.map((line) => " ".repeat(indent) + line),
    ];
  }
}

/**
 * @param {ReplaySide} side
 * @param {Style} style
 */
function sign({ effect }, style) {
  return effect === "error" ? style.red("!") : mark(effect, style);
}

/** @param {ReplaySide} side */
function words({ because, reason, effect }) {
  if (because !== null) return reasonWords(because);
  return reason === null ? codeWords(effect) : visible(reason);
}

/**
 * @param {number} by
 * @param {Style} style
 */
function difference(by, style) {
  if (by === 0) return "";
  return `  ${style.dim(by > 0 ? `+${number(by)}` : `−${number(-by)}`)}`;
}
