// What is read of an argument: plain data, each value once, and nothing is coerced.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { library, POLICY, refuses } from "./library.mjs";

const { determineTier, Guard, isInQuietHours, Policy, requiresApproval, withinBudget } = library;

const usage = (fields) => () => withinBudget({ usage: fields });
const risk = (riskFactors) => () => requiresApproval({ actionType: "send_message", policy: POLICY, riskFactors });

describe("numbers", () => {
  test("that are none, or out of range, are refused", () => {
    for (const value of [NaN, Infinity, -Infinity, 1e309, -0.01, "10", "", [5], true, null, 10n, {}, new Number(1)]) {
      refuses(usage({ costToday: value }), { path: "usage.costToday" });
    }
    for (const value of [-1, 1.5, 2 ** 53, 2 ** 53 + 2, NaN, "10", true, null]) {
      refuses(usage({ messagesToday: value }), { path: "usage.messagesToday" });
    }
  });

  test("at the bounds are taken as they are", () => {
    assert.equal(withinBudget({ usage: { messagesToday: -0, costToday: -0 } }).within, true);
    assert.equal(withinBudget({ usage: { messagesToday: Number.MAX_SAFE_INTEGER } }).reasons[0].used, Number.MAX_SAFE_INTEGER);
    assert.equal(withinBudget({ usage: { costToday: 100 - Number.EPSILON * 64 } }).within, true);
    assert.equal(withinBudget({ usage: { costToday: 1e300 } }).reasons[0].used, 1e300);
  });
});

describe("fields", () => {
  test("that nobody knows are refused, with the nearest known one", () => {
    refuses(usage({ mesagesToday: 1 }), { path: "usage.mesagesToday", message: /messagesToday/ });
    refuses(() => withinBudget({ usage: {}, other: 1 }), { path: "other" });
    refuses(() => new Policy({ customerId: "c", blockedKeyword: [] }), {
      code: "invalid_policy",
      path: "policy.blockedKeyword",
      message: /blockedKeywords/,
    });
  });

  test("named like those of every object are unknown fields", () => {
    for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
      refuses(usage(JSON.parse(`{${JSON.stringify(name)}: 1}`)), { path: `usage.${name}` });
      refuses(() => new Policy(JSON.parse(`{"customerId": "c", ${JSON.stringify(name)}: {}}`)), {
        code: "invalid_policy",
        path: `policy.${name}`,
      });
    }
  });

  test("that are undefined are absent; null is a value", () => {
    assert.equal(withinBudget({ usage: { costToday: undefined }, policy: undefined, currency: undefined }).within, true);
    refuses(usage({ costToday: null }), { path: "usage.costToday" });
    refuses(() => withinBudget({ usage: undefined }), { path: "usage", message: /required/ });
  });

  test("count only where they are the object's own", () => {
    class Usage {
      costToday = 1e9;
    }
    refuses(usage(new Usage()), { path: "usage", message: /an instance of Usage/ });
    refuses(usage(Object.create({ costToday: 1e9 })), { path: "usage" });
    refuses(usage(new (class { isPrototypeOf() {} })()), { path: "usage" });
    assert.equal(withinBudget({ usage: Object.assign(Object.create(null), { costToday: 1 }) }).within, true);
    const hidden = Object.defineProperty({}, "unknown", { value: 1, enumerable: false });
    assert.equal(withinBudget({ usage: hidden }).within, true);
  });

  test("with symbols or broken text for names are refused", () => {
    refuses(usage({ [Symbol("s")]: 1 }), { path: "usage", message: /symbol keys/ });
    refuses(usage({ "\ud800": 1 }), { path: "usage", message: /well-formed/ });
  });
});

describe("what is not plain data", () => {
  test("is refused by its name, without running its code", () => {
    let ran = 0;
    const trap = () => {
      ran += 1;
      return 1;
    };
    const cases = [
      [{ get costToday() { return trap(); } }, "usage.costToday", /a getter/],
      [{ set costToday(_) { trap(); } }, "usage.costToday", /a setter/],
      [{ costToday: { valueOf: trap, toString: trap } }, "usage.costToday", /an object/],
      [{ costToday: trap }, "usage.costToday", /a function/],
      [{ costToday: 1n }, "usage.costToday", /a bigint/],
      [{ costToday: Symbol("s") }, "usage.costToday", /a symbol/],
      [new Map([["costToday", 1]]), "usage", /a Map/],
      [new Set(), "usage", /a Set/],
      [Promise.resolve({}), "usage", /a Promise/],
      [new Date(), "usage", /a Date/],
      [new String("x"), "usage", /an instance of String/],
      [new Uint8Array(4), "usage", /an instance of Uint8Array/],
      [[], "usage", /an array/],
    ];
    for (const [value, path, message] of cases) refuses(usage(value), { path, message });
    assert.equal(ran, 0);
  });

  test("cannot speak for itself through toJSON", () => {
    refuses(usage({ costToday: 1e9, toJSON: () => ({ costToday: 0 }) }), { path: "usage.toJSON" });
    class Money {
      toJSON() {
        return 0;
      }
    }
    refuses(usage({ costToday: new Money() }), { path: "usage.costToday", message: /an instance of Money/ });
  });

  test("does not pass as an array either", () => {
    const sparse = [1];
    sparse.length = 3;
    const events = (list) => () => determineTier({ events: list, now: 0 });
    refuses(events(sparse), { path: "events[1]", message: /a hole/ });
    refuses(events([1, undefined]), { path: "events[1]", message: /undefined/ });
    refuses(events(Object.defineProperty([0], 0, { get: () => 1, enumerable: true })), { path: "events[0]", message: /a getter/ });
    refuses(events(new (class Log extends Array {})()), { path: "events", message: /an instance of Log/ });
    refuses(events({ length: 0 }), { path: "events" });
    refuses(events("12"), { path: "events" });
  });
});

