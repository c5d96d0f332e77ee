/** @import * as Public from "../types/index.js" */
/** @import { Bindings } from "#glue" */
/** @import { Compiled } from "./compiled.js" */
/** @import { Part, Source } from "./log-source.js" */
/** @import { Resource } from "./resource.js" */

import { encoded } from "./encode.js";
import { currentGeneration, enter, unwrap } from "./engine.js";
import { InterlockError } from "./error.js";
import { snapshotText } from "./guard.js";
import { Cutter, sourceOf } from "./log-source.js";
import { readOptions } from "./options.js";
import { withCompiled } from "./policy.js";
import { release, track } from "./resource.js";
import { nameOf } from "./text.js";
import { nextTurn, Slice } from "./turns.js";

const OPTIONS = /** @type {const} */ ([
  "policy",
  "log",
  "against",
  "snapshot",
  "audit",
  "lines",
  "onAudit",
  "onError",
  "onProgress",
  "onRow",
  "signal",
  "stop",
]);

/** What the engine is to tell of each line, as it knows them (src/wasm/replay.rs). */
const ROWS = 1;
const GO_ON = 2;
const TEXT = 4;

/**
 * What the engine tells of a piece.
 * @typedef {object} Told
 * @property {number} lines
 * @property {number} broken
 * @property {number} requests
 * @property {Public.AuditEntry[]} [audit]
 * @property {{line: number, row?: Public.ReplayRow, against?: Public.ReplayRow, turn?: Public.ReplayTurn, text?: string,
 *   error?: {code: Public.ErrorCode, path: string, message: string}}[]} [events]
 */

/** @type {typeof Public.replay} */
export async function replay(options) {
  const run = new Run(options);
  try {
    await run.through();
    return run.summary();
  } finally {
    run.end();
  }
}

/** One replay, from its options to its summary. */
class Run {
  #signal;
  #stop;
  #onAudit;
  #onError;
  #onProgress;
  #onRow;
  #wanted;
  /** @type {Source} */
  #source;
  #isDone = false;
  #cutter;
  /** @type {Resource} */
  #resource;
  #slice = new Slice();
  #bytes = 0;
  #told = { lines: 0, broken: 0, requests: 0 };

