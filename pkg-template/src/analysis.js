/** @import * as Public from "../types/index.js" */

import { call } from "./call.js";
import { compiledOf } from "./policy.js";

/** @type {typeof Public.lint} */
export function lint(argument) {
  return call("lint", argument, { policy: compiledOf });
}

/** @type {typeof Public.verifyAudit} */
export function verifyAudit(argument) {
  return call("verifyAudit", argument);
}
