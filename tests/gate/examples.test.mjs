// The examples run, and do what they say.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import path from "node:path";
import process from "node:process";
import { test } from "node:test";
import { tool } from "./lab.mjs";
import { playground } from "./playground.mjs";

test("an agent's mail waits for a person", () => {
  const cwd = playground(["ai"]);
  const output = execFileSync(process.execPath, ["mail-agent.mjs"], { cwd, encoding: "utf8" });
  assert.deepEqual(output.trimEnd().split("\n"), [
    'waits for a person: sendMail {"to":"huda@example.com","body":"Shall we meet on Sunday?"}',
    "sent to huda@example.com: Shall we meet on Sunday?",
    "I have written to Huda.",
  ]);
});

test("a server's tools are behind a gate", async () => {
  const cwd = playground(["@modelcontextprotocol/server", "zod"]);
  const { Client } = await tool("@modelcontextprotocol/client");
  const { StdioClientTransport } = await tool("@modelcontextprotocol/client/stdio");
  const client = new Client({ name: "buyer", version: "1.0.0" });
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [path.join(cwd, "mcp-server.mjs")], cwd }));
  assert.equal((await client.callTool({ name: "look", arguments: {} })).content[0].text, "three lamps");
  const paid = await client.callTool({ name: "pay", arguments: { amount: 5 } });
  assert.deepEqual([paid.isError, paid._meta["agent-interlock/run"].status], [true, "pending"]);
  await client.close();
});
