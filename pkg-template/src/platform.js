/**
 * The classes that turn text into bytes and back. Test runners with a simulated DOM hide them from the globals;
 * Node still has them.
 * @returns {{ TextEncoder: typeof TextEncoder, TextDecoder: typeof TextDecoder }}
 */
export function textClasses() {
  const { TextEncoder, TextDecoder } = globalThis;
  if (TextEncoder !== undefined && TextDecoder !== undefined) return { TextEncoder, TextDecoder };
  return /** @type {any} */ (globalThis).process.getBuiltinModule("node:util");
}

const ILL_FORMED = /\p{Surrogate}/u;

/**
 * Whether text has no lone surrogate: encoding would silently replace one, and so make two texts the same.
 * @type {(text: string) => boolean}
 */
export const isWellFormed =
  "isWellFormed" in String.prototype
    ? (text) => /** @type {any} */ (text).isWellFormed()
    : (text) => !ILL_FORMED.test(text);
