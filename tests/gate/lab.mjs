// What the tests of the gate share: the package as installed, policies that let much through, and a gate that is not one.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { after } from "node:test";
import { pathToFileURL } from "node:url";

const required = createRequire(import.meta.url);
export const load = (name) => (process.env.FORMAT === "cjs" ? required(name) : import(name));

/** A development tool of the checkout. */
const tools = createRequire(`${process.env.PROJECT}/package.json`);
export const tool = async (name) => import(pathToFileURL(tools.resolve(name)));

export const { Guard, InterlockError, verifyAudit } = await load("agent-interlock");
export const { createGate, fakeClock, memoryStore } = await load("agent-interlock/gate");
export const { sqliteStore } = await load("agent-interlock/sqlite");

const fast = (windowMinutes) => ({ windowMinutes, actionsPerMinute: 1e6 });

/** Nothing but what a test adds stands in an action's way. */
export const OPEN = Object.freeze({
  customerId: "noor",
  autonomyMode: "full_autopilot",
  timeZone: "UTC",
  quietHours: null,
  budget: { maxMessagesPerDay: 1e9, maxLlmTokensPerDay: 1e9, maxExternalApiCallsPerDay: 1e9, maxCostPerDay: 1e9 },
  velocity: { tier_1: fast(15), tier_2: fast(10), tier_3: fast(5) },
  agents: { worker: { name: "Worker", creator: "huda" } },
  actions: {
    work: { cost: { apiCalls: 1 } },
    look: { access: "read", level: "L1" },
    set: { idempotent: true },
    ask: { level: "L3" },
    mail: { messaging: true, factors: { draftText: "/body" } },
  },
});

/** The same with a cap on what is worked. */
export const capped = (cap) => ({ ...OPEN, budget: { ...OPEN.budget, maxExternalApiCallsPerDay: cap } });

export const action = (id, more) => ({ id, type: "work", agent: "worker", args: { id }, ...more });
export const HUDA = Object.freeze({ id: "huda", role: "member" });
export const ADMIN = Object.freeze({ id: "root", role: "platform_admin" });

/** A folder of the test file's own. */
export function folder() {
  const made = mkdtempSync(path.join(tmpdir(), "agent-interlock-gate-"));
  after(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** A folder of the test file's own, new files in it, and a store of each kind. */
export function places() {
  const place = folder();
  let files = 0;
  const newFile = () => path.join(place, `${(files += 1)}.db`);
  return { place, newFile, STORES: { "in memory": async () => memoryStore(), "in a file": async () => sqliteStore(newFile()) } };
}

/** Runs so many actions from so many callers at once; counts what became of them, by status. */
export async function storm(run, actions, callers) {
  const counts = {};
  let next = 0;
  const caller = async () => {
    while (next < actions) {
      next += 1;
      const { status } = await run(action(`${process.pid}-${next}`), () => "done");
      counts[status] = (counts[status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return counts;
}

/** Looks first and writes down later, as one does who does not think of others: with the same face as a gate's `run`. */
export function naiveGate(file, cap) {
  writeFileSync(file, JSON.stringify({ used: 0, done: {} }), { flag: "a" });
  const read = () => {
    try {
      return JSON.parse(readFileSync(file, "utf8"));
    } catch {
      // Another one is just writing.
      return { used: 0, done: {} };
    }
  };
  return async (action, execute) => {
    const { used, done } = read();
    if (used >= cap || done[action.id]) return { status: "denied" };
    const result = await execute(action.args);
    await new Promise((resolve) => setImmediate(resolve));
    const now = read();
    writeFileSync(file, JSON.stringify({ used: now.used + 1, done: { ...now.done, [action.id]: true } }));
    return { status: "executed", result };
  };
}
