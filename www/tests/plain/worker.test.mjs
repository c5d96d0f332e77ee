// What the worker answers: the same as the guard itself, whatever the way there.
import assert from "node:assert/strict";
import { test } from "node:test";
import { days } from "../../days/index.mjs";
import { engine, logOf, pacer, putIn, ran, rowsOf, shipped } from "./runs.mjs";

for (const { id } of days()) {
  test(`${id}: each row explained at its time is the row as it was decided`, async () => {
    const scene = await ran(id);
    for (const row of rowsOf(scene).filter(({ kind }) => kind === "request")) {
      const { explanation, fault } = await engine.explain(scene, { row: row.row }, null, pacer());
      assert.equal(fault, undefined);
      assert.deepEqual([explanation.decision.effect, explanation.decision.reasons], [row.effect, row.reasons], `row ${row.row}`);
    }
  });

  test(`${id}: a guard that keeps an audit decides as the replay did, and its chain is whole`, async () => {
    const { run } = await ran(id);
    const { blob, head } = await engine.exported(run, "audit", pacer());
    const answer = await engine.verify(blob, head, pacer());
    assert.deepEqual(answer.verdict, { valid: true, brokenAt: null, reason: null });
    assert.deepEqual(answer.last, head);
    const entries = (await blob.text()).trim().split("\n").map((line) => JSON.parse(line));
    const asked = entries.filter(({ kind }) => kind === "request").map(({ data }) => data.decision?.effect ?? data.effect);
    assert.deepEqual(asked, rowsOf({ run }).filter(({ kind }) => kind === "request").map(({ effect }) => effect));
  });
}

test("going back in the day begins at a snapshot, and comes out the same", async () => {
  const { policy } = shipped("runaway");
  const lines = Array.from({ length: 9000 }, (_, number) => JSON.stringify({ at: new Date(Date.UTC(2026, 4, 12, 6) + number * 90_000).toISOString(), id: `a${number}`, type: "crm.update", agent: `agent-${number % 5}` }));
  const log = await logOf(lines.join("\n"));
  const run = await engine.runDay(log, policy, [], pacer());
  const desk = new engine.Desk(run);
  const at = (row) => engine.explain({ run, desk }, { row }, null, pacer());
  const [late, early] = [await at(8800), await at(4100)];
  const again = await at(8800);
  assert.deepEqual(again, late);
  const fresh = new engine.Desk(run);
  assert.deepEqual(await engine.explain({ run, desk: fresh }, { row: 4100 }, null, pacer()), early);
});

test("the difference is what differs row by row", async () => {
  const [before, after] = [await ran("runaway"), await ran("runaway", { autonomyMode: "draft_and_approve" })];
  const { rows, before: places, moves, added, removed } = engine.difference(before.run, after.run);
  const [old, now] = [rowsOf(before), rowsOf(after)];
  const expected = now.filter((row, index) => row.effect !== old[index].effect).map((row) => row.row);
  assert.deepEqual([...rows], expected);
  assert.deepEqual([...places], expected);
  assert.ok(expected.length > 50);
  assert.equal(moves.reduce((sum, count) => sum + count, 0), expected.length);
  assert.deepEqual([added, [...removed]], [0, []]);
});

test("a policy that can carry out none of a day is not alike: all are gone, and refused though they were read", async () => {
  const plain = await ran("runaway");
  const { run } = await ran("runaway", { approvals: { separationOfDuties: true } });
  assert.deepEqual([run.result.requests, run.result.brokenCount > 208, run.result.unread], [0, true, 0]);
  const { rows, added, removed } = engine.difference(plain.run, run);
  assert.deepEqual([rows.length, added, removed.length], [0, 0, 208]);
});

