// The Vercel AI SDK, with its own mock model: what goes wrong without a gate, and does not with one.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { HUDA, OPEN, createGate, load, tool } from "./lab.mjs";

const { generateText, streamText, jsonSchema, tool: makeTool, stepCountIs } = await tool("ai");
const { MockLanguageModelV4, simulateReadableStream } = await tool("ai/test");
const { gateTools, ToolNotRun } = await load("agent-interlock/ai");

const POLICY = { ...OPEN, actions: { pay: { level: "L3" }, mail: {}, fax: {} } };
const usage = { inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 }, outputTokens: { total: 1, text: 1, reasoning: 0 } };
const call = (toolCallId, toolName, input) => ({ type: "tool-call", toolCallId, toolName, input: JSON.stringify(input) });
const reply = (...content) => ({ content, finishReason: { unified: content.some(({ type }) => type === "tool-call") ? "tool-calls" : "stop", raw: undefined }, usage, warnings: [] });
const BATCH = reply(call("c1", "pay", { amount: 5 }), call("c2", "mail", { to: "huda" }));
const DONE = reply({ type: "text", text: "done" });
const QUESTION = { role: "user", content: "Pay, then write to Huda." };

/** Tools that note what they have done. */
function toolbox() {
  const done = [];
  const noting = (name) =>
    makeTool({
      description: name,
      inputSchema: jsonSchema({ type: "object", properties: {}, additionalProperties: true }),
      execute: async (input) => {
        done.push([name, input]);
        return `${name} done`;
      },
    });
  return { done, tools: { pay: noting("pay"), mail: noting("mail"), fax: noting("fax") } };
}

const names = (done) => done.map(([name]) => name);

async function conversation(options, replies, messages) {
  const model = new MockLanguageModelV4({ doGenerate: replies });
  const { text, response } = await generateText({ model, messages, stopWhen: stepCountIs(5), ...options });
  // What the model was told last: of the calls that came back too.
  return { text, response, told: JSON.stringify(model.doGenerateCalls.at(-1).prompt) };
}

/** As a host does without a gate: everything is approved. */
function approveAll(messages) {
  const requests = messages.flatMap(({ content }) => (Array.isArray(content) ? content : [])).filter(({ type }) => type === "tool-approval-request");
  return { role: "tool", content: requests.map(({ approvalId }) => ({ type: "tool-approval-response", approvalId, approved: true })) };
}

const PLAIN = { toolApproval: { pay: "user-approval" }, toolCallConcurrency: 1 };

async function plainUntilAsked() {
  const { done, tools } = toolbox();
  const first = await conversation({ ...PLAIN, tools }, [BATCH], [QUESTION]);
  return { done, tools, messages: [QUESTION, ...first.response.messages] };
}

async function gatedUntilAsked(more) {
  const gate = await createGate({ policy: POLICY });
  const { done, tools: bare } = toolbox();
  const gated = gateTools({ agent: gate.forAgent("worker"), tools: bare, session: "t1", ...more });
  const options = { tools: gated.tools, toolApproval: gated.toolApproval };
  const first = await conversation(options, [BATCH], [QUESTION]);
  const messages = [QUESTION, ...first.response.messages];
  const decide = async (decision) => {
    const [approval] = await gate.approvals({ status: "pending" });
    await gate.resolve({ approvalId: approval.id, by: HUDA, decision });
  };
  return { gate, gated, options, done, messages, decide, first };
}

test("options that are wrong are said where they are given", async () => {
  const gate = await createGate({ policy: POLICY });
  const right = { agent: gate.forAgent("worker"), tools: {}, session: "t1" };
  const wrong = [
    [{ agent: {} }, "agent", /`ask` is missing/],
    [{ agent: gate }, "agent", /what `gate.forAgent` gives, got the gate itself/],
    [{ tools: null }, "tools", /an object of tools, got null/],
    [{ tools: "x" }, "tools", /an object of tools/],
    [{ session: "" }, "session", /a name/],
    [{ session: undefined }, "session", /expected a string/],
    [{ type: "x" }, "type", /a function/],
    [{ wait: "x" }, "wait", /true or false/],
    [{ timeoutMs: 0 }, "timeoutMs", /whole milliseconds/],
  ];
  for (const [more, path, message] of wrong) {
    assert.throws(() => gateTools({ ...right, ...more }), { name: "InterlockError", code: "invalid_input", path, message }, path);
  }
  gateTools({ ...right, type: (name) => name, wait: true, timeoutMs: 5 });
  await gate.close();
});

