/** @import * as Public from "../types/index.js" */

import { InterlockError } from "./error.js";
import { readOptions } from "./options.js";
import { expectText, nameOf } from "./text.js";

// What an agent is told of an error, by the part of its request that is wrong. The guard's own words stay with the host: they name
// keys of the catalogue, places that the policy reads, the time of the last command.
const HOST = "not as the guard takes it; it is the host's to give";
/** @type {ReadonlyMap<string, string>} */
const WORDS = new Map([
  ["id", "not an id for this action: at most 256 characters, none of them a control character, and given to no other action"],
  ["type", "not a type that this agent can use as it is spelled"],
  ["args", "not arguments that this action can be asked for with"],
  ["group", "not a place that this action can have: in one group, at one place, of one size (1 to 64)"],
  ["agent", HOST],
  ["requestedBy", HOST],
  ["now", HOST],
  ["clock", HOST],
]);

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
      const { id, type, args, group } = /** @type {Public.Action} */ (readOptions(action, ["id", "type", "args", "group"]));
      const decision = discreet(() => ask({ id, type, args, group, agent }, { now: timeOf(clock), requestedBy }));
      const { actionId, effect, allowed, code, reasons, deferUntil, attempt } = decision;
      const codes = [...new Set(reasons.map(({ code }) => code))];
      const approval = decision.approval && { id: decision.approval.id, status: decision.approval.status };
      return { actionId, effect, allowed, code, codes, deferUntil, approval, attempt };
    },
  });
}

/**
 * Gives what `run` gives; of its error what an agent is told.
 * @template T
 * @param {() => T} run
 * @returns {T}
 */
function discreet(run) {
  try {
    return run();
  } catch (error) {
    throw discreetly(error);
  }
}

/**
 * Of an error what an agent is told: the code, and which part of the request it is about.
 * @param {unknown} error
 */
export function discreetly(error) {
  if (!(error instanceof InterlockError)) return error;
  const part = /^\w*/.exec(error.path)?.[0] ?? "";
  const words = WORDS.get(part);
  // Without its cause, which would tell the rest.
  if (words === undefined) return new InterlockError(error.code, "", "the action could not be decided on, and does not run");
  return new InterlockError(error.code, part, words);
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
