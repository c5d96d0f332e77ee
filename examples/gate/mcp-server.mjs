// A server of the Model Context Protocol whose tools are behind a gate: paying waits for a person, looking does not.
import { McpServer } from "@modelcontextprotocol/server";
import { StdioServerTransport } from "@modelcontextprotocol/server/stdio";
import { createGate } from "agent-interlock/gate";
import { gateServer } from "agent-interlock/mcp";
import { z } from "zod";

const actions = { look: { access: "read", level: "L1" }, pay: { level: "L3" } };
const gate = await createGate({ policy: { customerId: "shop", autonomyMode: "safe_autopilot", actions } });
const server = new McpServer({ name: "shop", version: "1.0.0" });
const gated = gateServer(server, { gate, agent: "buyer" });
gated.registerTool("look", { description: "Look at the shelf" }, async () => ({ content: [{ type: "text", text: "three lamps" }] }));
gated.registerTool("pay", { description: "Pay", inputSchema: z.object({ amount: z.number() }) }, async ({ amount }) => ({
  content: [{ type: "text", text: `paid ${amount}` }],
}));
await server.connect(new StdioServerTransport());