test("what is put in stands at its time, and what is taken out is counted", async () => {
  const plain = await ran("calm");
  const at = Date.parse("2026-05-11T12:00:00+03:00");
  const put = await ran("calm", {}, putIn(plain.run, [], at, { id: "new", type: "send_message", agent: "support", riskFactors: { dealValue: 200000 } }));
  const rows = rowsOf(put);
  const place = rows.findIndex(({ record }) => record.id === "new");
  assert.equal(rows[place].code, "high_value_deal");
  assert.ok(rows[place - 1].at <= rows[place].at && rows[place].at <= rows[place + 1].at);
  const difference = engine.difference(plain.run, put.run);
  assert.deepEqual([difference.added, [...difference.removed], [...difference.rows]], [1, [], [place]]);
  assert.deepEqual([...engine.difference(put.run, plain.run).removed], [place]);
});

test("many things put in at one time keep their order", async () => {
  const at = Date.parse("2026-05-11T12:00:00+03:00");
  let edits = [];
  for (let number = 0; number < 30; number += 1) {
    const { run } = await ran("calm", {}, edits);
    edits = putIn(run, edits, at, { id: `new-${number}`, type: "ledger.x", agent: `a${number}` });
  }
  const names = rowsOf(await ran("calm", {}, edits)).map(({ record }) => record.id).filter((id) => id?.startsWith("new-"));
  assert.deepEqual(names, Array.from({ length: 30 }, (_, number) => `new-${number}`));
});

test("of many put in, each before the one before, none is passed over on the way to a moment", async () => {
  const at = Date.parse("2026-05-11T12:00:00+03:00");
  let edits = [];
  for (let number = 0; number < 30; number += 1) {
    const { run } = await ran("calm", {}, edits);
    edits = putIn(run, edits, at - number, { kind: "recordUsage", usage: { apiCalls: 1 } });
  }
  const scene = await ran("calm", {}, edits);
  const record = JSON.stringify({ at: new Date(at).toISOString(), id: "try", type: "ledger.x", agent: "a" });
  const used = async (moment) => {
    const { explanation } = await engine.explain(scene, moment, record, pacer());
    return explanation.rules.find(({ rule }) => rule === "budget").read.customer.used.apiCalls;
  };
  const before = await used({ at: at - 30 });
  for (let number = 1; number <= 30; number += 1) assert.equal(await used({ at: at - 30 + number }), before + number);
});

test("two put in before the day ran again are two, in their order", async () => {
  const { run } = await ran("calm");
  const at = Date.parse("2026-05-11T12:00:00+03:00");
  const first = putIn(run, [], at, { id: "one", type: "ledger.x", agent: "a" });
  const both = putIn(run, first, at, { id: "two", type: "ledger.x", agent: "a" });
  const rows = rowsOf(await ran("calm", {}, both)).filter(({ edit }) => edit !== 0);
  assert.deepEqual(rows.map(({ record }) => record.id), ["one", "two"]);
  const rest = both.filter(({ id }) => id !== rows[0].edit);
  assert.deepEqual(rowsOf(await ran("calm", {}, rest)).filter(({ edit }) => edit !== 0).map(({ record }) => record.id), ["two"]);
});

test("what a link puts in at a number of the log is no line of the log", async () => {
  const line = JSON.stringify({ at: "2026-05-11T05:00:00Z", id: "posed", type: "ledger.x", agent: "a" });
  for (const after of [-1, 0, 1e9]) {
    const { run } = await ran("calm", {}, [{ id: 1, after, line }]);
    const row = rowsOf({ run }).findIndex(({ record }) => record.id === "posed");
    assert.equal(run.columns.edit[row], 1);
    assert.equal(row, after === -1 ? 0 : after === 0 ? 1 : run.columns.edit.length - 1);
  }
});

