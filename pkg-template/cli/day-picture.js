// The hours of the day as a picture, half an hour a column.

import { BY_STRICTNESS, EFFECTS, mark } from "./effects.js";
import { isQuiet } from "./quiet-hours.js";
import { fit, visible, widest } from "./text.js";

/** @import {QuietHours, ReplayEffect} from "agent-interlock" */
/** @import {Style} from "./style.js" */

const HALF_HOURS = 48;
const LABEL = { least: 5, most: 14 };

/** More lanes than these would be no picture any more; whoever comes later shares the last one. */
const LANES = 12;
const OTHERS = "others";

/** From few to many. */
const HEIGHTS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

export class DayPicture {
  /** Per agent and half hour, 0 for nothing or 1 + the strictness. @type {Map<string, Uint8Array>} */
  #strictest = new Map();
  /** How many, per effect and half hour. */
  #counts = new Map(BY_STRICTNESS.map((effect) => [effect, new Float64Array(HALF_HOURS)]));

  /**
   * @param {string} agent
   * @param {number} halfHour
   * @param {ReplayEffect} effect
   */
  add(agent, halfHour, effect) {
    const name = this.#strictest.has(agent) || this.#strictest.size < LANES ? agent : OTHERS;
    const lane = this.#strictest.get(name) ?? new Uint8Array(HALF_HOURS);
    this.#strictest.set(name, lane);
    lane[halfHour] = Math.max(Number(lane[halfHour]), 1 + BY_STRICTNESS.indexOf(effect));
    const counts = /** @type {Float64Array} */ (this.#counts.get(effect));
    counts[halfHour] = Number(counts[halfHour]) + 1;
  }

  /**
   * One day: a lane per agent, in each half hour the mark of the strictest thing that happened.
   * @param {Style} style
   * @param {QuietHours | null} quietHours
   */
  drawAgents(style, quietHours) {
    const agents = [...this.#strictest.keys()].sort();
    /** @type {[string, string][]} */
    const lanes = agents.map((agent) => [
      agent,
      drawMarks(/** @type {Uint8Array} */ (this.#strictest.get(agent)), style),
    ]);
    return drawLanes(lanes, style, quietHours);
  }

  /**
   * Many days in one: a lane per effect, the taller the more, each beside its own busiest half hour.
   * @param {Style} style
   * @param {QuietHours | null} quietHours
   */
  drawEffects(style, quietHours) {
    const happened = [...this.#counts].filter(([, counts]) => counts.some((count) => count > 0));
    /** @type {[string, string][]} */
    const lanes = happened.map(([effect, counts]) => [
      EFFECTS[effect].words,
      style[EFFECTS[effect].colour](drawHeights(counts)),
    ]);
    return drawLanes(lanes, style, quietHours);
  }
}

/**
 * @param {[string, string][]} lanes
 * @param {Style} style
 * @param {QuietHours | null} quietHours
 */
function drawLanes(lanes, style, quietHours) {
  const label = widest(
    lanes.map(([name]) => name),
    LABEL.least,
    LABEL.most,
  );
  const hours = Array.from({ length: 8 }, (_, index) =>
    String(index * 3)
      .padStart(2, "0")
      .padEnd(6),
  ).join("");
  const night = Array.from({ length: HALF_HOURS }, (_, index) =>
    isQuiet(quietHours, Math.floor(index / 2)) ? "░" : " ",
  ).join("");
  return [
    style.dim(`${" ".repeat(label)}  ${hours.trimEnd()}`),
    ...lanes.map(([name, cells]) => `${fit(visible(name), label)}  ${cells}`),
    ...(quietHours === null ? [] : [style.dim(`${fit("quiet", label)}  ${night.trimEnd()}`)]),
  ];
}

/**
 * @param {Uint8Array} lane
 * @param {Style} style
 */
function drawMarks(lane, style) {
  const cells = Array.from(lane, (cell) => {
    const effect = BY_STRICTNESS[cell - 1];
    return effect === undefined ? style.dim("·") : mark(effect, style);
  });
  return cells.join("");
}

/** @param {Float64Array} counts */
function drawHeights(counts) {
  const most = Math.max(...counts);
  const cells = Array.from(counts, (count) =>
    count === 0 ? "·" : HEIGHTS[Math.ceil((count / most) * HEIGHTS.length) - 1],
  );
  return cells.join("");
}
