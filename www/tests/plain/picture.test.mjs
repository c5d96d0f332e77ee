// What is drawn of a day beside its actions: speed, budgets and locks, each as the package has it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { engine, logOf, pacer, ran, rowsOf, shipped } from "./runs.mjs";

/** The highest tier that the curve reaches at each row of an agent, beside what the guard said. */
async function drawn(scene, agent) {
  const { run } = scene;
  const { at, shares } = await engine.rates(run, run.result.agents.indexOf(agent), -Infinity, Infinity, 5000, pacer());
  const tierAt = (time) => [2, 1, 0].find((tier) => shares[tier][at.lastIndexOf(time)] >= 1) ?? -1;
  return rowsOf(scene).filter((row) => row.agent === agent && row.kind === "request").map((row) => [tierAt(run.columns.at[row.row]) + 1, row.tier, row.at]);
}

test("the speed that is drawn reaches its limit where the guard says so, after a reset too", async () => {
  for (const [curve, guard, at] of await drawn(await ran("runaway"), "outreach")) assert.equal(curve, guard, at);
});

test("an unlock clears what was counted before it, and another policy what is called a read", async () => {
  const policy = { customerId: "noor", quietHours: null, actions: { "crm.set": { level: "L1" }, "crm.get": { access: "read", level: "L1" } } };
  const by = { id: "admin", role: "platform_admin" };
  const at = (second) => new Date(Date.UTC(2026, 4, 12, 6) + second * 1000).toISOString();
  const burst = (from, agent, type) => Array.from({ length: 60 }, (_, second) => ({ at: at(from + second), id: `${agent}-${from + second}`, type, agent }));
  const other = { ...policy, actions: { "crm.get": { level: "L1" } } };
  const lines = [
    ...burst(0, "a", "crm.set"),
    ...burst(60, "b", "crm.get"),
    { at: at(120), kind: "unlock", agent: "a", by, reason: "seen" },
    { at: at(121), kind: "setPolicy", policy: other, by, reason: "no reads" },
    { at: at(122), id: "after", type: "crm.set", agent: "a" },
    ...burst(123, "b", "crm.get"),
  ];
  const run = await engine.runDay(await logOf(lines.map((line) => JSON.stringify(line)).join("\n")), JSON.stringify(policy), [], pacer());
  const tiers = { a: await drawn({ run }, "a"), b: await drawn({ run }, "b") };
  assert.deepEqual(tiers.a.slice(-2).map(([curve, guard]) => [curve, guard]), [[3, 3], [0, 0]]);
  for (const [curve, guard, time] of tiers.b) assert.equal(curve, guard, time);
  assert.deepEqual([Math.max(...tiers.b.slice(0, 60).map(([curve]) => curve)), tiers.b.at(-1)[0]], [0, 3]);
});

test("the speed counts what the guard counts: a write on what is called a read, no read, nothing that a person does, nothing twice", async () => {
  const policy = { customerId: "noor", quietHours: null, actions: { "crm.get": { access: "read", level: "L1" }, "crm.set": { level: "L1" }, "crm.ask": { level: "L3" } } };
  const at = (second) => new Date(Date.UTC(2026, 4, 12, 6) + second * 1000).toISOString();
  const many = (agent, fields) => Array.from({ length: 60 }, (_, second) => JSON.stringify({ at: at(second), id: `${agent}-${second}`, type: "crm.get", agent, ...fields(second) }));
  const lines = [
    ...many("writer", () => ({ access: "write" })),
    ...many("reader", () => ({})),
    ...many("person", () => ({ type: "crm.set", human: true, requestedBy: "somebody" })),
    ...many("asker", () => ({ type: "crm.ask", id: "always" })),
  ].sort();
  const run = await engine.runDay(await logOf(lines.join("\n")), JSON.stringify(policy), [], pacer());
  const highest = {};
  for (const agent of ["writer", "reader", "person", "asker"]) {
    const rows = await drawn({ run }, agent);
    for (const [curve, guard, time] of rows) if (curve !== 0) assert.equal(curve, guard, `${agent} ${time}`);
    highest[agent] = [Math.max(...rows.map(([curve]) => curve)), Math.max(...rows.map(([, guard]) => guard))];
  }
  assert.deepEqual(highest, { writer: [3, 3], reader: [0, 0], person: [0, 0], asker: [0, 0] });
  assert.equal(run.result.brokenCount, 0);
});