describe("the call after the one that waits", () => {
  test("without a gate it runs first, one at a time too", async () => {
    const { done } = await plainUntilAsked();
    assert.deepEqual(names(done), ["mail"]);
  });

  test("with a gate it waits too, and comes after", async () => {
    const { gate, gated, options, done, messages, decide } = await gatedUntilAsked();
    assert.deepEqual(names(done), []);
    assert.equal(await gated.responses(messages), undefined);
    await decide("approve");
    const answer = await gated.responses(messages);
    assert.deepEqual(answer.content.map(({ approved }) => approved), [true, true]);
    const end = await conversation(options, [DONE], [...messages, answer]);
    assert.equal(end.text, "done");
    assert.deepEqual(done, [["pay", { amount: 5 }], ["mail", { to: "huda" }]]);
    await gate.close();
  });

  test("refused, what came after it is not carried out either", async () => {
    const { gate, gated, options, done, messages, decide } = await gatedUntilAsked();
    await decide("reject");
    const answer = await gated.responses(messages);
    assert.deepEqual(answer.content.map(({ approved, reason }) => [approved, reason]), [
      [false, "denied: approval_rejected"],
      [false, "what was called before it is not carried out"],
    ]);
    await conversation(options, [DONE], [...messages, answer]);
    assert.deepEqual(names(done), []);
    // Whoever says otherwise to the SDK alone has decided nothing.
    await conversation(options, [DONE], [...messages, approveAll(messages)]);
    assert.deepEqual(names(done), []);
    await gate.close();
  });

  test("where it fails, what came after it is not carried out", async () => {
    const gate = await createGate({ policy: POLICY });
    const { done, tools } = toolbox();
    const failing = { ...tools, pay: { ...tools.pay, execute: async () => { throw new Error("no money"); } } };
    const gated = gateTools({ agent: gate.forAgent("worker"), tools: failing, session: "t1" });
    const options = { tools: gated.tools, toolApproval: gated.toolApproval };
    const first = await conversation(options, [BATCH], [QUESTION]);
    const messages = [QUESTION, ...first.response.messages];
    const [approval] = await gate.approvals({ status: "pending" });
    await gate.resolve({ approvalId: approval.id, by: HUDA, decision: "approve" });
    const end = await conversation(options, [DONE], [...messages, await gated.responses(messages)]);
    assert.deepEqual(names(done), []);
    assert.match(end.told, /no money/);
    assert.match(end.told, /skipped_after/);
    await gate.close();
  });
});

describe("the same messages once more", () => {
  test("without a gate they run again", async () => {
    const { done, tools, messages } = await plainUntilAsked();
    const approved = [...messages, approveAll(messages)];
    for (let times = 0; times < 2; times += 1) await conversation({ ...PLAIN, tools }, [DONE], approved);
    assert.deepEqual(names(done), ["mail", "pay", "pay"]);
  });

  test("with a gate they have run", async () => {
    const { gate, gated, options, done, messages, decide } = await gatedUntilAsked();
    await decide("approve");
    const approved = [...messages, await gated.responses(messages)];
    await conversation(options, [DONE], approved);
    const again = await conversation(options, [DONE], approved);
    assert.deepEqual(names(done), ["pay", "mail"]);
    assert.match(again.told, /already_executed/);
    await gate.close();
  });
});

describe("arguments that are altered after they were approved", () => {
  const altered = (messages) => JSON.parse(JSON.stringify(messages).replaceAll('"amount":5', '"amount":5000'));

  test("without a gate they run", async () => {
    const { done, tools, messages } = await plainUntilAsked();
    await conversation({ ...PLAIN, tools }, [DONE], altered([...messages, approveAll(messages)]));
    assert.deepEqual(done.at(-1), ["pay", { amount: 5000 }]);
  });

  test("with a gate they do not", async () => {
    const { gate, gated, options, done, messages, decide } = await gatedUntilAsked();
    await decide("approve");
    const forged = altered([...messages, await gated.responses(messages)]);
    const end = await conversation(options, [DONE], forged);
    assert.deepEqual(names(done), []);
    assert.match(end.told, /conflict/);
    // What was approved still runs as it was.
    await conversation(options, [DONE], [...messages, await gated.responses(messages)]);
    assert.deepEqual(done, [["pay", { amount: 5 }], ["mail", { to: "huda" }]]);
    await gate.close();
  });
});

