// Both generations of the MCP SDK, over their own in-memory transport: a client's calls and a server's tools behind the gate.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { SDKS } from "../mcp/sdks.mjs";
import { HUDA, OPEN, createGate, load } from "./lab.mjs";

const { gateClient, gateServer, toolActions } = await load("agent-interlock/mcp");

const POLICY = { ...OPEN, actions: { "shop.pay": { level: "L3" }, "shop.look": { access: "read", level: "L1" }, "shop.*": {} } };
const type = (name) => `shop.${name}`;
const text = (words) => ({ content: [{ type: "text", text: words }] });
const runOf = (result) => result._meta["agent-interlock/run"];

/** A server whose tools note what they do, registered on `wrap(server)`, and a client of it. */
async function shop(sdk, wrap = (server) => server) {
  const done = [];
  const server = new sdk.McpServer({ name: "shop", version: "1.0.0" });
  const target = wrap(server);
  let signal;
  target.registerTool("pay", { description: "pays", inputSchema: sdk.shape }, async ({ amount }) => {
    done.push(["pay", amount]);
    return text(`paid ${amount}`);
  });
  target.registerTool("look", { description: "looks", annotations: { readOnlyHint: true } }, async () => text("a look"));
  target.registerTool("fail", { description: "fails" }, async () => ({ ...text("401 Unauthorized"), isError: true }));
  target.registerTool("dawdle", { description: "never ends" }, (context) => {
    signal = context.mcpReq?.signal ?? context.signal;
    return new Promise(() => {});
  });
  const client = new sdk.Client({ name: "agent", version: "1.0.0" });
  const [near, far] = sdk.InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(far), client.connect(near)]);
  return { server, client, done, signal: () => signal };
}

async function approve(gate) {
  const [approval] = await gate.approvals({ status: "pending" });
  await gate.resolve({ approvalId: approval.id, by: HUDA, decision: "approve" });
}

test("options that are wrong are said where they are given, and not at a first call", async () => {
  const gate = await createGate({ policy: POLICY });
  const client = { callTool: () => text("never") };
  const right = { gate, agent: "worker" };
  const wrong = [
    [() => gateClient(null, right), "client", /the methods callTool/],
    [() => gateClient({}, right), "client", /`callTool` is missing/],
    [() => gateServer({}, right), "server", /`registerTool` is missing/],
    [() => gateClient(client, { agent: "worker" }), "gate", /`run` is missing/],
    [() => gateClient(client, { gate }), "agent", /expected a string, got undefined/],
    [() => gateClient(client, { gate, agent: 5 }), "agent", /expected a string, got 5/],
    [() => gateClient(client, { ...right, requestedBy: 5 }), "requestedBy", /expected a string, got 5/],
    [() => gateClient(client, { ...right, type: "x" }), "type", /a function/],
    [() => gateClient(client, { ...right, id: "x" }), "id", /a function/],
    [() => gateClient(client, { ...right, tools: {} }), "tools", /list of tools/],
    [() => gateClient(client, { ...right, wait: 1 }), "wait", /true or false/],
    [() => gateClient(client, { ...right, timeoutMs: "x" }), "timeoutMs", /whole milliseconds/],
  ];
  for (const [make, path, message] of wrong) assert.throws(make, { name: "InterlockError", code: "invalid_input", path, message }, path);
  gateClient(client, { ...right, agent: () => "worker", type, id: () => "a1", tools: [], wait: false, timeoutMs: 1, requestedBy: "huda" });
  await gate.close();
});

