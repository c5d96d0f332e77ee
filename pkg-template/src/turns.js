// Turns of the event loop: long work leaves room for others.

/**
 * Waits until whatever else is due has had its turn. A timer would wait longer than that: browsers make it four milliseconds.
 * @returns {Promise<void>}
 */
export function nextTurn() {
  const { setImmediate, MessageChannel, setTimeout } = /** @type {any} */ (globalThis);
  return new Promise((resolve) => {
    if (typeof setImmediate === "function") return setImmediate(resolve);
    if (typeof MessageChannel !== "function") return setTimeout(resolve, 0);
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/** After so much work, or so many pieces where the clock stands still, it is the others' turn. */
const SLICE_MS = 12;
const SLICE_PIECES = 16;

/** When it is time to let others have their turn. */
export class Slice {
  #began = performance.now();
  #pieces = 0;

  /** One piece of work more. Says whether others are due. */
  isOver() {
    this.#pieces += 1;
    return this.#pieces >= SLICE_PIECES || performance.now() - this.#began >= SLICE_MS;
  }

  begin() {
    this.#began = performance.now();
    this.#pieces = 0;
  }
}
