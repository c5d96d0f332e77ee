// A few lines of a file around a place, with the place marked.

import { clip, visible, width } from "./text.js";

/** @import {Spot} from "./locate.js" */
/** @import {Style} from "./style.js" */

/** How many lines before the one that is meant help to see where one is. */
const BEFORE = 2;

/**
 * @param {string} text
 * @param {Spot} spot
 * @param {Style} style
 * @param {number} columns
 */
export function excerpt(text, spot, style, columns) {
  const first = Math.max(1, spot.line - BEFORE);
  const numbers = String(spot.line).length;
  const room = columns - numbers - 6;
  /** @type {(number: number | string, line: string) => string} */
  const draw = (number, line) => `  ${style.dim(`${String(number).padStart(numbers)} │`)} ${line}\n`;
  const lines = text.split("\n", spot.line).slice(first - 1);
  const meant = String(lines.pop());
  const before = lines.map((line, index) => draw(first + index, clip(plain(line), room)));
  const marked = markedLine(meant, spot, room);
  return [...before, draw(spot.line, marked.text), draw("", style.red(marked.marker))].join("");
}

/**
 * A line and the marker to go under it; of a long line, the part around the place.
 * @param {string} line
 * @param {Spot} spot
 * @param {number} room
 */
export function markedLine(line, { column, length }, room) {
  const characters = [...line];
  // Of a line that is longer than anybody reads only what is near is looked at.
  const near = 2 * room;
  const [start, end] = [column - 1, column - 1 + length];
  const first = Math.max(0, start - near);
  const piece = (/** @type {number} */ from, /** @type {number} */ to) =>
    plain(characters.slice(from, Math.min(to, from + near)).join(""));
  const [before, meant, after] = [piece(first, start), piece(start, end), piece(end, Infinity)];
  const fits = first === 0 && width(before) + Math.min(width(meant), room / 4) <= room;
  const lead = fits ? before : `…${[...before].slice(-Math.floor(room / 2)).join("")}`;
  const marker = " ".repeat(width(lead)) + "^".repeat(Math.max(1, Math.min(width(meant), room - width(lead))));
  return { text: clip(lead + meant + after, room), marker };
}

/**
 * A piece of source as it is shown: tabs as two spaces, nothing that could disturb the terminal.
 * @param {string} source
 */
function plain(source) {
  return visible(source.replace(/\r$/, "").replaceAll("\t", "  "));
}
