// What the engine found wrong in a JSON text, and where in the text that is.

import { InterlockError } from "agent-interlock";

import { locate, locateSyntaxError } from "./locate.js";

/** @import {Spot} from "./locate.js" */

/**
 * @typedef {object} Fault
 * @property {InterlockError} error
 * @property {string} message what is wrong, without the path and the place
 * @property {Spot} spot
 */

/**
 * Anything but bad input is thrown again: then it is not the text that is wrong.
 * @param {string} text
 * @param {unknown} error what reading the text threw
 * @param {string} root what the error's paths begin with; empty where they begin inside the value
 * @returns {Fault}
 */
export function faultOf(text, error, root) {
  if (!(error instanceof InterlockError) || error.code === "internal") throw error;
  const { path } = error;
  const message =
    path !== "" && error.message.startsWith(`${path}: `) ? error.message.slice(path.length + 2) : error.message;
  const syntax = locateSyntaxError(text, message);
  if (syntax !== undefined) return { error, ...syntax };
  return { error, message, spot: locate(text, path.slice(path.startsWith(root) ? root.length : 0)) };
}
