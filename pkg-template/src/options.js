import { describeAlien, isPlainPrototype } from "./describe.js";
import { InterlockError } from "./error.js";
import { nameOf } from "./text.js";

/**
 * The fields of an options object that the facade itself reads: own data properties, each read once, no others.
 * @template {string} Name
 * @param {unknown} argument
 * @param {readonly Name[]} names
 * @returns {Partial<Record<Name, unknown>>}
 */
export function readOptions(argument, names) {
  try {
    return readFields(argument, names);
  } catch (cause) {
    if (cause instanceof InterlockError) throw cause;
    throw new InterlockError("invalid_input", "", "expected a plain object, got a Proxy that threw", { cause });
  }
}

/**
 * @template {string} Name
 * @param {unknown} argument
 * @param {readonly Name[]} names
 */
function readFields(argument, names) {
  if (typeof argument !== "object" || argument === null || !isPlainPrototype(Reflect.getPrototypeOf(argument))) {
    const what = argument === null ? "null" : describeAlien(argument);
    throw new InterlockError("invalid_input", "", `expected a plain object, got ${what}`);
  }
  /** @type {Partial<Record<Name, unknown>>} */
  const fields = Object.create(null);
  for (const key of Reflect.ownKeys(argument)) {
    const name = names.find((name) => name === key);
    if (name === undefined) {
      throw new InterlockError("invalid_input", pathOf(key), `unknown field; known are ${names.join(", ")}`);
    }
    const descriptor = Reflect.getOwnPropertyDescriptor(argument, key);
    if (descriptor !== undefined && !Object.hasOwn(descriptor, "value")) {
      throw new InterlockError("invalid_input", name, "expected plain data, got a getter");
    }
    fields[name] = descriptor?.value;
  }
  return fields;
}

/** @param {string | symbol} key */
function pathOf(key) {
  if (typeof key === "symbol") return "[symbol]";
  return /^[\w$]{1,60}$/.test(key) ? key : "[name]";
}

/**
 * @param {string} name
 * @param {unknown} value
 * @returns {number | undefined}
 */
export function milliseconds(name, value) {
  if (value === undefined) return undefined;
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 1) return value;
  throw wrong(name, "whole milliseconds, 1 or more", value);
}

/**
 * @param {unknown} value
 * @param {string} path
 * @param {string[]} methods
 */
export function expectMethods(value, path, methods) {
  const missing = methods.find((method) => typeof (/** @type {any} */ (value)?.[method]) !== "function");
  if (missing === undefined) return;
  throw new InterlockError("invalid_input", path, `expected an object with the methods ${methods.join(", ")}; \`${missing}\` is missing`);
}

/** Of any realm, and of a polyfill. @param {any} value */
export function isSignal(value) {
  return typeof value === "object" && value !== null && typeof value.aborted === "boolean" && typeof value.addEventListener === "function";
}

/**
 * @param {string} path
 * @param {string} expected
 * @param {unknown} value
 */
export function wrong(path, expected, value) {
  return new InterlockError("invalid_input", path, `expected ${expected}, got ${nameOf(value)}`);
}
