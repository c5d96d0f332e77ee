import type { PolicyDocument } from "./document.js";
import type { ToolAnnotations } from "./failures.js";
import type { Gate } from "./gate.js";

/** A result of a tool, as far as it matters here. */
export interface ToolResult {
  content?: any;
  isError?: boolean | undefined;
  [name: string]: any;
}

/** A tool as a server lists it, as far as it matters here. */
export interface ListedTool {
  name: string;
  annotations?: ToolAnnotations | undefined;
}

/** How a gate is put around calls of tools. */
export interface GateMcpOptions {
  gate: Gate;
  /** Whose calls they are: an agent's id, or what finds it in a call's parameters (of a client) or context (of a server). */
  agent: string | ((about: any) => string);
  requestedBy?: string | undefined;
  /** The type of action that a tool is. Default: its name. */
  type?: ((toolName: string) => string) | undefined;
  /** The id of a call, which runs once. Default: a new one each time. */
  id?: ((about: any) => string) | undefined;
  /** What the server lists: what a tool's annotations say makes its treatment stricter, never milder. */
  tools?: readonly ListedTool[] | undefined;
  /** Waits inside the call for an approval or an instant. Default: false. */
  wait?: boolean | undefined;
  timeoutMs?: number | undefined;
}

/**
 * Puts a gate around the tools that a client of the Model Context Protocol calls (SDK version 1 or 2). What does not run is a result with
 * `isError` that says so, and in `_meta["agent-interlock/run"]` why. A result with `isError` is reported as a failure, and handed on.
 *
 * @throws {InterlockError} where the options are wrong
 * @example
 * ```js
 * import { createGate } from "agent-interlock/gate";
 * import { gateClient } from "agent-interlock/mcp";
 *
 * const gate = await createGate({ policy: { customerId: "noor", autonomyMode: "safe_autopilot", actions: { pay: { level: "L3" }, look: { level: "L1" } } } });
 * const client = { callTool: async ({ name }, options) => ({ content: [{ type: "text", text: `${name} done` }] }) };
 * const gated = gateClient(client, { gate, agent: "sales" });
 * console.log((await gated.callTool({ name: "look", arguments: {} })).content[0].text); // look done
 * console.log((await gated.callTool({ name: "pay", arguments: {} }))._meta["agent-interlock/run"].status); // pending
 * await gate.close();
 * ```
 */
export declare function gateClient(
  client: { callTool: (params: any, ...rest: any[]) => Promise<any> },
  options: GateMcpOptions,
): { callTool(params: { name: string; arguments?: any; [name: string]: any }, options?: { signal?: AbortSignal; [name: string]: any }): Promise<any> };

/**
 * Puts a gate around the tools that a server of the Model Context Protocol offers (`McpServer`, SDK version 1 or 2).
 *
 * @throws {InterlockError} where the options are wrong
 * @example
 * ```js
 * import { createGate } from "agent-interlock/gate";
 * import { gateServer } from "agent-interlock/mcp";
 *
 * const gate = await createGate({ policy: { customerId: "noor", autonomyMode: "safe_autopilot", actions: { pay: { level: "L3" } } } });
 * const handlers = {};
 * const server = { registerTool: (name, config, handler) => (handlers[name] = handler) };
 * const gated = gateServer(server, { gate, agent: (context) => context.authInfo.clientId });
 * gated.registerTool("pay", { inputSchema: {} }, async ({ amount }) => ({ content: [{ type: "text", text: `paid ${amount}` }] }));
 * const result = await handlers.pay({ amount: 5 }, { authInfo: { clientId: "sales" } });
 * console.log(result.isError, result._meta["agent-interlock/run"].status); // true pending
 * await gate.close();
 * ```
 */
export declare function gateServer(
  server: { registerTool: (name: string, config: any, handler: any) => any },
  options: GateMcpOptions,
): { registerTool(name: string, config: { inputSchema?: any; annotations?: any; [name: string]: any }, handler: (...given: any[]) => any): any };

/**
 * What a server's tools say of themselves, as a policy's `actions`: to be looked at by a person before it goes into one.
 *
 * @throws {InterlockError} where annotations are wrong
 * @example
 * ```js
 * import { toolActions } from "agent-interlock/mcp";
 *
 * const tools = [{ name: "look", annotations: { readOnlyHint: true } }, { name: "pay" }];
 * const actions = toolActions(tools, { type: (name) => `shop.${name}` });
 * console.log(actions["shop.look"].access, actions["shop.pay"].access); // read write
 * ```
 */
export declare function toolActions(
  tools: readonly ListedTool[],
  options?: { type?: (toolName: string) => string },
): NonNullable<PolicyDocument["actions"]>;
