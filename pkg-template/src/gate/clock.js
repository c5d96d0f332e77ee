/** @import { Clock } from "../../types/gate.js" */

import { InterlockError } from "agent-interlock";

/** The longest time that a host's timer takes. */
const LONGEST = 2 ** 31 - 1;

/** The host's clock. @type {Clock} */
export const systemClock = Object.freeze({
  now: () => Date.now(),
  async sleep(/** @type {number} */ ms, /** @type {AbortSignal | undefined} */ signal) {
    for (let left = ms; left > 0; left -= LONGEST) await timer(Math.min(left, LONGEST), signal);
    signal?.throwIfAborted();
  },
});

/**
 * A timer of the host's; rejects with the signal's reason when that is aborted.
 * @param {number} ms
 * @param {AbortSignal | undefined} signal
 * @returns {Promise<void>}
 */
export function timer(ms, signal) {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(id);
      reject(signal?.reason);
    };
    const id = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
}

/**
 * What the clock says; a clock that fails is no time, and nothing runs.
 * @param {Clock} clock
 * @returns {number}
 */
export function timeOf(clock) {
  let now;
  try {
    now = clock.now();
  } catch (cause) {
    throw new InterlockError("invalid_input", "clock", "expected a clock whose `now` gives milliseconds, and it threw", { cause });
  }
  if (typeof now === "number" && Number.isFinite(now)) return Math.trunc(now);
  throw new InterlockError("invalid_input", "clock", "expected a clock whose `now` gives epoch milliseconds");
}

/** A clock that only moves when it is told to. */
class FakeClock {
  #now;
  /** @type {Set<{ at: number, wake: () => void }>} */
  #sleepers = new Set();

  /** @param {number} start */
  constructor(start) {
    this.#now = start;
  }

  now() {
    return this.#now;
  }

  /** How many sleep. */
  get sleeping() {
    return this.#sleepers.size;
  }

  /**
   * @param {number} ms
   * @param {AbortSignal} [signal]
   * @returns {Promise<void>}
   */
  sleep(ms, signal) {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      if (ms <= 0) return resolve();
      const stop = () => {
        this.#sleepers.delete(sleeper);
        reject(signal?.reason);
      };
      const wake = () => {
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener("abort", stop);
        resolve();
      };
      const sleeper = { at: this.#now + ms, wake };
      this.#sleepers.add(sleeper);
      signal?.addEventListener("abort", stop, { once: true });
    });
  }

  /**
   * Goes ahead, waking each sleeper at its instant, in order; what they then do goes first as far as it can without time.
   * @param {number} ms
   */
  async advance(ms) {
    if (!(ms >= 0)) throw new InterlockError("invalid_input", "", `expected milliseconds, 0 or more, got ${ms}`);
    const end = this.#now + ms;
    await settled();
    for (;;) {
      const next = [...this.#sleepers].reduce((first, each) => (each.at < first.at ? each : first), { at: Infinity, wake() {} });
      if (next.at > end) break;
      this.#now = Math.max(this.#now, next.at);
      next.wake();
      await settled();
    }
    this.#now = end;
  }
}

/** After all that the host has waiting now, and what that brings about. */
async function settled() {
  for (let round = 0; round < 10; round += 1) await new Promise((resolve) => setTimeout(resolve, 0));
}

/**
 * @param {string | number | Date} [start]
 * @returns {import("../../types/gate.js").FakeClock}
 */
export function fakeClock(start = "2026-01-01T09:00:00Z") {
  const at = new Date(start).getTime();
  if (!Number.isFinite(at)) {
    throw new InterlockError("invalid_input", "start", "expected an instant: RFC 3339 text, epoch milliseconds or a Date");
  }
  return new FakeClock(at);
}
