/** @import { Obligation } from "../../types/index.js" */
/** @import { Channels, Clock } from "../../types/gate.js" */
/** @import { Events } from "./events.js" */

import { systemClock } from "./clock.js";

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 300_000;

/**
 * Hands what a decision obliges the host to over to the host's channels, at least once: it stays in the outbox until its channel has
 * taken it.
 */
export class Delivery {
  #channels;
  #events;
  #acknowledge;
  /** Being handed over, or waiting to be tried again. @type {Set<string>} */
  #busy = new Set();
  /** Found in the outbox, and not of this process. @type {Set<string>} */
  #foreign = new Set();
  #clock;
  #closing = new AbortController();

  /**
   * @param {Channels} channels
   * @param {Events} events
   * @param {Clock} clock
   * @param {(ids: string[]) => Promise<unknown>} acknowledge
   */
  constructor(channels, events, clock, acknowledge) {
    this.#channels = channels;
    this.#events = events;
    this.#clock = clock;
    this.#acknowledge = acknowledge;
  }

  get isWanted() {
    return Object.keys(this.#channels).length > 0;
  }

  /** What this process has brought about. @param {readonly Obligation[]} obligations */
  deliver(obligations) {
    for (const obligation of obligations) void this.#hand(obligation, FIRST_PAUSE_MS);
  }

  /**
   * What is still in the outbox. What another process may just be handing over is left to it until the next time.
   * @param {readonly Obligation[]} outbox
   */
  sweep(outbox) {
    const left = outbox.filter(({ id }) => this.#foreign.has(id));
    this.#foreign = new Set(outbox.map(({ id }) => id));
    this.deliver(left);
  }

  close() {
    this.#closing.abort();
  }

  /**
   * @param {Obligation} obligation
   * @param {number} pause before it is tried again
   */
  async #hand(obligation, pause) {
    const channel = this.#channels[obligation.kind];
    if (channel === undefined || this.#busy.has(obligation.id) || this.#closing.signal.aborted) return;
    this.#busy.add(obligation.id);
    try {
      await channel(obligation);
      await this.#acknowledge([obligation.id]);
      this.#busy.delete(obligation.id);
    } catch (error) {
      this.#events.trouble(error);
      void this.#later(obligation, pause);
    }
  }

  /**
   * @param {Obligation} obligation
   * @param {number} pause
   */
  async #later(obligation, pause) {
    try {
      const isHosts = this.#clock === systemClock;
      if (!isHosts) await this.#clock.sleep(pause, this.#closing.signal);
      // Also where a clock lets nobody sleep, everything else has its turn.
      await unheldTimer(isHosts ? pause : 0);
    } catch {
      // The gate was closed, or the clock failed: a sweep finds it in the outbox.
      this.#busy.delete(obligation.id);
      return;
    }
    this.#busy.delete(obligation.id);
    await this.#hand(obligation, Math.min(pause * 2, LONGEST_PAUSE_MS));
  }
}

/**
 * A timer of the host's that does not keep the process.
 * @param {number} ms
 */
function unheldTimer(ms) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    /** @type {any} */ (timer).unref?.();
  });
}