test("what was put in between things put in before is the one difference", async () => {
  const at = Date.parse("2026-05-11T12:00:00+03:00");
  let edits = [];
  for (const [number, time] of [at, at + 2].entries()) edits = putIn((await ran("calm", {}, edits)).run, edits, time, { id: `old-${number}`, type: "ledger.x", agent: `a${number}` });
  const before = await ran("calm", {}, edits);
  const after = await ran("calm", {}, putIn(before.run, edits, at + 1, { id: "new", type: "ledger.x", agent: "b" }));
  const place = rowsOf(after).findIndex(({ record }) => record.id === "new");
  const { rows, added, removed } = engine.difference(before.run, after.run);
  assert.deepEqual([[...rows], added, [...removed]], [[place], 1, []]);
  const back = engine.difference(after.run, before.run);
  assert.deepEqual([[...back.rows], back.added, [...back.removed]], [[], 0, [place]]);
});

test("where the times of a log step back, a moment is on the guard's clock", async () => {
  const { policy } = shipped("calm");
  const record = (minute, id) => JSON.stringify({ at: `2026-05-11T09:${minute}:00Z`, id, type: "ledger.x", agent: "a" });
  const log = await logOf([record(10, "a"), record(40, "b"), record(20, "c"), record(30, "d"), record(50, "e")].join("\n"));
  const run = await engine.runDay(log, policy, [], pacer());
  const after = (minute) => engine.placeAt(run, Date.parse(`2026-05-11T09:${minute}:00Z`)).after;
  assert.deepEqual([after("05"), after(10), after(35), after(40), after(50)], [-1, 0, 0, 3, 4]);
});

test("who may decide is the guard's to say; what is decided runs on from there", async () => {
  const scene = await ran("runaway");
  const rows = rowsOf(scene);
  const asked = rows.find((row) => row.code === "high_value_deal");
  const { approvals } = await engine.approvals(scene, { row: asked.row }, pacer());
  const approvalId = approvals.find((approval) => approval.actionId === asked.record.id).id;
  const order = (id, role) => engine.resolve(scene, { row: asked.row }, { approvalId, by: { id, role }, decision: "approve" }, true, pacer());
  for (const [id, role] of [["somebody", "colleague"], ["outreach", "agent"], ["outreach", "platform_admin"]]) await assert.rejects(order(id, role), { code: "not_authorized" });
  const { lines, place } = await order("faisal", "creator");
  const after = rowsOf(await ran("runaway", {}, engine.withLines([], place, lines, []))).filter(({ record }) => record.id === asked.record.id && record.kind === undefined);
  assert.deepEqual(after.map(({ effect }) => effect), ["approve", "notify"]);
});

test("what was decided on a row that is chosen is part of its queue: nobody decides twice, and a quorum is reached", async () => {
  const change = { approvals: { quorum: 2 } };
  let edits = [];
  const decide = async (id) => {
    const scene = await ran("runaway", change, edits);
    const { row, record } = rowsOf(scene).find(({ code }) => code === "high_value_deal");
    const { approvals } = await engine.approvals(scene, { row }, pacer());
    const { id: approvalId } = approvals.findLast(({ actionId }) => actionId === record.id);
    const { lines, place, approval } = await engine.resolve(scene, { row }, { approvalId, by: { id, role: "platform_admin" }, decision: "approve" }, true, pacer());
    edits = engine.withLines(edits, place, lines, []);
    return approval.status;
  };
  assert.equal(await decide("first"), "pending");
  await assert.rejects(decide("first"), (error) => error.code !== "internal");
  assert.equal(await decide("second"), "approved");
  await assert.rejects(decide("third"), { code: "already_resolved" });
  const rows = rowsOf(await ran("runaway", change, edits)).filter(({ edit }) => edit !== 0);
  assert.deepEqual(rows.map(({ kind, effect }) => effect ?? kind), ["resolve", "resolve", "notify"]);
});

