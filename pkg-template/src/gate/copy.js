import { InterlockError } from "agent-interlock";

import { describeAlien, isPlainPrototype } from "../describe.js";

const MAX_DEPTH = 64;
const MAX_VALUES = 4_194_304;

/**
 * A copy of plain data, frozen all the way down. It is made once, before anything is decided: what is decided on, written down and
 * carried out is the same. No code of the original's runs but a Proxy's traps, and each property is read once. Kinds of values are
 * refused here; whether they are right for their field the guard says.
 * @param {unknown} value
 * @param {string} path
 * @returns {any}
 */
export function frozenCopy(value, path = "") {
  try {
    return copyOf(value, path, 1, { left: MAX_VALUES });
  } catch (cause) {
    if (cause instanceof InterlockError) throw cause;
    throw new InterlockError("invalid_input", path, "expected plain data, got a Proxy that threw", { cause });
  }
}

/**
 * @param {unknown} value
 * @param {string} path
 * @param {number} depth
 * @param {{ left: number }} room
 * @returns {unknown}
 */
function copyOf(value, path, depth, room) {
  room.left -= 1;
  if (room.left < 0) throw new InterlockError("invalid_input", path, `the argument holds more than ${MAX_VALUES} values`);
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") {
    // JSON would write null for it.
    if (!Number.isFinite(value)) throw new InterlockError("invalid_input", path, `expected a finite number, got ${value}`);
    // Nor does JSON know of a negative zero: what is kept must be what is carried out.
    return value === 0 ? 0 : value;
  }
  if (typeof value !== "object") throw alien(value, path);
  if (depth > MAX_DEPTH) throw new InterlockError("invalid_input", path, `nested deeper than ${MAX_DEPTH} levels`);
  if (Array.isArray(value)) return list(value, path, depth, room);
  if (!isPlainPrototype(Reflect.getPrototypeOf(value))) throw alien(value, path);
  return object(value, path, depth, room);
}

/**
 * @param {unknown[]} value
 * @param {string} path
 * @param {number} depth
 * @param {{ left: number }} room
 */
function list(value, path, depth, room) {
  if (!Array.isArray(Reflect.getPrototypeOf(value))) throw alien(value, path);
  const length = /** @type {number} */ (Reflect.getOwnPropertyDescriptor(value, "length")?.value);
  if (!Number.isInteger(length) || length < 0 || length > room.left) {
    throw new InterlockError("invalid_input", path, `expected an array of at most ${MAX_VALUES} items`);
  }
  const copy = [];
  for (let index = 0; index < length; index += 1) {
    const place = `${path}[${index}]`;
    copy.push(copyOf(dataOf(Reflect.getOwnPropertyDescriptor(value, index), place), place, depth + 1, room));
  }
  return Object.freeze(copy);
}

/**
 * @param {object} value
 * @param {string} path
 * @param {number} depth
 * @param {{ left: number }} room
 */
function object(value, path, depth, room) {
  /** @type {Record<string, unknown>} */
  const copy = {};
  for (const key of Reflect.ownKeys(value)) {
    if (typeof key === "symbol") throw new InterlockError("invalid_input", path, "expected plain data, got an object with symbol keys");
    const descriptor = Reflect.getOwnPropertyDescriptor(value, key);
    if (descriptor === undefined || !descriptor.enumerable) continue;
    const place = `${path}${path === "" ? "" : "."}${/^[\w$]{1,60}$/.test(key) ? key : "[name]"}`;
    const data = dataOf(descriptor, place);
    if (data === undefined) continue;
    const item = copyOf(data, place, depth + 1, room);
    // An assignment to `__proto__` would set the prototype.
    if (key === "__proto__") Object.defineProperty(copy, key, { value: item, enumerable: true, writable: true, configurable: true });
    else copy[key] = item;
  }
  return Object.freeze(copy);
}

/**
 * @param {PropertyDescriptor | undefined} descriptor
 * @param {string} path
 */
function dataOf(descriptor, path) {
  if (descriptor === undefined || !descriptor.enumerable) {
    throw new InterlockError("invalid_input", path, "expected a value, got a hole in the array");
  }
  if (!Object.hasOwn(descriptor, "value")) throw new InterlockError("invalid_input", path, "expected plain data, got a getter");
  return descriptor.value;
}

/**
 * @param {unknown} value
 * @param {string} path
 */
function alien(value, path) {
  return new InterlockError("invalid_input", path, `expected plain data, got ${describeAlien(value)}`);
}
