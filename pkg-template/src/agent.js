/** @import * as Public from "../types/index.js" */

import { InterlockError } from "./error.js";
import { readOptions } from "./options.js";

/**
 * What an agent's code may hold: it can ask, as that agent, at the host's time, and nothing else. What it is told is no more than
 * what it needs: keywords and thresholds stay with the host.
 */
export class Agent {
  #request;
  #id;
  #requestedBy;
  /** @type {() => Public.Time} */
  #clock;

  /**
   * @param {(action: any, options: any) => Public.Decision} request
   * @param {string} id
   * @param {Public.AgentOptions} options
   */
  constructor(request, id, options) {
    const { clock, requestedBy } = readOptions(options, ["clock", "requestedBy"]);
    if (clock !== undefined && typeof clock !== "function") {
      throw new InterlockError("invalid_input", "clock", "expected a function that gives the time");
    }
    this.#request = request;
    this.#id = id;
    this.#requestedBy = requestedBy;
    this.#clock = /** @type {(() => Public.Time) | undefined} */ (clock) ?? Date.now;
    Object.freeze(this);
  }

  /** @type {Public.Agent["request"]} */
  request(action) {
    const { id, type, args, group } = readOptions(action, ["id", "type", "args", "group"]);
    const decision = this.#request(
      { id, type, args, group, agent: this.#id },
      { now: this.#clock(), requestedBy: this.#requestedBy },
    );
    const { actionId, effect, allowed, code, reasons, deferUntil, attempt } = decision;
    return { actionId, effect, allowed, code, codes: [...new Set(reasons.map(({ code }) => code))], deferUntil, approval: null, attempt };
  }
}
