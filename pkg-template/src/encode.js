/** @import { Compiled } from "./compiled.js" */

import { describeAlien, isPlainPrototype, ownData } from "./describe.js";
import { InterlockError } from "./error.js";
import { isWellFormed } from "./platform.js";
import { Writer } from "./writer.js";

// The form in which an argument travels: a tag, and what belongs to it. A list counts its items, an object its
// fields; every text carries its length. What is not plain data travels as words for it (`ALIEN`): the engine
// refuses it where it reads it, and so can say at which path.
const NULL = 0;
const FALSE = 1;
const TRUE = 2;
const NUMBER = 3;
const TEXT = 4;
const LIST = 5;
const OBJECT = 6;
const DATE = 7;
const ALIEN = 8;

const MAX_DEPTH = 64;
const MAX_TEXT = 4_194_304;
const MAX_VALUES = 4_194_304;
const MAX_MEBIBYTES = 64;

/**
 * What is special about a function's argument.
 * @typedef {object} ArgumentRules
 * @property {(value: object) => Compiled | undefined} [policy] its field `policy` may hold what this knows
 * @property {boolean} [now] a missing field `now` is filled from the host's clock
 * @property {(value: unknown) => unknown} [error] its field `error` may hold anything; this makes plain data of it
 */

/** @type {ArgumentRules} */
const PLAIN = {};

/** The buffer of the last call, for the next one. While it is in use there is none to share: a Proxy may call back. */
/** @type {Writer | undefined} */
let spare;

/**
 * Encodes an argument and hands its bytes to `use`; they are valid only inside. Values that cannot be used are never
 * an error here.
 * @template T
 * @param {unknown} argument
 * @param {(bytes: Uint8Array, policy: Compiled | undefined) => T} use
 * @param {ArgumentRules} [rules]
 * @returns {T}
 */
export function encoded(argument, use, rules = PLAIN) {
  const writer = spare ?? new Writer();
  spare = undefined;
  try {
    writer.length = 0;
    const encoder = new Encoder(writer, rules);
    encoder.argument(argument);
    return use(writer.written(), encoder.policy);
  } finally {
    spare = writer.isSmall ? writer : undefined;
  }
}

/** A limit that nobody's input has a reason to reach, for the whole of an argument. */
class TooMuch {
  /** @param {string} limit */
  constructor(limit) {
    this.limit = limit;
  }
}

class Encoder {
  /** @type {Compiled | undefined} */
  policy;
  #values = 0;
  #writer;
  #rules;

  /**
   * @param {Writer} writer
   * @param {ArgumentRules} rules
   */
  constructor(writer, rules) {
    this.#writer = writer;
    this.#rules = rules;
  }

  /** @param {unknown} value */
  argument(value) {
    try {
      this.#value(value, 1);
    } catch (error) {
      if (error instanceof TooMuch) throw new InterlockError("invalid_input", "", `the argument holds more than ${error.limit}`);
      throw error;
    }
  }

