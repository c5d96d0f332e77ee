// How far a long replay has come: one line on the terminal's error stream, taken away again.

import { number } from "./text.js";

/** @import {Output} from "./output.js" */

const FIRST_AFTER_MS = 1000;
const EVERY_MS = 250;

export class Progress {
  #err;
  #total;
  #began = performance.now();
  #last = 0;
  #shown = false;

  /**
   * @param {Output} err
   * @param {number | undefined} total the bytes to read, where known
   */
  constructor(err, total) {
    this.#err = err;
    this.#total = total;
  }

  /**
   * @param {number} lines read so far
   * @param {number} bytes read so far
   */
  async update(lines, bytes) {
    const elapsed = performance.now() - this.#began;
    if (!this.#err.isTerminal || elapsed < FIRST_AFTER_MS || elapsed - this.#last < EVERY_MS) return;
    this.#last = elapsed;
    const share = this.#total === undefined ? "" : ` · ${Math.floor((100 * bytes) / this.#total)} %`;
    this.#err.write(
      `\r\u001b[K  ${number(lines)} lines${share} · ${number(Math.round((lines / elapsed) * 1000))} a second`,
    );
    this.#shown = true;
    await this.#err.flush();
  }

  /** Before anything else is written to the terminal. */
  async clear() {
    if (!this.#shown) return;
    this.#shown = false;
    this.#err.write("\r\u001b[K");
    await this.#err.flush();
  }
}
