/** @import { AgentAskResult } from "../../types/gate.js" */
/** @import * as Public from "../../types/ai.js" */

import { InterlockError } from "agent-interlock";

import { expectMethods, milliseconds, readOptions, wrong } from "../options.js";
import { expectText } from "../text.js";

const nameItself = (/** @type {string} */ name) => name;

/** What the model is told of a call that was not carried out. */
export class ToolNotRun extends Error {
  /** @override */
  name = "ToolNotRun";

  /**
   * @param {string} status
   * @param {string} code
   */
  constructor(status, code) {
    super(`not carried out: ${status} (${code})`);
    this.status = status;
    this.code = code;
  }
}

/**
 * The calls of one step that may go, each with whether it was carried out. One that has to wait holds those that were made after it.
 * @typedef {{ isHeld: boolean, going: Map<string, { ended: Promise<boolean>, end: (isDone: boolean) => void }> }} Step
 */

/**
 * @template {Record<string, any>} Tools
 * @param {Public.GateToolsOptions<Tools>} options
 * @returns {Public.GatedTools<Tools>}
 */
export function gateTools(options) {
  const given = readOptions(options, ["agent", "tools", "session", "type", "wait", "timeoutMs"]);
  const { agent, tools, session, wait = false, timeoutMs, type = nameItself } = /** @type {Public.GateToolsOptions<Tools>} */ (given);
  expectMethods(agent, "agent", ["ask", "run"]);
  if ("forAgent" in agent) throw new InterlockError("invalid_input", "agent", "expected what `gate.forAgent` gives, got the gate itself");
  if (typeof tools !== "object" || tools === null || Array.isArray(tools)) throw wrong("tools", "an object of tools", tools);
  if (expectText(session, "invalid_input", "session") === "") throw wrong("session", "a name for the conversation", session);
  if (typeof type !== "function") throw wrong("type", "a function that names a tool's type", type);
  if (typeof wait !== "boolean") throw wrong("wait", "true or false", wait);
  milliseconds("timeoutMs", timeoutMs);
  /** The list of messages is one object for all calls of a step. @type {WeakMap<object, Step>} */
  const steps = new WeakMap();
  const stepOf = (/** @type {object} */ messages) => {
    const step = steps.get(messages) ?? { isHeld: false, going: new Map() };
    steps.set(messages, step);
    return step;
  };
  const isGated = (/** @type {string} */ name) => Object.hasOwn(tools, name) && typeof tools[name]?.execute === "function";
  const actionOf = (/** @type {Public.ToolCall} */ call) => ({ id: `${session}:${call.toolCallId}`, type: type(call.toolName), args: call.input });

  /** @type {(call: Public.ToolCall, wishes?: { wait: boolean, signal?: AbortSignal }) => Promise<AgentAskResult>} */
  async function ask(call, wishes = { wait: false }) {
    try {
      return await agent.ask(actionOf(call), wishes);
    } catch (error) {
      // What cannot even be asked for, as under an id that was given to other arguments, is not run.
      if (error instanceof InterlockError) return { status: "denied", code: error.code, codes: [error.code] };
      throw error;
    }
  }

  /** @type {Public.GatedTools<Tools>["toolApproval"]} */
  async function toolApproval({ toolCall, messages }) {
    if (!isGated(toolCall.toolName)) return undefined;
    const step = stepOf(messages);
    const answer = await ask(toolCall);
    if (answer.status !== "allowed") step.isHeld = true;
    if (answer.status !== "allowed" && answer.status !== "pending") return { type: "denied", reason: `${answer.status}: ${answer.code}` };
    step.going.set(toolCall.toolCallId, ending());
    if (!step.isHeld) return undefined;
    return { type: "user-approval", reason: answer.status === "pending" ? answer.code : "waits for what was called before it" };
  }

  /** @param {string} toolName @param {(input: any, given: any) => any} execute */
  const gated = (toolName, execute) => async (/** @type {any} */ input, /** @type {any} */ given) => {
    const { toolCallId, messages, abortSignal } = given;
    const step = stepOf(messages);
    let isDone = false;
    try {
      await afterThoseBefore(step, messages, toolCallId, isGated);
      const carryOut = async (/** @type {any} */ args, /** @type {{ signal: AbortSignal }} */ { signal }) =>
        lastOf(await execute(args, { ...given, abortSignal: signal }));
      const run = await agent.run(actionOf({ toolCallId, toolName, input }), carryOut, { wait, timeoutMs, signal: abortSignal });
      if (run.status === "failed") throw run.error;
      if (run.status !== "executed") throw new ToolNotRun(run.status, run.code);
      isDone = true;
      return run.result;
    } finally {
      step.going.get(toolCallId)?.end(isDone);
    }
  };

  /** @type {Public.GatedTools<Tools>["responses"]} */
  async function responses(messages, { wait: isPatient = false, signal } = {}) {
    /** @type {{ type: "tool-approval-response", approvalId: string, approved: boolean, reason?: string }[]} */
    const content = [];
    for (const { approvalId, call } of openRequests(messages)) {
      const answer = await ask(call, { wait: isPatient, ...(signal && { signal }) });
      if (answer.status === "pending" && answer.approval.status === "pending") return undefined;
      const approved = answer.status === "allowed" && content.every((each) => each.approved);
      const reason = "code" in answer ? `${answer.status}: ${answer.code}` : "what was called before it is not carried out";
      content.push({ type: "tool-approval-response", approvalId, approved, ...(!approved && { reason }) });
    }
    return content.length === 0 ? undefined : { role: "tool", content };
  }
  const around = (/** @type {string} */ name, /** @type {any} */ tool) => (isGated(name) ? { ...tool, execute: gated(name, tool.execute.bind(tool)) } : tool);
  const all = Object.fromEntries(Object.entries(tools).map(([name, tool]) => [name, around(name, tool)]));
  return { tools: /** @type {Tools} */ (all), toolApproval, responses };
}

