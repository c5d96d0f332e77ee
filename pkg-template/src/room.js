/** @import { Bindings } from "#glue" */

import { textClasses } from "./platform.js";

const INITIAL = 16_384;
/** Up to this length a loop is faster than `encodeInto`. */
const SHORT = 48;
/** Of a long text so many units are looked at to see what it is written in. */
const SAMPLES = 8;

/** Room in the engine's memory for a text, so that it is copied once, in the way that is cheapest for it. */
export class TextRoom {
  /** Whether the last text was written as UTF-16. */
  isWide = false;
  #bindings;
  #memory;
  #encoder;
  #bytes = new Uint8Array(0);
  #units = new Uint16Array(0);

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
    // A unit takes three bytes at most. Memory that has grown leaves its old views without length.
    if (text.length * 3 > this.#bytes.length) this.#make(text.length * 3);
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

  /** @param {number} bytes */
  #make(bytes) {
    const length = Math.max(bytes + (bytes & 1), INITIAL);
    const at = this.#bindings.textRoom(length);
    this.#bytes = new Uint8Array(this.#memory.buffer, at, length);
    this.#units = new Uint16Array(this.#memory.buffer, at, length / 2);
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
