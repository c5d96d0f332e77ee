// Questions to people: asked once, answered by whoever may, used once, and waited for where the caller wants to.
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { ADMIN, HUDA, OPEN, action, createGate, fakeClock, folder, sqliteStore } from "./lab.mjs";

const never = () => assert.fail("it ran");
const asked = (id, more) => action(id, { type: "ask", ...more });
const open = (options) => createGate({ policy: OPEN, ...options });
const place = folder();
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function rejection(promise) {
  return promise.then(() => assert.fail("it did not throw"), (error) => error);
}

test("it is pending until a person decides, and then runs once", async () => {
  const gate = await open();
  const told = [];
  gate.on("approval", ({ approval }) => told.push([approval.actionId, approval.status]));
  const first = await gate.run(asked("a1"), never);
  assert.deepEqual([first.status, first.code, first.approval.status, first.approval.args], ["pending", "level", "pending", { id: "a1" }]);
  const again = await gate.run(asked("a1"), never);
  assert.equal(again.approval.id, first.approval.id);
  assert.equal((await gate.approvals({ status: "pending" })).length, 1);
  const approvalId = first.approval.id;
  assert.equal((await rejection(gate.resolve({ approvalId, by: { id: "ann", role: "viewer" }, decision: "approve" }))).code, "not_authorized");
  assert.equal((await gate.resolve({ approvalId, by: HUDA, decision: "approve", comment: "fine" })).status, "approved");
  assert.equal((await rejection(gate.resolve({ approvalId, by: ADMIN, decision: "reject" }))).code, "already_resolved");
  assert.equal((await gate.run(asked("a1"), () => "done")).result, "done");
  assert.equal((await gate.run(asked("a1"), never)).code, "already_executed");
  assert.deepEqual(told, [["a1", "pending"], ["a1", "approved"]]);
  const altered = await rejection(gate.run(asked("a1", { args: { id: "other" } }), never));
  assert.equal(altered.code, "conflict");
  await gate.close();
});

test("refused, it does not run", async () => {
  const gate = await open();
  const { approval } = await gate.run(asked("a1"), never);
  await gate.resolve({ approvalId: approval.id, by: HUDA, decision: "reject" });
  assert.deepEqual([(await gate.run(asked("a1"), never)).status, (await gate.run(asked("a1"), never)).code], ["denied", "approval_rejected"]);
  await gate.close();
});

test("one that waits goes on when it is approved, ends when it is refused, and gives up on time and signal", async () => {
  const clock = fakeClock();
  const gate = await open({ clock });
  const approve = async (id, decision) => {
    const approval = (await gate.approvals({ status: "pending" })).find(({ actionId }) => actionId === id);
    await gate.resolve({ approvalId: approval.id, by: HUDA, decision });
  };
  const yes = gate.run(asked("a1"), (args) => args.id, { wait: true });
  const no = gate.run(asked("a2"), never, { wait: true });
  const late = gate.run(asked("a3"), never, { wait: true });
  const controller = new AbortController();
  const dropped = rejection(gate.run(asked("a4"), never, { wait: true, signal: controller.signal }));
  await clock.advance(60_000);
  await approve("a1", "approve");
  await approve("a2", "reject");
  assert.equal((await yes).result, "a1");
  assert.deepEqual([(await no).status, (await no).code], ["denied", "approval_rejected"]);
  controller.abort(new Error("no longer"));
  assert.equal((await dropped).message, "no longer");
  await clock.advance(1440 * 60_000);
  assert.deepEqual([(await late).status, (await late).approval.status], ["pending", "expired"]);
  assert.equal((await gate.approvals({ status: "pending" })).length, 0);
  assert.equal(clock.sleeping, 0);
  await gate.close();
});

test("what another process decides is seen by one that waits", async () => {
  const file = path.join(place, "two.db");
  const gate = await open({ store: await sqliteStore(file), create: true, pollMs: 20 });
  const desk = await createGate({ store: await sqliteStore(file), leaseMs: 60 });
  const seen = [];
  desk.on("approval", ({ approval }) => seen.push([approval.actionId, approval.status]));
  const told = [];
  gate.on("approval", ({ approval }) => told.push(approval.status));
  const run = gate.run(asked("a1"), () => "done", { wait: true });
  while (seen.length === 0) await pause(10);
  assert.deepEqual(seen, [["a1", "pending"]]);
  const [approval] = await desk.approvals({ status: "pending" });
  await desk.resolve({ approvalId: approval.id, by: HUDA, decision: "approve" });
  assert.equal((await run).result, "done");
  assert.deepEqual(told, ["pending", "approved"]);
  // It looked again and again, and did not ask again and again.
  assert.equal((await gate.audit()).filter(({ kind }) => kind === "request").length, 2);
  await gate.close();
  await desk.close();
});

test("a plan keeps its order, whatever the order in which it is asked for", async () => {
  const gate = await open({ pollMs: 20 });
  const order = [];
  const step = (index, type) => gate.run(action(`s${index}`, { type, group: { id: "plan", index, size: 3 } }), () => order.push(index), { wait: true });
  const steps = [step(2, "work"), step(1, "ask"), step(0, "work")];
  await pause(60);
  assert.deepEqual(order, [0]);
  const [approval] = await gate.approvals({ status: "pending" });
  await gate.resolve({ approvalId: approval.id, by: HUDA, decision: "approve" });
  assert.deepEqual((await Promise.all(steps)).map(({ status }) => status), Array(3).fill("executed"));
  assert.deepEqual(order, [0, 1, 2]);
  await gate.close();
});

test("a question grants nothing, and asks a person once", async () => {
  const gate = await open();
  const { seq } = gate.head;
  assert.equal((await gate.ask(action("a1"))).status, "allowed");
  assert.deepEqual([await gate.inFlight(), gate.head.seq], [[], seq]);
  assert.equal((await gate.run(action("a1"), () => 1)).status, "executed");
  assert.equal((await gate.ask(action("a1"))).code, "already_executed");
  const first = await gate.ask(asked("a2"));
  const after = gate.head.seq;
  const second = await gate.ask(asked("a2"));
  assert.deepEqual([first.status, second.approval.id, gate.head.seq], ["pending", first.approval.id, after]);
  const waiting = gate.ask(asked("a2"), { wait: true });
  await gate.resolve({ approvalId: first.approval.id, by: HUDA, decision: "approve" });
  assert.equal((await waiting).status, "allowed");
  assert.deepEqual(await gate.inFlight(), []);
  assert.equal((await gate.run(asked("a2"), () => 1)).status, "executed");
  const agent = gate.forAgent("worker");
  assert.deepEqual(await agent.ask({ id: "a3", type: "work" }), { status: "allowed", codes: ["level"] });
  const told = await agent.ask({ id: "a4", type: "ask", args: {} });
  assert.deepEqual(Object.keys(told.approval), ["id", "status", "expiresAt"]);
  assert.deepEqual([told.status, Object.keys(told).sort()], ["pending", ["approval", "code", "codes", "status"]]);
  await gate.close();
});

test("the channels hear of the question and of the answer", async () => {
  const titles = [];
  const gate = await open({ channels: { notify: ({ title, to }) => titles.push(`${to}: ${title}`) } });
  const { approval } = await gate.run(asked("a1"), never, { requestedBy: "omar" });
  await gate.resolve({ approvalId: approval.id, by: HUDA, decision: "approve" });
  await pause(30);
  assert.deepEqual(titles.sort(), ["huda: [Worker] ask approved", "huda: [Worker] requests approval: ask", "omar: [Worker] ask approved"]);
  assert.deepEqual(await gate.outbox(), []);
  await gate.close();
});
