// The one error that a command ends with.

/** A message for the person at the terminal, and how the program ends. */
export class CommandError extends Error {
  /**
   * @param {string} message one sentence: what was wrong
   * @param {object} [more]
   * @param {number} [more.exitCode] 2 where nothing could be started; 1 where something was found wrong
   * @param {string} [more.excerpt] the place in the file, drawn
   * @param {string} [more.hint] what to do
   */
  constructor(message, { exitCode = 2, excerpt, hint } = {}) {
    super(message);
    this.name = "CommandError";
    this.exitCode = exitCode;
    this.excerpt = excerpt;
    this.hint = hint;
  }
}

/** @type {Record<string, string>} */
const SYSTEM = {
  ENOENT: "no such file",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EISDIR: "it is a folder, not a file",
  ENOTDIR: "a part of its path is not a folder",
};

/**
 * Why the system could not do something with a file, in words.
 * @param {unknown} error
 * @returns {string}
 */
export function systemWords(error) {
  const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
  return SYSTEM[code ?? ""] ?? message;
}
