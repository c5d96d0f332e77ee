// Approvals, plans and explanations, through the package.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { destroy, engine } from "./engine.mjs";
import { library, refuses, thrownBy } from "./library.mjs";

const { Guard, verifyAudit } = library;

const POLICY = {
  customerId: "noor",
  autonomyMode: "full_autopilot",
  requireHumanForFirstSend: false,
  quietHours: null,
  actions: { pay: { level: "L3" }, note: { level: "L1" }, "tell": { level: "L1", messaging: true, factors: { draftText: "/body" } } },
  blockedKeywords: ["guarantee"],
  agents: { sales: { name: "Sales", creator: "huda" } },
};
const HUDA = { id: "huda", role: "member" };
const ROOT = { id: "root", role: "platform_admin" };
const MORNING = Date.UTC(2026, 4, 18, 9);
const at = (minutes) => ({ now: MORNING + minutes * 60_000 });
const pay = (id, more) => ({ id, type: "pay", agent: "sales", args: { to: "Reem", sum: 5 }, ...more });

function asked(policy = POLICY) {
  const guard = new Guard({ policy });
  const { approval } = guard.request(pay("p1"), at(0));
  return { guard, id: approval.id };
}

describe("an approval", () => {
  test("is one question, resolved by its creator, and used once", () => {
    const { guard, id } = asked();
    assert.deepEqual(guard.request(pay("p1"), at(1)).approval.id, id);
    const [open] = guard.approvals({ status: "pending" }, at(1));
    assert.deepEqual(
      { ...open, digest: "", policyDigest: "" },
      {
        id, actionId: "p1", type: "pay", agent: "sales", agentName: "Sales", requestedBy: null, args: { to: "Reem", sum: 5 },
        digest: "", policyDigest: "", reasons: [{ rule: "level", effect: "approve", code: "level", text: "level=L3", level: "L3" }],
        status: "pending", createdAt: "2026-05-18T09:00:00Z", expiresAt: "2026-05-19T09:00:00Z", votes: [], resolvedAt: null,
      },
    );
    const approved = guard.resolve({ approvalId: id, by: HUDA, decision: "approve", comment: "go" }, at(2));
    assert.equal(approved.status, "approved");
    const decision = guard.request(pay("p1"), at(3));
    assert.deepEqual([decision.effect, decision.approval.status, decision.approval.id], ["allow", "consumed", id]);
    assert.equal(guard.request(pay("p1"), at(4)).code, "already_granted");
    assert.equal(guard.request(pay("p2"), at(4)).effect, "approve");
    guard.free();
  });

  test("of two who decide at once the second is told", () => {
    const { guard, id } = asked();
    guard.resolve({ approvalId: id, by: HUDA, decision: "reject" }, at(1));
    refuses(() => guard.resolve({ approvalId: id, by: ROOT, decision: "approve" }, at(1)), { code: "already_resolved", path: "approvalId", message: /Approval already resolved/ });
    assert.equal(guard.request(pay("p1"), at(2)).code, "approval_rejected");
    assert.equal(guard.request(pay("same under another id"), at(2)).code, "approval_rejected");
    assert.equal(verifyAudit({ entries: guard.auditSince(0), head: guard.auditHead() }).valid, true);
    assert.deepEqual(guard.auditSince(0).map(({ kind }) => kind), ["request", "resolve", "refused", "request", "request"]);
    guard.free();
  });

  test("is none of an agent's, a stranger's or another customer's", () => {
    const { guard, id } = asked();
    for (const by of [{ id: "sales", role: "platform_admin" }, { id: "eve", role: "member" }, { id: "eve", role: "admin" }]) {
      refuses(() => guard.resolve({ approvalId: id, by, decision: "approve" }, at(1)), {
        code: "not_authorized", path: "by", message: /Only the agent creator or platform admin can resolve approvals/,
      });
    }
    const other = asked({ ...POLICY, customerId: "other" });
    refuses(() => other.guard.resolve({ approvalId: id, by: ROOT, decision: "approve" }, at(1)), { code: "not_found", path: "approvalId", message: /Approval not found/ });
    assert.notEqual(other.id, id);
    guard.free();
    other.guard.free();
  });

  test("covers what was asked for and nothing else", () => {
    const { guard, id } = asked();
    guard.resolve({ approvalId: id, by: HUDA, decision: "approve" }, at(1));
    refuses(() => guard.request(pay("p1", { args: { to: "Reem", sum: 6 } }), at(2)), { code: "conflict", path: "id" });
    refuses(() => guard.request(pay("p1", { agent: "other" }), at(2)), { code: "conflict", path: "id" });
    assert.deepEqual(guard.approvals({}, at(2)).map(({ status }) => status), ["approved"]);
    guard.free();
  });

  test("goes through a snapshot and a trap, with those who were refused", () => {
    const { guard, id } = asked();
    thrownBy(() => guard.resolve({ approvalId: id, by: { id: "eve", role: "member" }, decision: "approve" }, at(1)));
    const before = engine.instances;
    destroy();
    assert.equal(thrownBy(() => guard.resolve({ approvalId: id, by: HUDA, decision: "approve" }, at(2))).code, "internal");
    assert.equal(guard.resolve({ approvalId: id, by: HUDA, decision: "approve" }, at(3)).status, "approved");
    assert.ok(engine.instances > before);
    const again = new Guard({ policy: POLICY, snapshot: guard.snapshot(), expectedHead: guard.auditHead() });
    assert.deepEqual(again.approvals({}, at(4)), guard.approvals({}, at(4)));
    assert.equal(again.request(pay("p1"), at(4)).effect, "allow");
    guard.free();
    again.free();
  });

  test("is shown as text that disturbs nothing", () => {
    const guard = new Guard({ policy: POLICY });
    const { obligations, approval } = guard.request(pay("p1", { args: { note: "a\u202eb\nc" } }), at(0));
    assert.equal(obligations[0].title, "[Sales] requests approval: pay");
    assert.equal(obligations[0].body, '{"note":"a\\u{202e}b\\nc"}');
    assert.equal(approval.args.note, "a\u202eb\nc");
    guard.free();
  });
});