test("an action whose id is written with escapes is asked for again all the same", async () => {
  const { policy } = shipped("calm");
  const line = '{"at": "2026-05-11T09:00:00Z", "id": "crm\\/42 \\u0061", "type": "ledger.x", "agent": "a"}';
  const run = await engine.runDay(await logOf(`${line}\n`), policy, [], pacer());
  const scene = { run, desk: new engine.Desk(run) };
  const { approvals: [{ id }] } = await engine.approvals(scene, { row: 0 }, pacer());
  const { lines } = await engine.resolve(scene, { row: 0 }, { approvalId: id, by: { id: "admin", role: "platform_admin" }, decision: "approve" }, true, pacer());
  assert.equal(JSON.parse(lines[1]).id, "crm/42 a");
});

test("broken lines are counted and named, and the rest is decided", async () => {
  const { policy, text } = shipped("calm");
  const lines = text.trim().split("\n");
  lines.splice(3, 0, "{\"at\": \"2026-05-11T08:20:00+03:00\", \"id\": ", "", "{\"at\": \"yesterday\", \"id\": \"x\", \"type\": \"a\", \"agent\": \"b\"}");
  const run = await engine.runDay(await logOf(lines.join("\n")), policy, [], pacer());
  assert.deepEqual([run.result.brokenCount, run.result.unread], [2, 1]);
  assert.deepEqual(run.result.broken.map(({ line }) => line), [4, 6]);
  assert.match(run.result.broken[1].message, /^at: /);
  assert.equal(run.result.requests, (await ran("calm")).run.result.requests);
});

test("a line of other white space is passed over, and everything is answered beside it", async () => {
  const { policy, text } = shipped("calm");
  const run = await engine.runDay(await logOf(text.replaceAll("\n", "\n\f\n\u00a0\u2003\n")), policy, [], pacer());
  const scene = { run, desk: new engine.Desk(run) };
  assert.deepEqual([run.result.brokenCount, run.result.requests], [0, (await ran("calm")).run.result.requests]);
  const last = run.columns.at.length - 1;
  assert.ok((await engine.explain(scene, { row: rowsOf(scene).findLast(({ kind }) => kind === "request").row }, null, pacer())).explanation);
  assert.ok((await engine.approvals(scene, { row: last }, pacer())).approvals);
  const { blob, head } = await engine.exported(run, "audit", pacer());
  assert.equal((await engine.verify(blob, head, pacer())).verdict.valid, true);
});

test("a report on an action that nobody asked for is a broken line", async () => {
  const { policy, text } = shipped("calm");
  const report = JSON.stringify({ at: "2026-05-10T09:00:00Z", kind: "report", actionId: "never", outcome: "succeeded" });
  const { result } = await engine.runDay(await logOf(`${report}\n${text}`), policy, [], pacer());
  assert.deepEqual([result.brokenCount, result.broken.map(({ line }) => line)], [1, [1]]);
});

test("a moment is reached by what the package reads in a line: an approval's id beside its action's, a person's report", async () => {
  const { policy } = shipped("runaway");
  const records = [
    { at: "2026-05-12T09:00:00Z", id: "deal", type: "send_message", agent: "outreach", riskFactors: { dealValue: 200000 } },
    { at: "2026-05-12T09:01:00Z", kind: "resolve", actionId: "deal", approvalId: "of-another-run", by: { id: "admin", role: "platform_admin" }, decision: "approve" },
    { at: "2026-05-12T09:02:00Z", id: "deal", type: "send_message", agent: "outreach", riskFactors: { dealValue: 200000 } },
    { at: "2026-05-12T09:03:00Z", kind: "report", actionId: "deal", outcome: "succeeded", by: { id: "admin", role: "platform_admin" }, comment: "seen" },
    { at: "2026-05-12T09:04:00Z", id: "deal", type: "send_message", agent: "outreach", riskFactors: { dealValue: 200000 } },
  ];
  const run = await engine.runDay(await logOf(records.map((record) => JSON.stringify(record)).join("\n")), policy, [], pacer());
  const scene = { run, desk: new engine.Desk(run) };
  const rows = rowsOf(scene);
  assert.equal(run.result.brokenCount, 0);
  for (const { row, effect, reasons } of rows.filter(({ kind }) => kind === "request")) {
    const { explanation } = await engine.explain(scene, { row }, null, pacer());
    assert.deepEqual([explanation.decision.effect, explanation.decision.reasons], [effect, reasons]);
  }
  assert.equal(rows[2].effect, "notify");
});

