/** @import { Bindings } from "#glue" */

import { textClasses } from "./platform.js";

const INITIAL = 16_384;
/** Up to this length a loop is faster than `encodeInto`. */
const SHORT = 48;
const LINE_BREAK = 10;

/** Room in the engine's memory, so that a text or many numbers are copied once, in the way that is cheapest for them. */
export class Room {
  #bindings;
  #memory;
  #encoder;
  #bytes = new Uint8Array(0);
  #view = new DataView(new ArrayBuffer(0));

  /**
   * @param {Bindings} bindings
   * @param {WebAssembly.Memory} memory
   */
  constructor(bindings, memory) {
    this.#bindings = bindings;
    this.#memory = memory;
    this.#encoder = new (textClasses().TextEncoder)();
  }

  /**
   * Writes well-formed text; gives its length in bytes.
   * @param {string} text
   */
  write(text) {
    // A unit takes three bytes at most.
    this.#reserve(text.length * 3);
    return (text.length > SHORT ? undefined : this.#writeShort(text)) ?? this.#encoder.encodeInto(text, this.#bytes).written;
  }

  /**
   * Undefined where it is not of ASCII alone.
   * @param {string} text
   */
  #writeShort(text) {
    for (let index = 0; index < text.length; index += 1) {
      const unit = text.charCodeAt(index);
      if (unit > 0x7f) return undefined;
      this.#bytes[index] = unit;
    }
    return text.length;
  }

  /**
   * Writes numbers; gives their length in bytes.
   * @param {number[]} numbers
   */
  writeNumbers(numbers) {
    this.#reserve(numbers.length * 8);
    for (let index = 0; index < numbers.length; index += 1) {
      this.#view.setFloat64(index * 8, /** @type {number} */ (numbers[index]), true);
    }
    return numbers.length * 8;
  }

  /**
   * Writes short texts with a line break after each; gives their length in bytes, or undefined where one is not of ASCII alone.
   * @param {string[]} texts
   * @param {number} longest
   */
  writeLines(texts, longest) {
    this.#reserve(texts.length * (longest + 1));
    let at = 0;
    for (const text of texts) {
      if (text.length > longest) return undefined;
      for (let index = 0; index < text.length; index += 1) {
        const unit = text.charCodeAt(index);
        if (unit > 0x7f || unit === LINE_BREAK) return undefined;
        this.#bytes[at + index] = unit;
      }
      at += text.length + 1;
      this.#bytes[at - 1] = LINE_BREAK;
    }
    return at;
  }

  /** @param {number} bytes */
  #reserve(bytes) {
    // Memory that has grown leaves its old views without length.
    if (bytes <= this.#bytes.length) return;
    const length = Math.max(bytes, INITIAL);
    const at = this.#bindings.roomFor(length);
    this.#bytes = new Uint8Array(this.#memory.buffer, at, length);
    this.#view = new DataView(this.#memory.buffer, at, length);
  }
}
