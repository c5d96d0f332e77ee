/** @import * as Public from "../types/index.js" */

import { InterlockError } from "./error.js";
import { readOptions } from "./options.js";
import { expectText, nameOf } from "./text.js";

/**
 * What an agent's code may hold: it can ask, as that agent, at the host's time, and nothing else. What it is told is no
 * more than what it needs: keywords and thresholds stay with the host. A frozen object without a class: agents share
 * no prototype that one of them could change for all.
 * @param {(action: Public.Action, options: Public.RequestOptions) => Public.Decision} ask
 * @param {string} agent
 * @param {Public.AgentOptions} options
 * @returns {Public.Agent}
 */
export function agentHandle(ask, agent, options) {
  expectText(agent, "invalid_input", "id");
  const { clock, requestedBy } = readAgentOptions(options);
  return Object.freeze({
    /** @type {Public.Agent["request"]} */
    request(action) {
      const { id, type, args } = /** @type {Public.Action} */ (readOptions(action, ["id", "type", "args"]));
      const decision = ask({ id, type, args, agent }, { now: timeOf(clock), requestedBy });
      const { actionId, effect, allowed, code, reasons, deferUntil, attempt } = decision;
      const codes = [...new Set(reasons.map(({ code }) => code))];
      return { actionId, effect, allowed, code, codes, deferUntil, approval: null, attempt };
    },
  });
}

/**
 * @param {Public.AgentOptions} options
 * @returns {{ clock: () => Public.Time, requestedBy: string | undefined }}
 */
function readAgentOptions(options) {
  const { clock = Date.now, requestedBy } = readOptions(options, ["clock", "requestedBy"]);
  if (typeof clock !== "function") {
    throw new InterlockError("invalid_input", "clock", `expected a function that gives the time, got ${nameOf(clock)}`);
  }
  return /** @type {any} */ ({ clock, requestedBy });
}

/**
 * @param {() => Public.Time} clock
 * @returns {Public.Time}
 */
function timeOf(clock) {
  try {
    // A clock that gives nothing is broken: nobody's time is put in its place.
    return clock() ?? /** @type {any} */ (null);
  } catch (cause) {
    throw new InterlockError("invalid_input", "clock", "expected a function that gives the time, and it threw", { cause });
  }
}
