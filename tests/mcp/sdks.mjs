// Both generations of the MCP SDK behind one face. They are development tools of the checkout, not of the package.
import { tool } from "../js/library.mjs";

const { z } = tool("zod");

const first = {
  ...tool("@modelcontextprotocol/sdk/client/index.js"),
  ...tool("@modelcontextprotocol/sdk/client/streamableHttp.js"),
  ...tool("@modelcontextprotocol/sdk/inMemory.js"),
  ...tool("@modelcontextprotocol/sdk/server/mcp.js"),
};
const second = { ...tool("@modelcontextprotocol/server"), ...tool("@modelcontextprotocol/client") };

const AGENT = { name: "agent", version: "1.0.0" };

export const SDKS = {
  "version 1": {
    ...first,
    shape: { amount: z.number() },
    callTool: (client, call, options) => client.callTool(call, undefined, options),
  },
  "version 2": {
    ...second,
    shape: z.object({ amount: z.number() }),
    callTool: (client, call, options) => client.callTool(call, options),
  },
};

/** What a call throws, else what it returns: an error may come either way. */
export async function outcomeOf(run) {
  try {
    return await run();
  } catch (error) {
    return error;
  }
}

/** A server with tools of every kind, and a client of it, over the SDK's in-memory transport; `begun` once one dawdles. */
export async function shop(sdk) {
  const server = new sdk.McpServer({ name: "shop", version: "1.0.0" });
  const throwing = (name, message) =>
    server.registerTool(name, { description: message }, async () => {
      throw new Error(message);
    });
  throwing("break", "boom");
  throwing("crowd", "Rate limit exceeded");
  throwing("open_safe", "403 Forbidden");
  server.registerTool("pay", { description: "pays", inputSchema: sdk.shape }, async () => ({ content: [] }));
  let begin;
  const begun = new Promise((resolve) => (begin = resolve));
  server.registerTool("dawdle", { description: "never ends" }, () => {
    begin();
    return new Promise(() => {});
  });
  const client = new sdk.Client(AGENT);
  const [near, far] = sdk.InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(far), client.connect(near)]);
  const call = (name, args = {}, options = {}) =>
    outcomeOf(() => sdk.callTool(client, { name, arguments: args }, options));
  return { server, client, call, begun, anything: z.any() };
}

/** What a client meets that connects by streamable HTTP. */
export function connecting(sdk, url, options) {
  return outcomeOf(() => new sdk.Client(AGENT).connect(new sdk.StreamableHTTPClientTransport(url, options)));
}
