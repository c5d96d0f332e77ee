// A whole log in one call: every form in which it may come, its callbacks, its errors, two policies, its audit, its memory.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { Readable } from "node:stream";
import { describe, test } from "node:test";
import { library } from "./library.mjs";

const { Guard, InterlockError, Replay, parsePolicy, replay, verifyAudit } = library;
const read = (name) => readFileSync(join(process.env.PROJECT, "examples/sales-day", name), "utf8");
const TEXT = read("actions.jsonl");
const policy = JSON.parse(read("policy.json"));
const LINES = TEXT.trimEnd().split("\n");

/** What a line-by-line replay says of it. */
function byLine(lines) {
  const each = new Replay({ policy });
  try {
    const rows = lines.map((line) => each.line(line));
    return { rows, summary: each.summary() };
  } finally {
    each.free();
  }
}

/** What a promise is rejected with. */
const rejection = (promise) => promise.then(() => assert.fail("nothing was thrown"), (error) => error);
const request = (id, more) => ({ at: "2026-05-12T09:00:00Z", id, type: "score_deal", agent: "sales", ...more });

describe("the forms of a log", () => {
  const bytes = new TextEncoder().encode(TEXT);
  const cut = (whole, size) => Array.from({ length: Math.ceil(whole.length / size) }, (_, index) => whole.slice(index * size, (index + 1) * size));
  async function* later(items) {
    for (const item of items) yield await item;
  }
  const forms = {
    "a text": () => TEXT,
    "bytes": () => bytes,
    "a list of lines": () => LINES,
    "a list of commands": () => LINES.map((line) => JSON.parse(line)),
    "lines and commands, mixed": () => LINES.map((line, index) => (index % 3 === 0 ? JSON.parse(line) : line)),
    "a generator of lines": () => LINES.values(),
    "bytes as they come": () => later(cut(bytes, 777)),
    "text as it comes": () => later(cut(TEXT, 1013)),
    "a stream of Node": () => Readable.from(cut(Buffer.from(bytes), 500)),
    "a stream of the web": () => Readable.toWeb(Readable.from(cut(bytes, 4096))),
  };
  const { rows, summary } = byLine(LINES);
  for (const [name, form] of Object.entries(forms)) {
    test(name, async () => {
      const told = [];
      const report = await replay({ policy, log: form(), onRow: (row, { line }) => told.push([line, row]) });
      assert.deepEqual(told, rows.map((row, index) => [index + 1, row]));
      const { lines, broken, auditHead, policyDigest, ...rest } = report;
      assert.deepEqual(rest, summary);
      assert.deepEqual([lines, broken, auditHead, policyDigest], [LINES.length, 0, null, parsePolicy(read("policy.json")).digest]);
    });
  }

  test("lines that come asynchronously, where that is said", async () => {
    assert.equal((await replay({ policy, log: later(LINES), lines: true })).requests, summary.requests);
    const error = await rejection(replay({ policy, log: later(LINES) }));
    assert.match(error.message, /line 1: not valid JSON: trailing characters/);
  });

  test("a character may come in two pieces, and half of one is no text", async () => {
    const line = JSON.stringify(request("😀"));
    const at = line.indexOf("😀") + 1;
    const ids = async (pieces) => {
      const told = [];
      await replay({ policy, log: later(pieces), onRow: ({ actionId }) => told.push(actionId) });
      return told;
    };
    const encoded = new TextEncoder().encode(line);
    assert.deepEqual(await ids([encoded.slice(0, at + 1), encoded.slice(at + 1)]), ["😀"]);
    for (const half of ["\ud83d", "\ude00"]) {
      const error = await rejection(replay({ policy, log: line.replace("😀", half) }));
      assert.deepEqual([error.code, error.path], ["invalid_input", "log[0]"]);
      assert.match(error.message, /line 1: not UTF-8 text/);
    }
    // A text longer than a piece, with characters of two units all over.
    const long = "😀".repeat(40_001);
    assert.deepEqual(await ids([JSON.stringify(request("a", { args: { long } })) + "\n"]), ["a"]);
  });

  test("an empty log comes to nothing", async () => {
    for (const log of ["", "\n \n", [], new Uint8Array(), later([])]) {
      assert.deepEqual((({ requests, broken, first }) => [requests, broken, first])(await replay({ policy, log })), [0, 0, null]);
    }
  });

  test("commands are read as strictly as anywhere", async () => {
    const log = [request("a"), request("b", { cost: { amount: NaN } })];
    const error = await rejection(replay({ policy, log }));
    assert.deepEqual([error.code, error.path], ["invalid_input", "log[1].cost.amount"]);
    const getter = Object.defineProperty(request("c"), "args", { enumerable: true, get: () => ({}) });
    assert.match((await rejection(replay({ policy, log: [getter] }))).message, /line 1: .*getter/);
    assert.equal((await replay({ policy, log: [request("d", { at: new Date(0) })] })).first, "1970-01-01T00:00:00Z");
  });
});

