/** @import { Action, Decision, Policy, PolicyDocument, Report, RequestOptions } from "../../types/index.js" */
/** @import { ShadowReport } from "../../types/gate.js" */
/** @import { Events } from "./events.js" */

import { Guard, InterlockError } from "agent-interlock";

/** Least to most strict. */
const EFFECTS = ["allow", "notify", "approve", "defer", "deny", "lock"];

/** Of so many codes the count is kept. */
const MAX_CODES = 1000;
/** So many actions that ran in its world alone are remembered. */
const MAX_AHEAD = 10_000;

/**
 * A second policy that decides beside the first and is only reported. It lives in a world of its own: what it would have refused is not
 * counted in its budgets, and its locks hold for it alone. Nothing that goes wrong in it touches an action.
 */
export class Shadow {
  #guard;
  #events;
  /** @type {{ compared: number, same: number, stricter: number, milder: number, failed: number }} */
  #counts = { compared: 0, same: 0, stricter: 0, milder: 0, failed: 0 };
  /** @type {Map<string, number>} */
  #codes = new Map();
  /** What ran in its world alone, and is not asked for there again. @type {Set<string>} */
  #ahead = new Set();

  /**
   * @param {Policy | PolicyDocument} policy
   * @param {Events} events
   */
  constructor(policy, events) {
    this.#guard = new Guard({ policy, audit: false });
    this.#events = events;
  }

  /**
   * @param {Action} action
   * @param {RequestOptions} options
   * @param {Decision} decision what was decided in earnest
   * @returns {Decision | undefined}
   */
  decide(action, options, decision) {
    if (this.#ahead.has(action.id)) return undefined;
    return this.#quietly(() => {
      const shadow = this.#guard.request(action, options);
      if (shadow.allowed && !decision.allowed) this.#goAhead(action.id, options);
      const difference = EFFECTS.indexOf(shadow.effect) - EFFECTS.indexOf(decision.effect);
      this.#counts.compared += 1;
      this.#counts[difference === 0 ? "same" : difference > 0 ? "stricter" : "milder"] += 1;
      const code = String(shadow.code);
      const known = this.#codes.get(code) ?? 0;
      if (difference > 0 && (known > 0 || this.#codes.size < MAX_CODES)) this.#codes.set(code, known + 1);
      this.#events.emit("shadow", { action, decision, shadow, differs: difference !== 0 });
      return shadow;
    });
  }

  /**
   * What it did not grant it is not told of.
   * @param {Report} report
   * @param {number} now
   */
  report({ actionId, outcome, usage, error }, now) {
    this.#quietly(() => {
      const isGranted = this.#guard.inFlight({ now }).some((flight) => flight.actionId === actionId);
      if (isGranted) this.#guard.report({ actionId, outcome, usage, error }, { now });
    });
  }

  /**
   * It would have run: nobody will report it.
   * @param {string} id
   * @param {RequestOptions} options
   */
  #goAhead(id, { now }) {
    this.#guard.report({ actionId: id, outcome: "succeeded" }, { now });
    if (this.#ahead.size < MAX_AHEAD) this.#ahead.add(id);
  }

  /** @returns {ShadowReport} */
  summary() {
    const stricterBy = Object.fromEntries([...this.#codes].sort(([, one], [, other]) => other - one));
    return { ...this.#counts, stricterBy };
  }

  free() {
    this.#guard.free();
  }

  /**
   * @template T
   * @param {() => T} run
   * @returns {T | undefined}
   */
  #quietly(run) {
    try {
      return run();
    } catch (error) {
      this.#counts.failed += 1;
      if (!(error instanceof InterlockError)) this.#events.trouble(error);
      return undefined;
    }
  }
}
