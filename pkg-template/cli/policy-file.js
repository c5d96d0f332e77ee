// Reading a policy, and saying where in the file it is wrong.

import { isUtf8 } from "node:buffer";
import { open } from "node:fs/promises";
import process from "node:process";

import { lint, parsePolicy } from "agent-interlock";

import { excerpt } from "./excerpt.js";
import { CommandError, systemWords } from "./failure.js";
import { faultOf } from "./fault.js";
import { locate } from "./locate.js";
import { withoutByteOrderMark } from "./lines.js";
import { visible, wrap } from "./text.js";

/** @import {Policy, Warning} from "agent-interlock" */
/** @import {Fault} from "./fault.js" */
/** @import {Spot} from "./locate.js" */
/** @import {Style} from "./style.js" */

/** The largest policy, in bytes: ten thousand keywords and sectors of 256 characters fit, however they are escaped. */
const MAX_POLICY = 64 << 20;

/**
 * The text of the file; `-` is standard input.
 * @param {string} path
 * @param {string} [what] what it holds, for complaints
 * @returns {Promise<string>}
 */
export async function readText(path, what = "policy") {
  const bytes = await readBytes(path, what).catch((error) => {
    if (error instanceof CommandError) throw error;
    throw new CommandError(`cannot read the ${what} ${path}: ${systemWords(error)}`);
  });
  if (!isUtf8(bytes)) throw new CommandError(`cannot read the ${what} ${path}: not UTF-8 text`);
  return withoutByteOrderMark(bytes.toString("utf8"));
}

/**
 * @param {string} path
 * @param {string} what
 */
async function readBytes(path, what) {
  const stream = path === "-" ? process.stdin : (await open(path)).createReadStream();
  const chunks = [];
  let length = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MAX_POLICY)
      throw new CommandError(`the ${what} ${path} has more than ${MAX_POLICY} bytes, the most that are read`);
  }
  return Buffer.concat(chunks);
}

/** A warning, and where in the text it has its cause. @typedef {Warning & {spot: Spot}} PlacedWarning */

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
 * The policy of a file; where it is not valid, the command ends with what is wrong, drawn.
 * @param {string} path
 * @param {{style: Style, columns: number}} out
 */
export async function validPolicy(path, out) {
  const text = await readText(path);
  const read = readPolicy(text);
  if (read.fault === undefined) return read.policy;
  const name = path === "-" ? "standard input" : visible(path);
  throw new CommandError(`${path} is not a valid policy`, {
    excerpt: drawFault(name, text, read.fault, out.style, out.columns),
  });
}

/**
 * @param {string} text
 * @param {Policy} policy what was read from it
 * @returns {PlacedWarning[]}
 */
export function warningsOf(text, policy) {
  return lint({ policy }).map((warning) => ({ ...warning, spot: locate(text, warning.path.replace(/^policy/, "")) }));
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

/**
 * A warning as people read it: the place, and what follows from what stands there.
 * @param {string} path
 * @param {string} text
 * @param {PlacedWarning} warning
 * @param {Style} style
 * @param {number} columns
 */
export function drawWarning(path, text, { path: place, message, spot }, style, columns) {
  const words = wrap(visible(message), columns - 2).map((line) => `  ${line}\n`);
  const head = `  ${style.bold(visible(place))}\n${words.join("")}`;
  return `${head}${excerpt(text, spot, style, columns)}  ${style.dim(`at ${path}:${spot.line}:${spot.column}`)}\n`;
}
