// `agent-interlock explain`: one action, rule by rule.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { file, POLICY, run, width } from "./cli.mjs";

const MAIL = {
  id: "m1", type: "send_whatsapp", agent: "outreach",
  args: { body: "we GUARANTEE it", account: { sector: null }, deal: { value: 5 }, conversation: { isNew: true, unanswered: 0 } },
};
const AT = "2026-05-12T23:30:00+03:00";

function explain(action, ...options) {
  return run(["explain", POLICY, typeof action === "string" ? action : JSON.stringify(action), ...options]);
}

describe("explain", () => {
  test("every rule has a line, with what it said and what it saw", () => {
    const { status, stdout, stderr } = explain(MAIL, "--at", AT);
    assert.deepEqual([status, stderr], [0, ""]);
    assert.match(stdout, /^» waits: send_whatsapp by outreach, 2026-05-12 23:30:00 Asia\/Riyadh\n {2}may run from Wed 08:00 on\n/);
    for (const rule of ["lock", "arbitration", "escalation", "repeat", "order", "level", "approval", "confirmation", "quiet time", "budget"]) {
      assert.match(stdout, new RegExp(`^. ${rule} `, "m"), rule);
    }
    assert.match(stdout, /blocked keyword “guarantee”/);
    assert.match(stdout, /hour 23 in Asia\/Riyadh, quiet/);
    assert.match(stdout, /It costs 1 message, SAR 0\.28\. It asks faisal or a platform_admin, and the/);
    for (const line of stdout.split("\n")) assert.ok(width(line) <= 80, line);
    assert.doesNotMatch(stdout, /undefined|NaN|\[object/);
  });

  test("a line of a log brings its own time, and who asked", () => {
    const line = { at: "2026-05-12T12:00:00+03:00", requestedBy: "omar", human: true, kind: "request", ...MAIL };
    const { status, stdout } = explain(file("line.json", JSON.stringify(line)));
    assert.equal(status, 0);
    assert.match(stdout, /^✓ ran: .*2026-05-12 12:00:00/);
    assert.match(stdout, /a person's action is not asked about this/);
  });

  test("for programs it is what the guard explains", () => {
    const { stdout } = explain(MAIL, "--at", AT, "--json");
    const { decision, rules, cost, approvers } = JSON.parse(stdout);
    assert.deepEqual([decision.effect, rules.length, cost.amount, approvers.creator], ["defer", 10, 0.28, "faisal"]);
  });

  test("what is wrong is said, with the place", () => {
    const wrong = [
      ["{", /not JSON/, 1],
      ["[1]", /cannot read the action/, 2],
      [JSON.stringify({ ...MAIL, type: "Send_WhatsApp" }), /type: .*send_whatsapp/, 1],
      [JSON.stringify({ ...MAIL, riskScore: "1" }), /riskScore: expected/, 1],
      [JSON.stringify({ ...MAIL, colour: "red" }), /colour: unknown field/, 1],
      ['{"id": "a", "id": "b", "type": "score_deal", "agent": "s"}', /stands twice/, 1],
      [JSON.stringify({ ...MAIL, kind: "report" }), /no request but a report/, 1],
      ["nowhere.json", /cannot read the action nowhere\.json: no such file/, 2],
    ];
    for (const [action, words, code] of wrong) {
      const { status, stdout, stderr } = explain(action, "--at", AT);
      assert.deepEqual([status, stdout], [code, ""], `${action}: ${stderr}`);
      assert.match(stderr, words, action);
    }
    assert.equal(run(["explain", file("no.json", "{}"), JSON.stringify(MAIL)]).status, 2);
    assert.match(explain(MAIL, "--at", "noon").stderr, /now|at/);
  });
});
