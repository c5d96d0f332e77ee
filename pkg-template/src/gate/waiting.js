/** @import { Approval } from "../../types/index.js" */
/** @import { Clock } from "../../types/gate.js" */
/** @import { Events } from "./events.js" */

import { timer, timeOf } from "./clock.js";

/**
 * Waits for something to have happened.
 * @typedef {object} Watch
 * @property {Events} events
 * @property {Clock} clock
 * @property {number} pollMs how often to look for what other processes did
 * @property {() => Promise<unknown>} look looks for it
 */

/**
 * Resolves at the instant, or rejects with the signal's reason.
 * @param {Clock} clock
 * @param {string} until
 * @param {AbortSignal | undefined} signal
 */
export async function sleepUntil(clock, until, signal) {
  for (;;) {
    const left = Date.parse(until) - timeOf(clock);
    if (left <= 0) return;
    await clock.sleep(left, signal);
  }
}

/**
 * Resolves when `find` has found something, which it is asked for after each change.
 * @template T
 * @param {Watch} watch
 * @param {() => Promise<T | undefined>} find
 * @param {AbortSignal | undefined} signal
 * @param {string} [until] an instant that is a change by itself
 * @returns {Promise<T>}
 */
export async function changed(watch, find, signal, until) {
  for (;;) {
    signal?.throwIfAborted();
    const done = new AbortController();
    // Before it is looked for: what happens while one looks is not missed.
    const change = nextOf(watch, done.signal, signal, until);
    try {
      const found = await find();
      if (found !== undefined) return found;
      await change;
    } finally {
      done.abort();
    }
  }
}

/**
 * @param {Watch} watch
 * @param {AbortSignal} done
 * @param {AbortSignal | undefined} signal
 * @param {string | undefined} until
 */
function nextOf({ events, clock, pollMs, look }, done, signal, until) {
  /** @type {Promise<unknown>[]} */
  const changes = [events.nextChange(done), quiet(timer(pollMs, done).then(look))];
  if (until !== undefined && Date.parse(until) > timeOf(clock)) changes.push(quiet(sleepUntil(clock, until, done)));
  if (signal !== undefined) changes.push(abortion(signal, done));
  return Promise.race(changes);
}

/** A wait that is over, or a store that fails for once, is no reason to give up. @param {Promise<unknown>} wait */
function quiet(wait) {
  return wait.catch(() => undefined);
}

/**
 * @param {AbortSignal} signal
 * @param {AbortSignal} done
 * @returns {Promise<void>}
 */
function abortion(signal, done) {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true, signal: done }));
}

/**
 * Whether an approval is not what it was: somebody has decided, or its time is over.
 * @param {Approval | undefined} approval
 */
export function isSettled(approval) {
  return approval?.status !== "pending";
}
