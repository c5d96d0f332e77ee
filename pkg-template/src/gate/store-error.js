/** @import { StoreFault } from "../../types/gate.js" */

import { InterlockError } from "agent-interlock";

/** @type {Record<StoreFault, string>} */
const WORDS = {
  store_failed: "the store failed",
  store_slow: "the store did not answer in time",
  store_empty: "the store is empty, and it was not",
  store_older: "the store is older than what it held before",
  store_other: "the store holds another chain than it held before",
  store_damaged: "the store does not hold what was written",
  store_contended: "other processes were faster, again and again",
  closed: "the gate is closed",
};

/** Why nothing can run: what was decided is not known to be kept. */
export class StoreError extends Error {
  /** @override */
  name = "StoreError";

  /**
   * @param {StoreFault} code
   * @param {unknown} [cause]
   */
  constructor(code, cause) {
    super(WORDS[code], { cause });
    /** @readonly */
    this.code = code;
  }
}

/**
 * What the store answers, within its time. Whatever it throws is a failure of the store.
 * @template T
 * @param {() => T | PromiseLike<T>} ask
 * @param {number} timeoutMs
 * @returns {Promise<T>}
 */
export async function answerOf(ask, timeoutMs) {
  let answer;
  try {
    answer = ask();
  } catch (cause) {
    throw failed(cause);
  }
  if (typeof (/** @type {any} */ (answer)?.then) !== "function") return /** @type {T} */ (answer);
  return within(/** @type {PromiseLike<T>} */ (answer), timeoutMs);
}

/**
 * @template T
 * @param {PromiseLike<T>} answer
 * @param {number} timeoutMs
 * @returns {Promise<T>}
 */
function within(answer, timeoutMs) {
  return new Promise((resolve, reject) => {
    const id = setTimeout(() => reject(new StoreError("store_slow")), timeoutMs);
    answer.then(
      (value) => {
        clearTimeout(id);
        resolve(value);
      },
      (cause) => {
        clearTimeout(id);
        reject(failed(cause));
      },
    );
  });
}

/**
 * What our own code throws while the store calls it is what it is.
 * @param {unknown} cause
 */
function failed(cause) {
  const isOurs = cause instanceof StoreError || (cause instanceof InterlockError && cause.code === "internal");
  return isOurs ? cause : new StoreError("store_failed", cause);
}
