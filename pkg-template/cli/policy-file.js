// Reading a policy, and saying where in the file it is wrong.

import { isUtf8 } from "node:buffer";
import { open } from "node:fs/promises";
import process from "node:process";

import { parsePolicy } from "agent-interlock";

import { excerpt } from "./excerpt.js";
import { CommandError, systemWords } from "./failure.js";
import { faultOf } from "./fault.js";
import { withoutByteOrderMark } from "./lines.js";
import { visible } from "./text.js";

/** @import {Policy} from "agent-interlock" */
/** @import {Fault} from "./fault.js" */
/** @import {Style} from "./style.js" */

/** The largest policy, in bytes: ten thousand keywords and sectors of 256 characters fit, however they are escaped. */
const MAX_POLICY = 64 << 20;

/**
 * The text of the file; `-` is standard input.
 * @param {string} path
 * @returns {Promise<string>}
 */
export async function readPolicyText(path) {
  const bytes = await readBytes(path).catch((error) => {
    if (error instanceof CommandError) throw error;
    throw new CommandError(`cannot read the policy ${path}: ${systemWords(error)}`);
  });
  if (!isUtf8(bytes)) throw new CommandError(`cannot read the policy ${path}: not UTF-8 text`);
  return withoutByteOrderMark(bytes.toString("utf8"));
}

/** @param {string} path */
async function readBytes(path) {
  const stream = path === "-" ? process.stdin : (await open(path)).createReadStream();
  const chunks = [];
  let length = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MAX_POLICY)
      throw new CommandError(`the policy ${path} has more than ${MAX_POLICY} bytes, the most that are read`);
  }
  return Buffer.concat(chunks);
}

/**
 * @param {string} text
 * @returns {{policy: Policy, fault?: undefined} | {fault: Fault}}
 */
export function readPolicy(text) {
  try {
    return { policy: parsePolicy(text) };
  } catch (error) {
    return { fault: faultOf(text, error, "policy") };
  }
}

/**
 * The fault as people read it: the place, the words, the lines around it.
 * @param {string} path
 * @param {string} text
 * @param {Fault} fault
 * @param {Style} style
 * @param {number} columns
 */
export function drawFault(path, text, { error, message, spot }, style, columns) {
  const words = `  ${style.bold(visible(error.path))}\n  ${visible(message)}\n`;
  const place = `  ${style.dim(`at ${path}:${spot.line}:${spot.column}`)}\n`;
  return `${words}\n${excerpt(text, spot, style, columns)}${place}`;
}
