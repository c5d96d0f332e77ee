// Standard output and standard error: buffered, never further ahead than the reader, quiet where nobody reads any more.

import { PLAIN } from "./style.js";

/** @import {Style} from "./style.js" */

/** So many characters are worth a write of their own. */
const FULL = 1 << 16;

export class Output {
  #stream;
  #pending = "";
  #closed = false;
  /** Why writing failed, where it is not simply that the reader has gone. @type {string | undefined} */
  failure;
  /** @type {Style} */
  style = PLAIN;

  /** @param {NodeJS.WriteStream} stream */
  constructor(stream) {
    this.#stream = stream;
    // Each write looks at its own error; without a listener Node would end the process on the first.
    stream.on("error", () => {});
  }

  /** Whether nobody reads any more (as behind `| head`): there is no sense in going on. */
  get closed() {
    return this.#closed;
  }

  get isTerminal() {
    return this.#stream.isTTY === true;
  }

  /** How many columns a line may have: the terminal's, within what is pleasant to read, or 80. */
  get columns() {
    const columns = this.isTerminal && this.#stream.columns > 0 ? this.#stream.columns : 80;
    return Math.min(Math.max(columns, 40), 100);
  }

  /** @param {string} text */
  write(text) {
    if (!this.#closed) this.#pending += text;
  }

  /** Whether anything is waiting. */
  get hasPending() {
    return this.#pending !== "";
  }

  /** Whether so much is waiting that it should be flushed before more is made. */
  get full() {
    return this.#pending.length >= FULL;
  }

  /** Resolves when all that was written has been taken. */
  async flush() {
    if (this.#closed || this.#pending === "") return;
    const text = this.#pending;
    this.#pending = "";
    const error = await new Promise((resolve) => this.#stream.write(text, resolve));
    if (error) this.#close(error);
  }

  /** @param {NodeJS.ErrnoException} error */
  #close(error) {
    this.#closed = true;
    this.#pending = "";
    if (error.code !== "EPIPE" && error.code !== "ERR_STREAM_DESTROYED") this.failure = error.message;
  }
}
