/** @import * as Public from "../types/index.js" */
/** @import { Compiled } from "./compiled.js" */
/** @import { ArgumentRules } from "./encode.js" */
/** @import { Engine } from "./engine.js" */
/** @import { Command } from "./journal.js" */
/** @import { Resource } from "./resource.js" */

import { agentHandle } from "./agent.js";
import { disposal } from "./disposal.js";
import { encoded } from "./encode.js";
import { enter, unwrap } from "./engine.js";
import { InterlockError } from "./error.js";
import { Journal } from "./journal.js";
import { readOptions } from "./options.js";
import { withCompiled } from "./policy.js";
import { begin, release, track } from "./resource.js";
import { expectText, nameOf } from "./text.js";

// What is special about options: their `now` may be left to the host's clock.
const NOW = { now: true };
/** The options of views that go by no clock. */
const TIMELESS = { now: 0 };

/** Errors of commands that have changed nothing. Others may have: who lacked the authority stands in the audit. */
const WITHOUT_TRACE = ["invalid_input", "invalid_policy", "not_found", "conflict", "internal"];

const BEGINNING = /** @type {const} */ (["policy", "snapshot", "expectedHead", "expectedDigest", "audit"]);

/** All rules, one decision: a deterministic state machine over a policy. */
export class Guard {
  /** The engine's guard holds the compiled one itself. @type {ReturnType<typeof remembered>} */
  #policy;
  /** @type {Journal} */
  #journal;
  /** @type {Resource} */
  #resource;
  #freed = false;