  /**
   * @param {unknown} value
   * @param {number} depth how many arrays and objects it would stand in, itself counted
   */
  #value(value, depth) {
    this.#count();
    switch (typeof value) {
      case "string":
        return this.#text(value);
      case "number":
        this.#writer.byte(NUMBER);
        return this.#writer.f64(value);
      case "boolean":
        return this.#writer.byte(value ? TRUE : FALSE);
      case "object":
        return value === null ? this.#writer.byte(NULL) : this.#object(value, depth);
      default:
        return this.#alien(describeAlien(value));
    }
  }

  #count() {
    this.#values += 1;
    if (this.#values > MAX_VALUES) throw new TooMuch(`${MAX_VALUES} values`);
    if (this.#writer.length > MAX_MEBIBYTES * 1024 * 1024) throw new TooMuch(`${MAX_MEBIBYTES} MiB`);
  }

  /** @param {string} text */
  #text(text) {
    if (text.length > MAX_TEXT) return this.#alien(`a string longer than ${MAX_TEXT} characters`);
    if (!isWellFormed(text)) return this.#alien("text that is not well-formed Unicode");
    this.#writer.byte(TEXT);
    this.#writer.text(text);
  }

  /** @param {string} words */
  #alien(words) {
    this.#writer.byte(ALIEN);
    this.#writer.text(words);
  }

  /**
   * @param {object} value
   * @param {number} depth
   */
  #object(value, depth) {
    const start = this.#writer.length;
    try {
      if (Array.isArray(value)) return this.#array(value, depth);
      if (isPlainPrototype(Reflect.getPrototypeOf(value))) return this.#plain(value, depth);
      const time = timeOf(value);
      if (time === undefined) return this.#alien(describeAlien(value));
      this.#writer.byte(DATE);
      this.#writer.f64(time);
    } catch (error) {
      if (error instanceof TooMuch) throw error;
      this.#writer.length = start;
      this.#alien("a Proxy that threw");
    }
  }

  /**
   * @param {unknown[]} list
   * @param {number} depth
   */
  #array(list, depth) {
    // The prototype of arrays is an array itself, in every realm; that of a subclass is not.
    if (!Array.isArray(Reflect.getPrototypeOf(list))) return this.#alien(describeAlien(list));
    if (depth > MAX_DEPTH) return this.#tooDeep();
    const length = ownData(list, "length");
    // A Proxy may say anything here.
    if (typeof length !== "number" || !Number.isInteger(length) || length < 0) throw new TypeError("an array without a length");
    if (length > MAX_VALUES) throw new TooMuch(`${MAX_VALUES} values`);
    this.#writer.byte(LIST);
    const countAt = this.#writer.room();
    let count = 0;
    while (count < length) {
      const descriptor = Reflect.getOwnPropertyDescriptor(list, count);
      if (descriptor?.enumerable !== true) this.#hole();
      else this.#property(descriptor, depth + 1);
      count += 1;
    }
    // As many as were written, like the fields of an object: a count that says otherwise would shift all that follows.
    this.#writer.fill(countAt, count);
  }

  #hole() {
    this.#count();
    this.#alien("a hole in the array");
  }

  #tooDeep() {
    this.#alien(`something nested deeper than ${MAX_DEPTH} levels`);
  }

  /**
   * @param {object} object
   * @param {number} depth
   */
  #plain(object, depth) {
    if (depth > MAX_DEPTH) return this.#tooDeep();
    const start = this.#writer.length;
    this.#writer.byte(OBJECT);
    const countAt = this.#writer.room();
    let count = 0;
    let hasNow = false;
    for (const key of Reflect.ownKeys(object)) {
      const descriptor = Reflect.getOwnPropertyDescriptor(object, key);
      if (descriptor?.enumerable !== true || isAbsent(descriptor)) continue;
      const unusable = unusableKey(key);
      if (unusable !== undefined) {
        this.#writer.length = start;
        return this.#alien(unusable);
      }
      if (depth === 1 && this.#isPolicy(key, descriptor.value)) continue;
      hasNow ||= key === "now";
      this.#writer.text(/** @type {string} */ (key));
      this.#property(depth === 1 ? this.#readable(key, descriptor) : descriptor, depth + 1);
      count += 1;
    }
    if (depth === 1 && this.#rules.now === true && !hasNow) {
      this.#writer.text("now");
      this.#value(Date.now(), 2);
      count += 1;
    }
    this.#writer.fill(countAt, count);
  }

  /**
   * @param {PropertyDescriptor} descriptor
   * @param {number} depth
   */
  #property(descriptor, depth) {
    if (Object.hasOwn(descriptor, "value")) return this.#value(descriptor.value, depth);
    this.#count();
    this.#alien(descriptor.get === undefined ? "a setter" : "a getter");
  }

  /**
   * A field of the argument as it is to be read.
   * @param {string | symbol} key
   * @param {PropertyDescriptor} descriptor
   */
  #readable(key, descriptor) {
    if (key !== "error" || this.#rules.error === undefined || !Object.hasOwn(descriptor, "value")) return descriptor;
    return { value: this.#rules.error(descriptor.value) };
  }

  /**
   * @param {string | symbol} key
   * @param {unknown} value
   */
  #isPolicy(key, value) {
    if (key !== "policy" || this.#rules.policy === undefined) return false;
    if (typeof value !== "object" || value === null) return false;
    this.policy = this.#rules.policy(value);
    return this.policy !== undefined;
  }
}

/** @param {PropertyDescriptor} descriptor */
function isAbsent(descriptor) {
  return Object.hasOwn(descriptor, "value") && descriptor.value === undefined;
}

/** @param {string | symbol} key */
function unusableKey(key) {
  if (typeof key === "symbol") return "an object with symbol keys";
  if (key.length > MAX_TEXT) return `an object with a key longer than ${MAX_TEXT} characters`;
  return isWellFormed(key) ? undefined : "an object with a key that is not well-formed Unicode";
}

const getTime = Date.prototype.getTime;

/**
 * The time of a Date of any realm, whatever its prototype says; undefined for anything else.
 * @param {object} value
 * @returns {number | undefined}
 */
function timeOf(value) {
  try {
    return getTime.call(value);
  } catch {
    return undefined;
  }
}
