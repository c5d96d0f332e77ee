const BUILT_IN = new Set(["Map", "Set", "WeakMap", "WeakSet", "Promise", "RegExp", "Symbol", "BigInt"]);
const NAME = /^[\p{ID_Start}$_][\p{ID_Continue}$]{0,63}$/u;

/**
 * Words for a value that is not plain data, found without running any of its code but a Proxy's traps.
 * @param {unknown} value
 */
export function describeAlien(value) {
  if (value === undefined) return "undefined";
  if (typeof value !== "object" || value === null) return `a ${typeof value}`;
  const name = className(value);
  if (name === undefined) return "an object with a prototype of its own";
  return BUILT_IN.has(name) ? `a ${name}` : `an instance of ${name}`;
}

/** @param {object} value */
function className(value) {
  const prototype = Reflect.getPrototypeOf(value);
  const constructor = prototype && ownData(prototype, "constructor");
  const name = typeof constructor === "function" && ownData(constructor, "name");
  return typeof name === "string" && NAME.test(name) ? name : undefined;
}

/**
 * The value of an own data property; never that of an accessor.
 * @param {object} object
 * @param {string} key
 * @returns {unknown}
 */
export function ownData(object, key) {
  const descriptor = Reflect.getOwnPropertyDescriptor(object, key);
  return descriptor !== undefined && Object.hasOwn(descriptor, "value") ? descriptor.value : undefined;
}

/**
 * Whether a prototype is that of plain objects, here or in another realm (an iframe, a `vm` context).
 * @param {object | null} prototype
 */
export function isPlainPrototype(prototype) {
  if (prototype === null || prototype === Object.prototype) return true;
  // Classes may extend null too, but only Object.prototype has this of its own at the end of a chain.
  return Reflect.getPrototypeOf(prototype) === null && ownData(prototype, "isPrototypeOf") !== undefined;
}
