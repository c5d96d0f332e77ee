/** @import { Cost, Decision, Reported } from "../../types/index.js" */
/** @import { Clock, Execute, RunResult } from "../../types/gate.js" */

import { timer } from "./clock.js";
import { failureOf, interrupted } from "./failure.js";

/**
 * What the gate does for a run.
 * @typedef {object} Side
 * @property {Clock} clock
 * @property {(report: { [name: string]: any }) => Promise<Reported | undefined>} report gives undefined where it is not known to be kept
 * @property {(report: { [name: string]: any }) => void} late takes note of what became known after all
 */

/**
 * How an execution ended, seen from outside.
 * @typedef {{ end: "returned", value: any } | { end: "threw", error: unknown } | { end: "timedOut" }
 *   | { end: "aborted", error: unknown }} Ending
 */

/**
 * Carries out a granted action, and reports what became of it.
 * @param {Side} side
 * @param {Decision} decision
 * @param {any} args
 * @param {Execute<any>} execute
 * @param {{ signal?: AbortSignal | undefined, timeoutMs?: number | undefined }} options
 * @returns {Promise<RunResult<any>>}
 */
export async function perform(side, decision, args, execute, { signal, timeoutMs }) {
  const { actionId, attempt } = decision;
  /** @type {Cost | undefined} */
  let usage;
  // Made when it is first wanted: most executions never look at it, and it costs more than the rest of this function.
  /** @type {AbortController | undefined} */
  let controller;
  const stop = () => (controller ??= new AbortController());
  const context = Object.freeze({
    get signal() {
      return stop().signal;
    },
    attempt,
    used: (/** @type {Cost} */ cost) => {
      usage = more(usage, cost);
    },
  });
  const work = attemptOf(() => execute(args, context));
  const ending = await endOf(work, side.clock, stop, signal, timeoutMs);
  if (ending.end === "returned") {
    const reported = await side.report({ actionId, outcome: "succeeded", usage, attempt });
    return { status: "executed", result: ending.value, recorded: reported?.outcome === "succeeded", decision };
  }
  if (ending.end !== "threw") {
    // It was told to stop and may go on all the same: should it succeed, that is worth knowing.
    void work.then((late) => late.end === "returned" && side.late({ actionId, outcome: "succeeded", usage, attempt }));
  }
  return failed(await side.report({ actionId, outcome: "failed", usage, error: errorOf(ending), attempt }), ending, decision);
}

/**
 * What was used so far, and more of it: an action that calls a model twice says so twice. What cannot be used makes the sum so too: it is refused
 * where it is reported, and what was reserved stands.
 * @param {Cost | undefined} before
 * @param {Cost} cost
 * @returns {Cost}
 */
function more(before, cost) {
  if (before === undefined || typeof before !== "object" || typeof cost !== "object" || cost === null) return cost;
  /** @type {Record<string, unknown>} */
  const sum = { ...before };
  for (const [name, value] of Object.entries(cost)) {
    const known = sum[name] ?? 0;
    sum[name] = isUsable(known) && isUsable(value) ? known + value : NaN;
  }
  return sum;
}

/**
 * @param {unknown} value
 * @returns {value is number}
 */
function isUsable(value) {
  return typeof value === "number" && value >= 0;
}

/**
 * @param {Reported | undefined} reported
 * @param {Exclude<Ending, { end: "returned" }>} ending
 * @param {Decision} decision
 * @returns {RunResult<any>}
 */
function failed(reported, ending, decision) {
  const error = ending.end === "timedOut" ? new DOMException("the action did not end in time", "TimeoutError") : ending.error;
  // What is not known to be kept is found in flight by whoever looks next, and is unknown to them.
  if (reported === undefined || reported.outcome !== "failed") return { status: "unknown", code: "outcome_unknown", error, decision };
  return { status: "failed", category: reported.category ?? "unknown", retryAt: reported.retryAt, error, decision };
}

/** @param {Exclude<Ending, { end: "returned" }>} ending */
function errorOf(ending) {
  if (ending.end === "threw") return failureOf(ending.error);
  return interrupted(ending.end);
}

/**
 * @param {() => unknown} run
 * @returns {Promise<{ end: "returned", value: any } | { end: "threw", error: unknown }>}
 */
async function attemptOf(run) {
  try {
    return { end: "returned", value: await run() };
  } catch (error) {
    return { end: "threw", error };
  }
}

/**
 * How it ends: by itself, by its time, or because the caller no longer wants it. Then it is told to stop, and not waited for.
 * @param {ReturnType<typeof attemptOf>} work
 * @param {Clock} clock
 * @param {() => AbortController} stop
 * @param {AbortSignal | undefined} signal
 * @param {number | undefined} timeoutMs
 * @returns {Promise<Ending>}
 */
async function endOf(work, clock, stop, signal, timeoutMs) {
  if (signal === undefined && timeoutMs === undefined) return work;
  const settled = new AbortController();
  /** @type {Promise<Ending>[]} */
  const endings = [work];
  if (timeoutMs !== undefined) endings.push(after(clock.sleep(timeoutMs, settled.signal), { end: "timedOut" }));
  if (signal !== undefined) endings.push(aborted(signal, settled.signal));
  const ending = await Promise.race(endings);
  settled.abort();
  // What stopped because it was told to has not failed by itself.
  if (ending.end === "threw" && signal?.aborted) return { end: "aborted", error: ending.error };
  if (ending.end === "timedOut") stop().abort(new DOMException("the action did not end in time", "TimeoutError"));
  if (ending.end === "aborted") stop().abort(ending.error);
  return ending;
}

/**
 * @param {Promise<void>} time
 * @param {Ending} ending
 * @returns {Promise<Ending>}
 */
async function after(time, ending) {
  try {
    await time;
    return ending;
  } catch {
    // No longer wanted.
    return new Promise(() => {});
  }
}

/**
 * @param {AbortSignal} signal
 * @param {AbortSignal} settled
 * @returns {Promise<Ending>}
 */
function aborted(signal, settled) {
  return new Promise((resolve) => {
    const stop = () => resolve({ end: "aborted", error: signal.reason });
    if (signal.aborted) return stop();
    signal.addEventListener("abort", stop, { once: true, signal: settled });
  });
}

/**
 * Tries something again, ever more slowly, until it succeeds or is no longer wanted.
 * @param {() => Promise<unknown>} run
 * @param {AbortSignal} signal
 */
export async function persistently(run, signal) {
  for (let pause = 200; !signal.aborted; pause = Math.min(pause * 2, 30_000)) {
    try {
      await timer(pause, signal);
      await run();
      return;
    } catch {
      // Again, after a longer while.
    }
  }
}
