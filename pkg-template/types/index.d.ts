/**
 * One deterministic, explained policy decision for autonomous agents.
 *
 * Every function takes one object and returns plain JSON-like values. Bad input is never a decision: it throws an
 * {@link InterlockError}, and the action does not run.
 *
 * @packageDocumentation
 */

export type * from "./approvals.js";
export { verifyAudit } from "./audit.js";
export type * from "./audit.js";
export { checkAutonomy, planIntents, requiresConfirmation } from "./confirmation.js";
export type * from "./confirmation.js";
export { analyseFailures, dueTokenTasks, planTokenRefresh } from "./credentials.js";
export type * from "./credentials.js";
export type * from "./document.js";
export { InterlockError } from "./error.js";
export type { ErrorCode } from "./error.js";
export { arbitrate, assessAnomaly, evaluateEscalation } from "./escalation.js";
export type * from "./escalation.js";
export { classifyMcpError, classifyTool, isRetryable, maxRetries, planRetry } from "./failures.js";
export type * from "./failures.js";
export { Guard } from "./guard.js";
export type {
  Action,
  ActionGroup,
  Agent,
  AgentDecision,
  AgentOptions,
  AuditEntry,
  AuditHead,
  Cost,
  Decision,
  Effect,
  GuardOptions,
  InFlight,
  Lock,
  LockOrder,
  LockState,
  Now,
  Obligation,
  Person,
  Report,
  Reported,
  RequestOptions,
  RuleName,
  RuleReason,
  Snapshot,
  UsageView,
} from "./guard.js";
export type * from "./json.js";
export { lint } from "./lint.js";
export type { Warning, WarningCode } from "./lint.js";
export { Policy, defaultPolicy, parsePolicy } from "./policy.js";
export { planRecovery, recordRecovery, recoveryKey, shouldRetryRecovery } from "./posts.js";
export type * from "./posts.js";
export type * from "./reasons.js";
export { Replay, replay } from "./replay.js";
export type * from "./replay.js";
export { determineTier, isInQuietHours, requiresApproval, withinBudget } from "./rules.js";
export type {
  ActionType,
  ApprovalRequirement,
  ApprovalRequest,
  BudgetCheck,
  BudgetStatus,
  BuiltInActionType,
  QuietHoursCheck,
  RiskFactors,
  Tier,
  TierAssessment,
  TierCheck,
  TierSignal,
  Time,
  Usage,
} from "./rules.js";
