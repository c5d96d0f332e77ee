/** @import { Obligation } from "../../types/index.js" */
/** @import { Channels } from "../../types/gate.js" */
/** @import { Events } from "./events.js" */

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
  #isOpen = true;

  /**
   * @param {Channels} channels
   * @param {Events} events
   * @param {(ids: string[]) => Promise<unknown>} acknowledge
   */
  constructor(channels, events, acknowledge) {
    this.#channels = channels;
    this.#events = events;
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
    this.#isOpen = false;
  }

  /**
   * @param {Obligation} obligation
   * @param {number} pause before it is tried again
   */
  async #hand(obligation, pause) {
    const channel = this.#channels[obligation.kind];
    if (channel === undefined || this.#busy.has(obligation.id) || !this.#isOpen) return;
    this.#busy.add(obligation.id);
    try {
      await channel(obligation);
      await this.#acknowledge([obligation.id]);
      this.#busy.delete(obligation.id);
    } catch (error) {
      this.#events.trouble(error);
      const timer = setTimeout(() => {
        this.#busy.delete(obligation.id);
        void this.#hand(obligation, Math.min(pause * 2, LONGEST_PAUSE_MS));
      }, pause);
      // It must not keep the process.
      /** @type {any} */ (timer).unref?.();
    }
  }
}
