/** @import { Action, Approval, Decision, Obligation, Reported } from "../../types/index.js" */
/** @import * as Public from "../../types/gate.js" */
/** @import { Delivery } from "./delivery.js" */
/** @import { Events } from "./events.js" */
/** @import { Keeper } from "./keeper.js" */
/** @import { readGateOptions, readRunOptions } from "./options.js" */
/** @import { Shadow } from "./shadow.js" */

import { InterlockError } from "agent-interlock";

import { timeOf } from "./clock.js";
import { frozenCopy } from "./copy.js";
import { NOT_BEGUN } from "./failure.js";
import { perform, persistently } from "./run.js";
import { StoreError } from "./store-error.js";
import { changed, isSettled, sleepUntil } from "./waiting.js";

/** Who locks by itself, and so says so. */
const LOCKING = ["critical_risk", "systemic_anomaly", "velocity_tier_3"];

/** @typedef {ReturnType<typeof readRunOptions>} Wishes */

/** Actions that are asked for, carried out and reported. */
export class Runs {
  #keeper;
  #clock;
  #pollMs;
  #onDecision;
  #events;
  #shadow;
  #delivery;
  #views;
  #onStoreFault;
  #isClosed = new AbortController();
  /** @type {Set<Promise<unknown>>} */
  #running = new Set();
  /** What this process is about, by action. @type {Map<string, number>} */
  #claims = new Map();

  /**
   * @param {object} parts
   * @param {Keeper} parts.keeper
   * @param {Events} parts.events
   * @param {Shadow | undefined} parts.shadow
   * @param {Delivery} parts.delivery
   * @param {ReturnType<typeof readGateOptions>} parts.options
   * @param {Pick<Public.Gate, "approvals" | "explain" | "lockState">} parts.views
   * @param {() => void} parts.onStoreFault is told when a commit is not known to be kept
   */
  constructor({ keeper, events, shadow, delivery, options, views, onStoreFault }) {
    this.#keeper = keeper;
    this.#clock = options.clock;
    this.#pollMs = options.pollMs;
    this.#onDecision = options.onDecision;
    this.#events = events;
    this.#shadow = shadow;
    this.#delivery = delivery;
    this.#views = views;
    this.#onStoreFault = onStoreFault;
  }

  /**
   * @param {Action} action a copy that nobody can change
   * @param {Public.Execute<any>} execute
   * @param {Wishes} wishes
   */
  async run(action, execute, wishes) {
    const run = this.#until(action, wishes, () => this.#runOnce(action, execute, wishes));
    this.#running.add(run);
    try {
      return await run;
    } finally {
      this.#running.delete(run);
    }
  }

  /**
   * Asks whether an action would run, and opens what has to be asked a person; grants nothing.
   * @param {Action} action
   * @param {Wishes} wishes
   * @returns {Promise<Public.AskResult>}
   */
  async ask(action, wishes) {
    return this.#until(action, wishes, () => this.#askOnce(action, wishes));
  }

  /** Whether this process is about an action. @param {string} id */
  isAbout(id) {
    return this.#claims.has(id);
  }

  /**
   * Settles what nobody is carrying out any more.
   * @param {{ [name: string]: any }[]} reports
   */
  async settle(reports) {
    for (const report of reports) {
      try {
        await this.#reportNow(report);
      } catch (error) {
        // Whoever carries it out, or a person, was faster.
        if (!(error instanceof InterlockError)) throw error;
      }
    }
  }

  /** Ends what waits to be reported; resolves when all that runs has ended. */
  async close() {
    this.#isClosed.abort(new StoreError("closed"));
    await Promise.allSettled(this.#running);
  }

  /**
   * Tries it, and where the caller waits again when what held the action has changed.
   * @template {Public.RunResult<any> | Public.AskResult} Result
   * @param {Action} action
   * @param {Wishes} wishes
   * @param {() => Promise<Result>} attempt
   * @returns {Promise<Result>}
   */
  async #until(action, wishes, attempt) {
    for (;;) {
      wishes.signal?.throwIfAborted();
      const result = await attempt();
      if (!wishes.wait || !(await this.#isWorthAnother(action, result, wishes))) return result;
    }
  }

  /**
   * Whether what held an action has changed, which is waited for; not once the gate closes.
   * @param {Action} action
   * @param {Public.RunResult<any> | Public.AskResult} result
   * @param {Wishes} wishes
   */
  async #isWorthAnother(action, result, wishes) {
    const closing = this.#isClosed.signal;
    const either = new AbortController();
    const stop = () => either.abort(wishes.signal?.aborted ? wishes.signal.reason : closing.reason);
    const signals = wishes.signal === undefined ? [closing] : [closing, wishes.signal];
    for (const signal of signals) signal.addEventListener("abort", stop);
    if (closing.aborted) stop();
    try {
      return await this.#hasChanged(action, result, { ...wishes, signal: either.signal });
    } catch (error) {
      if (closing.aborted && !wishes.signal?.aborted) return false;
      throw error;
    } finally {
      for (const signal of signals) signal.removeEventListener("abort", stop);
    }
  }

  /**
   * @param {Action} action
   * @param {Public.Execute<any>} execute
   * @param {Wishes} wishes
   * @returns {Promise<Public.RunResult<any>>}
   */
  async #runOnce(action, execute, wishes) {
    const done = this.#claim(action.id);
    try {
      const decision = await this.#decide(action, wishes);
      if (!decision.allowed) return refused(decision);
      if (wishes.signal?.aborted) {
        await this.#report({ actionId: action.id, outcome: "failed", error: NOT_BEGUN, usage: {}, attempt: decision.attempt });
        throw wishes.signal.reason;
      }
      const side = {
        clock: this.#clock,
        report: (/** @type {{ [name: string]: any }} */ report) => this.#report(report),
        late: (/** @type {{ [name: string]: any }} */ report) => void this.#reportLate(report),
      };
      return await perform(side, decision, action.args, execute, wishes);
    } catch (error) {
      return this.#locked(error);
    } finally {
      done();
    }
  }

