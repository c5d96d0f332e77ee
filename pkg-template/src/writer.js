import { textClasses } from "./platform.js";

const INITIAL = 4096;
/** A buffer that has grown beyond this is not kept for the next call. */
const KEPT = 1024 * 1024;
/** Up to this length a loop over ASCII is faster than `encodeInto`. */
const SHORT = 48;

/** @type {TextEncoder | undefined} */
let encoder;

/** A growing buffer of little-endian values. */
export class Writer {
  length = 0;
  #bytes = new Uint8Array(INITIAL);
  #view = new DataView(this.#bytes.buffer);

  get isSmall() {
    return this.#bytes.length <= KEPT;
  }

  /** What was written, valid until the next write. */
  written() {
    return this.#bytes.subarray(0, this.length);
  }

  /** @param {number} value */
  byte(value) {
    this.#reserve(1);
    this.#bytes[this.length] = value;
    this.length += 1;
  }

  /** @param {number} value */
  u32(value) {
    this.#reserve(4);
    this.#view.setUint32(this.length, value, true);
    this.length += 4;
  }

  /** @param {number} value */
  f64(value) {
    this.#reserve(8);
    this.#view.setFloat64(this.length, value, true);
    this.length += 8;
  }

  /** Leaves room for a number that is known later, and says where. */
  room() {
    const at = this.length;
    this.u32(0);
    return at;
  }

  /**
   * @param {number} at
   * @param {number} value
   */
  fill(at, value) {
    this.#view.setUint32(at, value, true);
  }

  /**
   * The byte length of well-formed text, and its bytes.
   * @param {string} text
   */
  text(text) {
    const at = this.room();
    // A UTF-16 unit takes three bytes at most.
    this.#reserve(text.length * 3);
    const start = this.length;
    if (!this.#shortAscii(text)) {
      encoder ??= new (textClasses().TextEncoder)();
      this.length = start + encoder.encodeInto(text, this.#bytes.subarray(start)).written;
    }
    this.fill(at, this.length - start);
  }

  /** @param {string} text */
  #shortAscii(text) {
    if (text.length > SHORT) return false;
    for (let index = 0; index < text.length; index += 1) {
      const unit = text.charCodeAt(index);
      if (unit > 0x7f) return false;
      this.#bytes[this.length + index] = unit;
    }
    this.length += text.length;
    return true;
  }

  /** @param {number} more */
  #reserve(more) {
    const needed = this.length + more;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.written());
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}
