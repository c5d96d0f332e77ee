// Several lines of a log that are shown as one.

import { visible } from "./text.js";

export class Several {
  /** How many. */
  count = 0;
  /** Of how many of them the creator is told. */
  told = 0;
  #last;
  /** @type {Map<string, number>} */
  #agents = new Map();

  /** @param {string} first the local time of the first */
  constructor(first) {
    this.first = first;
    this.#last = first;
  }

  /**
   * @param {Several | undefined} several the ones before, if any
   * @param {string} agent
   * @param {string} time
   * @param {boolean} [isTold]
   */
  static add(several, agent, time, isTold = false) {
    const all = several ?? new Several(time);
    all.count += 1;
    all.told += Number(isTold);
    all.#last = time;
    all.#agents.set(agent, (all.#agents.get(agent) ?? 0) + 1);
    return all;
  }

  /** " until 08:12", or nothing where there was only one. */
  get until() {
    return this.count === 1 ? "" : ` until ${this.#last.slice(0, 5)}`;
  }

  /** The agents, the busiest first: "outreach 3, support 1". */
  get whose() {
    const busiest = [...this.#agents].sort(([, a], [, b]) => b - a);
    return busiest
      .map(([agent, count]) => (busiest.length === 1 ? visible(agent) : `${visible(agent)} ${count}`))
      .join(", ");
  }
}