  /**
   * @param {Action} action
   * @param {Wishes} wishes
   * @returns {Promise<Public.AskResult>}
   */
  async #askOnce(action, wishes) {
    try {
      const decision = await this.#decide(action, wishes, true);
      return decision.allowed ? { status: "allowed", decision } : refused(decision);
    } catch (error) {
      return this.#locked(error);
    }
  }

  /**
   * Nothing runs while the store cannot be relied upon.
   * @param {unknown} error
   * @returns {{ status: "locked", code: Public.StoreFault, reason: string, decision: null, error: unknown }}
   */
  #locked(error) {
    if (!(error instanceof StoreError)) throw error;
    this.#onStoreFault();
    return { status: "locked", code: error.code, reason: error.message, decision: null, error };
  }

  /**
   * Says that this process is about an action; gives what says that it no longer is.
   * @param {string} id
   */
  #claim(id) {
    this.#claims.set(id, (this.#claims.get(id) ?? 0) + 1);
    return () => {
      const left = (this.#claims.get(id) ?? 1) - 1;
      if (left > 0) this.#claims.set(id, left);
      else this.#claims.delete(id);
    };
  }

  /**
   * @param {Action} action
   * @param {Wishes} wishes
   * @param {boolean} [isQuestion] whether nothing is to be granted
   * @returns {Promise<Decision>}
   */
  async #decide(action, wishes, isQuestion = false) {
    const asked = askedBy(wishes);
    const { decision, now, isNews } = await this.#keeper.do(({ replica, ask }) => {
      const now = timeOf(this.#clock);
      const options = { ...asked, now };
      if (isQuestion) {
        const { decision } = replica.view((guard) => guard.explain(action, options));
        // What would run is not begun; what has been asked a person is not asked again.
        const isKnown = decision.effect === "approve" && !hasOpened(decision);
        if (decision.allowed || isKnown) return { now, decision, isNews: false };
      }
      return { now, decision: /** @type {Decision} */ (ask("request", action, options)), isNews: true };
    });
    if (!isNews) return decision;
    const shadow = this.#shadow?.decide(action, { ...asked, now }, decision);
    this.#tell(action, decision, shadow);
    return decision;
  }

  /**
   * @param {Action} action
   * @param {Decision} decision
   * @param {Decision | undefined} shadow
   */
  #tell(action, decision, shadow) {
    this.#events.change();
    this.#events.emit("decision", { action, decision, shadow: shadow ?? null });
    const { approval } = decision;
    if (approval !== null && hasOpened(decision)) this.#events.emit("approval", { approval });
    if (decision.effect === "lock" && LOCKING.includes(String(decision.code))) {
      void this.#views.lockState().then((state) => this.#events.emit("lock", state), (error) => this.#events.trouble(error));
    }
    const tell = this.#onDecision;
    if (tell !== undefined) this.#events.guarded(() => tell(decision, { action, shadow: shadow ?? null }));
    this.#delivery.deliver(decision.obligations);
  }

  /**
   * Whether it is worth asking again: resolves when what held the action has changed.
   * @param {Action} action
   * @param {Public.RunResult<any> | Public.AskResult} result
   * @param {Wishes} wishes
   */
  async #hasChanged(action, result, { signal, ...wishes }) {
    if (result.status === "deferred" && result.until !== null) {
      await sleepUntil(this.#clock, result.until, signal);
      return true;
    }
    if (result.status === "deferred") {
      const find = () => this.#found(async () => (await this.#views.explain(action, askedBy(wishes))).decision.effect !== "defer" || undefined);
      return changed(this.#watch(), find, signal);
    }
    if (result.status !== "pending") return false;
    const { id, expiresAt } = result.approval;
    const find = () => this.#found(async () => {
      const approval = (await this.#views.approvals()).find((each) => each.id === id);
      return isSettled(approval) ? { approval } : undefined;
    });
    const { approval } = await changed(this.#watch(), find, signal, expiresAt);
    // Nobody has decided in time: asking again would open another.
    if (approval?.status !== "expired") return true;
    result.approval = approval;
    return false;
  }

  #watch() {
    return { events: this.#events, clock: this.#clock, pollMs: this.#pollMs, look: () => this.#views.lockState() };
  }

  /**
   * What is found; nothing while the store fails.
   * @template T
   * @param {() => Promise<T>} find
   */
  async #found(find) {
    try {
      return await find();
    } catch (error) {
      if (error instanceof InterlockError && error.cause instanceof StoreError && error.cause.code !== "closed") return undefined;
      throw error;
    }
  }

  /**
   * Reports what became of an action. Where the store does not take it, it goes on trying: what was done stays done.
   * @param {{ [name: string]: any }} report
   * @returns {Promise<Reported | undefined>}
   */
  async #report(report) {
    try {
      return await this.#reportNow(report);
    } catch (error) {
      if (error instanceof StoreError) this.#reportLater(report);
      this.#events.trouble(error);
      return undefined;
    }
  }

  /** @param {{ [name: string]: any }} report */
  async #reportNow({ usage, ...report }) {
    try {
      return await this.#reportAs(usage === undefined ? report : { ...report, usage });
    } catch (error) {
      if (!(error instanceof InterlockError) || error.code !== "invalid_input") throw error;
      // A usage or an error that cannot be used is no reason to leave it in flight: what was reserved stands.
      this.#events.trouble(error);
      const { error: _, ...bare } = report;
      return this.#reportAs(report.outcome === "failed" ? { ...bare, error: { message: "unknown" } } : bare);
    }
  }

  /** @param {{ [name: string]: any }} report */
  async #reportAs(report) {
    // Of our own making, but for the usage.
    const copy = /** @type {any} */ (Object.freeze("usage" in report ? { ...report, usage: frozenCopy(report.usage, "usage") } : report));
    const { reported, now } = await this.#keeper.do(({ ask }) => {
      const now = timeOf(this.#clock);
      return { now, reported: /** @type {Reported} */ (ask("report", copy, { now })) };
    });
    this.#shadow?.report(copy, now);
    this.#events.change();
    return reported;
  }

  /** @param {{ [name: string]: any }} report */
  #reportLater(report) {
    const done = this.#claim(report.actionId);
    const reporting = persistently(async () => {
      try {
        await this.#reportNow(report);
      } catch (error) {
        if (error instanceof StoreError) throw error;
        this.#events.trouble(error);
      }
    }, this.#isClosed.signal);
    void reporting.finally(done);
  }

  /** It was given up, and succeeded all the same. @param {{ [name: string]: any }} report */
  async #reportLate(report) {
    try {
      await this.#reportNow(report);
    } catch (error) {
      // Tried again meanwhile, or settled by a person: then it is for people to see.
      this.#events.trouble(error);
    }
  }
}