/** @type {(step: Step, messages: any[], id: string, isGated: (name: string) => boolean) => Promise<void>} */
async function afterThoseBefore(step, messages, id, isGated) {
  // A call that was held stands among the messages when it comes back; one that goes at once does not yet, and nothing before it is held.
  const turns = messages.map((message) => partsOf([message], "tool-call"));
  const calls = turns.find((parts) => parts.some(({ toolCallId }) => toolCallId === id)) ?? [];
  const results = partsOf(messages, "tool-result").map(({ toolCallId }) => toolCallId);
  for (const { toolCallId, toolName } of calls) {
    if (toolCallId === id) return;
    if (results.includes(toolCallId) || !isGated(toolName)) continue;
    if ((await step.going.get(toolCallId)?.ended) !== true) throw new ToolNotRun("denied", "skipped_after");
  }
}

function ending() {
  let end = (/** @type {boolean} */ _) => {};
  const ended = new Promise((/** @type {(isDone: boolean) => void} */ resolve) => (end = resolve));
  return { ended, end };
}

/** What a tool gives in parts is carried out when it has given the last. @param {any} output */
async function lastOf(output) {
  if (typeof output?.[Symbol.asyncIterator] !== "function") return output;
  let last;
  for await (const part of output) last = part;
  return last;
}

/** @type {(messages: readonly any[], type: string) => any[]} */
function partsOf(messages, type) {
  return messages.flatMap(({ content }) => (Array.isArray(content) ? content.filter((part) => part.type === type) : []));
}

/** @type {(messages: readonly any[]) => { approvalId: string, call: Public.ToolCall }[]} */
function openRequests(messages) {
  const answered = partsOf(messages, "tool-approval-response").map(({ approvalId }) => approvalId);
  const calls = new Map(partsOf(messages, "tool-call").map((call) => [call.toolCallId, call]));
  const open = partsOf(messages, "tool-approval-request").filter(({ approvalId }) => !answered.includes(approvalId));
  return open.map(({ approvalId, toolCallId }) => ({ approvalId, call: calls.get(toolCallId) })).filter(({ call }) => call !== undefined);
}