test("where the log sets another policy, what is asked and decided after it is by that one", async () => {
  const { policy } = shipped("runaway");
  const other = { ...JSON.parse(policy), requireHumanForHighValueDealsAbove: 500 };
  const at = (minute) => new Date(Date.UTC(2026, 4, 12, 6) + minute * 60_000).toISOString();
  const lines = Array.from({ length: 5000 }, (_, minute) => ({ at: at(minute), id: `a${minute}`, type: "send_message", agent: `agent-${minute % 5}`, riskFactors: { dealValue: 1000, isFirstSendToAccount: false, draftText: "x" } }));
  lines.splice(10, 0, { at: at(10), kind: "setPolicy", policy: other, by: { id: "admin", role: "platform_admin" }, reason: "stricter" });
  const run = await engine.runDay(await logOf(lines.map((line) => JSON.stringify(line)).join("\n")), policy, [], pacer());
  const scene = { run, desk: new engine.Desk(run) };
  const rows = rowsOf(scene);
  for (const row of [4600, 2300, 4601]) {
    const { explanation } = await engine.explain(scene, { row }, null, pacer());
    assert.deepEqual(explanation.decision.reasons, rows[row].reasons);
    assert.equal(explanation.decision.policyDigest === run.result.policyDigest, false);
  }
  const { approvals } = await engine.approvals(scene, { row: 30 }, pacer());
  const [pending] = approvals.filter(({ status }) => status === "pending");
  const { approval } = await engine.resolve(scene, { row: 30 }, { approvalId: pending.id, by: { id: "admin", role: "platform_admin" }, decision: "approve" }, false, pacer());
  assert.equal(approval.status, "approved");
});

test("a log may be a JSON array, written as anybody likes", async () => {
  const { policy, text } = shipped("calm");
  const records = text.trim().split("\n").map((line) => JSON.parse(line));
  const log = await logOf(JSON.stringify(records, null, 2), "log.json");
  assert.equal(log.info.format, "json");
  const run = await engine.runDay(log, policy, [], pacer());
  assert.deepEqual(run.result.counts, (await ran("calm")).run.result.counts);
  const named = await logOf(JSON.stringify({ actions: records }), "log.json");
  assert.equal(named.info.records, records.length);
});

test("a first line longer than any sample is a record all the same", async () => {
  const line = JSON.stringify({ at: "2026-05-11T09:00:00Z", id: "a", type: "t", agent: "b", args: "x".repeat(200_000) });
  assert.equal((await logOf(`${line}\n${line}\n`)).info.records, 2);
});

test("what is no log is named for what it is", async () => {
  const cases = {
    csv: "time,agent,action\n2026-05-12,sales,send\n",
    text: "Tuesday 14:07 the agent sent a message\n",
    json: '{"timestamp": 1, "level": "info", "msg": "hello"}\n{"timestamp": 2, "level": "info", "msg": "again"}\n',
    policy: JSON.stringify({ customerId: "noor", autonomyMode: "manual" }, null, 2),
    audit: '{"seq": 1, "at": "2026-05-12T00:00:00Z", "kind": "request", "data": {}, "prev": "0", "hash": "1"}\n',
    binary: "PK\u0003\u0004\0\0\0\0",
    empty: "  \n",
  };
  for (const [foreign, text] of Object.entries(cases)) assert.equal((await logOf(text)).foreign, foreign, foreign);
  const nested = JSON.stringify([{ timestamp: 1, name: "tool" }], null, 1);
  assert.equal((await logOf(nested)).foreign, "json");
});