  /** @param {Public.GuardOptions} options */
  constructor(options) {
    const { policy, snapshot, expectedHead, expectedDigest, audit } = readOptions(options, BEGINNING);
    if (audit !== undefined && typeof audit !== "boolean") {
      throw new InterlockError("invalid_input", "audit", `expected true or false, got ${nameOf(audit)}`);
    }
    const text = snapshot === undefined ? undefined : snapshotText(snapshot);
    if (text === undefined && (expectedHead !== undefined || expectedDigest !== undefined)) {
      // Whoever expects a state and has none must not begin a fresh one.
      throw new InterlockError("invalid_snapshot", "snapshot", "a head or digest is expected, but there is no snapshot");
    }
    const expected = bytesOf({ expectedHead, expectedDigest, audit });
    const begun = withCompiled(policy, (compiled) => ({
      policy: remembered(compiled),
      resource: begin(
        compiled,
        (bindings, handle) =>
          text === undefined ? bindings.guardNew(handle, audit ?? true) : bindings.guardRestore(handle, text, expected),
        (bindings, handle) => bindings.guardFree(handle),
      ),
    }));
    this.#policy = begun.policy;
    this.#resource = begun.resource;
    this.#journal = new Journal({ policy: this.#policy.document, snapshot: text, entries: [] }, audit ?? true);
    track(this, this.#resource);
  }

  /** @type {Public.Guard["request"]} */
  request(action, options = {}) {
    return this.#command("request", action, options);
  }

  /** @type {Public.Guard["report"]} */
  report(report, options = {}) {
    return this.#command("report", report, options);
  }

  /** @type {Public.Guard["resolve"]} */
  resolve(order, options = {}) {
    return this.#command("resolve", order, options);
  }

  /** @type {Public.Guard["observe"]} */
  observe(observation, options = {}) {
    return this.#command("observe", observation, options);
  }

  /** @type {Public.Guard["lock"]} */
  lock(order, options = {}) {
    return this.#command("lock", order, options);
  }

  /** @type {Public.Guard["unlock"]} */
  unlock(order, options = {}) {
    return this.#command("unlock", order, options);
  }

  /** @type {Public.Guard["recordUsage"]} */
  recordUsage(spent, options = {}) {
    this.#command("recordUsage", spent, options);
  }

  /** @type {Public.Guard["acknowledge"]} */
  acknowledge(done, options = {}) {
    return this.#command("acknowledge", done, options);
  }

  /** @type {Public.Guard["adoptClock"]} */
  adoptClock(order, options = {}) {
    this.#command("adoptClock", order, options);
  }

  /** @type {Public.Guard["setPolicy"]} */
  setPolicy(policy, order) {
    withCompiled(policy, (compiled) => {
      this.#command("setPolicy", { policy: compiled.document }, order, remembered(compiled));
    });
  }

  /** @type {Public.Guard["usage"]} */
  usage(options = {}) {
    return this.#view("usage", null, options);
  }

  /** @type {Public.Guard["lockState"]} */
  lockState() {
    return this.#view("lockState", null, TIMELESS);
  }

  /** @type {Public.Guard["approvals"]} */
  approvals(filter = {}, options = {}) {
    return this.#view("approvals", filter, options);
  }

  /** @type {Public.Guard["explain"]} */
  explain(action, options = {}) {
    return this.#view("explain", action, options);
  }

  /** @type {Public.Guard["inFlight"]} */
  inFlight(options = {}) {
    return this.#view("inFlight", null, options);
  }

  /** @type {Public.Guard["outbox"]} */
  outbox() {
    return this.#view("outbox", null, TIMELESS);
  }

  /** @type {Public.Guard["auditHead"]} */
  auditHead() {
    return this.#view("auditHead", null, TIMELESS);
  }

  /** @type {Public.Guard["auditSince"]} */
  auditSince(seq) {
    return this.#journal.entriesSince(seq, this.#view("auditSince", { seq }, TIMELESS));
  }

  /** @type {Public.Guard["snapshot"]} */
  snapshot() {
    return this.#view("snapshot", null, TIMELESS);
  }

  /** @type {Public.Guard["forAgent"]} */
  forAgent(id, options = {}) {
    return agentHandle((action, given) => this.request(action, given), id, options);
  }

  get policyDigest() {
    return this.#policy.digest;
  }

  free() {
    if (this.#freed) return;
    this.#freed = true;
    release(this.#resource);
  }

  [disposal]() {
    this.free();
  }

  /**
   * Carries out a command and remembers it, unless it has changed nothing. One in which the engine failed has not happened.
   * @param {string} name
   * @param {unknown} argument
   * @param {unknown} options
   * @param {ReturnType<typeof remembered>} [policy] what it decides by from then on
   */
  #command(name, argument, options, policy) {
    const command = { name, argument: bytesOf(argument), options: bytesOf(options, NOW) };
    try {
      const result = this.#call(command);
      // Before the command is remembered: a new base of the journal stands under it.
      if (policy !== undefined) this.#policy = policy;
      this.#remember(command, false);
      return result;
    } catch (error) {
      if (error instanceof InterlockError && !WITHOUT_TRACE.includes(error.code)) this.#remember(command, true);
      throw error;
    }
  }

  /**
   * @param {string} name
   * @param {unknown} argument
   * @param {unknown} options
   */
  #view(name, argument, options) {
    return this.#call({ name, argument: bytesOf(argument), options: bytesOf(options, NOW) });
  }

  /**
   * The answer is read inside: where that fails, an engine that has gone on without the journal must not stay.
   * @param {Command} command
   */
  #call({ name, argument, options }) {
    return enter((engine) => unwrap(engine.bindings.guardCall(this.#handle(engine), name, argument, options)));
  }

  /**
   * @param {Command} command
   * @param {boolean} isRefused
   */
  #remember(command, isRefused) {
    this.#journal.add(command, isRefused);
    if (!this.#journal.isFull) return;
    try {
      const snapshot = JSON.stringify(this.snapshot());
      this.#journal.rebase({ policy: this.#policy.document, snapshot, entries: this.auditSince(0) });
    } catch {
      // The command has been carried out all the same. The journal goes on, and the next command tries again.
    }
  }

  /**
   * Its number in this engine; made anew where the instance that had it is gone.
   * @param {Engine} engine
   */
  #handle(engine) {
    if (this.#freed) throw new InterlockError("invalid_input", "", "this guard was freed; make a new one");
    if (this.#resource.generation !== engine.generation) {
      this.#resource.handle = this.#journal.restore(engine);
      this.#resource.generation = engine.generation;
    }
    return this.#resource.handle;
  }
}

/**
 * What it takes to compile a policy again.
 * @param {Compiled} compiled
 */
function remembered({ digest, document }) {
  return { digest, document: JSON.stringify(document) };
}

/** @param {unknown} snapshot as `snapshot()` gave it, or its JSON text */
export function snapshotText(snapshot) {
  const text = typeof snapshot === "object" && snapshot !== null ? jsonOf(snapshot) : snapshot;
  return expectText(text, "invalid_snapshot", "snapshot");
}

/** @param {object} snapshot */
function jsonOf(snapshot) {
  try {
    return JSON.stringify(snapshot);
  } catch (cause) {
    throw new InterlockError("invalid_snapshot", "snapshot", "expected a snapshot, got what JSON cannot say", { cause });
  }
}

/**
 * The argument's bytes, to keep.
 * @param {unknown} argument
 * @param {ArgumentRules} [rules]
 */
function bytesOf(argument, rules) {
  return encoded(argument, (bytes) => bytes.slice(), rules);
}
