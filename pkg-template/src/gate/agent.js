/** @import { Action, Approval } from "../../types/index.js" */
/** @import { AgentAskResult, AgentGate, AgentResult, AskResult, Gate, RunOptions, RunResult } from "../../types/gate.js" */

import { discreetly } from "../agent.js";
import { readOptions } from "../options.js";
import { expectText } from "../text.js";

/**
 * What an agent's code may hold: it can have its own actions run, and nothing else. It is told no more than the guard tells an agent.
 * @param {Pick<Gate, "run" | "ask">} gate
 * @param {string} agent
 * @param {{ requestedBy?: string | undefined }} options
 * @returns {AgentGate}
 */
export function agentGate(gate, agent, options) {
  expectText(agent, "invalid_input", "id");
  const { requestedBy } = /** @type {{ requestedBy?: string }} */ (readOptions(options, ["requestedBy"]));
  const own = (/** @type {unknown} */ action) => {
    const asked = /** @type {any} */ (readOptions(action, ["id", "type", "args", "group"]));
    return /** @type {Action} */ ({ ...asked, agent });
  };
  return Object.freeze({
    /** @type {AgentGate["run"]} */
    async run(action, execute, given = {}) {
      const wishes = /** @type {RunOptions} */ (readOptions(given, ["signal", "timeoutMs", "wait"]));
      const asked = own(action);
      return told(() => gate.run(asked, execute, { ...wishes, requestedBy }));
    },
    /** @type {AgentGate["ask"]} */
    async ask(action, given = {}) {
      const wishes = /** @type {RunOptions} */ (readOptions(given, ["signal", "wait"]));
      const asked = own(action);
      return told(() => gate.ask(asked, { ...wishes, requestedBy }));
    },
  });
}

/**
 * @param {() => Promise<RunResult<any> | AskResult>} ask
 * @returns {Promise<any>}
 */
async function told(ask) {
  try {
    return toldToAgent(await ask());
  } catch (error) {
    // The signal's own reason is the agent's.
    throw discreetly(error);
  }
}

/**
 * @param {RunResult<any> | AskResult} result
 * @returns {AgentResult<any> | AgentAskResult}
 */
export function toldToAgent(result) {
  // What is wrong with the store is the host's to know.
  if (result.decision === null) return { status: "locked", code: result.code, codes: [] };
  const { decision, ...told } = result;
  const { approval } = /** @type {{ approval?: Approval }} */ (result);
  if ("reason" in told) delete (/** @type {any} */ (told).reason);
  const codes = [...new Set(decision.reasons.map(({ code }) => code))];
  if (approval === undefined) return /** @type {any} */ ({ ...told, codes });
  const { id, status, expiresAt } = approval;
  return /** @type {any} */ ({ ...told, approval: { id, status, expiresAt }, codes });
}