describe("proxies", () => {
  test("that are transparent are read, each value once", () => {
    const reads = [];
    const handler = {
      getOwnPropertyDescriptor(target, key) {
        reads.push(key);
        return Reflect.getOwnPropertyDescriptor(target, key);
      },
      get: () => assert.fail("a value was read by `get`"),
      has: () => assert.fail("`has` was asked"),
    };
    assert.equal(withinBudget({ usage: new Proxy({ costToday: 500 }, handler) }).within, false);
    assert.deepEqual(reads, ["costToday"]);
  });

  test("that answer differently each time are held to their first answer", () => {
    let asked = 0;
    const usage = new Proxy({ costToday: 0 }, {
      getOwnPropertyDescriptor() {
        asked += 1;
        return { value: asked === 1 ? 500 : 0, enumerable: true, configurable: true };
      },
    });
    assert.equal(withinBudget({ usage }).within, false);
  });

  test("that throw are refused where they stand", () => {
    const boom = () => {
      throw new Error("boom");
    };
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    for (const trap of ["ownKeys", "getOwnPropertyDescriptor", "getPrototypeOf"]) {
      refuses(usage(new Proxy({ costToday: 1 }, { [trap]: boom })), { path: "usage", message: /a Proxy that threw/ });
    }
    refuses(usage(proxy), { path: "usage", message: /a Proxy that threw/ });
    refuses(() => withinBudget(new Proxy({}, { ownKeys: boom })), { path: "", message: /a Proxy that threw/ });
    const liar = new Proxy([1, 2], { getOwnPropertyDescriptor: (target, key) =>
      ({ ...Reflect.getOwnPropertyDescriptor(target, key), value: -1 }) });
    refuses(() => determineTier({ events: liar, now: 0 }), { path: "events" });
  });

  test("that give an array another length than arrays have are refused", () => {
    const list = (target, value) => new Proxy(target, { getOwnPropertyDescriptor: (target, key) =>
      key === "length" ? { value, writable: true } : Reflect.getOwnPropertyDescriptor(target, key) });
    const guard = new Guard({ policy: POLICY });
    const ask = (args) => () => guard.request({ id: "a1", type: "book_meeting", agent: "sales", args, cost: { amount: 5 } });
    for (const length of [1.5, 0.5, -1, -0.5, NaN, Infinity, -Infinity, "2", "", true, null, undefined, {}, 2n]) {
      refuses(ask(list([1, 2], length)), { path: "args", message: /a Proxy that threw/ });
      refuses(ask({ deep: [list([1, 2], length)] }), { path: "args.deep[0]", message: /a Proxy that threw/ });
      refuses(() => determineTier({ events: list([1, 2], length), now: 0 }), { path: "events", message: /a Proxy that threw/ });
    }
    for (const length of [2 ** 22 + 1, 2 ** 32, 2 ** 32 + 1, 1e300]) {
      refuses(ask(list([1, 2], length)), { path: "", message: /more than 4194304 values/ });
    }
    assert.equal(guard.auditHead().seq, 0);
    // A length that arrays may have holds, even where it is not the target's.
    refuses(ask(list([1], 2)), { path: "args[1]", message: /a hole/ });
    assert.equal(ask(list([1, 2], 1))().allowed, true);
    guard.free();
  });

  test("cannot make the host's own words part of theirs", () => {
    // A list that claims half an item and has one: were it counted as none, the one would be read as the length of the
    // next name, 2 + 256 x 1. That name would take in all up to the filler's end; then come a null, which ends `args`,
    // and factors whose text is 32 bytes long: the host's cost.
    const half = new Proxy([true], { getOwnPropertyDescriptor: (target, key) =>
      key === "length" ? { value: 0.5, writable: true } : Reflect.getOwnPropertyDescriptor(target, key) });
    const u32 = (value) => String.fromCharCode(value, 0, 0, 0);
    const factors = `${u32(11)}riskFactors\x06${u32(1)}${u32(9)}draftText\x04${u32(32)}`;
    const args = { half, k: `${"-".repeat(251)}\0${factors}` };
    const guard = new Guard({ policy: { ...POLICY, budget: { maxCostPerDay: 1 } } });
    const ask = (args) => guard.request({ id: "a1", type: "book_meeting", agent: "sales", args, cost: { amount: 5 } });
    refuses(() => ask(args), { path: "args.half", message: /a Proxy that threw/ });
    assert.equal(ask({ ...args, half: [] }).code, "exceeds_cap");
    guard.free();
  });

  test("may call the package while they are read", () => {
    const inner = [];
    const nested = (depth) => new Proxy({ costToday: depth }, {
      ownKeys(target) {
        if (depth > 0) inner.push(withinBudget({ usage: nested(depth - 1), currency: "EUR" }).reason);
        return Reflect.ownKeys(target);
      },
    });
    const { within, reasons } = withinBudget({ currency: "USD", usage: nested(120), budget: { maxCostPerDay: 120 } });
    assert.deepEqual([within, reasons[0].text, reasons[0].used], [false, "cost_usd_per_day_reached", 120]);
    assert.equal(inner.length, 120);
    assert.equal(inner.filter((reason) => reason === "cost_eur_per_day_reached").length, 20);
  });
});