test("what people have said yes to does not count a second time", async () => {
  const policy = JSON.stringify({ customerId: "noor", quietHours: null, actions: { "crm.ask": { level: "L3" } } });
  const at = (second) => new Date(Date.UTC(2026, 4, 12, 6) + second * 1000).toISOString();
  const ask = (second, id) => ({ at: at(second), id, type: "crm.ask", agent: "a" });
  const yes = (second, id) => ({ at: at(second), kind: "resolve", actionId: id, by: { id: "admin", role: "platform_admin" }, decision: "approve" });
  const lines = ["x", "y"].flatMap((id, place) => [ask(place, id), yes(place + 10, id), ask(place + 20, id)]).sort((a, b) => (a.at < b.at ? -1 : 1));
  const run = await engine.runDay(await logOf(lines.map((line) => JSON.stringify(line)).join("\n")), policy, [], pacer());
  assert.deepEqual(rowsOf({ run }).map(({ effect, kind }) => effect ?? kind), ["approve", "approve", "resolve", "resolve", "allow", "allow"]);
  assert.equal(run.columns.counts.reduce((sum, one) => sum + one, 0), 2);
});

test("where a window holds very many actions, the curve has fewer points and lets others in", async () => {
  const { policy } = shipped("runaway");
  const lines = Array.from({ length: 4000 }, (_, number) => `{"at":"${new Date(Date.UTC(2026, 4, 12, 6) + number * 100).toISOString()}","id":"a${number}","type":"crm.update","agent":"a"}`);
  const run = await engine.runDay(await logOf(lines.join("\n")), policy, [], pacer());
  const { at } = await engine.rates(run, 0, -Infinity, Infinity, 4000, pacer());
  assert.ok(at.length > 200 && at.length < 1500, `${at.length}`);
  const stopped = new engine.Pacer(() => {}, () => true);
  await assert.rejects(engine.rates(run, 0, -Infinity, Infinity, 4000, stopped), engine.Cancelled);
});

test("what was used is the package's sum, also where it came at once and last", async () => {
  const { policy, text } = shipped("calm");
  const report = (at, llmTokens) => `${JSON.stringify({ at, kind: "recordUsage", usage: { llmTokens } })}\n`;
  const many = Array.from({ length: 2900 }, (_, number) => report(`2026-05-11T18:${String(Math.floor(number / 60)).padStart(2, "0")}:${String(number % 60).padStart(2, "0")}Z`, 1)).join("");
  const ask = `${JSON.stringify({ at: "2026-05-13T09:00:00Z", id: "one", type: "crm.update", agent: "support" })}\n`;
  const { result } = await engine.runDay(await logOf(`${text}${many}${report("2026-05-11T19:00:00Z", 5000)}${ask}${report("2026-05-13T10:00:00Z", 700)}`), policy, [], pacer());
  const highest = (date) => Math.max(...result.budgets.filter((sample) => sample.date === date).map(({ llmTokens }) => llmTokens));
  assert.ok(result.peaks.llmTokens.used >= 7900, `${result.peaks.llmTokens.used}`);
  assert.equal(highest("2026-05-11"), result.peaks.llmTokens.used);
  assert.equal(highest("2026-05-13"), 700);
  assert.deepEqual(result.budgets, [...result.budgets].sort((a, b) => a.at - b.at));
});

test("every reason that locks is looked at, and the scope is that of the policy which the log has set", async () => {
  const { policy } = shipped("runaway");
  const customer = { ...JSON.parse(policy), velocityScope: "customer", customerId: JSON.parse(policy).customerId };
  const at = (second) => new Date(Date.UTC(2026, 4, 12, 6) + second * 1000).toISOString();
  const risky = { riskScore: 1, impactScore: 1 };
  const burst = (from, agent, fields) => Array.from({ length: 80 }, (_, second) => ({ at: at(from + second), id: `${agent}-${from}-${second}`, type: "crm.update", agent, ...fields }));
  const locksOf = async (policyText, records) => {
    const { result } = await engine.runDay(await logOf(records.map((record) => JSON.stringify(record)).join("\n")), policyText, [], pacer());
    return result.locks.map(({ agent, from }) => [result.agents[agent] ?? "everybody", new Date(from).toISOString()]);
  };
  const summary = (policyText, records) => {
    const replay = new engine.library.Replay({ policy: JSON.parse(policyText) });
    for (const record of records) replay.line(JSON.stringify(record));
    return replay.summary().locks.first.map(({ agent, since }) => [agent ?? "everybody", new Date(since).toISOString()]);
  };
  const sorted = (locks) => locks.map((lock) => lock.join(" ")).sort();
  const both = burst(0, "a", {}).map((record, second) => (second < 78 ? record : { ...record, ...risky }));
  const setting = [{ at: at(0), kind: "setPolicy", policy: customer, by: { id: "admin", role: "platform_admin" }, reason: "all" }, ...burst(1, "a", {})];
  for (const [text, records] of [[JSON.stringify(customer), both], [JSON.stringify(customer), burst(0, "a", risky)], [policy, setting], [policy, both]]) {
    const expected = summary(text, records);
    assert.ok(expected.length > 0);
    assert.deepEqual(sorted(await locksOf(text, records)), sorted(expected));
  }
  assert.deepEqual(await locksOf(policy, setting).then(([first]) => first?.[0]), "everybody");
});
