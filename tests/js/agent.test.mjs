// What an agent's code may hold: it can ask, and nothing it says of itself makes its treatment milder.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { library, refuses, thrownBy } from "./library.mjs";

const { Guard, InterlockError } = library;

const POLICY = {
  customerId: "noor",
  autonomyMode: "safe_autopilot",
  blockedKeywords: ["guarantee"],
  agents: { sales: { name: "Sales", creator: "huda" } },
  actions: { mail: { messaging: true, factors: { draftText: "/body" } }, look: { access: "read", level: "L1" } },
};
const NOW = "2026-05-18T09:00:00Z";
const clock = () => NOW;
const action = (id, more) => ({ id, type: "book_meeting", ...more });

function held(options = { clock }) {
  const guard = new Guard({ policy: POLICY });
  return { guard, agent: guard.forAgent("sales", options) };
}

test("it asks as that agent, at the host's time, for whom the host says", () => {
  const { guard, agent } = held({ clock, requestedBy: "omar" });
  assert.deepEqual(agent.request(action("a1", { args: { with: "Huda" } })), {
    actionId: "a1", effect: "notify", allowed: true, code: "level", codes: ["level"], deferUntil: null, approval: null, attempt: 1,
  });
  const [flight] = guard.inFlight({ now: NOW });
  assert.deepEqual([flight.agent, flight.grantedAt], ["sales", NOW]);
  guard.free();
});

test("it is told no keyword and no threshold", () => {
  const { guard, agent } = held();
  const answer = agent.request(action("a1", { type: "mail", args: { body: "we GUARANTEE it" } }));
  assert.deepEqual([answer.effect, answer.code, answer.codes], ["approve", "blocked_keyword", ["level", "blocked_keyword"]]);
  assert.doesNotMatch(JSON.stringify(answer), /guarantee\b/i);
  guard.free();
});

test("an error tells it no more: neither a key of the catalogue, nor a place that the policy reads, nor why", () => {
  const actions = { "payments.*": {}, mail: { messaging: true, factors: { draftText: "/secretNote" }, cost: { llmTokens: "/secretTokens" } } };
  const guard = new Guard({ policy: { ...POLICY, actions } });
  let now = NOW;
  const agent = guard.forAgent("sales", { clock: () => now });
  agent.request(action("a1"));
  const tells = (request, code, path) => {
    const { message, ...error } = thrownBy(() => guard.request({ ...request, agent: "sales" }, { now }));
    const told = thrownBy(() => agent.request(request));
    assert.ok(told instanceof InterlockError);
    assert.deepEqual([told.code, told.path, Object.hasOwn(told, "cause")], [code, path, false]);
    assert.equal(error.code, code);
    assert.doesNotMatch(told.stack, /payments\.\*|secret|draftText|llmTokens|2026-05/, message);
    return { message, told };
  };
  const { message } = tells(action("a2", { type: "Payments.refund" }), "invalid_input", "type");
  assert.match(message, /payments\.\*/);
  for (const args of [{ secretNote: 5 }, { secretNote: "hello", secretTokens: "5" }]) {
    const { message } = tells(action("a2", { type: "mail", args }), "invalid_input", "args");
    assert.match(message, /secret/);
  }
  tells(action("a1", { args: { other: 1 } }), "conflict", "id");
  tells(action("a".repeat(257)), "invalid_input", "id");
  now = "2028-05-18T09:00:00Z";
  const late = tells(action("a2"), "invalid_input", "now");
  assert.match(late.message, /2026-05/);
  guard.free();
  tells(action("a2"), "invalid_input", "");
});

test("there is nothing on it but `request`, and nothing of it can be changed", () => {
  const { guard, agent } = held();
  assert.deepEqual(Reflect.ownKeys(agent), ["request"]);
  assert.equal(Object.getPrototypeOf(agent), Object.prototype);
  assert.ok(Object.isFrozen(agent));
  assert.throws(() => {
    agent.request = () => ({ allowed: true });
  }, TypeError);
  for (const power of ["lock", "unlock", "snapshot", "setPolicy", "report", "recordUsage", "acknowledge", "adoptClock", "free"]) {
    assert.equal(agent[power], undefined, power);
  }
  // Two agents share no function of ours that one could change for the other.
  assert.notEqual(guard.forAgent("desk").request, agent.request);
  guard.free();
});