/**
 * Whether it is with this decision that a person is asked.
 * @param {Decision} decision
 */
export function hasOpened({ approval, obligations }) {
  return approval !== null && obligations.some((obligation) => isAbout(obligation, approval));
}

/**
 * Whether it tells somebody of an approval.
 * @param {Obligation} obligation
 * @param {Approval} approval
 */
export function isAbout({ data }, { id }) {
  return typeof data === "object" && data !== null && "approvalId" in data && data.approvalId === id;
}

/**
 * What of a caller's wishes the guard is told.
 * @param {Pick<Wishes, "requestedBy" | "human">} wishes
 */
function askedBy({ requestedBy, human }) {
  return { ...(requestedBy === undefined ? {} : { requestedBy }), ...(human === undefined ? {} : { human }) };
}

/**
 * @param {Decision} decision
 * @returns {Public.Refusal}
 */
function refused(decision) {
  const { effect, deferUntil, code, reason } = decision;
  const told = { code: String(code), reason: String(reason), decision };
  if (effect === "approve") {
    const { approval } = decision;
    // Without one nobody could ever decide.
    if (approval === null) return { status: "denied", ...told };
    return { status: "pending", approval, ...told };
  }
  if (effect === "defer") return { status: "deferred", until: deferUntil, ...told };
  if (effect === "lock") return { status: "locked", ...told };
  if (code === "outcome_unknown") return { status: "unknown", code: "outcome_unknown", decision };
  return { status: "denied", ...told };
}
