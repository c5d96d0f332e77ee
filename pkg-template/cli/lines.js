// A stream of bytes as numbered lines, in memory that does not grow with the stream.

import { isUtf8 } from "node:buffer";

/** The longest line, in bytes: room for the largest action that the engine takes, however it is escaped. */
export const MAX_LINE = 8 << 20;

/**
 * A line, or what is wrong with it.
 * @typedef {{number: number, text: string} | {number: number, problem: string}} Line
 */

export class LineSplitter {
  #number = 0;
  /** The pieces of a line whose end has not come yet. @type {Buffer[]} */
  #pieces = [];
  #length = 0;

  /**
   * The lines that end in this chunk.
   * @param {Buffer} chunk
   * @returns {Line[]}
   */
  push(chunk) {
    const lines = [];
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      this.#keep(chunk.subarray(start, end));
      lines.push(this.#take());
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
    return lines;
  }

  /**
   * The last line, where nothing ended it.
   * @returns {Line[]}
   */
  end() {
    return this.#length === 0 ? [] : [this.#take()];
  }

  /** @param {Buffer} piece */
  #keep(piece) {
    this.#length += piece.length;
    // What is too long will be refused: only its length is still of interest.
    if (this.#length <= MAX_LINE) this.#pieces.push(piece);
    else this.#pieces = [];
  }

  /** @returns {Line} */
  #take() {
    const number = (this.#number += 1);
    const [length, pieces] = [this.#length, this.#pieces];
    this.#length = 0;
    this.#pieces = [];
    if (length > MAX_LINE) return { number, problem: `a line of ${length} bytes; at most ${MAX_LINE} are read` };
    const [first, ...others] = pieces;
    const bytes = first !== undefined && others.length === 0 ? first : Buffer.concat(pieces);
    if (!isUtf8(bytes)) return { number, problem: "not UTF-8 text" };
    const text = bytes.toString("utf8");
    return { number, text: number === 1 ? withoutByteOrderMark(text) : text };
  }
}

/**
 * Editors on Windows write one before JSON; it is no part of the text.
 * @param {string} text
 */
export function withoutByteOrderMark(text) {
  return text.startsWith("\ufeff") ? text.slice(1) : text;
}