describe("what it says of itself", () => {
  const claims = {
    agent: "admin",
    human: true,
    access: "read",
    needsInterrupt: false,
    cost: { messages: 0 },
    riskFactors: {},
    riskScore: 0,
    impactScore: 0,
    requestedBy: "huda",
    now: "2027-01-01T00:00:00Z",
    policy: { customerId: "noor" },
    snapshot: {},
  };
  for (const [name, value] of Object.entries(claims)) {
    test(`${name} is refused`, () => {
      const { guard, agent } = held();
      refuses(() => agent.request(action("a1", { [name]: value })), { path: name, message: /unknown field/ });
      assert.deepEqual(guard.auditHead().seq, 0);
      guard.free();
    });
  }

  test("options beside the action are not heard", () => {
    const { guard, agent } = held();
    guard.lock({ agent: "sales", by: { id: "huda", role: "member" }, reason: "stop" }, { now: NOW });
    const answer = agent.request(action("a1"), { human: true, now: "2027-01-01T00:00:00Z" });
    assert.deepEqual([answer.effect, answer.code], ["lock", "agent_locked"]);
    guard.free();
  });

  test("a locked agent cannot unlock itself by any word it sends", () => {
    const { guard, agent } = held();
    guard.lock({ agent: "sales", by: { id: "huda", role: "member" }, reason: "stop" }, { now: NOW });
    for (const type of ["unlock", "guard.unlock", "book_meeting", "platform_admin"]) {
      assert.equal(agent.request(action(`u-${type}`, { type, args: { by: { id: "root", role: "platform_admin" } } })).effect, "lock");
    }
    assert.ok(guard.lockState().agents.sales);
    guard.free();
  });

  test("another spelling of a type is no other type", () => {
    const { guard, agent } = held();
    for (const type of ["Mail", "LOOK", "ｌｏｏｋ", "look ", "lo\u200bok"]) {
      refuses(() => agent.request(action("a1", { type })), { path: "type" });
    }
    guard.free();
  });

  test("hostile objects", () => {
    const { guard, agent } = held();
    refuses(() => agent.request(null), { path: "" });
    refuses(() => agent.request("a1"), { path: "" });
    refuses(() => agent.request(new (class Action {})()), { path: "", message: /Action/ });
    refuses(() => agent.request({ get id() { return "a1"; }, type: "look" }), { path: "id", message: /getter/ });
    refuses(() => agent.request(new Proxy({}, { ownKeys() { throw new Error("no"); } })), { path: "" });
    refuses(() => agent.request(action("a1", { args: { toJSON: () => ({}) } })), { path: "args" });
    refuses(() => agent.request(JSON.parse('{"id": "a1", "type": "look", "__proto__": {"human": true}}')), { path: "__proto__" });
    refuses(() => agent.request({ ...action("a1"), [Symbol("human")]: true }), { path: "[symbol]" });
    assert.equal(guard.auditHead().seq, 0);
    guard.free();
  });

  test("fields that objects inherit are none", () => {
    const { guard, agent } = held();
    const inherited = { human: true, access: "read", cost: { messages: 0 }, requestedBy: "huda", args: { forged: true }, snapshot: "{}", audit: false };
    Object.assign(Object.prototype, inherited);
    try {
      const answer = agent.request({ id: "a1", type: "book_meeting" });
      assert.equal(answer.code, "level");
      const other = new Guard({ policy: POLICY });
      other.request({ id: "a1", type: "book_meeting", agent: "sales" }, { now: NOW });
      assert.deepEqual(other.auditHead(), guard.auditHead());
      assert.equal(other.auditSince(0).length, 1);
      other.free();
    } finally {
      for (const name of Object.keys(inherited)) delete Object.prototype[name];
    }
    guard.free();
  });
});

describe("the host's part", () => {
  test("a clock that fails is no time: the action does not run", () => {
    const broken = [() => undefined, () => null, () => Number.NaN, () => "yesterday", () => ({ valueOf: () => 0 })];
    for (const clock of broken) {
      const { guard, agent } = held({ clock });
      refuses(() => agent.request(action("a1")), { path: "now" });
      guard.free();
    }
    const { guard, agent } = held({ clock: () => { throw new Error("no clock"); } });
    refuses(() => agent.request(action("a1")), { path: "clock" });
    guard.free();
  });

  test("an agent is made with right words alone", () => {
    const { guard } = held();
    for (const id of [5, null, undefined, {}]) refuses(() => guard.forAgent(id), { path: "id" });
    for (const clock of [5, "now", {}, null]) refuses(() => guard.forAgent("sales", { clock }), { path: "clock" });
    refuses(() => guard.forAgent("sales", { human: true }), { path: "human" });
    refuses(() => guard.forAgent("sales", 5), { path: "" });
    refuses(() => guard.forAgent("").request(action("a1")), { path: "agent" });
    refuses(() => guard.forAgent("sales", { clock, requestedBy: 5 }).request(action("a1")), { path: "requestedBy" });
    guard.free();
  });

  test("without a clock of its own it has the host's", () => {
    const { guard, agent } = held({});
    const before = Date.now();
    agent.request(action("a1"));
    const [flight] = guard.inFlight();
    assert.ok(Date.parse(flight.grantedAt) >= before);
    guard.free();
  });

  test("an agent that calls back while it is read", () => {
    const { guard, agent } = held();
    const args = new Proxy({}, {
      ownKeys() {
        agent.request(action("inner"));
        return [];
      },
    });
    assert.equal(agent.request(action("outer", { args })).allowed, true);
    assert.deepEqual(guard.inFlight({ now: NOW }).map(({ actionId }) => actionId).sort(), ["inner", "outer"]);
    refuses(() => agent.request(action("inner", { args: { other: 1 } })), { code: "conflict", path: "id" });
    guard.free();
  });
});
