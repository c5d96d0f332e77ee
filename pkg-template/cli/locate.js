// Where in a JSON text something stands: the engine names a path, a person looks for a line and a column.

import { visible } from "./text.js";

/**
 * A place in a text.
 * @typedef {object} Spot
 * @property {number} line from 1
 * @property {number} column from 1, in characters
 * @property {number} length how many characters of that line are meant, at least 1
 */

/**
 * The place of the field or item at a path such as `.budget.maxCostPerDay` or `.agents["a b"].name`; of the nearest one
 * around it, where it is not in the text itself.
 * @param {string} text well-formed JSON
 * @param {string} path
 * @returns {Spot}
 */
export function locate(text, path) {
  const range = new Walk(text, stepsOf(path)).range();
  return spotAt(text, range.start, range.end);
}

/**
 * The place that a message of the JSON reader ends with, and the message without it.
 * @param {string} text
 * @param {string} message
 * @returns {{message: string, spot: Spot} | undefined}
 */
export function locateSyntaxError(text, message) {
  const match = / at line (\d+) column (\d+)$/.exec(message);
  if (match === null) return undefined;
  const line = Number(match[1]);
  // The reader counts bytes, and from 0 where a line has just begun.
  const bytes = Buffer.from(text.split("\n", line)[line - 1] ?? "");
  const column = Math.max(1, [...bytes.subarray(0, Number(match[2])).toString("utf8")].length);
  return { message: message.slice(0, match.index), spot: { line, column, length: 1 } };
}

/**
 * @param {string} path
 * @returns {string[]}
 */
function stepsOf(path) {
  const steps = path.matchAll(/\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|([^.[\]]+)/g);
  return Array.from(steps, ([, index, quoted, name]) => index ?? quoted?.replace(/\\(.)/g, "$1") ?? String(name));
}

/**
 * Whether a key of the text is the one that a step of a path speaks of: paths have the canonical spelling, documents
 * may have another, and what is long or invisible is shortened and escaped in paths.
 * @param {string} key
 * @param {string | undefined} step
 */
function isNamed(key, step) {
  if (step === undefined) return false;
  const shown = visible(key);
  if (shown === step || canonical(key) === step) return true;
  return step.endsWith("…") && shown.startsWith(step.slice(0, -1));
}

/**
 * `max_cost_sar_per_day` is `maxCostPerDay`.
 * @param {string} key
 */
function canonical(key) {
  return key.replace(/_(sar|riyadh)(?=_|$)/g, "").replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
}

/** @typedef {{token: string, start: number, end: number}} Token */

/** One walk through the tokens of a text, along the steps of a path. */
class Walk {
  #steps;
  #tokens;
  /** @type {Token} */
  #current = { token: "", start: 0, end: 1 };
  /** The tightest range found so far. */
  #found = { start: 0, end: 1 };

  /**
   * @param {string} text
   * @param {string[]} steps
   */
  constructor(text, steps) {
    this.#steps = steps;
    this.#tokens = tokensOf(text);
    this.#advance();
  }

  range() {
    this.#found = { ...this.#current };
    if (this.#steps.length > 0) this.#value(0);
    return this.#found;
  }

  /**
   * Passes one value.
   * @param {number} depth how many steps of the path led to it, or -1 off the path
   */
  #value(depth) {
    const { token } = this.#current;
    this.#advance();
    if (token === "{") this.#fields(depth);
    else if (token === "[") this.#items(depth);
  }

  /** @param {number} depth */
  #fields(depth) {
    while (this.#current.token.startsWith('"')) {
      const key = this.#current;
      const wanted = depth >= 0 && isNamed(JSON.parse(key.token), this.#steps[depth]);
      this.#advance();
      if (wanted) this.#found = { start: key.start, end: isOpening(this.#current) ? key.end : this.#current.end };
      this.#value(wanted ? depth + 1 : -1);
    }
    this.#advance();
  }

  /** @param {number} depth */
  #items(depth) {
    for (let index = 0; this.#current.token !== "]" && this.#current.token !== ""; index += 1) {
      const wanted = depth >= 0 && String(index) === this.#steps[depth];
      if (wanted) this.#found = { ...this.#current };
      this.#value(wanted ? depth + 1 : -1);
    }
    this.#advance();
  }

  #advance() {
    const next = this.#tokens.next();
    this.#current = next.done ? { token: "", start: 0, end: 1 } : next.value;
  }
}

/** @param {Token} token */
function isOpening({ token }) {
  return token === "{" || token === "[";
}

/**
 * Strings, brackets and words; what stands between them is passed over.
 * @param {string} text
 * @returns {Generator<Token, void>}
 */
function* tokensOf(text) {
  for (const match of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]|[^\s,:[\]{}"]+/g)) {
    yield { token: match[0], start: match.index, end: match.index + match[0].length };
  }
}

/**
 * @param {string} text
 * @param {number} start
 * @param {number} end
 * @returns {Spot}
 */
function spotAt(text, start, end) {
  const before = text.slice(0, start);
  const lineStart = before.lastIndexOf("\n") + 1;
  const lineEnd = text.indexOf("\n", start);
  const meant = text.slice(start, Math.min(end, lineEnd === -1 ? text.length : lineEnd));
  const line = before.split("\n").length;
  return { line, column: [...text.slice(lineStart, start)].length + 1, length: Math.max(1, [...meant].length) };
}
