/** @import { ErrorCode } from "../types/index.js" */

import { describeAlien } from "./describe.js";
import { InterlockError } from "./error.js";
import { isWellFormed } from "./platform.js";

const MAX_MEBIBYTES = 64;

/**
 * Text that goes to the engine as it is.
 * @param {unknown} value
 * @param {ErrorCode} code
 * @param {string} path
 * @returns {string}
 */
export function expectText(value, code, path) {
  if (typeof value !== "string") throw new InterlockError(code, path, `expected a string, got ${nameOf(value)}`);
  if (value.length > MAX_MEBIBYTES * 1024 * 1024) {
    throw new InterlockError(code, path, `at most ${MAX_MEBIBYTES} Mi characters, got ${value.length}`);
  }
  if (!isWellFormed(value)) throw new InterlockError(code, path, "expected well-formed Unicode, got a lone surrogate");
  return value;
}

/**
 * Words for a value, for errors.
 * @param {unknown} value
 */
export function nameOf(value) {
  if (value === null || typeof value === "boolean" || typeof value === "number") return String(value);
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : describeAlien(value);
}
