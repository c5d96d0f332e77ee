import { nameOf } from "./text.js";
import { InterlockError } from "./error.js";
import { isWellFormed, textClasses } from "./platform.js";

/**
 * A log as it comes: one item after another, each bytes, text or a command. How far it has come is known of some.
 * @typedef {object} Source
 * @property {() => Promise<IteratorResult<unknown>> | IteratorResult<unknown>} next
 * @property {() => void} close gives it up before its end
 * @property {boolean} isLines whether each text is a line of its own
 * @property {() => number | null} share from 0 to 1, or null where nobody can know
 */

/** So much goes to the engine at once: a few milliseconds of work. */
const PIECE = 1 << 16;

/**
 * @param {any} log
 * @param {boolean | undefined} lines what the caller says of its texts
 * @returns {Source}
 */
export function sourceOf(log, lines) {
  if (typeof log === "string") return slices(log, log.length, PIECE / 2, cutText);
  if (isBytes(log)) return slices(log, log.length, PIECE, (bytes, from, to) => [bytes.subarray(from, to), to]);
  if (typeof log === "object" && log !== null) {
    if (Array.isArray(log)) return listed(log, lines ?? true);
    if (typeof log.getReader === "function") return streamed(log.getReader(), lines ?? false);
    if (typeof log[Symbol.asyncIterator] === "function") return iterated(log, log[Symbol.asyncIterator](), lines ?? false);
    if (typeof log[Symbol.iterator] === "function") return iterated(log, log[Symbol.iterator](), lines ?? true);
  }
  const expected = "a text, bytes, a list of lines or commands, an iterable of them, or a stream";
  throw new InterlockError("invalid_input", "log", `expected ${expected}, got ${nameOf(log)}`);
}

/**
 * The whole of a log, piece by piece.
 * @template {string | Uint8Array} T
 * @param {T} whole
 * @param {number} length
 * @param {number} size
 * @param {(whole: T, from: number, to: number) => [T, number]} cut the piece, and where it really ends
 * @returns {Source}
 */
function slices(whole, length, size, cut) {
  let at = 0;
  const next = () => {
    if (at >= length) return { done: /** @type {const} */ (true), value: undefined };
    const [value, end] = cut(whole, at, Math.min(at + size, length));
    at = end;
    return { done: false, value };
  };
  return { next, close() {}, isLines: false, share: () => (length === 0 ? 1 : at / length) };
}

/**
 * A piece of a text that does not end within a character.
 * @param {string} text
 * @param {number} from
 * @param {number} to
 * @returns {[string, number]}
 */
function cutText(text, from, to) {
  const isHigh = (text.charCodeAt(to - 1) & 0xfc00) === 0xd800;
  const end = isHigh && to < text.length ? to + 1 : to;
  return [text.slice(from, end), end];
}

/**
 * @param {unknown[]} list
 * @param {boolean} isLines
 * @returns {Source}
 */
function listed(list, isLines) {
  let at = 0;
  const next = () => {
    if (at >= list.length) return { done: /** @type {const} */ (true), value: undefined };
    at += 1;
    return { done: false, value: list[at - 1] };
  };
  return { next, close() {}, isLines, share: () => (list.length === 0 ? 1 : at / list.length) };
}

/**
 * @param {ReadableStreamDefaultReader<unknown>} reader
 * @param {boolean} isLines
 * @returns {Source}
 */
function streamed(reader, isLines) {
  const close = () => void Promise.resolve(reader.cancel()).catch(ignore);
  const next = () => /** @type {Promise<IteratorResult<unknown>>} */ (reader.read());
  return { next, close, isLines, share: unknown };
}

/**
 * @param {any} log
 * @param {Iterator<unknown> | AsyncIterator<unknown>} iterator
 * @param {boolean} isLines
 * @returns {Source}
 */
function iterated(log, iterator, isLines) {
  const close = () => {
    // What waits for its next chunk hears of its end through this alone.
    if (typeof log.destroy === "function") log.destroy();
    void Promise.resolve(iterator.return?.()).catch(ignore);
  };
  return { next: () => iterator.next(), close, isLines, share: unknown };
}

function ignore() {}

const unknown = () => null;

/**
 * Bytes of any realm.
 * @param {unknown} value
 * @returns {value is Uint8Array}
 */
function isBytes(value) {
  return ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === "[object Uint8Array]";
}

/** What an item is to the engine: bytes of the log, or a command by itself. @typedef {{bytes: Uint8Array} | {command: unknown}} Part */

/** Makes of items what the engine takes: pieces of bytes, no larger than is worked through in a few milliseconds. */
export class Cutter {
  #encoder = new (textClasses().TextEncoder)();
  #isLines;
  /** Lines that wait for others, so that they go together. */
  #lines = "";

  /** @param {boolean} isLines */
  constructor(isLines) {
    this.#isLines = isLines;
  }

  /**
   * @param {unknown} item
   * @param {boolean} isLast whether nothing more is at hand: what waits must go
   * @returns {Generator<Part>}
   */
  *parts(item, isLast) {
    if (typeof item === "string") {
      if (!this.#isLines) return yield* this.#text(item);
      this.#lines += item.endsWith("\n") ? item : `${item}\n`;
      if (isLast || this.#lines.length >= PIECE / 2) yield* this.rest();
      return;
    }
    yield* this.rest();
    if (isBytes(item)) yield* this.#bytes(item);
    else yield { command: item };
  }

  /**
   * What waits.
   * @returns {Generator<Part>}
   */
  *rest() {
    const lines = this.#lines;
    this.#lines = "";
    yield* this.#text(lines);
  }

  /**
   * @param {string} text
   * @returns {Generator<Part>}
   */
  *#text(text) {
    for (let at = 0; at < text.length; ) {
      const [piece, end] = cutText(text, at, Math.min(at + PIECE / 2, text.length));
      at = end;
      yield { bytes: this.#encode(piece) };
    }
  }

  /**
   * @param {Uint8Array} bytes
   * @returns {Generator<Part>}
   */
  *#bytes(bytes) {
    for (let at = 0; at < bytes.length; at += PIECE) yield { bytes: bytes.subarray(at, at + PIECE) };
  }

  /**
   * Half a character is no character: it becomes a byte that no text has, so that its line is refused.
   * @param {string} text
   */
  #encode(text) {
    if (isWellFormed(text)) return this.#encoder.encode(text);
    const parts = text.split(/(\p{Surrogate})/u).map((part, index) => (index % 2 === 0 ? this.#encoder.encode(part) : BROKEN));
    const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    parts.reduce((at, part) => {
      bytes.set(part, at);
      return at + part.length;
    }, 0);
    return bytes;
  }
}

const BROKEN = Uint8Array.of(0xff);
