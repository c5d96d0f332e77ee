// A log to be read line by line: from a file or from standard input.

import { open } from "node:fs/promises";
import process from "node:process";

import { CommandError, systemWords } from "./failure.js";

/** @import {Readable} from "node:stream" */

/**
 * @param {string} path `-` is standard input
 * @param {string} what what it holds, for complaints
 * @returns {Promise<{stream: Readable, size?: number, isKeyboard: boolean}>}
 */
export async function openLog(path, what) {
  if (path === "-") return { stream: process.stdin, isKeyboard: process.stdin.isTTY === true };
  try {
    const file = await open(path);
    const stat = await file.stat();
    if (stat.isDirectory()) throw Object.assign(new Error(), { code: "EISDIR" });
    return { stream: file.createReadStream(), ...(stat.isFile() ? { size: stat.size } : {}), isKeyboard: false };
  } catch (error) {
    throw new CommandError(`cannot read the ${what} ${path}: ${systemWords(error)}`);
  }
}

/**
 * The chunks of a stream; what breaks it is said in words.
 * @param {Readable} stream
 * @param {string} name
 * @returns {AsyncGenerator<Buffer>}
 */
export async function* readable(stream, name) {
  try {
    yield* stream;
  } catch (error) {
    if (/** @type {Error} */ (error).name === "AbortError") throw error;
    throw new CommandError(`cannot read ${name} to its end: ${systemWords(error)}`);
  }
}
