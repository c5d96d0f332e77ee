export { lint, verifyAudit } from "./analysis.js";
export { InterlockError } from "./error.js";
export { Guard } from "./guard.js";
export { Policy, parsePolicy } from "./policy.js";
export {
  analyseFailures,
  classifyMcpError,
  classifyTool,
  dueTokenTasks,
  isRetryable,
  maxRetries,
  planRecovery,
  planRetry,
  planTokenRefresh,
  recordRecovery,
  recoveryKey,
  shouldRetryRecovery,
} from "./recovery.js";
export { Replay } from "./replay.js";
export { replay } from "./replay-log.js";
export {
  arbitrate,
  assessAnomaly,
  checkAutonomy,
  defaultPolicy,
  determineTier,
  evaluateEscalation,
  isInQuietHours,
  planIntents,
  requiresApproval,
  requiresConfirmation,
  withinBudget,
} from "./rules.js";
