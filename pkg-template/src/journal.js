/** @import { Engine } from "./engine.js" */
/** @import { AuditEntry } from "../types/index.js" */

import { Compiled } from "./compiled.js";
import { encoded } from "./encode.js";
import { unwrap } from "./engine.js";

/**
 * A command as it goes to the engine.
 * @typedef {{ readonly name: string, readonly argument: Uint8Array, readonly options: Uint8Array }} Command
 */

/**
 * A command that has left a trace, and whether that was all it did.
 * @typedef {{ readonly command: Command, readonly isRefused: boolean }} Entry
 */

/**
 * Where a guard can be begun again.
 * @typedef {object} Base
 * @property {string} policy the document of that time, as JSON text
 * @property {string | undefined} snapshot as JSON text; none before the first command
 * @property {readonly AuditEntry[]} entries the last of the audit: they are no part of a snapshot
 */

/** After so many commands, or so many bytes of them, the guard is remembered anew. */
const MAX_COMMANDS = 1000;
const MAX_BYTES = 4 * 1024 * 1024;

/** How the engine's answer begins where it is an error. */
const REFUSAL = '{"error":';

/** As many entries of the audit as the engine keeps. */
const MAX_ENTRIES = 1000;

/**
 * What it takes to make a guard anew in another instance of the engine: where it began, and every command since. A guard
 * is deterministic, so carrying them out again gives the same state.
 */
export class Journal {
  #base;
  #audit;
  /** @type {Entry[]} */
  #commands = [];
  #bytes = 0;

  /**
   * @param {Base} base
   * @param {boolean} audit whether a guard without a snapshot keeps an audit
   */
  constructor(base, audit) {
    this.#base = base;
    this.#audit = audit;
  }

  /**
   * @param {Command} command
   * @param {boolean} isRefused
   */
  add(command, isRefused) {
    this.#commands.push({ command, isRefused });
    this.#bytes += command.argument.length + command.options.length;
  }

  /** Whether a new base is due. */
  get isFull() {
    return this.#commands.length >= MAX_COMMANDS || this.#bytes >= MAX_BYTES;
  }

  /** @param {Base} base the guard as it is now */
  rebase(base) {
    this.#base = base;
    this.#commands = [];
    this.#bytes = 0;
  }

  /**
   * Makes the guard anew; gives its number. Whatever comes out otherwise than it did is a failure of the engine or its
   * host: a guard that only resembles the lost one must not decide.
   * @param {Engine} engine
   * @returns {number}
   */
  restore(engine) {
    const guard = this.#begun(engine);
    for (const { command, isRefused } of this.#commands) {
      const answer = engine.bindings.guardCall(guard, command.name, command.argument, command.options);
      if (answer.startsWith(REFUSAL) !== isRefused) throw new Error(`${command.name} came out otherwise than before`);
    }
    return guard;
  }

  /**
   * The audit's entries after a number: the engine's, and before them those that a guard made anew no longer has.
   * @param {number} seq
   * @param {readonly AuditEntry[]} kept the engine's
   */
  entriesSince(seq, kept) {
    const first = kept[0]?.seq ?? Infinity;
    const older = this.#base.entries.filter((entry) => entry.seq > seq && entry.seq < first);
    return [...older, ...kept].slice(-MAX_ENTRIES);
  }

  /** @param {Engine} engine */
  #begun(engine) {
    try {
      return this.#begin(engine);
    } catch (cause) {
      throw new Error("the guard cannot be begun again", { cause });
    }
  }

  /**
   * @param {Engine} engine
   * @returns {number}
   */
  #begin(engine) {
    const { policy, snapshot } = this.#base;
    const { bindings } = engine;
    const compiled = Compiled.ofJson(policy);
    try {
      const handle = compiled.handle(engine);
      if (snapshot === undefined) return unwrap(bindings.guardNew(handle, this.#audit));
      return unwrap(encoded({}, (nothing) => bindings.guardRestore(handle, snapshot, nothing)));
    } finally {
      compiled.free();
    }
  }
}