for (const [name, sdk] of Object.entries(SDKS)) {
  describe(`a client of ${name}`, () => {
    const begun = async (more) => {
      const gate = await createGate({ policy: POLICY });
      const { client, ...rest } = await shop(sdk);
      return { gate, client, ...rest, gated: gateClient(client, { gate, agent: "worker", type, ...more }) };
    };

    test("calls what it may, and is told what it may not yet", async () => {
      let calls = 0;
      const { gate, gated, done } = await begun({ id: ({ name }) => (name === "pay" ? "pay-1" : `c${(calls += 1)}`) });
      assert.equal((await gated.callTool({ name: "look", arguments: {} })).content[0].text, "a look");
      const first = await gated.callTool({ name: "pay", arguments: { amount: 5 } });
      assert.deepEqual([first.isError, runOf(first).status, done], [true, "pending", []]);
      assert.match(first.content[0].text, /^not carried out: pending/);
      await approve(gate);
      assert.equal((await gated.callTool({ name: "pay", arguments: { amount: 5 } })).content[0].text, "paid 5");
      assert.equal(runOf(await gated.callTool({ name: "pay", arguments: { amount: 5 } })).code, "already_executed");
      await assert.rejects(gated.callTool({ name: "pay", arguments: { amount: 500 } }), { code: "conflict" });
      assert.deepEqual(done, [["pay", 5]]);
      await gate.close();
    });

    test("a result that says that it failed is handed on, and known to have failed", async () => {
      const { gate, gated } = await begun({ id: () => "f1" });
      const result = await gated.callTool({ name: "fail", arguments: {} });
      assert.deepEqual([result.isError, result.content[0].text], [true, "401 Unauthorized"]);
      assert.deepEqual((await gate.audit()).at(-1).data.report.category, "auth");
      assert.equal(runOf(await gated.callTool({ name: "fail", arguments: {} })).code, "not_retryable");
      await gate.close();
    });

    test("what is thrown is thrown, a time-out too, whose outcome nobody knows", async () => {
      const { gate, gated } = await begun({ id: () => "d1" });
      const late = await gated.callTool({ name: "dawdle", arguments: {} }, { timeout: 30 });
      assert.deepEqual([runOf(late).status, (await gate.inFlight()).map(({ status }) => status)], ["unknown", ["unknown"]]);
      await gate.close();
    });

    test("a signal reaches the call", async () => {
      const { gate, gated, signal } = await begun();
      const controller = new AbortController();
      const result = gated.callTool({ name: "dawdle", arguments: {} }, { signal: controller.signal });
      while (signal() === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
      controller.abort(new Error("enough"));
      assert.equal(runOf(await result).status, "unknown");
      while (!signal().aborted) await new Promise((resolve) => setTimeout(resolve, 5));
      await gate.close();
    });

    test("what a tool says of itself makes it stricter, never milder", async () => {
      const policy = { ...OPEN, confirmWrites: true, actions: { "shop.look": { access: "read", level: "L1" }, "shop.*": {} } };
      const gate = await createGate({ policy });
      const { client } = await shop(sdk);
      const { tools } = await client.listTools();
      const honest = gateClient(client, { gate, agent: "worker", type, tools });
      assert.equal((await honest.callTool({ name: "look", arguments: {} })).isError, undefined);
      assert.equal(runOf(await honest.callTool({ name: "pay", arguments: { amount: 1 } })).code, "confirmation_required");
      const lies = [{ name: "pay", annotations: { readOnlyHint: true } }, { name: "look", annotations: { readOnlyHint: false } }];
      const lying = gateClient(client, { gate, agent: "worker", type, tools: lies });
      assert.equal(runOf(await lying.callTool({ name: "pay", arguments: { amount: 2 } })).code, "confirmation_required");
      assert.equal(runOf(await lying.callTool({ name: "look", arguments: { again: 1 } })).code, "confirmation_required");
      const actions = toolActions(tools, { type });
      assert.deepEqual([actions["shop.look"].access, actions["shop.pay"].access], ["read", "write"]);
      const fitting = await createGate({ policy: { ...OPEN, confirmWrites: true, actions } });
      await fitting.close();
      await gate.close();
    });
  });

  describe(`a server of ${name}`, () => {
    test("its tools run as far as they may, with what was decided on", async () => {
      const gate = await createGate({ policy: POLICY });
      const { client, done } = await shop(sdk, (server) => gateServer(server, { gate, agent: () => "worker", type, id: (context) => `r${context.mcpReq?.id ?? context.requestId}` }));
      const call = (name, args = {}, options) => sdk.callTool(client, { name, arguments: args }, options);
      assert.equal((await call("look")).content[0].text, "a look");
      const first = await call("pay", { amount: 5 });
      assert.deepEqual([first.isError, runOf(first).status, done], [true, "pending", []]);
      assert.equal((await call("fail")).content[0].text, "401 Unauthorized");
      assert.equal((await gate.audit()).at(-1).data.report.category, "auth");
      await gate.close();
    });

    test("one that waits goes on when a person has decided", async () => {
      const gate = await createGate({ policy: POLICY, pollMs: 10 });
      const { client, done } = await shop(sdk, (server) => gateServer(server, { gate, agent: "worker", type, wait: true }));
      const result = sdk.callTool(client, { name: "pay", arguments: { amount: 7 } });
      while ((await gate.approvals({ status: "pending" })).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      await approve(gate);
      assert.equal((await result).content[0].text, "paid 7");
      assert.deepEqual(done, [["pay", 7]]);
      await gate.close();
    });

    test("its time, and the client's signal, end a tool", async () => {
      const gate = await createGate({ policy: POLICY });
      const { client, signal } = await shop(sdk, (server) => gateServer(server, { gate, agent: "worker", type, timeoutMs: 30 }));
      const late = await sdk.callTool(client, { name: "dawdle", arguments: {} });
      assert.deepEqual([runOf(late).status, signal().aborted], ["unknown", true]);
      await gate.close();
    });
  });
}
