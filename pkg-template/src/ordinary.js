// Reading ordinary objects quickly: a step before the encoder, which reads whatever there is. Neither runs code of theirs, but
// for a Proxy's traps.

/** What `field` gives for anything but an own, enumerable data property. */
export const ODD = Symbol("odd");

const { getOwnPropertyDescriptor, getOwnPropertyNames, getOwnPropertySymbols, getPrototypeOf } = Object;

/** Inherits what a polluted `Object.prototype` gives to descriptors, too. @type {PropertyDescriptor} */
const NOTHING = {};

/**
 * The names of an ordinary object's fields; undefined for anything else, and for what the encoder had better look at.
 * @param {unknown} value
 */
export function fieldNames(value) {
  if (typeof value !== "object" || value === null || getPrototypeOf(value) !== Object.prototype) return undefined;
  if (NOTHING.writable !== undefined || getOwnPropertySymbols(value).length > 0) return undefined;
  return getOwnPropertyNames(value);
}

/**
 * @param {object} object
 * @param {string} name
 * @returns {unknown}
 */
export function field(object, name) {
  const descriptor = getOwnPropertyDescriptor(object, name);
  // Of the two kinds of property only one that holds data is writable or not.
  if (descriptor === undefined || descriptor.writable === undefined) return ODD;
  return descriptor.enumerable === true ? descriptor.value : ODD;
}

/** Per item four times as fast as its descriptor. @type {((this: object, key: number) => unknown) | undefined} */
const lookupGetter = /** @type {any} */ (Object.prototype).__lookupGetter__;

/**
 * The items of an ordinary array without holes; undefined for anything else, and for more than `limit` of them.
 * @param {unknown} value
 * @param {number} limit
 */
export function items(value, limit) {
  if (!Array.isArray(value) || getPrototypeOf(value) !== Array.prototype || lookupGetter === undefined) return undefined;
  const length = getOwnPropertyDescriptor(value, "length")?.value;
  // A Proxy may say anything here.
  if (!Number.isInteger(length) || length < 0 || length > limit) return undefined;
  // Indices come first, in order: where the last is in its place, all are there and enumerable.
  if (length > 0 && Object.keys(value)[length - 1] !== String(length - 1)) return undefined;
  const items = [];
  for (let index = 0; index < length; index += 1) {
    if (lookupGetter.call(value, index) !== undefined) return undefined;
    items.push(value[index]);
  }
  return items;
}
