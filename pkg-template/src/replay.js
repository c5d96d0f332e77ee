/** @import * as Public from "../types/index.js" */
/** @import { Bindings } from "#glue" */
/** @import { Resource } from "./resource.js" */

import { disposal } from "./disposal.js";
import { encoded } from "./encode.js";
import { currentGeneration, enter, unwrap } from "./engine.js";
import { InterlockError } from "./error.js";
import { snapshotText } from "./guard.js";
import { readOptions } from "./options.js";
import { withCompiled } from "./policy.js";
import { begin, release, track } from "./resource.js";
import { expectText, nameOf } from "./text.js";

/** A log of actions run against a policy, a line at a time. */
export class Replay {
  /** @type {Resource} */
  #resource;
  #freed = false;

  /** @param {ConstructorParameters<typeof Public.Replay>[0]} options */
  constructor(options) {
    const { policy, snapshot, audit = false } = readOptions(options, ["policy", "snapshot", "audit"]);
    if (typeof audit !== "boolean") {
      throw new InterlockError("invalid_input", "audit", `expected true or false, got ${nameOf(audit)}`);
    }
    const text = snapshot === undefined ? undefined : snapshotText(snapshot);
    this.#resource = withCompiled(policy, (compiled) =>
      begin(
        compiled,
        (bindings, handle) => bindings.replayNew(handle, 0, text, audit),
        (bindings, handle) => bindings.replayFree(handle),
      ),
    );
    track(this, this.#resource);
  }

  /** @type {Public.Replay["line"]} */
  line(text) {
    const line = expectText(text, "invalid_input", "");
    return this.#ask((bindings, handle) => bindings.replayLine(handle, line));
  }

  /** @type {Public.Replay["columns"]} */
  columns(bytes, lines) {
    if (!(bytes instanceof Uint8Array)) {
      throw new InterlockError("invalid_input", "bytes", `expected a Uint8Array, got ${nameOf(bytes)}`);
    }
    if (!(lines instanceof Uint32Array) || lines.length % 2 !== 0) {
      const got = lines instanceof Uint32Array ? "an odd number of places" : nameOf(lines);
      throw new InterlockError("invalid_input", "lines", `expected a Uint32Array of two places for each line, got ${got}`);
    }
    const { broken, ...columns } = this.#ask((bindings, handle) => bindings.replayColumns(handle, bytes, lines));
    return { ...columns, broken: broken.map(asBroken) };
  }

  /** @type {Public.Replay["summary"]} */
  summary() {
    return this.#ask((bindings, handle) => bindings.replaySummary(handle));
  }

  /** @type {Public.Replay["explain"]} */
  explain(text) {
    const line = expectText(text, "invalid_input", "");
    return this.#ask((bindings, handle) => bindings.replayExplain(handle, line));
  }

  /** @type {Public.Replay["approvals"]} */
  approvals(filter = {}, options = {}) {
    return this.#view("approvals", filter, options);
  }

  /** @type {Public.Replay["auditHead"]} */
  auditHead() {
    return this.#view("auditHead", null);
  }

  /** @type {Public.Replay["auditSince"]} */
  auditSince(seq) {
    return this.#view("auditSince", { seq });
  }

  /** @type {Public.Replay["snapshot"]} */
  snapshot() {
    return this.#view("snapshot", null);
  }

  get policyDigest() {
    return this.#view("policyDigest", null);
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
   * A view of the guard; the instant of the last line is its clock, not the host's.
   * @param {string} name
   * @param {unknown} argument
   * @param {unknown} [options]
   */
  #view(name, argument, options = {}) {
    const { now = 0 } = readOptions(options, ["now"]);
    return encoded(argument, (argument) =>
      encoded({ now }, (options) =>
        this.#ask((bindings, handle) => bindings.replayView(handle, name, argument, options)),
      ),
    );
  }

  /**
   * @param {(bindings: Bindings, handle: number) => string} work
   * @returns {any}
   */
  #ask(work) {
    const handle = this.#handle();
    return unwrap(enter((engine) => work(engine.bindings, handle)));
  }

  #handle() {
    if (this.#freed) throw new InterlockError("invalid_input", "", "this replay was freed; start a new one");
    if (this.#resource.generation !== currentGeneration()) {
      throw new InterlockError("internal", "", "this replay was lost when the engine failed; start it anew");
    }
    return this.#resource.handle;
  }
}

/** @param {{line: number, error: {code: Public.ErrorCode, path: string, message: string}}} told */
function asBroken({ line, error: { code, path, message } }) {
  return { line, code, path, message };
}
