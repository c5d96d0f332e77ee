// Bytes inside a script, as text. Base64 would be simpler, but breaks bytes apart: compressed, as servers send scripts,
// it takes a third more than the bytes do, and this a twentieth.
//
// The bytes are ranked by how often they occur. The most frequent ones are one printable character each; the
// characters that are left over stand before the rest.

/** What may stand in a string literal of any kind, unescaped. */
export const ALPHABET = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index))
  .filter((character) => !"\"'`$\\".includes(character))
  .join("");

/** So many characters stand before another one; with them there is room for all 256 bytes. */
const PREFIXES = 2;
export const SINGLE = ALPHABET.length - PREFIXES;

/**
 * Bytes as text: how many there are, and every byte in two hexadecimal digits, the most frequent first.
 * @typedef {{ readonly length: number, readonly ranking: string, readonly text: string }} Inline
 */

/** @param {Inline} inline */
export function decode({ length, ranking, text }) {
  const bytes = new Uint8Array(length);
  const ranked = Uint8Array.from({ length: 256 }, (_, rank) => Number.parseInt(ranking.slice(rank * 2, rank * 2 + 2), 16));
  const places = new Uint8Array(128);
  for (let place = 0; place < ALPHABET.length; place += 1) places[ALPHABET.charCodeAt(place)] = place;
  let at = 0;
  for (let index = 0; index < length; index += 1) {
    let rank = /** @type {number} */ (places[text.charCodeAt(at++)]);
    if (rank >= SINGLE) {
      const rest = /** @type {number} */ (places[text.charCodeAt(at++)]);
      rank = SINGLE + (rank - SINGLE) * ALPHABET.length + rest;
    }
    bytes[index] = /** @type {number} */ (ranked[rank]);
  }
  return bytes;
}