describe("a plan", () => {
  const step = (type, index) => ({ id: `s${index}`, type, args: { index }, group: { id: "plan", index, size: 3 } });

  test("keeps its order, also for an agent that asks otherwise", () => {
    const guard = new Guard({ policy: POLICY });
    let now = MORNING;
    const agent = guard.forAgent("sales", { clock: () => (now += 1000) });
    assert.deepEqual(agent.request(step("note", 2)).codes, ["paused_behind"]);
    const first = agent.request(step("pay", 0));
    assert.deepEqual(first.approval, { id: first.approval.id, status: "pending" });
    assert.equal(agent.request(step("note", 1)).code, "paused_behind");
    guard.resolve({ approvalId: first.approval.id, by: HUDA, decision: "approve" }, { now });
    assert.deepEqual(agent.request(step("pay", 0)).approval, { id: first.approval.id, status: "consumed" });
    guard.report({ actionId: "s0", outcome: "succeeded" }, { now });
    assert.equal(agent.request(step("note", 1)).allowed, true);
    // Out of the plan, or at another place of it: told no more than what is wrong.
    for (const group of [undefined, { id: "plan", index: 0, size: 3 }, { id: "mine", index: 0, size: 1 }]) {
      const error = thrownBy(() => agent.request({ ...step("note", 2), group }));
      assert.deepEqual([error.code, error.path], ["conflict", "group"]);
    }
    guard.free();
  });

  test("skips what comes after a rejection", () => {
    const guard = new Guard({ policy: POLICY });
    const own = (type, index) => ({ ...step(type, index), agent: "sales" });
    const { approval } = guard.request(own("pay", 0), at(0));
    guard.resolve({ approvalId: approval.id, by: ROOT, decision: "reject" }, at(1));
    const { effect, reason } = guard.request(own("note", 1), at(2));
    assert.deepEqual([effect, reason], ["deny", "skipped_after=0"]);
    guard.free();
  });
});

describe("an explanation", () => {
  test("says what every rule read and said, and changes nothing", () => {
    const guard = new Guard({ policy: POLICY });
    guard.request(pay("p1"), at(0));
    const before = JSON.stringify([guard.snapshot(), guard.auditHead(), guard.outbox()]);
    const action = { id: "t1", type: "tell", agent: "sales", args: { body: "we GUARANTEE it" } };
    const explanation = guard.explain(action, at(1));
    assert.equal(JSON.stringify([guard.snapshot(), guard.auditHead(), guard.outbox()]), before);
    assert.equal(explanation.rules.length, 10);
    const approval = explanation.rules.find(({ rule }) => rule === "approval");
    assert.deepEqual([approval.effect, approval.reasons[0].keyword, approval.read.blockedKeywords], ["approve", "guarantee", 1]);
    assert.deepEqual(explanation.approvers, { creator: "huda", role: "platform_admin", quorum: 1, separationOfDuties: false });
    assert.deepEqual(guard.request(action, at(1)), explanation.decision);
    guard.free();
  });

  test("is not for an agent", () => {
    const guard = new Guard({ policy: POLICY });
    assert.deepEqual(Object.keys(guard.forAgent("sales")), ["request"]);
    guard.free();
  });
});