test("the table finds by effect, rule, agent and text, in the order asked for", async () => {
  const { log, run } = await ran("runaway");
  const query = { effects: [], rule: null, agent: null, text: "", from: null, to: null, sort: "at", descending: false, changedOnly: false };
  const find = async (patch) => [...(await engine.find(run, { ...query, ...patch }, undefined, pacer()))];
  const rows = rowsOf({ log, run });
  assert.deepEqual(await find({ effects: ["lock"] }), rows.filter((row) => row.effect === "lock").map(({ row }) => row));
  assert.deepEqual(await find({ rule: "quiet_time" }), rows.filter((row) => row.reasons.some(({ rule }) => rule === "quiet_time")).map(({ row }) => row));
  assert.deepEqual(await find({ agent: "finance", effects: ["approve"] }), rows.filter((row) => row.agent === "finance" && row.effect === "approve").map(({ row }) => row));
  assert.deepEqual((await find({ text: "TOBACCO" })).map((row) => rows[row].record.type), ["send_whatsapp"]);
  assert.equal((await find({})).length, run.result.listed);
  assert.deepEqual(await find({ text: "high_value_deal" }), rows.filter((row) => row.reasons.some(({ text }) => text.includes("high_value_deal"))).map(({ row }) => row));
  assert.deepEqual(await find({ text: '"rule"' }), []);
  assert.deepEqual(await find({ text: "riskFactors" }), []);
  const byType = (await find({ sort: "type" })).map((row) => (rows[row].kind === "request" ? rows[row].type : ""));
  const asked = byType.filter((type) => type !== "");
  assert.ok(asked.length < byType.length && byType.slice(0, byType.length - asked.length).every((type) => type === ""));
  assert.deepEqual(asked, [...asked].sort());
});

test("a text is found however it is written in the log", async () => {
  const { policy } = shipped("calm");
  const lines = ['{"at":"2026-05-11T09:00:00Z","id":"a","type":"ledger.x","agent":"b","args":{"to":"say \\"hi\\" \\u0645\\u0631\\u062d\\u0628\\u0627"}}', '{"at":"2026-05-11T09:00:01Z","id":"c","type":"ledger.x","agent":"b","args":{"deep":[{"sum":150000}]}}'];
  const run = await engine.runDay(await logOf(lines.join("\n")), policy, [], pacer());
  const query = { effects: [], rule: null, agent: null, from: null, to: null, sort: "at", descending: false, changedOnly: false };
  const find = async (text) => [...(await engine.find(run, { ...query, text }, undefined, pacer()))];
  for (const [text, rows] of [['say "HI"', [0]], ["مرحبا", [0]], ["150000", [1]], ["ledger.x", [0, 1]], ["u0645", []], ["sum", []]]) assert.deepEqual(await find(text), rows, text);
});

test("a spreadsheet gets no formula", async () => {
  const { policy } = shipped("calm");
  const log = await logOf('{"at": "2026-05-11T09:00:00Z", "id": "=1+1", "type": "a", "agent": "say \\"hi\\", you"}\n');
  const run = await engine.runDay(log, policy, [], pacer());
  const { blob } = await engine.exported(run, "csv", pacer());
  const [, line] = (await blob.text()).split("\r\n");
  assert.ok(line.startsWith("2026-05-11T09:00:00.000Z,'=1+1,a,\"say \"\"hi\"\", you\",approve,false,unknown_action_type,"), line);
});

test("a changed audit file is found out", async () => {
  const { log, run } = await ran("calm");
  const { blob, head } = await engine.exported(run, "audit", pacer());
  const lines = (await blob.text()).trim().split("\n");
  const verdict = async (changed, kept = head) => (await engine.verify(new Blob([changed.join("\n")]), kept, pacer())).verdict;
  assert.equal((await verdict(lines.slice(0, -1))).reason, "cut_tail");
  assert.equal((await verdict(lines.slice(0, -1), null)).valid, true);
  assert.equal((await verdict(lines.filter((_, index) => index !== 5))).reason, "out_of_sequence");
  assert.equal((await verdict(lines.map((line, index) => (index === 7 ? line.replace("2026-05-11", "2026-05-10") : line)))).reason, "changed_entry");
});

