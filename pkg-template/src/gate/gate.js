/** @import { Action, Approval, AuditEntry, Decision } from "../../types/index.js" */
/** @import * as Public from "../../types/gate.js" */
/** @import { Happened } from "./replica.js" */
/** @import { Keeper } from "./keeper.js" */
/** @import { readGateOptions } from "./options.js" */

import { InterlockError, Policy } from "agent-interlock";

import { wrong } from "../options.js";
import { nameOf } from "../text.js";
import { agentGate } from "./agent.js";
import { timeOf } from "./clock.js";
import { frozenCopy } from "./copy.js";
import { Delivery } from "./delivery.js";
import { Events } from "./events.js";
import { kept } from "./open.js";
import { expectExecute, readRunOptions } from "./options.js";
import { Runners } from "./runners.js";
import { hasOpened, isAbout, Runs } from "./runs.js";
import { Shadow } from "./shadow.js";

/** The guard decides, the gate acts on it. */
export class Gate {
  #keeper;
  #store;
  #key;
  #clock;
  #events;
  #shadow;
  #runs;
  #runners;
  #delivery;
  #isClosed = false;

  /**
   * @param {object} parts
   * @param {Keeper} parts.keeper
   * @param {string} parts.key
   * @param {string} parts.runner
   * @param {Events} parts.events
   * @param {ReturnType<typeof readGateOptions>} parts.options
   */
  constructor({ keeper, key, runner, events, options }) {
    const { store, clock, shadow, channels } = options;
    this.#keeper = keeper;
    this.#store = store;
    this.#key = key;
    this.#clock = clock;
    this.#events = events;
    this.#shadow = shadow === undefined ? undefined : new Shadow(shadow, events);
    this.#delivery = new Delivery(channels, events, clock, (ids) => this.acknowledge({ ids }));
    this.#runs = new Runs({
      keeper,
      events,
      shadow: this.#shadow,
      delivery: this.#delivery,
      options,
      views: this,
      onStoreFault: () => this.#runners.sweepSoon(),
    });
    this.#runners = new Runners({
      store,
      key,
      id: runner,
      options,
      flights: () => this.#fresh(({ replica }) => [...replica.flights]),
      isAbout: (id) => this.#runs.isAbout(id),
      settle: (reports) => this.#runs.settle(reports),
      after: () => this.#sweepOutbox(),
      trouble: (error) => events.trouble(error),
    });
  }

  /** Registers this process, and looks for what others have left. */
  async begin() {
    await this.#runners.begin();
  }

  /** @type {Public.Gate["run"]} */
  async run(action, execute, options = {}) {
    const wishes = readRunOptions(options);
    expectExecute(execute);
    return this.#runs.run(actionCopy(action), execute, wishes);
  }

  /** @type {Public.Gate["ask"]} */
  async ask(action, options = {}) {
    const wishes = readRunOptions(options);
    return this.#runs.ask(actionCopy(action), wishes);
  }

  /** @type {Public.Gate["resolve"]} */
  async resolve(resolution) {
    const approval = await this.#command("resolve", resolution);
    this.#events.emit("approval", { approval });
    if (this.#delivery.isWanted) {
      const told = (await this.outbox()).filter((obligation) => isAbout(obligation, approval));
      this.#delivery.deliver(told);
    }
    return approval;
  }

  /** @type {Public.Gate["approvals"]} */
  approvals(filter = {}) {
    return this.#view((guard, now) => guard.approvals(filter, { now }));
  }

  /** @type {Public.Gate["lock"]} */
  async lock(order) {
    const state = await this.#command("lock", order);
    this.#events.emit("lock", state);
    return state;
  }

  /** @type {Public.Gate["unlock"]} */
  async unlock(order) {
    const state = await this.#command("unlock", order);
    this.#events.emit("lock", state);
    return state;
  }

  /** @type {Public.Gate["reconcile"]} */
  async reconcile(word) {
    const { actionId, by } = word;
    if (by === undefined) throw new InterlockError("invalid_input", "by", "missing: who says so, `{id, role}`");
    if (!["succeeded", "failed"].includes(word.outcome)) throw wrong("outcome", "succeeded or failed", word.outcome);
    return this.#kept(({ replica, ask }) => {
      const now = timeOf(this.#clock);
      const flight = replica.view((guard) => guard.inFlight({ now })).find((each) => each.actionId === actionId);
      if (flight === undefined) throw new InterlockError("not_found", "actionId", "no such action is in flight or of unknown outcome");
      if (flight.status !== "unknown") throw new InterlockError("conflict", "actionId", "it is still being carried out: its outcome is not unknown");
      return ask("report", frozenCopy({ ...word, attempt: flight.attempt }), { now });
    });
  }

  /** @type {Public.Gate["observe"]} */
  observe(observation) {
    return this.#command("observe", observation);
  }

  /** @type {Public.Gate["recordUsage"]} */
  recordUsage(spent) {
    return this.#command("recordUsage", spent);
  }

  /** @type {Public.Gate["acknowledge"]} */
  acknowledge(done) {
    return this.#command("acknowledge", done);
  }

  /** @type {Public.Gate["adoptClock"]} */
  adoptClock(order) {
    return this.#command("adoptClock", order);
  }

  /** @type {Public.Gate["setPolicy"]} */
  setPolicy(policy, order) {
    const document = frozenCopy("document" in policy ? policy.document : policy);
    const said = frozenCopy(order);
    return this.#kept(({ ask }) => ask("setPolicy", document, { ...said, now: timeOf(this.#clock) }));
  }

  /** @type {Public.Gate["policy"]} */
  async policy() {
    const policy = new Policy(await kept(() => this.#fresh(({ replica }) => replica.policy)));
    const { document } = policy;
    policy.free();
    return document;
  }

  /** @type {Public.Gate["usage"]} */
  usage() {
    return this.#view((guard, now) => guard.usage({ now }));
  }

  /** @type {Public.Gate["lockState"]} */
  lockState() {
    return this.#view((guard) => guard.lockState());
  }

  /** @type {Public.Gate["inFlight"]} */
  inFlight() {
    return this.#view((guard, now) => guard.inFlight({ now }));
  }

  /** @type {Public.Gate["outbox"]} */
  outbox() {
    return this.#view((guard) => guard.outbox());
  }

  /** @type {Public.Gate["explain"]} */
  explain(action, options = {}) {
    const copy = frozenCopy(action);
    return this.#view((guard, now) => guard.explain(copy, { ...options, now }));
  }

  /** @type {Public.Gate["audit"]} */
  async audit({ since = 0, limit = 1000 } = {}) {
    const { audit } = this.#store;
    if (audit === undefined) return kept(() => this.#fresh(({ replica }) => replica.auditSince(since).slice(0, limit)));
    return kept(async () => /** @type {AuditEntry[]} */ (await audit.call(this.#store, this.#key, since, limit)));
  }

  get head() {
    return { ...this.#keeper.head };
  }

  get customerId() {
    return this.#key;
  }

  /** @type {Public.Gate["shadowReport"]} */
  shadowReport() {
    return this.#shadow?.summary() ?? null;
  }

  /** @type {Public.Gate["on"]} */
  on(name, listener) {
    return this.#events.on(name, listener);
  }

  /** @type {Public.Gate["forAgent"]} */
  forAgent(id, options = {}) {
    return agentGate(this, id, options);
  }

  async close() {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#delivery.close();
    await this.#runs.close();
    await this.#runners.end();
    await this.#keeper.close();
    this.#shadow?.free();
  }

  async [Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose")]() {
    await this.close();
  }

  async #sweepOutbox() {
    if (this.#delivery.isWanted) this.#delivery.sweep(await this.outbox());
  }

  /**
   * @param {Public.Command["name"]} name
   * @param {unknown} argument
   * @returns {Promise<any>}
   */
  #command(name, argument) {
    const copy = frozenCopy(argument);
    return this.#kept(({ ask }) => ask(name, copy, { now: timeOf(this.#clock) }));
  }

  /**
   * @template T
   * @param {import("./keeper.js").Job<T>} job
   */
  async #kept(job) {
    const result = await kept(() => this.#keeper.do(job));
    this.#events.change();
    return result;
  }

  /**
   * As the store has it now.
   * @template T
   * @param {import("./keeper.js").Job<T>} job
   */
  #fresh(job) {
    this.#keeper.expectNews();
    return this.#keeper.do(job);
  }

  /**
   * @template T
   * @param {(guard: import("../../types/index.js").Guard, now: number) => T} look
   */
  #view(look) {
    return kept(() => this.#fresh(({ replica }) => replica.view((guard) => look(guard, timeOf(this.#clock)))));
  }
}

/**
 * @param {unknown} action
 * @returns {Action}
 */
function actionCopy(action) {
  const copy = frozenCopy(action);
  if (typeof copy === "object" && copy !== null && !Array.isArray(copy)) return copy;
  throw new InterlockError("invalid_input", "", `expected an action, got ${nameOf(action)}`);
}

/**
 * Tells of what other processes did.
 * @param {Events} events
 * @param {Happened[]} happened
 */
export function tellOfOthers(events, happened) {
  events.change();
  for (const { command, result } of happened) {
    if (result === undefined) continue;
    if (command.name === "request") {
      const decision = /** @type {Decision} */ (result);
      if (decision.approval !== null && hasOpened(decision)) events.emit("approval", { approval: decision.approval });
    }
    if (command.name === "resolve") events.emit("approval", { approval: /** @type {Approval} */ (result) });
    if (command.name === "lock" || command.name === "unlock") events.emit("lock", /** @type {any} */ (result));
  }
}
