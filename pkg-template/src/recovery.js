/** @import * as Public from "../types/index.js" */

import { call } from "./call.js";
import { readForeign } from "./foreign.js";

const NOW = { now: true };
const FOREIGN = { error: readForeign };

/** @type {typeof Public.classifyMcpError} */
export function classifyMcpError(argument) {
  return call("classifyMcpError", argument, FOREIGN);
}

/** @type {typeof Public.isRetryable} */
export function isRetryable(argument) {
  return call("isRetryable", argument);
}

/** @type {typeof Public.maxRetries} */
export function maxRetries() {
  return call("maxRetries", {});
}

/** @type {typeof Public.planRetry} */
export function planRetry(argument) {
  return call("planRetry", argument, NOW);
}

/** @type {typeof Public.classifyTool} */
export function classifyTool(argument) {
  return call("classifyTool", argument);
}

/** @type {typeof Public.planRecovery} */
export function planRecovery(argument) {
  return call("planRecovery", argument, NOW);
}

/** @type {typeof Public.recoveryKey} */
export function recoveryKey(argument) {
  return call("recoveryKey", argument);
}

/** @type {typeof Public.recordRecovery} */
export function recordRecovery(argument) {
  return call("recordRecovery", argument, NOW);
}

/** @type {typeof Public.shouldRetryRecovery} */
export function shouldRetryRecovery(argument) {
  return call("shouldRetryRecovery", argument);
}

/** @type {typeof Public.planTokenRefresh} */
export function planTokenRefresh(argument) {
  return call("planTokenRefresh", argument, NOW);
}

/** @type {typeof Public.analyseFailures} */
export function analyseFailures(argument) {
  return call("analyseFailures", argument, NOW);
}

/** @type {typeof Public.dueTokenTasks} */
export function dueTokenTasks(argument) {
  return call("dueTokenTasks", argument, NOW);
}