  /** @param {Public.ReplayOptions} options */
  constructor(options) {
    const given = readOptions(options, OPTIONS);
    this.#signal = signalOf(given.signal, "signal");
    this.#stop = signalOf(given.stop, "stop");
    this.#onAudit = callback(given.onAudit, "onAudit");
    this.#onProgress = callback(given.onProgress, "onProgress");
    this.#onRow = callback(given.onRow, "onRow");
    const goesOn = given.onError === "skip" || typeof given.onError === "function";
    this.#onError = given.onError === "skip" || given.onError === "throw" ? undefined : callback(given.onError, "onError");
    this.#wanted =
      (this.#onRow === undefined ? 0 : ROWS) + (goesOn ? GO_ON : 0) + (this.#onError === undefined ? 0 : TEXT);
    const lines = flag(given.lines, "lines");
    const audit = flag(given.audit, "audit") ?? this.#onAudit !== undefined;
    if (!audit && this.#onAudit !== undefined) {
      throw new InterlockError("invalid_input", "audit", "expected true beside onAudit, got false");
    }
    this.#resource = begin(given, audit);
    track(this, this.#resource);
    try {
      this.#source = sourceOf(given.log, lines);
    } catch (error) {
      this.end();
      throw error;
    }
    this.#cutter = new Cutter(this.#source.isLines);
  }

  async through() {
    while (this.#stop?.aborted !== true) {
      // A signal that was given in a callback fires no event any more.
      this.#signal?.throwIfAborted();
      const item = this.#source.next();
      const isReady = !(item instanceof Promise) && !isThenable(item);
      const { done, value } = isReady ? item : await this.#unlessAborted(item);
      if (done === true) {
        this.#isDone = true;
        break;
      }
      for (const part of this.#cutter.parts(value, !isReady)) await this.#feed(part);
    }
    // Where it was stopped, a line whose end has not come is none.
    if (this.#isDone) {
      for (const part of this.#cutter.rest()) await this.#feed(part);
      await this.#take((bindings, handle) => bindings.replayEnd(handle, this.#wanted));
    }
    await this.#progress();
  }

  /** @returns {Public.ReplayReport} */
  summary() {
    return this.#ask((bindings, handle) => bindings.replayLogSummary(handle));
  }

  end() {
    if (!this.#isDone && this.#source !== undefined) this.#source.close();
    this.#isDone = true;
    release(this.#resource);
  }

  /**
   * Waits for what comes, or for a signal: whichever is first. Listeners of one wait at a time, however long the log is.
   * @param {PromiseLike<IteratorResult<unknown>>} coming
   * @returns {Promise<IteratorResult<unknown>>}
   */
  #unlessAborted(coming) {
    const [signal, stop] = [this.#signal, this.#stop];
    if (signal === undefined && stop === undefined) return Promise.resolve(coming);
    return new Promise((resolve, reject) => {
      const onAbort = () => reject(signal?.reason);
      const onStop = () => resolve({ done: false, value: "" });
      signal?.addEventListener("abort", onAbort);
      stop?.addEventListener("abort", onStop);
      const forget = () => {
        signal?.removeEventListener("abort", onAbort);
        stop?.removeEventListener("abort", onStop);
      };
      coming.then(resolve, reject).then(forget);
    });
  }

  /** @param {Part} part */
  async #feed(part) {
    if ("bytes" in part) {
      this.#bytes += part.bytes.length;
      await this.#take((bindings, handle) => bindings.replayFeed(handle, part.bytes, this.#wanted));
    } else {
      await this.#take((bindings, handle) =>
        encoded(part.command, (bytes) => bindings.replayCommand(handle, bytes, this.#wanted)),
      );
    }
    if (!this.#slice.isOver()) return;
    await this.#progress();
    await nextTurn();
    this.#slice.begin();
    this.#signal?.throwIfAborted();
  }

  /**
   * Lets the engine work, and hands on what it tells.
   * @param {(bindings: Bindings, handle: number) => string} work
   */
  async #take(work) {
    /** @type {Told} */
    const { audit, events = [], ...told } = this.#ask(work);
    this.#told = told;
    for (const { line, row, error, text, ...more } of events) {
      if (error !== undefined) await this.#broken(line, error, text);
      if (row !== undefined) await this.#onRow?.(row, { line, ...more });
    }
    if (audit !== undefined) await this.#onAudit?.(audit);
  }

  /**
   * @param {number} line
   * @param {{code: Public.ErrorCode, path: string, message: string}} error
   * @param {string | undefined} text
   */
  async #broken(line, { code, path, message }, text) {
    const place = path === "" || path.startsWith("[") ? path : `.${path}`;
    const named = () => new InterlockError(code, `log[${line - 1}]${place}`, `line ${line}: ${message}`);
    if ((this.#wanted & GO_ON) === 0) throw named();
    await this.#onError?.(named(), { line, text: text ?? null, code, path, message });
  }

  #progress() {
    return this.#onProgress?.({ ...this.#told, bytes: this.#bytes, share: this.#source.share() });
  }

  /**
   * @param {(bindings: Bindings, handle: number) => string} work
   * @returns {any}
   */
  #ask(work) {
    if (this.#resource.generation !== currentGeneration()) {
      throw new InterlockError("internal", "", "this replay was lost when the engine failed; start it anew");
    }
    return unwrap(enter((engine) => work(engine.bindings, this.#resource.handle)));
  }
}

/**
 * @param {Partial<Record<typeof OPTIONS[number], unknown>>} given
 * @param {boolean} audit
 * @returns {Resource}
 */
function begin({ policy, against, snapshot }, audit) {
  const text = snapshot === undefined ? undefined : snapshotText(snapshot);
  return withCompiled(policy, (first) =>
    against === undefined
      ? resource(first, undefined, text, audit)
      : asAgainst(() => withCompiled(against, (second) => resource(first, second, text, audit))),
  );
}

/**
 * @param {Compiled} first
 * @param {Compiled | undefined} second
 * @param {string | undefined} snapshot
 * @param {boolean} audit
 * @returns {Resource}
 */
function resource(first, second, snapshot, audit) {
  return enter((engine) => {
    const handles = /** @type {const} */ ([first.handle(engine), second?.handle(engine) ?? 0]);
    const handle = unwrap(engine.bindings.replayNew(...handles, snapshot, audit));
    return { generation: engine.generation, handle, free: (bindings, handle) => bindings.replayFree(handle) };
  });
}

/**
 * The first policy is known to be right by then: an error of a policy is the second one's.
 * @template T
 * @param {() => T} make
 * @returns {T}
 */
function asAgainst(make) {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof InterlockError) || !/^policy\b/.test(error.path)) throw error;
    const message = error.message.slice(error.path.length + 2);
    throw new InterlockError(error.code, error.path.replace("policy", "against"), message, { cause: error });
  }
}

/**
 * @param {unknown} value
 * @param {string} name
 * @returns {((...given: any[]) => unknown) | undefined}
 */
function callback(value, name) {
  if (value === undefined) return undefined;
  if (typeof value === "function") return /** @type {(...given: any[]) => unknown} */ (value);
  const expected = name === "onError" ? '"throw", "skip" or a function' : "a function";
  throw new InterlockError("invalid_input", name, `expected ${expected}, got ${nameOf(value)}`);
}

/**
 * @param {any} value
 * @param {string} name
 * @returns {AbortSignal | undefined}
 */
function signalOf(value, name) {
  if (value === undefined || typeof value?.addEventListener === "function") return value;
  throw new InterlockError("invalid_input", name, `expected an AbortSignal, got ${nameOf(value)}`);
}

/**
 * @param {unknown} value
 * @param {string} name
 * @returns {boolean | undefined}
 */
function flag(value, name) {
  if (value === undefined || typeof value === "boolean") return value;
  throw new InterlockError("invalid_input", name, `expected true or false, got ${nameOf(value)}`);
}

/**
 * @param {any} value
 * @returns {value is PromiseLike<any>}
 */
function isThenable(value) {
  return typeof value?.then === "function";
}
