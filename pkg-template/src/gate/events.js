/** @import { GateEvents } from "../../types/gate.js" */

import { wrong } from "../options.js";

const NAMES = /** @type {const} */ (["decision", "approval", "lock", "shadow", "error"]);

/** Who wants to know what, and those who wait for anything to change. */
export class Events {
  /** @type {Map<string, Set<(event: any) => void>>} */
  #listeners = new Map(NAMES.map((name) => [name, new Set()]));
  /** @type {Set<() => void>} */
  #waiting = new Set();

  /**
   * @template {keyof GateEvents} Name
   * @param {Name} name
   * @param {(event: GateEvents[Name]) => void} listener
   * @returns {() => void} takes the listener away
   */
  on(name, listener) {
    const listeners = this.#listeners.get(name);
    if (listeners === undefined) throw wrong("name", `one of ${NAMES.join(", ")}`, name);
    if (typeof listener !== "function") throw wrong("listener", "a function", listener);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  /**
   * Tells those who listen. What one of them throws stops neither the others nor what is told of.
   * @template {keyof GateEvents} Name
   * @param {Name} name
   * @param {GateEvents[Name]} event
   */
  emit(name, event) {
    for (const listener of this.#listeners.get(name) ?? []) this.guarded(() => listener(event), name);
  }

  /**
   * Runs code of the host's that only listens.
   * @param {() => unknown} run
   * @param {string} [name] the event it is told of
   */
  guarded(run, name) {
    const fail = (/** @type {unknown} */ error) => {
      if (name === "error") complain(error);
      else this.trouble(error);
    };
    try {
      const answer = run();
      if (answer instanceof Promise) answer.catch(fail);
    } catch (error) {
      fail(error);
    }
  }

  /**
   * Something went wrong beside the actions: whoever listens is told, else whoever reads what the process says.
   * @param {unknown} error
   */
  trouble(error) {
    if (this.#listeners.get("error")?.size === 0) complain(error);
    else this.emit("error", error);
  }

  /** Wakes those who wait. */
  change() {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  /**
   * Resolves at the next change.
   * @param {AbortSignal} signal
   * @returns {Promise<void>}
   */
  nextChange(signal) {
    return new Promise((resolve) => {
      this.#waiting.add(resolve);
      signal.addEventListener("abort", () => {
        this.#waiting.delete(resolve);
        resolve();
      }, { once: true });
    });
  }
}

/** Not as an uncaught error: a channel that fails must not end the process, and leave what runs of unknown outcome. @param {unknown} error */
function complain(error) {
  console.error("agent-interlock:", error);
}