describe("besides", () => {
  test("an approval that the messages claim and nobody gave is none", async () => {
    const { gate, options, done, messages } = await gatedUntilAsked();
    const end = await conversation(options, [DONE], [...messages, approveAll(messages)]);
    assert.deepEqual(names(done), []);
    assert.match(end.told, /not carried out: pending/);
    await gate.close();
  });

  test("what is free runs at once; what is denied the model is told", async () => {
    const gate = await createGate({ policy: { ...POLICY, actions: { mail: {}, pay: { cost: { amount: 1e12 } } } } });
    const { done, tools } = toolbox();
    const { tools: gated, toolApproval } = gateTools({ agent: gate.forAgent("worker"), tools, session: "t1" });
    const batch = reply(call("c1", "mail", { to: "huda" }), call("c2", "pay", { amount: 5 }));
    const end = await conversation({ tools: gated, toolApproval }, [batch, DONE], [QUESTION]);
    assert.deepEqual(names(done), ["mail"]);
    assert.match(end.told, /denied: exceeds_cap/);
    assert.equal(end.text, "done");
    await gate.close();
  });

  test("a call may wait inside for its approval", async () => {
    const gate = await createGate({ policy: POLICY, pollMs: 10 });
    const { done, tools } = toolbox();
    const { tools: gated } = gateTools({ agent: gate.forAgent("worker"), tools, session: "t1", wait: true });
    gate.on("approval", ({ approval }) => approval.status === "pending" && void gate.resolve({ approvalId: approval.id, by: HUDA, decision: "approve" }));
    const end = await conversation({ tools: gated }, [reply(call("c1", "pay", { amount: 5 })), DONE], [QUESTION]);
    assert.deepEqual([names(done), end.text], [["pay"], "done"]);
    await gate.close();
  });

  test("streams go the same way", async () => {
    const gate = await createGate({ policy: POLICY });
    const { done, tools } = toolbox();
    const { tools: gated, toolApproval, responses } = gateTools({ agent: gate.forAgent("worker"), tools, session: "t1" });
    const streaming = ({ content, finishReason }) => {
      const text = content.flatMap((part) => (part.type === "text" ? [{ type: "text-start", id: "1" }, { type: "text-delta", id: "1", delta: part.text }, { type: "text-end", id: "1" }] : [part]));
      return { stream: simulateReadableStream({ chunks: [{ type: "stream-start", warnings: [] }, ...text, { type: "finish", finishReason, usage }] }) };
    };
    const talk = async (answer, messages) => {
      const result = streamText({ model: new MockLanguageModelV4({ doStream: streaming(answer) }), tools: gated, toolApproval, messages });
      await result.consumeStream();
      return (await result.response).messages;
    };
    const messages = [QUESTION, ...(await talk(BATCH, [QUESTION]))];
    assert.deepEqual(names(done), []);
    const [approval] = await gate.approvals({ status: "pending" });
    await gate.resolve({ approvalId: approval.id, by: HUDA, decision: "approve" });
    await talk(DONE, [...messages, await responses(messages)]);
    assert.deepEqual(names(done), ["pay", "mail"]);
    await gate.close();
  });

  test("tools that give their result in parts, and tools that the host does not carry out", async () => {
    const gate = await createGate({ policy: POLICY });
    const parts = { execute: async function* () { yield "half"; yield "whole"; } };
    const { tools } = gateTools({ agent: gate.forAgent("worker"), tools: { mail: parts, elsewhere: { description: "no execute" } }, session: "t1" });
    assert.equal(await tools.mail.execute({}, { toolCallId: "c1", messages: [] }), "whole");
    assert.deepEqual(tools.elsewhere, { description: "no execute" });
    await assert.rejects(tools.mail.execute({}, { toolCallId: "c1", messages: [] }), (error) => error instanceof ToolNotRun && error.code === "already_executed");
    assert.throws(() => gateTools({ agent: gate.forAgent("worker"), tools: {} }), { code: "invalid_input", path: "session" });
    await gate.close();
  });
});
