// How each effect looks: a mark, a colour and words, so that none of the three is needed to tell them apart.

/** @import {ReplayEffect} from "agent-interlock" */
/** @import {Colour, Style} from "./style.js" */

/**
 * @typedef {object} Look
 * @property {string} mark one column wide
 * @property {Colour} colour
 * @property {string} words
 */

/** From the least to the most strict. @type {Record<ReplayEffect, Look>} */
export const EFFECTS = {
  allow: { mark: "✓", colour: "green", words: "ran" },
  notify: { mark: "●", colour: "cyan", words: "ran, creator told" },
  approve: { mark: "?", colour: "yellow", words: "asks a person" },
  defer: { mark: "»", colour: "blue", words: "waits" },
  deny: { mark: "✗", colour: "red", words: "refused" },
  lock: { mark: "■", colour: "magenta", words: "locked" },
};

/** @type {ReplayEffect[]} */
export const BY_STRICTNESS = ["allow", "notify", "approve", "defer", "deny", "lock"];

/**
 * @param {ReplayEffect} effect
 * @param {Style} style
 */
export function mark(effect, style) {
  const look = EFFECTS[effect];
  return style[look.colour](look.mark);
}
