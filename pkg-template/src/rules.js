/** @import * as Public from "../types/index.js" */

import { answerTo, call } from "./call.js";
import { compiledOf } from "./policy.js";
import * as quick from "./quick.js";

// What is special about an argument: it may carry a policy's handle; its `now` may be left to the host's clock.
const POLICY = { policy: compiledOf };
const POLICY_AND_NOW = { ...POLICY, now: true };

/** @type {typeof Public.defaultPolicy} */
export function defaultPolicy(customerId) {
  return answerTo(customerId, (bindings, bytes) => bindings.defaultPolicy(bytes));
}

/** @type {typeof Public.requiresApproval} */
export function requiresApproval(argument) {
  return call("requiresApproval", argument, POLICY);
}

/** @type {typeof Public.withinBudget} */
export function withinBudget(argument) {
  return call("withinBudget", argument, POLICY);
}

/** @type {typeof Public.isInQuietHours} */
export function isInQuietHours(argument) {
  return call("isInQuietHours", argument, POLICY);
}

/** @type {typeof Public.determineTier} */
export function determineTier(argument) {
  return quick.determineTier(argument);
}

/** @type {typeof Public.evaluateEscalation} */
export function evaluateEscalation(argument) {
  return call("evaluateEscalation", argument, POLICY_AND_NOW);
}

/** @type {typeof Public.assessAnomaly} */
export function assessAnomaly(argument) {
  return call("assessAnomaly", argument, POLICY_AND_NOW);
}

/** @type {typeof Public.arbitrate} */
export function arbitrate(argument) {
  return call("arbitrate", argument);
}

/** @type {typeof Public.requiresConfirmation} */
export function requiresConfirmation(argument) {
  return call("requiresConfirmation", argument);
}

/** @type {typeof Public.planIntents} */
export function planIntents(argument) {
  return call("planIntents", argument);
}

/** @type {typeof Public.checkAutonomy} */
export function checkAutonomy(argument) {
  return call("checkAutonomy", argument);
}
