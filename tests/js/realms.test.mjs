// Objects of other realms are as plain as our own.
import assert from "node:assert/strict";
import { test } from "node:test";
import vm from "node:vm";
import { library, POLICY, refuses, tool } from "./library.mjs";

const { determineTier, isInQuietHours, withinBudget } = library;

const { JSDOM } = tool("jsdom");
const frame = new JSDOM("<!doctype html>", { runScripts: "outside-only" }).window;
const realms = {
  "a vm context": (code) => vm.runInNewContext(code),
  "a window of jsdom": (code) => frame.eval(code),
};

for (const [name, run] of Object.entries(realms)) {
  test(`plain objects, arrays and Dates of ${name}`, () => {
    assert.notEqual(Object.getPrototypeOf(run("({})")), Object.prototype);
    assert.equal(withinBudget(run("({ usage: { costToday: 500 } })")).within, false);
    assert.equal(determineTier(run("({ events: [0, { timestamp: 0 }], now: 0 })")).signals.tier_1.actionCount, 2);
    assert.equal(isInQuietHours({ at: run("new Date('2026-05-18T19:30:00Z')"), policy: POLICY }), true);
  });

  test(`what is not plain of ${name}`, () => {
    const usage = (code) => () => withinBudget({ usage: run(code) });
    refuses(usage("new Map()"), { path: "usage", message: /a Map/ });
    refuses(usage("new (class Usage {})()"), { path: "usage", message: /an instance of Usage/ });
    refuses(usage("Object.create({ costToday: 0 })"), { path: "usage" });
    refuses(usage("new (class extends null { constructor() { return Object.create(new.target.prototype) } })()"), { path: "usage" });
    refuses(usage("({ get costToday() { return 0 } })"), { path: "usage.costToday", message: /a getter/ });
    refuses(usage("[]"), { path: "usage", message: /an array/ });
  });
}

test("the page's globals may stand in for ours, as test runners do it", () => {
  const names = ["document", "location", "TextEncoder", "TextDecoder"];
  const before = names.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]);
  for (const name of names) Object.defineProperty(globalThis, name, { value: frame[name], configurable: true, writable: true });
  try {
    assert.equal(globalThis.TextEncoder, undefined);
    assert.equal(withinBudget({ usage: { costToday: 500 } }).within, false);
  } finally {
    for (const [name, descriptor] of before) {
      if (descriptor === undefined) delete globalThis[name];
      else Object.defineProperty(globalThis, name, descriptor);
    }
  }
});
