// Bytes inside a script, as text. Base64 would be simpler, but breaks bytes apart: compressed, as servers send scripts,
// it takes a third more than the bytes do, and this a twentieth.
//
// The bytes are ranked by how often they occur. The most frequent ones are one printable character each; the
// characters that are left over stand before the rest.

import { textClasses } from "./platform.js";

/** What may stand in a string literal of any kind, unescaped. */
export const ALPHABET = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index))
  .filter((character) => !"\"'`$\\".includes(character))
  .join("");

/** So many characters stand before another one; with them there is room for all 256 bytes. */
const PREFIXES = 2;
export const SINGLE = ALPHABET.length - PREFIXES;

/** So many codes has ASCII. */
const CODES = 128;

/**
 * Bytes as text: how many there are, and every byte in two hexadecimal digits, the most frequent first.
 * @typedef {{ readonly length: number, readonly ranking: string, readonly text: string }} Inline
 */

/**
 * The way back: for each character its byte, or 256 and more for one that stands before another. Then what the next one means stands in a
 * part of the table of its own, so many places further on. The bytes take the places of the characters that they were read from.
 * @param {Inline} inline
 */
export function decode({ length, ranking, text }) {
  const { TextEncoder } = textClasses();
  const bytes = new TextEncoder().encode(text);
  const table = meanings(ranking);
  let part = 0;
  let written = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const meaning = /** @type {number} */ (table[part + /** @type {number} */ (bytes[at])]);
    if (meaning < 256) {
      bytes[written++] = meaning;
      part = 0;
    } else {
      part = meaning - 256;
    }
  }
  return bytes.subarray(0, length);
}

/** @param {string} ranking */
function meanings(ranking) {
  const table = new Uint16Array(CODES * (1 + PREFIXES));
  const ranked = (/** @type {number} */ rank) => Number.parseInt(ranking.slice(rank * 2, rank * 2 + 2), 16);
  for (let place = 0; place < ALPHABET.length; place += 1) {
    const character = ALPHABET.charCodeAt(place);
    table[character] = place < SINGLE ? ranked(place) : 256 + CODES * (1 + place - SINGLE);
    for (let prefix = 0; prefix < PREFIXES; prefix += 1) {
      table[CODES * (1 + prefix) + character] = ranked(SINGLE + prefix * ALPHABET.length + place);
    }
  }
  return table;
}
