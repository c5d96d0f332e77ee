// Text for a terminal: made harmless, measured in columns, cut, padded, wrapped.

// Control, format (direction marks, zero-width characters), private-use characters and lone surrogates, the line
// separators, and the letters that show nothing (Hangul fillers, Braille blank).
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029\u115f\u1160\u3164\uffa0\u2800]/gu;

/**
 * The text with every character that could disturb a terminal, hide, or turn the direction of what follows written as
 * `\u{…}`.
 * @param {string} text
 */
export function visible(text) {
  return text.replace(INVISIBLE, (character) => `\\u{${Number(character.codePointAt(0)).toString(16)}}`);
}

/**
 * JSON text of a value in which such characters stand as `\uXXXX`: the same value to every reader.
 * @param {unknown} value
 */
export function visibleJson(value) {
  const units = (/** @type {string} */ character) =>
    character.split("").map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return JSON.stringify(value).replace(INVISIBLE, (character) => units(character).join(""));
}

const GRAPHEMES = new Intl.Segmenter("en", { granularity: "grapheme" });
// Letters and signs of one column each, of which most texts are made: no need to look at those one by one.
const NARROW = /^[ -~\u00a1-\u02ff–‘’“”…]*$/;
const MARKS_ALONE = /^\p{M}+$/u;
// The blocks that Unicode (UAX #11) calls wide or full-width.
const WIDE_BLOCKS = [
  "\\u1100-\\u115f", // Hangul Jamo
  "\\u2e80-\\u303e\\u3041-\\ua4cf", // CJK radicals and signs, Kana, Han, Yi
  "\\ua960-\\ua97f\\uac00-\\ud7a3", // Hangul
  "\\uf900-\\ufaff\\ufe30-\\ufe6f", // CJK compatibility
  "\\uff01-\\uff60\\uffe0-\\uffe6", // full-width forms
  "\\u{16fe0}-\\u{18dff}\\u{1aff0}-\\u{1b2ff}\\u{20000}-\\u{3fffd}", // Tangut, Kana supplements, more Han
].join("");
// With what is drawn as a picture, of itself or because a selector asks for it.
const WIDE = new RegExp(`^(?:[${WIDE_BLOCKS}]|\\p{Emoji_Presentation}|\\p{Emoji}\\ufe0f)`, "u");

/** @param {string} grapheme */
function graphemeWidth(grapheme) {
  if (MARKS_ALONE.test(grapheme)) return 0;
  return WIDE.test(grapheme) ? 2 : 1;
}

/** @param {string} text */
function graphemes(text) {
  return Array.from(GRAPHEMES.segment(text), ({ segment }) => segment);
}

/**
 * How many columns a terminal gives to the text. It must be visible text, without colour.
 * @param {string} text
 */
export function width(text) {
  if (NARROW.test(text)) return text.length;
  return graphemes(text).reduce((sum, grapheme) => sum + graphemeWidth(grapheme), 0);
}

/** More units than people write in a column: what is cut after a few columns need not be measured to its end. */
const UNITS = 64;

/**
 * The text in at most so many columns; what is cut ends with `…`.
 * @param {string} text
 * @param {number} columns at least 1
 */
export function clip(text, columns) {
  const start = text.slice(0, columns * UNITS);
  if (start.length === text.length && width(text) <= columns) return text;
  let kept = "";
  let used = 0;
  for (const grapheme of graphemes(start)) {
    used += graphemeWidth(grapheme);
    if (used > columns - 1) break;
    kept += grapheme;
  }
  return `${kept}…`;
}

/**
 * The text in exactly so many columns.
 * @param {string} text
 * @param {number} columns
 */
export function fit(text, columns) {
  const clipped = clip(text, columns);
  return clipped + " ".repeat(Math.max(0, columns - width(clipped)));
}

/**
 * A column for such texts, within bounds.
 * @param {string[]} texts
 * @param {number} least
 * @param {number} most
 */
export function widest(texts, least, most) {
  return Math.min(most, Math.max(least, ...texts.map((text) => width(visible(text)))));
}

/**
 * Lines of at most so many columns, broken between words; a word that is wider than a line is cut into pieces.
 * @param {string} text
 * @param {number} columns at least 2
 * @returns {string[]}
 */
export function wrap(text, columns) {
  const lines = [""];
  for (const word of text.split(" ").flatMap((word) => pieces(word, columns))) {
    const line = String(lines.at(-1));
    if (line === "") lines[lines.length - 1] = word;
    else if (width(line) + 1 + width(word) <= columns) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/**
 * @param {string} word
 * @param {number} columns
 */
function pieces(word, columns) {
  if (width(word) <= columns) return [word];
  const parts = [""];
  let used = 0;
  for (const grapheme of graphemes(word)) {
    const more = graphemeWidth(grapheme);
    if (used + more > columns) {
      parts.push("");
      used = 0;
    }
    parts[parts.length - 1] += grapheme;
    used += more;
  }
  return parts;
}

const NUMBERS = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });

/**
 * A number as people write it: 1,240,000.
 * @param {number} value
 */
export function number(value) {
  return NUMBERS.format(value);
}

/**
 * "1 action", "2 actions".
 * @param {number} count
 * @param {string} noun
 */
export function counted(count, noun) {
  return `${number(count)} ${noun}${count === 1 ? "" : "s"}`;
}