describe("a broken line", () => {
  const log = [JSON.stringify(request("a")), '{"at": 1}', "", "{", JSON.stringify(request("b"))];

  test("ends the replay with its number, and what came before has happened", async () => {
    const told = [];
    const error = await rejection(replay({ policy, log, onRow: ({ actionId }) => told.push(actionId) }));
    assert.ok(error instanceof InterlockError);
    assert.deepEqual([error.code, error.path, told], ["invalid_input", "log[1].id", ["a"]]);
    assert.match(error.message, /^log\[1\]\.id: line 2: /);
  });

  test("is counted where that is said, and told of with its text", async () => {
    const skipped = await replay({ policy, log, onError: "skip" });
    assert.deepEqual([skipped.broken, skipped.lines, skipped.requests], [2, 5, 2]);
    const told = [];
    const counted = await replay({ policy, log, onError: (error, broken) => told.push([error.path, broken.line, broken.path, broken.text]) });
    assert.equal(counted.broken, 2);
    assert.deepEqual(told, [
      ["log[1].id", 2, "id", '{"at": 1}'],
      ["log[3]", 4, "", "{"],
    ]);
  });

  test("a callback that throws ends the replay with what it threw", async () => {
    const own = new Error("enough");
    for (const name of ["onRow", "onError", "onProgress"]) {
      const stop = () => {
        throw own;
      };
      assert.equal(await rejection(replay({ policy, log, onError: "skip", [name]: stop })), own);
      assert.equal(await rejection(replay({ policy, log, onError: "skip", [name]: async () => stop() })), own);
    }
    const requests = LINES.filter((line) => !line.includes('"kind"')).length;
    assert.ok(requests > 300);
    assert.equal(byLine(LINES).summary.requests, requests);
  });
});

describe("options", () => {
  const wrong = [
    [undefined, ""],
    [{ policy, log: 5 }, "log"],
    [{ policy, log: null }, "log"],
    [{ policy, log: {} }, "log"],
    [{ policy, log: "", onrow() {} }, "onrow"],
    [{ policy, log: "", onRow: 1 }, "onRow"],
    [{ policy, log: "", onError: "ignore" }, "onError"],
    [{ policy, log: "", lines: 1 }, "lines"],
    [{ policy, log: "", audit: "yes" }, "audit"],
    [{ policy, log: "", audit: false, onAudit() {} }, "audit"],
    [{ policy, log: "", signal: {} }, "signal"],
    [{ policy, log: "", stop: 1 }, "stop"],
  ];
  for (const [options, path] of wrong) {
    test(`refused at ${path || "the whole"}: ${JSON.stringify(options)?.slice(-40)}`, async () => {
      const error = await rejection(replay(options));
      assert.ok(error instanceof InterlockError, String(error));
      assert.deepEqual([error.code, error.path], ["invalid_input", path]);
    });
  }

  test("a policy that is wrong is named by its option", async () => {
    const bad = { ...policy, budget: { maxCostPerDay: -1 } };
    for (const [options, path] of [
      [{ policy: bad, log: "" }, "policy.budget.maxCostPerDay"],
      [{ policy, against: bad, log: "" }, "against.budget.maxCostPerDay"],
    ]) {
      const error = await rejection(replay(options));
      assert.deepEqual([error.code, error.path], ["invalid_policy", path]);
      assert.ok(error.message.startsWith(`${path}: expected`), error.message);
    }
  });

  test("a handle serves as well as a document, and is still the caller's after", async () => {
    const handle = parsePolicy(JSON.stringify(policy));
    const { against } = await replay({ policy: handle, against: handle, log: LINES });
    assert.equal(against.changes.total, 0);
    assert.equal(handle.isInQuietHours({ hour: 23 }), true);
    handle.free();
    assert.equal((await rejection(replay({ policy: handle, log: "" }))).path, "policy");
  });
});