test("a head that was kept in the middle of a long chain is held against its entry", async () => {
  const { policy } = shipped("calm");
  const lines = Array.from({ length: 4500 }, (_, number) => `{"at":"${new Date(Date.UTC(2026, 4, 11, 9) + number * 1000).toISOString()}","kind":"recordUsage","usage":{"apiCalls":1}}`);
  const run = await engine.runDay(await logOf(lines.join("\n")), policy, [], pacer());
  const { blob } = await engine.exported(run, "audit", pacer());
  const entries = (await blob.text()).trim().split("\n").map((line) => JSON.parse(line));
  const verdict = async (seq, hash) => (await engine.verify(blob, { seq, hash }, pacer())).verdict;
  for (const seq of [1, 1500, 2000, 2001, 4000, 4500]) {
    assert.equal((await verdict(seq, entries[seq - 1].hash)).valid, true, `${seq}`);
    assert.deepEqual(await verdict(seq, entries[0].hash.replaceAll(/./g, "0")), { valid: false, brokenAt: seq, reason: "other_head" });
  }
  assert.equal((await verdict(4600, entries[0].hash)).reason, "cut_tail");
  await assert.rejects(verdict(-1, entries[0].hash), { code: "invalid_input" });
});

test("a file of many pieces is whole", async () => {
  const { policy } = shipped("calm");
  const long = "x".repeat(30_000);
  const lines = Array.from({ length: 300 }, (_, number) => JSON.stringify({ at: "2026-05-11T09:00:00Z", id: `a${number}`, type: "ledger.x", agent: "a", args: { long } }));
  const run = await engine.runDay(await logOf(lines.join("\n")), policy, [], pacer());
  const { blob } = await engine.exported(run, "log", pacer());
  assert.equal(await blob.text(), `${lines.join("\n")}\n`);
});

test("a cancelled run stops", async () => {
  const { policy, text } = shipped("runaway");
  const log = await logOf(text.repeat(1));
  let pauses = 0;
  const stopped = new engine.Pacer(() => { pauses += 1; }, () => true);
  const until = performance.now() + 20;
  while (performance.now() < until);
  await assert.rejects(engine.runDay(log, policy, [], stopped), engine.Cancelled);
  assert.equal(pauses, 1);
});

test("what is run together is every record once, in its order, and not too many at once", async () => {
  const long = `{"at":"2026-05-12T09:00:00Z","id":"long","note":"${"é".repeat(200_000)}"}`;
  const records = Array.from({ length: 20 }, (_, number) => (number % 7 === 3 ? long : `{"at":"2026-05-12T09:00:00Z","id":"a${number}"}`));
  // Over several lines, as some write a list.
  const log = await logOf(`[\n${records.join(",\n\n")}\n]`, "log.json");
  const edits = [[1, -1], [2, 4], [3, 4], [4, 99], [5, 0]].map(([id, after]) => ({ id, after, line: `{"put":"in ${id}"}` }));
  for (const most of [1, 3, 256]) {
    const day = new engine.Day(log, edits);
    const pieces = [...day.pieces(most)];
    const taken = pieces.flatMap(({ bytes, lines, key, edit }) => Array.from({ length: lines.length / 2 }, (_, index) => [
      key + (edit === 0 ? index : 0), edit, new TextDecoder().decode(bytes.subarray(lines[2 * index], lines[2 * index + 1])),
    ]));
    assert.deepEqual(taken, [...day.from()].map(({ key, edit, text }) => [key, edit, text()]));
    assert.ok(pieces.every(({ lines }) => lines.length / 2 <= most));
    assert.ok(pieces.every(({ bytes, lines }) => bytes.length <= 256 * 1024 || lines.length === 2));
  }
});
