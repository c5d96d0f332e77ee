import type { AgentGate } from "./gate.js";

/** A call of a tool, as the model makes it. */
export interface ToolCall {
  toolCallId: string;
  toolName: string;
  input: any;
}

/** How a gate is put around tools. */
export interface GateToolsOptions<Tools extends Record<string, any>> {
  /** Whose calls they are. */
  agent: AgentGate;
  tools: Tools;
  /** The conversation: calls are told apart within it by the ids that the model gives them. It must be the same when the conversation goes on. */
  session: string;
  /** The type of action that a tool is. Default: its name. */
  type?: ((toolName: string) => string) | undefined;
  /** Waits inside the call for an approval or an instant, instead of handing it back. Default: false. */
  wait?: boolean | undefined;
  /** How long a tool may run. */
  timeoutMs?: number | undefined;
}

/** What goes into `generateText` and its like. */
export interface GatedTools<Tools extends Record<string, any>> {
  /** The same tools, each behind the gate. Those without `execute` are as they were. */
  tools: Tools;
  /** For the option `toolApproval`: what a person has to decide is handed back, and what was called after it in the same step with it. */
  toolApproval(options: {
    toolCall: ToolCall;
    messages: any[];
  }): Promise<undefined | { type: "denied" | "user-approval"; reason: string }>;
  /**
   * The message that answers the open requests of a conversation, as people have decided by the gate; undefined while one of them is still to be
   * decided, or where there is none. What was called after something that was refused is refused too.
   */
  responses(
    messages: readonly any[],
    options?: { wait?: boolean; signal?: AbortSignal },
  ): Promise<undefined | { role: "tool"; content: { type: "tool-approval-response"; approvalId: string; approved: boolean; reason?: string }[] }>;
}

/**
 * What the model is told of a call that was not carried out.
 *
 * @example
 * ```js
 * import { ToolNotRun } from "agent-interlock/ai";
 *
 * const error = new ToolNotRun("denied", "exceeds_cap");
 * console.log(error.status, error.code); // denied exceeds_cap
 * ```
 */
export declare class ToolNotRun extends Error {
  constructor(status: string, code: string);
  readonly status: string;
  readonly code: string;
}

/**
 * Puts a gate around tools of the Vercel AI SDK (`ai` 7 and newer). The gate decides on every call when it is made and again when it is carried
 * out, whatever the messages say has been approved: a call runs once, with the arguments that were approved, and not before those before it.
 *
 * @throws {InterlockError} where the options are wrong
 * @example
 * ```js
 * import { createGate } from "agent-interlock/gate";
 * import { gateTools } from "agent-interlock/ai";
 *
 * const gate = await createGate({ policy: { customerId: "noor", autonomyMode: "safe_autopilot", actions: { mail: { level: "L3" } } } });
 * const mail = { execute: async ({ to }) => `sent to ${to}` };
 * const { tools, toolApproval } = gateTools({ agent: gate.forAgent("sales"), tools: { mail }, session: "thread-1" });
 * // generateText({ model, tools, toolApproval, messages })
 * const toolCall = { toolCallId: "call-1", toolName: "mail", input: { to: "huda" } };
 * console.log((await toolApproval({ toolCall, messages: [] })).type); // user-approval
 * await gate.close();
 * ```
 */
export declare function gateTools<Tools extends Record<string, any>>(options: GateToolsOptions<Tools>): GatedTools<Tools>;