describe("progress and an end before the end", () => {
  const long = Array.from({ length: 30_000 }, (_, index) => JSON.stringify(request(`a${index}`, { args: { index } }))).join("\n");

  test("it tells how far it has come, and lets others have their turn", async () => {
    const shares = [];
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 0);
    const { lines } = await replay({ policy, log: long, onProgress: (progress) => shares.push(progress) });
    clearInterval(timer);
    assert.equal(lines, 30_000);
    assert.ok(shares.length > 5 && turns > 5, `${shares.length} and ${turns}`);
    assert.deepEqual(shares.map(({ share }) => share), shares.map(({ share }) => share).toSorted((a, b) => a - b));
    const { bytes, share, requests } = shares.at(-1);
    assert.deepEqual([bytes, share, requests], [long.length, 1, 30_000]);
  });

  test("a signal ends it in the middle, and the log is given up", async () => {
    const stop = new AbortController();
    const why = new Error("that will do");
    let closed = false;
    async function* endless() {
      try {
        for (let id = 0; ; id += 1) yield `${JSON.stringify(request(`a${id}`))}\n`;
      } finally {
        closed = true;
      }
    }
    const onProgress = ({ requests }) => requests > 100 && stop.abort(why);
    assert.equal(await rejection(replay({ policy, log: endless(), signal: stop.signal, onProgress })), why);
    assert.equal(closed, true);
  });

  test("a signal that is given in a callback ends it, though nothing more comes", async () => {
    const controller = new AbortController();
    async function* quiet() {
      yield `${LINES[0]}\n`;
      await new Promise(() => {});
    }
    // An endless wait alone keeps no process alive: with this one a hang is a test that does not end.
    const awake = setInterval(() => {}, 1000);
    const given = { policy, log: quiet(), signal: controller.signal, onRow: () => controller.abort() };
    assert.equal((await rejection(replay(given))).name, "AbortError");
    clearInterval(awake);
  });

  test("a signal ends the waiting for a log that does not come", async () => {
    const stop = new AbortController();
    const stalled = new Readable({ read() {} });
    setTimeout(() => stop.abort(), 20);
    assert.equal((await rejection(replay({ policy, log: stalled, signal: stop.signal }))).name, "AbortError");
    assert.equal(stalled.destroyed, true);
    let cancelled;
    const web = new ReadableStream({ cancel: () => (cancelled = true) });
    const own = new AbortController();
    setTimeout(() => own.abort(new Error("late")), 20);
    assert.equal((await rejection(replay({ policy, log: web, signal: own.signal }))).message, "late");
    assert.equal(cancelled, true);
    assert.equal((await rejection(replay({ policy, log: [], signal: AbortSignal.abort() }))).name, "AbortError");
  });

  test("a stop ends the log where it has come to: half a line is none", async () => {
    const stop = new AbortController();
    const stalled = new Readable({ read() {} });
    stalled.push(`${JSON.stringify(request("a"))}\n{"at": `);
    setTimeout(() => stop.abort(), 20);
    const { requests, broken, lines } = await replay({ policy, log: stalled, stop: stop.signal });
    assert.deepEqual([requests, broken, lines, stalled.destroyed], [1, 0, 1, true]);
    const soon = new AbortController();
    const onProgress = ({ requests }) => requests > 100 && soon.abort();
    const half = await replay({ policy, log: long, stop: soon.signal, onProgress });
    assert.ok(half.requests > 100 && half.requests < 30_000, `${half.requests}`);
    assert.equal((await replay({ policy, log: LINES, stop: AbortSignal.abort() })).lines, 0);
  });

  test("a log that breaks ends it with its own error", async () => {
    const own = new Error("the disk");
    const broken = (async function* () {
      yield "\n";
      throw own;
    })();
    assert.equal(await rejection(replay({ policy, log: broken })), own);
  });
});

