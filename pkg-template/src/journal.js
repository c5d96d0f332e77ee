/** @import { Engine } from "./engine.js" */
/** @import { Compiled } from "./compiled.js" */

import { unwrap } from "./engine.js";

/** A command as it went to the engine: enough to carry it out again. */
/** @typedef {(engine: Engine, guard: number) => string} Command */

/**
 * Where a guard can be begun again: a snapshot's text (none before the first) under the policy of that time.
 * @typedef {{ readonly snapshot: string | undefined, readonly policy: Compiled }} Base
 */

/** After as many commands the guard is remembered anew. */
const SPAN = 1000;

/**
 * What it takes to make a guard anew in another instance of the engine: a snapshot, and every command since. A guard is
 * deterministic, so carrying them out again gives the same state.
 *
 * Two snapshots are kept, so that there are always as many commands to carry out again as the engine keeps audit entries:
 * these are not part of a snapshot.
 */
export class Journal {
  #audit;
  /** @type {Base} */
  #older;
  /** @type {Base | undefined} */
  #newer;
  /** Since the older base. @type {Command[]} */
  #commands = [];
  /** How many of them came before the newer base. */
  #before = 0;

  /**
   * @param {Base} base
   * @param {boolean} audit
   */
  constructor(base, audit) {
    this.#older = base;
    this.#audit = audit;
  }

  /** @param {Command} command */
  add(command) {
    this.#commands.push(command);
  }

  /** Whether a new base is due. */
  get isFull() {
    return this.#commands.length - this.#before >= SPAN;
  }

  /** @param {Base} base the guard as it is now */
  rebase(base) {
    if (this.#newer !== undefined) {
      this.#older = this.#newer;
      this.#commands.splice(0, this.#before);
    }
    this.#newer = base;
    this.#before = this.#commands.length;
  }

  /**
   * Makes the guard anew; gives its number.
   * @param {Engine} engine
   * @param {Uint8Array} expectNothing
   * @returns {number}
   */
  restore(engine, expectNothing) {
    const { snapshot, policy } = this.#older;
    const { bindings } = engine;
    const guard = unwrap(
      snapshot === undefined
        ? bindings.guardNew(policy.handle(engine), this.#audit)
        : bindings.guardRestore(policy.handle(engine), snapshot, expectNothing),
    );
    // A command that was refused is refused again, and leaves the trace it left before.
    for (const command of this.#commands) command(engine, guard);
    return guard;
  }
}
