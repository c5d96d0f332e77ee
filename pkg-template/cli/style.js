// Colour: on a terminal, unless somebody said otherwise.

/** @typedef {"bold" | "dim" | "red" | "green" | "yellow" | "blue" | "magenta" | "cyan"} Colour */
/** @typedef {Record<Colour, (text: string) => string>} Style */

/**
 * The terminal's own sixteen colours: they suit its background, whatever that is.
 * @type {Record<Colour, [number, number]>}
 */
const CODES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  magenta: [35, 39],
  cyan: [36, 39],
};

/** @param {(open: number, close: number) => (text: string) => string} paint */
function make(paint) {
  const entries = Object.entries(CODES).map(([name, [open, close]]) => [name, paint(open, close)]);
  return /** @type {Style} */ (Object.fromEntries(entries));
}

/** No colour at all. */
export const PLAIN = make(() => (text) => text);

const COLOURED = make((open, close) => (text) => (text === "" ? "" : `\u001b[${open}m${text}\u001b[${close}m`));

/**
 * Options go before the environment, and there what forces colour before what forbids it, as Node itself has it.
 * @param {{isTTY?: boolean}} stream
 * @param {Record<string, boolean>} options
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Style}
 */
export function styleFor(stream, options, environment) {
  return wantsColour(stream, options, environment) ? COLOURED : PLAIN;
}

/**
 * @param {{isTTY?: boolean}} stream
 * @param {Record<string, boolean>} options
 * @param {NodeJS.ProcessEnv} environment
 */
function wantsColour(stream, options, { FORCE_COLOR, NO_COLOR, TERM }) {
  if (options["no-color"]) return false;
  if (options.color) return true;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  if (NO_COLOR !== undefined && NO_COLOR !== "") return false;
  return stream.isTTY === true && TERM !== "dumb";
}