describe("two policies", () => {
  const other = { ...policy, quietHours: { start: 20, end: 8 }, budget: { ...policy.budget, maxCostPerDay: 60 } };

  test("both are decided as each is alone, and what differs is what changes", async () => {
    const pairs = [];
    const report = await replay({ policy, against: other, log: LINES, onRow: (row, more) => pairs.push([row, more]) });
    const alone = await replay({ policy: other, log: LINES });
    const { summary, broken, policyDigest, changes } = report.against;
    assert.deepEqual({ ...summary, broken, policyDigest, lines: LINES.length, auditHead: null }, alone);
    const differ = pairs.filter(([row, { against }]) => row.effect !== undefined && (row.reason !== against.reason || row.effect !== against.effect || row.deferUntil !== against.deferUntil));
    assert.ok(differ.length > 5);
    assert.deepEqual(pairs.filter(([, { turn }]) => turn !== undefined), differ);
    assert.equal(changes.total, differ.length);
    const newly = differ.filter(([row, { against }]) => !row.allowed && against.allowed).map(([{ actionId }]) => actionId);
    assert.equal(changes.nowAllowed, newly.length);
    assert.deepEqual(new Set(changes.list.slice(0, newly.length).map(({ actionId }) => actionId)), new Set(newly));
    assert.equal(changes.byEffect.reduce((sum, { count }) => sum + count, 0) + changes.otherReason, changes.total);
    for (const { before, after } of changes.list) assert.equal(before.because?.text ?? null, before.reason, JSON.stringify(after));
  });

  test("the same policy changes nothing", async () => {
    const { against } = await replay({ policy, against: policy, log: TEXT });
    assert.deepEqual([against.changes.total, against.changes.list], [0, []]);
  });
});

describe("audit and snapshot", () => {
  test("the audit comes in order and is whole", async () => {
    const entries = [];
    const log = Array.from({ length: 3000 }, (_, index) => request(`a${index}`));
    const { auditHead } = await replay({ policy, log: log.map((each) => JSON.stringify(each)).join("\n"), onAudit: (more) => entries.push(...more) });
    assert.equal(entries.length, 3000);
    assert.deepEqual(verifyAudit({ entries, head: auditHead }), { valid: true, brokenAt: null, reason: null });
    assert.deepEqual((await replay({ policy, log, audit: true })).auditHead, auditHead);
  });

  test("it goes on from a snapshot, as the guard would have", async () => {
    const half = 150;
    const guard = new Guard({ policy });
    const run = (lines) => lines.forEach((line) => {
      const { at, kind = "request", ...rest } = JSON.parse(line);
      // A log names the action: only the guard that asked knows the question's id.
      const { actionId, ...order } = rest;
      const approvalId = () => guard.approvals({}, { now: at }).find((known) => known.actionId === actionId).id;
      guard[kind](kind === "resolve" ? { ...order, approvalId: approvalId() } : rest, { now: at });
    });
    run(LINES.slice(0, half));
    const snapshot = guard.snapshot();
    const log = LINES.slice(half);
    const whole = await replay({ policy, log: LINES });
    const rest = await replay({ policy, log, snapshot, audit: true });
    assert.deepEqual(rest.usage, whole.usage);
    assert.equal(rest.requests, log.filter((line) => !line.includes('"kind"')).length);
    run(log);
    assert.deepEqual(rest.auditHead, guard.auditHead());
    assert.deepEqual(await replay({ policy, log, snapshot: JSON.stringify(snapshot), audit: true }), rest);
    const { against } = await replay({ policy, against: { ...policy, autonomyMode: "full_autopilot" }, log, snapshot });
    assert.deepEqual(against.summary.usage, rest.usage);
    const stranger = await rejection(replay({ policy, against: { ...policy, customerId: "other" }, log, snapshot }));
    assert.deepEqual([stranger.code, stranger.path], ["conflict", "against.customerId"]);
    const foreign = await rejection(replay({ policy: { ...policy, autonomyMode: "manual" }, log, snapshot }));
    assert.deepEqual([foreign.code, foreign.path], ["invalid_snapshot", "snapshot.policyDigest"]);
    guard.free();
    const silent = new Guard({ policy, audit: false });
    assert.equal((await rejection(replay({ policy, log, snapshot: silent.snapshot(), audit: true }))).path, "audit");
    silent.free();
  });
});

test("a question is resolved by its action's id, where its own cannot be known", async () => {
  const manual = { customerId: "c", autonomyMode: "manual" };
  const by = { id: "ops", role: "platform_admin" };
  const resolve = (actionId, decision) => ({ at: "2026-05-12T09:01:00Z", kind: "resolve", actionId, by, decision });
  // What is rejected is not asked again under another id: each has a content of its own.
  const own = (id) => request(id, { args: { id } });
  const log = [own("a"), own("b"), resolve("a", "approve"), resolve("b", "reject"), resolve("c", "approve"), own("a"), own("b")];
  const rows = [];
  const { approvals, notPending, against } = await replay({ policy: manual, against: { ...manual, autonomyMode: "full_autopilot" }, log, onRow: (row) => rows.push(row) });
  assert.deepEqual([approvals, notPending], [{ opened: 2, approved: 1, rejected: 1, expired: 0, pending: 0 }, 1]);
  assert.deepEqual(rows.map(({ effect, approval }) => [effect, approval?.status]), [["approve", "pending"], ["approve", "pending"], [undefined, "approved"], [undefined, "rejected"], [undefined, undefined], ["allow", "consumed"], ["deny", "rejected"]]);
  assert.deepEqual([against.summary.approvals.opened, against.summary.notPending, against.broken], [0, 3, 0]);
});

