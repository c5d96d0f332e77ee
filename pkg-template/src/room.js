/** @import { Bindings } from "#glue" */

import { textClasses } from "./platform.js";

const INITIAL = 16_384;
/** Up to this length a loop is faster than `encodeInto`. */
const SHORT = 48;
/** Of a long text so many units are looked at to see what it is written in. */
const SAMPLES = 8;
const LINE_BREAK = 10;

/** Room in the engine's memory, so that a text or many numbers are copied once, in the way that is cheapest for them. */
export class Room {
  /** Whether the last text was written as UTF-16. */
  isWide = false;
  #bindings;
  #memory;
  #encoder;
  #bytes = new Uint8Array(0);
  #units = new Uint16Array(0);
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
    this.isWide = seemsWide(text);
    if (this.isWide) return this.#writeUnits(text);
    if (text.length > SHORT) return this.#encoder.encodeInto(text, this.#bytes).written;
    for (let index = 0; index < text.length; index += 1) {
      const unit = text.charCodeAt(index);
      if (unit > 0x7f) return this.#writeUnits(text);
      this.#bytes[index] = unit;
    }
    return text.length;
  }

  /** @param {string} text */
  #writeUnits(text) {
    this.isWide = true;
    for (let index = 0; index < text.length; index += 1) this.#units[index] = text.charCodeAt(index);
    return text.length * 2;
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
    const length = Math.max(bytes + (bytes & 1), INITIAL);
    const at = this.#bindings.roomFor(length);
    this.#bytes = new Uint8Array(this.#memory.buffer, at, length);
    this.#units = new Uint16Array(this.#memory.buffer, at, length / 2);
    this.#view = new DataView(this.#memory.buffer, at, length);
  }
}

/**
 * Whether text has many units beyond ASCII, by a few of them: `encodeInto` is slow for those.
 * @param {string} text
 */
function seemsWide(text) {
  const step = Math.ceil(text.length / SAMPLES);
  for (let index = 0; index < text.length; index += step) {
    if (text.charCodeAt(index) > 0x7f) return true;
  }
  return false;
}
