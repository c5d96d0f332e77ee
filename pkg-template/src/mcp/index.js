/** @import { Action, ToolAnnotations } from "../../types/index.js" */
/** @import { RunResult } from "../../types/gate.js" */
/** @import * as Public from "../../types/mcp.js" */

import { classifyTool } from "agent-interlock";

import { expectMethods, milliseconds, readOptions, wrong } from "../options.js";
import { expectText } from "../text.js";

const OPTIONS = /** @type {const} */ (["gate", "agent", "requestedBy", "type", "id", "tools", "wait", "timeoutMs"]);

/** A result that says that the tool failed: the caller gets it, and the gate knows of the failure. */
class Failed extends Error {
  /** @param {Public.ToolResult} result */
  constructor(result) {
    // Its words are what the kind of the failure is read from.
    super(Array.isArray(result.content) ? result.content.map((part) => part?.text ?? "").join("\n") : "");
    this.result = result;
  }
}

/** @type {typeof Public.gateClient} */
export function gateClient(client, options) {
  expectMethods(client, "client", ["callTool"]);
  const run = runner(options);
  return {
    async callTool(params, given = {}) {
      const { name, arguments: args = {} } = params;
      const call = (/** @type {any} */ decided, /** @type {{ signal: AbortSignal }} */ { signal }) => {
        const wishes = { ...given, signal };
        // Version 1 has the result's schema between the two, and gives it a default.
        const rest = client.callTool.length < 2 ? [undefined, wishes] : [wishes];
        return client.callTool({ ...params, arguments: decided }, ...rest);
      };
      return run({ name, args, call, signal: given.signal, about: params });
    },
  };
}

/** @type {typeof Public.gateServer} */
export function gateServer(server, options) {
  expectMethods(server, "server", ["registerTool"]);
  const run = runner(options);
  return {
    registerTool(name, config, handler) {
      const hasInput = config.inputSchema !== undefined;
      const gated = (/** @type {any[]} */ ...given) => {
        const context = given.at(-1);
        const call = (/** @type {any} */ args, /** @type {{ signal: AbortSignal }} */ { signal }) => {
          const heard = withSignal(context, signal);
          return hasInput ? handler(args, heard) : handler(heard);
        };
        const args = hasInput ? given[0] : {};
        return run({ name, args, call, signal: signalOf(context), about: context, annotations: config.annotations });
      };
      // The SDKs look at neither arity nor name.
      return server.registerTool(name, config, gated);
    },
  };
}

/** @type {typeof Public.toolActions} */
export function toolActions(tools, { type = (/** @type {string} */ name) => name } = {}) {
  return Object.fromEntries(tools.map(({ name, annotations }) => [type(name), classOf(annotations)]));
}

/**
 * @typedef {object} Call
 * @property {string} name
 * @property {any} args
 * @property {(args: any, context: any) => any} call
 * @property {AbortSignal | undefined} signal
 * @property {any} about what the host may find the agent and the id in
 * @property {any} [annotations]
 */

/**
 * @param {Public.GateMcpOptions} options
 * @returns {(call: Call) => Promise<any>}
 */
function runner(options) {
  const given = /** @type {Public.GateMcpOptions} */ (readOptions(options, OPTIONS));
  expectRight(given);
  const { gate, agent, requestedBy, tools = [], wait = false, timeoutMs } = given;
  const { type = (/** @type {string} */ name) => name, id = () => crypto.randomUUID() } = given;
  const known = new Map(tools.map(({ name, annotations }) => [name, annotations]));
  return async ({ name, args, call, signal, about, annotations = known.get(name) }) => {
    const { access, needsInterrupt } = classOf(annotations);
    const who = typeof agent === "function" ? agent(about) : agent;
    // What a tool says of itself makes its treatment stricter, never milder: that it reads changes nothing for a type that writes.
    const stricter = annotations === undefined ? {} : { access, ...(needsInterrupt && { needsInterrupt }) };
    const action = { id: id(about), type: type(name), agent: who, args, ...stricter };
    const carryOut = async (/** @type {any} */ decided, /** @type {any} */ context) => {
      const result = await call(decided, context);
      if (result?.isError === true) throw new Failed(result);
      return result;
    };
    const run = await gate.run(/** @type {Action} */ (action), carryOut, { requestedBy, wait, timeoutMs, signal });
    if (run.status === "executed") return run.result;
    const error = "error" in run && run.decision !== null ? run.error : undefined;
    if (error instanceof Failed) return error.result;
    if (run.status === "failed") throw error;
    return refusal(run);
  };
}

/** @param {Public.GateMcpOptions} given */
function expectRight({ gate, agent, requestedBy, type, id, tools, wait, timeoutMs }) {
  expectMethods(gate, "gate", ["run"]);
  if (typeof agent !== "function") expectText(agent, "invalid_input", "agent");
  if (requestedBy !== undefined) expectText(requestedBy, "invalid_input", "requestedBy");
  if (type !== undefined && typeof type !== "function") throw wrong("type", "a function that names a tool's type", type);
  if (id !== undefined && typeof id !== "function") throw wrong("id", "a function that gives an id", id);
  if (tools !== undefined && !Array.isArray(tools)) throw wrong("tools", "the server's list of tools", tools);
  if (wait !== undefined && typeof wait !== "boolean") throw wrong("wait", "true or false", wait);
  milliseconds("timeoutMs", timeoutMs);
}

/** @param {ToolAnnotations | undefined} annotations */
function classOf(annotations) {
  return classifyTool(annotations === undefined ? {} : { annotations });
}

/**
 * What the model is told, and what its host can read.
 * @param {Exclude<RunResult<any>, { status: "executed" | "failed" }>} run
 * @returns {Public.ToolResult}
 */
function refusal(run) {
  const { status, code } = run;
  const more = status === "pending" ? { approvalId: run.approval.id } : status === "deferred" ? { until: run.until } : {};
  const text = `not carried out: ${status} (${code})${status === "deferred" && run.until !== null ? ` until ${run.until}` : ""}`;
  return { isError: true, content: [{ type: "text", text }], _meta: { "agent-interlock/run": { status, code, ...more } } };
}

/** Version 1 has the signal on the context, version 2 on its request. @param {any} context @returns {AbortSignal | undefined} */
function signalOf(context) {
  return context?.mcpReq?.signal ?? context?.signal;
}

/**
 * The context as the handler gets it: with the signal that the gate aborts too.
 * @param {any} context
 * @param {AbortSignal} signal
 */
function withSignal(context, signal) {
  return context?.mcpReq === undefined ? { ...context, signal } : { ...context, mcpReq: { ...context.mcpReq, signal } };
}
