import { readForeign } from "../foreign.js";

const MAX_TEXT = 1000;
const MAX_PARTS = 20;
const LONE = /\p{Surrogate}/gu;

/**
 * What went wrong in an action, as the guard takes it: the fields that tell kinds of errors apart, as plain data of a modest size.
 * @param {unknown} error
 * @returns {{ [name: string]: any }}
 */
export function failureOf(error) {
  const known = readForeign(error);
  // Whoever stopped it, nobody knows how far it had come.
  if (typeof known === "object" && known !== null && "name" in known && known.name === "AbortError") return interrupted("aborted");
  const failure = modest(typeof known === "string" ? { message: known } : known);
  const retryAfter = retryAfterOf(error);
  return Object.freeze(retryAfter === undefined ? failure : { ...failure, retryAfter });
}

/**
 * What cannot be told from a time-out: it was told to stop, and nobody knows how far it had come.
 * @param {string} what
 */
export function interrupted(what) {
  return Object.freeze({ name: "TimeoutError", message: `${what}: timed out` });
}

/** It never began, and may be tried again. */
export const NOT_BEGUN = Object.freeze({ statusCode: 503, message: "not begun" });

/**
 * @param {any} value
 * @returns {any}
 */
function modest(value) {
  if (typeof value === "string") return value.slice(0, MAX_TEXT).replace(LONE, "\ufffd");
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (Array.isArray(value)) return value.slice(0, MAX_PARTS).map(modest);
  if (typeof value !== "object" || value === null) return undefined;
  const fields = Object.entries(value).map(([name, field]) => [name, modest(field)]);
  return Object.fromEntries(fields.filter(([, field]) => field !== undefined));
}

/** @param {unknown} error */
function retryAfterOf(error) {
  try {
    const { retryAfter } = /** @type {any} */ (error);
    return typeof retryAfter === "string" || typeof retryAfter === "number" ? modest(retryAfter) : undefined;
  } catch {
    return undefined;
  }
}
