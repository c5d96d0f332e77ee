/**
 * The name of the method that `using` calls; a name of our own where the host has no such thing.
 * @type {typeof Symbol.dispose}
 */
export const disposal = Symbol.dispose ?? Symbol("Symbol.dispose");