describe("text", () => {
  test("that is not well-formed is refused", () => {
    for (const text of ["\ud800", "a\udc00b", "\udc00\ud800"]) {
      refuses(risk({ draftText: text }), { path: "riskFactors.draftText", message: /well-formed/ });
      refuses(() => library.defaultPolicy(text), { path: "customerId", message: /well-formed/ });
    }
    assert.equal(risk({ draftText: "😀 \ud83d\ude00" })().required, false);
  });

  test("arrives as it is, whatever is in it", () => {
    const texts = ["", "\u0000", "é", "😀", "ضمان", "\ufeff", "a".repeat(47), "a".repeat(48), "a".repeat(49), "ä".repeat(200)];
    for (const text of texts) {
      const sector = `x${text}x`;
      const policy = { ...POLICY, blockedSectors: [sector] };
      const { reasons } = requiresApproval({ actionType: "send_message", policy, riskFactors: { sector } });
      assert.equal(reasons[0].sector, sector);
    }
    for (const filler of ["a", "ä", "ض", "漢", "😀"]) {
      for (const length of [1000, 4096, 5000, 200_000]) {
        const policy = { ...POLICY, blockedKeywords: ["needle"] };
        const riskFactors = { draftText: `${filler.repeat(length)} needle` };
        assert.equal(requiresApproval({ actionType: "send_message", policy, riskFactors }).reason, "blocked_keyword=needle");
      }
    }
  });

  test("in ids has no control characters", () => {
    for (const id of ["a\u0000b", "a\nb", ""]) refuses(() => library.defaultPolicy(id), { path: "customerId" });
  });
});

describe("times", () => {
  test("that do not exist are refused", () => {
    const times = [
      "2026-02-30T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:00:60Z", "2026-01-01", "2026-01-01T00:00Z", "yesterday", "",
      "1969-12-31T23:59:59Z", "10000-01-01T00:00:00Z", -1, NaN, Infinity, 1e18, new Date(NaN), true, null, [0], {},
    ];
    for (const at of times) refuses(() => isInQuietHours({ at, policy: POLICY }), { path: "at" });
    refuses(() => isInQuietHours({ hour: 24, policy: POLICY }), { path: "hour" });
    refuses(() => isInQuietHours({ hour: 1, policy: { ...POLICY, timeZone: "Mars/Olympus" } }), {
      code: "invalid_policy",
      path: "policy.timeZone",
    });
  });

  test("are text, milliseconds, or a Date", () => {
    const text = "2026-05-18T19:30:00Z";
    for (const at of [text, Date.parse(text), new Date(text), new (class Moment extends Date {})(text)]) {
      assert.equal(isInQuietHours({ at, policy: POLICY }), true);
    }
    const disguised = Object.setPrototypeOf(new Date(text), null);
    refuses(() => isInQuietHours({ at: disguised, policy: POLICY }), { path: "at" });
  });

  test("left out are now", () => {
    const now = Date.now();
    const events = Array.from({ length: 20 }, () => now);
    assert.equal(determineTier({ events }).tier, "tier_3");
    assert.equal(determineTier({ events, now: undefined }).tier, "tier_3");
    assert.equal(determineTier({ events, now: now + 3_600_000 }).tier, null);
    refuses(() => determineTier({ events, now: null }), { path: "now" });
  });
});

test("an argument that is no object is refused", () => {
  for (const run of [requiresApproval, withinBudget, isInQuietHours, determineTier]) {
    for (const argument of [undefined, null, 5, "x", [], () => 1, new Map(), Symbol("s"), 1n]) {
      refuses(() => run(argument), { path: "" });
    }
  }
});

test("nothing that is passed in is changed", () => {
  const freeze = (value) => Object.freeze(Object.values(value).forEach((v) => typeof v === "object" && freeze(v)) ?? value);
  const argument = freeze({ actionType: "send_message", policy: { ...POLICY, blockedKeywords: ["x"] }, riskFactors: { draftText: "x" } });
  assert.equal(requiresApproval(argument).required, true);
});
