// The same log under the same policy, natively and in wasm: every row is the same, to the last byte.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { library } from "./library.mjs";

const { InterlockError, Replay, parsePolicy, replay: replayLog } = library;
const project = process.env.PROJECT;

/** Numbers that look random and are the same for ever (Mulberry32). */
function dice(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const TYPES = ["discover_leads", "draft_message", "send_message", "send_message", "book_meeting", "publish_pulse", "tell", "wipe_disk", "Send_Message"];
const WORDS = "we can show the plan this week نود أن نعرض عليكم ضـمان gua\u200brantee ＦＲＥＥ １٠٠٪ iban رسالة Straße 한국".split(" ");
const ERRORS = [{ statusCode: 429, message: "rate limit", retryAfter: 90 }, { statusCode: 503 }, { statusCode: 422 }, { message: "socket timed out" }, { code: -32001 }];

/** A log of every kind of line, some of them wrong. */
function* log(count, seed) {
  const next = dice(seed);
  const pick = (items) => items[Math.floor(next() * items.length)];
  let at = Date.UTC(2026, 2, 20, 3);
  for (let index = 0; index < count; index += 1) {
    at += Math.floor(next() * (next() < 0.3 ? 2000 : 240_000)) - (next() < 0.01 ? 7_200_000 : 0);
    const agent = pick(["prospecting", "outreach", "support"]);
    const by = { id: pick(["ops", "support", "dana"]), role: pick(["platform_admin", "member"]) };
    const kind = next();
    const now = new Date(at).toISOString();
    if (kind < 0.6) {
      const args = { account: `acc-${Math.floor(next() * 900)}`, body: pick(WORDS), price: pick([0.1, 0.3, 12, 1e-7, null, "x"]) };
      const riskFactors = { dealValue: Math.round(next() * 3e7) / 100, sector: pick(["banking", "ＧＡＭＩＮＧ", null]), draftText: `${pick(WORDS)} ${pick(WORDS)}` };
      const cost = { llmTokens: Math.floor(next() * 900), amount: Math.round(next() * 40) / 100 };
      yield { at: now, id: `a${Math.floor(next() * count)}`, type: pick(TYPES), agent, args, riskFactors, cost, riskScore: next(), impactScore: next() };
    } else if (kind < 0.9) {
      yield { at: now, kind: "report", actionId: `a${Math.floor(next() * count)}`, outcome: pick(["succeeded", "failed", "unknown"]), error: pick(ERRORS) };
    } else if (kind < 0.94) yield { at: now, kind: "unlock", agent, by, reason: "looked at it" };
    else if (kind < 0.95) yield { at: now, kind: "lock", agent, by, reason: "stop" };
    else if (kind < 0.97) yield { at: now, kind: "recordUsage", agent, usage: { messages: 1, amount: 0.07 } };
    else if (kind < 0.99) {
      const metrics = { successRate: next(), efficiencyScore: next(), averageResponseTime: next() * 99, marketImpactScore: next() };
      yield { at: now, kind: "observe", agent, metrics };
    } else yield { at: now, kind: pick(["setPolcy", "request"]) };
  }
}

const POLICY = {
  customerId: "noor",
  autonomyMode: "safe_autopilot",
  timeZone: "America/New_York",
  budget: { maxMessagesPerDay: 40, maxCostPerDay: 30.1 },
  blockedKeywords: ["guarantee", "free", "100%", "ضمان", "strasse"],
  blockedSectors: ["gaming"],
  blockedDates: ["2026-03-22"],
  velocity: { tier_3: { actionsPerMinute: 6 } },
  agents: { outreach: { name: "Outreach", creator: "dana", budget: { maxMessagesPerDay: 15 } } },
  actions: { tell: { messaging: true, factors: { draftText: "/body" }, cost: { amount: "/price" }, duplicateWindowMinutes: 30 } },
};

function inWasm(policyText, lines) {
  const policy = parsePolicy(policyText);
  const replay = new Replay({ policy });
  const rows = lines.flatMap((line) => {
    try {
      const row = replay.line(line);
      return row === null ? [] : [row];
    } catch (error) {
      assert.ok(error instanceof InterlockError);
      const message = error.path === "" ? error.message : error.message.slice(error.path.length + 2);
      return [{ error: { code: error.code, path: error.path, message } }];
    }
  });
  rows.push(replay.summary());
  replay.free();
  policy.free();
  return rows.map((row) => JSON.stringify(row));
}

/** What the native program prints. */
function natively(policyText, lines, otherText) {
  const folder = mkdtempSync(join(tmpdir(), "agent-interlock-same-"));
  try {
    const [policy, actions] = [join(folder, "policy.json"), join(folder, "actions.jsonl")];
    writeFileSync(policy, policyText);
    writeFileSync(actions, lines.join("\n"));
    const other = otherText === undefined ? [] : [join(folder, "other.json")];
    for (const path of other) writeFileSync(path, otherText);
    const arguments_ = ["run", "--quiet", "--release", "--example", "replay", "--", policy, actions, ...other];
    const output = execFileSync("cargo", arguments_, { cwd: project, maxBuffer: 1 << 30, encoding: "utf8" });
    return output.trimEnd().split("\n").map((line) => JSON.stringify(JSON.parse(line)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function agree(policyText, lines) {
  const [wasm, native] = [inWasm(policyText, lines), natively(policyText, lines)];
  assert.equal(wasm.length, native.length);
  wasm.forEach((row, index) => assert.equal(row, native[index]));
  return wasm;
}

test("a generated log of 20,000 lines", () => {
  const lines = [...log(20_000, 7)].map((line) => JSON.stringify(line));
  const rows = agree(JSON.stringify(POLICY), lines).map((row) => JSON.parse(row));
  const effects = new Set(rows.map(({ effect }) => effect));
  for (const effect of ["allow", "notify", "approve", "defer", "deny", "lock"]) assert.ok(effects.has(effect), `no ${effect} in the log`);
  assert.ok(rows.some(({ error }) => error !== undefined));
});

test("a generated log under two policies comes to the same, native and in wasm", async () => {
  const lines = [...log(20_000, 11)].map((line) => JSON.stringify(line));
  const other = { ...POLICY, autonomyMode: "full_autopilot", budget: { maxMessagesPerDay: 60, maxCostPerDay: 12 }, quietHours: null, actions: {} };
  const [native] = natively(JSON.stringify(POLICY), lines, JSON.stringify(other));
  const wasm = await replayLog({ policy: POLICY, against: other, log: lines.join("\n"), onError: "skip" });
  assert.equal(JSON.stringify(wasm), native);
  const { changes } = wasm.against;
  for (const turn of ["nowAllowed", "nowRefused", "milder", "stricter", "otherReason", "unlisted"]) assert.ok(changes[turn] > 0, turn);
});

test("the day that ships", () => {
  const read = (name) => readFileSync(join(project, "examples/sales-day", name), "utf8");
  agree(read("policy.json"), read("actions.jsonl").split("\n"));
});
