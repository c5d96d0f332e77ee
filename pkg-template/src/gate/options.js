/** @import { GateOptions, RunOptions } from "../../types/gate.js" */

import { InterlockError, verifyAudit } from "agent-interlock";

import { expectMethods, isSignal, milliseconds, readOptions, wrong } from "../options.js";
import { systemClock } from "./clock.js";
import { memoryStore } from "./memory-store.js";

const GATE = /** @type {const} */ ([
  "policy", "store", "customerId", "create", "expectedHead", "changePolicy", "clock", "channels", "shadow", "onDecision",
  "storeTimeoutMs", "leaseMs", "pollMs",
]);
const RUN = /** @type {const} */ (["requestedBy", "human", "signal", "timeoutMs", "wait"]);
const CHANNELS = ["notify", "route", "alert"];
const STORE = ["load", "commit", "hashAt"];

/** @param {unknown} options */
export function readGateOptions(options) {
  const given = /** @type {Partial<GateOptions>} */ (readOptions(options, GATE));
  const { clock = systemClock, store = memoryStore(), channels = {}, create = false } = given;
  expectMethods(clock, "clock", ["now", "sleep"]);
  expectMethods(store, "store", STORE);
  if (typeof create !== "boolean") throw wrong("create", "true or false", create);
  if (given.expectedHead !== undefined) expectHeadOf(given.expectedHead);
  if (given.changePolicy !== undefined) expectOrder(given.changePolicy);
  for (const [kind, channel] of Object.entries(channels)) {
    if (!CHANNELS.includes(kind)) throw new InterlockError("invalid_input", "channels", `unknown channel; known are ${CHANNELS.join(", ")}`);
    if (typeof channel !== "function") throw wrong(`channels.${kind}`, "a function", channel);
  }
  const { onDecision } = given;
  if (onDecision !== undefined && typeof onDecision !== "function") throw wrong("onDecision", "a function", onDecision);
  return {
    ...given,
    clock,
    store,
    channels,
    create,
    storeTimeoutMs: milliseconds("storeTimeoutMs", given.storeTimeoutMs) ?? 5000,
    leaseMs: milliseconds("leaseMs", given.leaseMs) ?? 30_000,
    pollMs: milliseconds("pollMs", given.pollMs) ?? 500,
  };
}

/**
 * @param {unknown} options
 * @returns {RunOptions & { wait: boolean }}
 */
export function readRunOptions(options) {
  const given = /** @type {RunOptions} */ (readOptions(options, RUN));
  const { signal, wait = false } = given;
  if (signal !== undefined && !isSignal(signal)) throw wrong("signal", "an AbortSignal", signal);
  if (typeof wait !== "boolean") throw wrong("wait", "true or false", wait);
  return { ...given, wait, timeoutMs: milliseconds("timeoutMs", given.timeoutMs) };
}

/**
 * A head in another form would protect from nothing. The engine reads it, as it reads all others.
 * @param {any} head
 */
function expectHeadOf(head) {
  try {
    verifyAudit({ entries: [], head });
  } catch (error) {
    if (!(error instanceof InterlockError) || error.code !== "invalid_input") throw error;
    throw new InterlockError(error.code, error.path.replace(/^head/, "expectedHead"), error.message.replace(/^[^:]*: /, ""));
  }
}

/** @param {unknown} order */
function expectOrder(order) {
  const { by, reason } = readOptions(order, ["by", "reason"]);
  if (typeof by !== "object" || by === null) throw wrong("changePolicy.by", "who changes it, `{id, role}`", by);
  if (typeof reason !== "string" || reason === "") throw wrong("changePolicy.reason", "why, in words", reason);
}

/** @param {unknown} execute */
export function expectExecute(execute) {
  if (typeof execute !== "function") throw wrong("execute", "a function that carries the action out", execute);
}
