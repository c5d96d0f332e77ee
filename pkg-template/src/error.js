/** @import { ErrorCode } from "../types/index.js" */

/** Bad input, or an engine that failed: never a decision. The action does not run. */
export class InterlockError extends Error {
  /** @override */
  name = "InterlockError";

  /**
   * @param {ErrorCode} code
   * @param {string} path from the argument to the wrong value; empty where the argument as a whole is wrong
   * @param {string} message what was wrong and what would be right
   * @param {ErrorOptions} [options]
   */
  constructor(code, path, message, options) {
    super(path === "" ? message : `${path}: ${message}`, options);
    /** @readonly */
    this.code = code;
    /** @readonly */
    this.path = path;
  }
}