describe("many lines at once, by column", () => {
  // A blank line, and a broken one.
  const bytes = new TextEncoder().encode(`${TEXT}\n{"at": 1}\n`);
  const places = [];
  for (let from = 0, to = bytes.indexOf(10); to !== -1; from = to + 1, to = bytes.indexOf(10, from)) places.push(from, to);

  test("they say what the rows say", () => {
    const each = new Replay({ policy });
    const columns = each.columns(bytes, Uint32Array.from(places));
    const { rows, summary } = byLine(LINES);
    assert.deepEqual(each.summary(), summary);
    each.free();
    const told = columns.line.map((line, row) => {
      const of = (name, list) => columns[list][columns[name][row]];
      const all = { line, kind: of("kind", "kinds"), at: columns.at[row], agent: of("agent", "agents") };
      if (columns.effect[row] === -1) return all;
      const [tier, until] = [columns.tier[row], columns.deferUntil[row]];
      return { ...all, type: of("type", "types"), effect: of("effect", "effects"), reasons: of("reason", "reasons"), escalation: tier === 0 ? null : `tier_${tier}`, deferUntil: until === -1 ? null : until, counted: columns.counted[row] === 1 };
    });
    const expected = rows.map(({ at, kind = "request", agent, ...row }, line) => {
      const all = { line, kind, at: Date.parse(at), agent };
      const { type, effect, reasons, escalation, deferUntil, counted } = row;
      return kind === "request" ? { ...all, type, effect, reasons, escalation, deferUntil: deferUntil && Date.parse(deferUntil), counted } : all;
    });
    assert.deepEqual(told, expected);
    const [broken, ...more] = columns.broken;
    assert.deepEqual([broken.line, broken.code, broken.path, more], [LINES.length + 1, "invalid_input", "id", []]);
    assert.match(broken.message, /required/);
  });

  test("places are two for each line, within the bytes", () => {
    const each = new Replay({ policy });
    const refused = (bytes, lines) => {
      try {
        return each.columns(bytes, lines);
      } catch ({ code, path, message }) {
        return [code, path, message];
      }
    };
    assert.deepEqual(refused("text", new Uint32Array(0)).slice(0, 2), ["invalid_input", "bytes"]);
    assert.deepEqual(refused(bytes, [0, 1]).slice(0, 2), ["invalid_input", "lines"]);
    assert.match(refused(bytes, Uint32Array.of(0, 1, 2))[2], /an odd number/);
    assert.match(refused(bytes, Uint32Array.of(0, places[1], 5, bytes.length + 1))[2], /lines\[1\]: expected places from 0 to \d+ in order, got 5 and/);
    assert.equal(each.summary().requests, 1);
    assert.deepEqual(each.columns(bytes, new Uint32Array(0)).line, []);
    each.free();
  });
});

