/** @import * as Public from "../types/index.js" */
/** @import { Engine } from "./engine.js" */
/** @import { Resource } from "./resource.js" */
/** @import { Command } from "./journal.js" */

import { Agent } from "./agent.js";
import { Compiled } from "./compiled.js";
import { disposal } from "./disposal.js";
import { encoded } from "./encode.js";
import { enter, unwrap } from "./engine.js";
import { InterlockError } from "./error.js";
import { Journal } from "./journal.js";
import { readOptions } from "./options.js";
import { compiledOf } from "./policy.js";
import { release, track } from "./resource.js";

// What is special about options: their `now` may be left to the host's clock.
const NOW = { now: true };
const NONE = bytesOf({});

/** All rules, one decision: a deterministic state machine over a policy. */
export class Guard {
  /** Never the caller's own: theirs may be freed. @type {Compiled} */
  #policy;
  /** @type {Journal} */
  #journal;
  /** @type {Resource} */
  #resource = { generation: 0, handle: 0, free: (bindings, handle) => bindings.guardFree(handle) };
  #freed = false;

  /** @param {Public.GuardOptions} options */
  constructor(options) {
    const names = /** @type {const} */ (["policy", "snapshot", "expectedHead", "expectedDigest", "audit"]);
    const { policy, snapshot, expectedHead, expectedDigest, audit } = readOptions(options, names);
    if (audit !== undefined && typeof audit !== "boolean") {
      throw new InterlockError("invalid_input", "audit", "expected true or false");
    }
    this.#policy = ownPolicy(policy);
    const text = snapshot === undefined ? undefined : snapshotText(snapshot);
    const expected = bytesOf({ head: expectedHead, digest: expectedDigest });
    if (text === undefined && (expectedHead !== undefined || expectedDigest !== undefined)) {
      // Whoever expects a state and has none must not begin a fresh one.
      throw new InterlockError("invalid_snapshot", "snapshot", "a head or digest is expected, but there is no snapshot");
    }
    this.#journal = new Journal({ snapshot: text, policy: this.#policy }, audit ?? true);
    enter((engine) => {
      const policy = this.#policy.handle(engine);
      const { bindings } = engine;
      this.#adopt(
        engine,
        unwrap(text === undefined ? bindings.guardNew(policy, audit ?? true) : bindings.guardRestore(policy, text, expected)),
      );
    });
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
  setPolicy(policy, options) {
    const next = ownPolicy(policy);
    const order = bytesOf(options, NOW);
    this.#carryOut((engine, guard) => engine.bindings.guardSetPolicy(guard, next.handle(engine), order));
    this.#policy = next;
    this.#rebase();
  }

  /** @type {Public.Guard["usage"]} */
  usage(options = {}) {
    return this.#view("usage", null, options);
  }

  /** @type {Public.Guard["lockState"]} */
  lockState() {
    return this.#view("lockState", null, {});
  }

  /** @type {Public.Guard["inFlight"]} */
  inFlight(options = {}) {
    return this.#view("inFlight", null, options);
  }

  /** @type {Public.Guard["outbox"]} */
  outbox() {
    return this.#view("outbox", null, {});
  }

  /** @type {Public.Guard["auditHead"]} */
  auditHead() {
    return this.#view("auditHead", null, {});
  }

  /** @type {Public.Guard["auditSince"]} */
  auditSince(seq) {
    return this.#view("auditSince", { seq }, {});
  }

  /** @type {Public.Guard["snapshot"]} */
  snapshot() {
    return this.#view("snapshot", null, {});
  }

  /** @type {Public.Guard["forAgent"]} */
  forAgent(id, options = {}) {
    return new Agent((action, given) => this.request(action, given), id, options);
  }

  get policyDigest() {
    return this.#policy.digest;
  }

  free() {
    if (this.#freed) return;
    this.#freed = true;
    release(this.#resource);
    this.#policy.free();
  }

  [disposal]() {
    this.free();
  }

  /**
   * @param {string} name
   * @param {unknown} argument
   * @param {unknown} options
   */
  #command(name, argument, options) {
    const [bytes, order] = [bytesOf(argument), bytesOf(options, NOW)];
    return this.#carryOut((engine, guard) => engine.bindings.guardCall(guard, name, bytes, order));
  }

  /**
   * Carries out a command and remembers it: also one that is refused, which may have left a trace. One in which the engine
   * failed is not remembered: it has not happened.
   * @param {Command} command
   */
  #carryOut(command) {
    const answer = enter((engine) => command(engine, this.#handle(engine)));
    this.#journal.add(command);
    if (this.#journal.isFull) this.#rebase();
    return unwrap(answer);
  }

  /**
   * @param {string} name
   * @param {unknown} argument
   * @param {unknown} options
   */
  #view(name, argument, options) {
    const [bytes, order] = [bytesOf(argument), bytesOf(options, NOW)];
    return unwrap(enter((engine) => engine.bindings.guardCall(this.#handle(engine), name, bytes, order)));
  }

  #rebase() {
    this.#journal.rebase({ snapshot: JSON.stringify(this.snapshot()), policy: this.#policy });
  }

  /**
   * Its number in this engine; made anew where the instance that had it is gone.
   * @param {Engine} engine
   */
  #handle(engine) {
    if (this.#freed) throw new InterlockError("invalid_input", "", "this guard was freed; make a new one");
    if (this.#resource.generation !== engine.generation) this.#adopt(engine, this.#journal.restore(engine, NONE));
    return this.#resource.handle;
  }

  /**
   * @param {Engine} engine
   * @param {number} handle
   */
  #adopt(engine, handle) {
    this.#resource.generation = engine.generation;
    this.#resource.handle = handle;
  }
}

/** @param {unknown} policy a handle or a document */
function ownPolicy(policy) {
  const known = typeof policy === "object" && policy !== null ? compiledOf(policy) : undefined;
  return known === undefined ? Compiled.ofDocument(policy) : known.copy();
}

/** @param {unknown} snapshot as `snapshot()` gave it, or its JSON text */
function snapshotText(snapshot) {
  try {
    const text = typeof snapshot === "string" ? snapshot : JSON.stringify(snapshot);
    if (typeof text === "string") return text;
  } catch (cause) {
    throw new InterlockError("invalid_snapshot", "snapshot", "expected a snapshot, got what JSON cannot say", { cause });
  }
  throw new InterlockError("invalid_snapshot", "snapshot", "expected a snapshot as an object or as JSON text");
}

/**
 * The argument's bytes, to keep.
 * @param {unknown} argument
 * @param {{ now?: boolean }} [rules]
 */
function bytesOf(argument, rules) {
  return encoded(argument, (bytes) => bytes.slice(), rules);
}
