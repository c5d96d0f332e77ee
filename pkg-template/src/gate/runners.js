/** @import { Runner, Store } from "../../types/gate.js" */
/** @import { Flight } from "./replica.js" */

import { timer } from "./clock.js";
import { NOT_BEGUN } from "./failure.js";
import { answerOf } from "./store-error.js";

/** How soon it is looked again after a store has failed. */
const SOON_MS = 1000;

/**
 * Which processes carry actions out. Each holds a lease in the store; what one without a lease has in flight is of unknown outcome. Should
 * a lease have ended although its process lives on, its own report settles that later: to be wrong here delays, and repeats nothing.
 */
export class Runners {
  #store;
  #key;
  #id;
  #leaseMs;
  #timeoutMs;
  #flights;
  #isAbout;
  #settle;
  #after;
  #trouble;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #interval;
  #isSoon = false;
  #end = new AbortController();

  /**
   * @param {object} parts
   * @param {Store} parts.store
   * @param {string} parts.key
   * @param {string} parts.id
   * @param {{ leaseMs: number, storeTimeoutMs: number }} parts.options
   * @param {() => Promise<[string, Flight][]>} parts.flights
   * @param {(id: string) => boolean} parts.isAbout whether this process is about an action
   * @param {(reports: { [name: string]: any }[]) => Promise<void>} parts.settle
   * @param {() => Promise<void>} parts.after what else is to be looked after now and then
   * @param {(error: unknown) => void} parts.trouble
   */
  constructor({ store, key, id, options, flights, isAbout, settle, after, trouble }) {
    this.#store = store;
    this.#key = key;
    this.#id = id;
    this.#leaseMs = options.leaseMs;
    this.#timeoutMs = options.storeTimeoutMs;
    this.#flights = flights;
    this.#isAbout = isAbout;
    this.#settle = settle;
    this.#after = after;
    this.#trouble = trouble;
  }

  async begin() {
    await this.#renew();
    await this.sweep();
    // In memory there is nobody else, and nothing is left behind.
    if (this.#store.isVolatile === true) return;
    this.#interval = setInterval(() => void this.#turn(), this.#leaseMs / 3);
    // It must not keep the process.
    /** @type {any} */ (this.#interval).unref?.();
  }

  async end() {
    this.#end.abort();
    clearInterval(this.#interval);
    await this.#lease(0).catch(() => undefined);
  }

  /** Looks in a moment for what a failed store may have taken all the same. */
  sweepSoon() {
    if (this.#isSoon) return;
    this.#isSoon = true;
    void timer(SOON_MS, this.#end.signal)
      .then(() => this.sweep())
      .catch(() => undefined)
      .finally(() => {
        this.#isSoon = false;
      });
  }

  /** Settles what is in flight and carried out by nobody. */
  async sweep() {
    const flights = await this.#flights();
    // After the flights: whoever has one had a lease before it.
    const alive = flights.some(([, { runner }]) => runner !== this.#id) ? await this.#alive() : [];
    const reports = [];
    for (const [actionId, { runner, attempt }] of flights) {
      if (runner === this.#id) {
        // A commit that nobody waited for any more: it was granted, and not begun.
        if (!this.#isAbout(actionId)) reports.push({ actionId, outcome: "failed", error: NOT_BEGUN, usage: {}, attempt });
      } else if (alive !== undefined && !alive.includes(runner)) {
        reports.push({ actionId, outcome: "unknown", attempt });
      }
    }
    await this.#settle(reports);
  }

  async #turn() {
    try {
      await this.#renew();
      await this.sweep();
      await this.#after();
    } catch (error) {
      // Nothing runs while the store does not answer; the next turn tries again.
      this.#trouble(error);
    }
  }

  #renew() {
    return this.#lease(this.#store.isVolatile === true ? Infinity : Date.now() + this.#leaseMs);
  }

  /** @param {number} until in the host's time: it is about processes, not about actions */
  async #lease(until) {
    /** @type {Runner} */
    const runner = { id: this.#id };
    await answerOf(() => this.#store.lease?.(this.#key, runner, until), this.#timeoutMs);
  }

  /** Undefined where the store knows of no leases: then nobody is taken for dead. */
  async #alive() {
    if (this.#store.alive === undefined) return undefined;
    return answerOf(() => this.#store.alive?.(this.#key, Date.now()) ?? [], this.#timeoutMs);
  }
}