describe("the guard between two lines", () => {
  const own = { ...policy, approvals: { quorum: 1 }, autonomyMode: "manual" };
  const line = (id, more) => JSON.stringify(request(id, { args: { id }, note: "passed over", ...more }));
  const ops = { id: "ops", role: "platform_admin" };

  test("it is asked as a guard is, and stays as it is", () => {
    const [replayed, guard] = [new Replay({ policy: own, audit: true }), new Guard({ policy: own })];
    const now = "2026-05-12T09:00:00Z";
    const { at: _, ...action } = request("a", { args: { id: "a" } });
    replayed.line(line("a"));
    guard.request(action, { now });
    const other = { ...action, id: "b", args: { id: "b" } };
    const before = JSON.stringify(replayed.snapshot());
    assert.deepEqual(replayed.explain(line("b")), guard.explain(other, { now }));
    assert.deepEqual(replayed.approvals(), guard.approvals({}, { now }));
    assert.deepEqual(replayed.approvals({ status: "approved" }), []);
    // Left out, it is the last line's instant; and a question expires.
    assert.deepEqual(replayed.approvals({}, { now: "2026-05-20T09:00:00Z" }).map(({ status }) => status), ["expired"]);
    assert.deepEqual([replayed.auditHead(), replayed.auditSince(0)], [guard.auditHead(), guard.auditSince(0)]);
    assert.deepEqual(replayed.snapshot(), guard.snapshot());
    assert.equal(JSON.stringify(replayed.snapshot()), before);
    assert.equal(replayed.policyDigest, guard.policyDigest);
    replayed.line(JSON.stringify({ at: now, kind: "setPolicy", policy: { ...own, autonomyMode: "draft_and_approve" }, by: ops, reason: "a trial" }));
    assert.notEqual(replayed.policyDigest, guard.policyDigest);
    replayed.free();
    guard.free();
  });

  test("it goes on from a snapshot of its own", () => {
    const first = new Replay({ policy: own });
    first.line(line("a"));
    const copy = new Replay({ policy: own, snapshot: first.snapshot() });
    const resolve = JSON.stringify({ at: "2026-05-12T09:01:00Z", kind: "resolve", actionId: "a", by: ops, decision: "approve" });
    assert.equal(copy.line(resolve).approval.status, "approved");
    assert.equal(copy.line(line("a")).allowed, true);
    assert.deepEqual(first.approvals().map(({ status }) => status), ["pending"]);
    assert.throws(() => new Replay({ policy: own, snapshot: first.snapshot(), audit: true }), { code: "conflict", path: "audit" });
    first.free();
    copy.free();
  });

  test("what it cannot say it refuses", () => {
    const replayed = new Replay({ policy: own });
    assert.throws(() => replayed.explain('{"at": 0, "kind": "report", "actionId": "a", "outcome": "succeeded"}'), { code: "invalid_input", path: "kind", message: /expected "request", got "report"/ });
    assert.throws(() => replayed.explain("{"), { code: "invalid_input" });
    assert.throws(() => replayed.explain(line("a", { riskScore: "high" })), { path: "riskScore" });
    assert.throws(() => replayed.approvals({ state: "pending" }), { path: "state" });
    assert.throws(() => replayed.approvals({}, { when: 0 }), { path: "when" });
    assert.throws(() => new Replay({ policy: own, snapshot: "{}" }), { code: "invalid_snapshot" });
    assert.throws(() => new Replay({ policy: own, audit: 1 }), { path: "audit", message: /expected true or false, got/ });
    replayed.free();
    assert.throws(() => replayed.explain(line("a")), /freed/);
  });
});

test("a person's word on an outcome is weighed as the guard weighs it", async () => {
  const open = { customerId: "c", autonomyMode: "full_autopilot" };
  const report = (by) => ({ at: "2026-05-12T09:01:00Z", kind: "report", actionId: "a", outcome: "succeeded", by, comment: "I looked" });
  const told = [];
  const skip = { onError: (_, broken) => told.push([broken.line, broken.code]) };
  const log = [request("a"), report({ id: "mallory", role: "colleague" }), report({ id: "ops", role: "platform_admin" })];
  const { auditHead } = await replay({ policy: open, log, audit: true, ...skip });
  assert.deepEqual(told, [[2, "not_authorized"]]);
  // The request, the attempt without authority, the report.
  assert.equal(auditHead.seq, 3);
});

test("memory does not grow with the log", async () => {
  function* log(count) {
    for (let index = 0; index < count; index += 1) {
      const at = 1_770_000_000_000 + index * 20_000;
      yield JSON.stringify({ at, id: `a${index}`, type: "score_deal", agent: `agent ${index % 7}`, args: { note: "x".repeat(200) } });
      yield JSON.stringify({ at: at + 1000, kind: "report", actionId: `a${index}`, outcome: "succeeded" });
    }
  }
  const size = async (count) => {
    const { requests, notGranted } = await replay({ policy, against: { ...policy, autonomyMode: "manual" }, log: log(count) });
    assert.deepEqual([requests, notGranted], [count, 0]);
    return process.memoryUsage().rss;
  };
  await size(5000);
  const before = await size(5000);
  const after = await size(50_000);
  // Ten times the log; kept, its lines alone would be 20 MB more.
  assert.ok(after - before < 12 * 1024 * 1024, `${((after - before) / 1e6).toFixed(1)} MB more`);
});
