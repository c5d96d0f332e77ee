// Uses of the rules beside approval and budget, of what comes after a failure, of posts and credentials: right ones, and
// wrong ones that must not compile.
import {
  analyseFailures,
  arbitrate,
  assessAnomaly,
  checkAutonomy,
  classifyMcpError,
  classifyTool,
  dueTokenTasks,
  evaluateEscalation,
  isRetryable,
  maxRetries,
  planIntents,
  planRecovery,
  planRetry,
  planTokenRefresh,
  Policy,
  recordRecovery,
  recoveryKey,
  requiresConfirmation,
  shouldRetryRecovery,
} from "agent-interlock";
import type { ErrorCategory, IntentStatus, RecoveryAction, RiskLevel, TaskStatus, TokenTask } from "agent-interlock";

const policy = new Policy({ customerId: "noor" });
const now = "2026-05-18T10:00:00Z";

// What was decided and what the host has to do are told apart together.
const escalation = evaluateEscalation({ events: [0, new Date(), { timestamp: now }], validation: {}, now, policy });
if (escalation.decision === null) {
  const none: null = escalation.outcome;
  console.log(none);
} else if (escalation.decision.action === "route_to_autonomous_executor") {
  const executor: string = escalation.decision.executor;
  const risk: "medium" | "high" = escalation.decision.riskClass;
  const rate: number = escalation.decision.velocity.actionsPerMinute;
  console.log(executor, risk, rate);
}
if (escalation.outcome?.status === "lockout_enabled") {
  const brief: "diagnostic_brief" = escalation.outcome.diagnosticBrief.type;
  console.log(brief);
}
if (escalation.lockout) {
  const locked: "tier_3" = escalation.decision.tier;
  console.log(locked);
}
// @ts-expect-error a validation is needed, empty where there was none
evaluateEscalation({ events: [] });
// @ts-expect-error one who was not routed has no executor
if (escalation.outcome?.status === "blocked_by_lockout") escalation.outcome.executor;
// @ts-expect-error not an action
if (escalation.decision?.action === "lock") console.log();

const metrics = { successRate: 0.9, efficiencyScore: 0.9, averageResponseTime: 5, marketImpactScore: 0.9 };
const assessment = assessAnomaly({ agentId: "scout", snapshot: metrics, alerts: ["pager", { level: 1 }], policy: { customerId: "c" } });
if (assessment.systemicAlert !== null) {
  const three: 3 = assessment.recommendedAction.tier;
  console.log(three, assessment.systemicAlert.diagnosticBrief.alerts.length);
}
// @ts-expect-error its metrics are needed in full
assessAnomaly({ agentId: "scout", snapshot: { successRate: 1 } });
// @ts-expect-error there is an alert at tier 3 alone
assessment.systemicAlert.severity;

const arbitration = arbitrate({ riskLevel: "low", recommendedTier: 2, violations: [] as readonly string[] });
if (arbitration.decision === "lock") {
  const active: true = arbitration.lockStateActive;
  console.log(active);
}
const levels: RiskLevel[] = ["low", "medium", "high", "critical"];
// @ts-expect-error a risk level is needed
arbitrate({});
// @ts-expect-error tiers are numbers here
arbitrate({ riskLevel: "low", recommendedTier: "tier_2" });
// @ts-expect-error not a level
levels.push("extreme");

const confirmation: boolean = requiresConfirmation({ agentPermission: "write", needsInterrupt: false }).requiresConfirmation;
// @ts-expect-error not an access
requiresConfirmation({ agentPermission: "execute" });

const plan = planIntents({ intents: [{ id: "a", agentPermission: "read" }], resolutions: { a: "approved" } });
const statuses: IntentStatus[] = plan.map(({ status }) => status);
// @ts-expect-error a person approves or rejects
planIntents({ intents: [], resolutions: { a: "yes" } });
// @ts-expect-error what an intent would do is needed
planIntents({ intents: [{ id: "a" }] });

const verdict = checkAutonomy({ levels: { delete_files: "L3" }, actionType: "delete_files", defaultLevel: "L1" });
if (!verdict.allowed) {
  const asked: "Approval requested from creator" = verdict.message;
  console.log(asked);
}
// @ts-expect-error not a level
checkAutonomy({ levels: { a: "L4" }, actionType: "a" });

const category: ErrorCategory = classifyMcpError({ statusCode: 429, errorMessage: "" });
classifyMcpError({ error: new Error("boom") });
classifyMcpError({});
const retryable: boolean = isRetryable({ category });
const most: number = maxRetries();
const retry = planRetry({ category, attempt: 1, now, retryAfter: new Date(), seed: 7 });
if (retry.reason === "backoff") {
  const at: string = retry.retryAt;
  console.log(at);
}
// @ts-expect-error an error brings its own status
classifyMcpError({ error: new Error("boom"), statusCode: 429 });
// @ts-expect-error a number
classifyMcpError({ statusCode: "429" });
// @ts-expect-error not a category
isRetryable({ category: "fatal" });
// @ts-expect-error it takes nothing
maxRetries({});
// @ts-expect-error which failure it was is needed
planRetry({ category });
// @ts-expect-error it may never come
new Date(retry.retryAt);

const { access } = classifyTool({ operation: { operationId: "list" }, method: "POST" });
classifyTool({ annotations: { readOnlyHint: true } });
// @ts-expect-error an operation has a method
classifyTool({ operation: { operationId: "list" } });
// @ts-expect-error one or the other
classifyTool({ annotations: {}, operation: {}, method: "GET" });

const what = { postId: "p1", actionType: "edit", tier: "tier_2" } as const;
const key: string = recoveryKey(what);
const { record, history } = recordRecovery({ history: [], ...what, idempotencyKey: key, status: "running", outcome: { edits: 1 } });
const recovery = planRecovery({ postId: "p1", metrics: [{ timestamp: now, impressions: 1, engagements: 0 }], history, now });
if (recovery.eligible) {
  const action: RecoveryAction = recovery.actionType;
  console.log(action, recovery.idempotencyKey);
} else if (recovery.reason === "insufficient_samples") {
  const count: number = recovery.sampleCount;
  console.log(count);
}
const again: boolean = shouldRetryRecovery({ history, idempotencyKey: record.idempotencyKey });
// @ts-expect-error not an action on posts
recoveryKey({ ...what, actionType: "delete" });
// @ts-expect-error not a status
recordRecovery({ history, ...what, idempotencyKey: key, status: "done" });
// @ts-expect-error who is not eligible has no action
if (!recovery.eligible) recovery.actionType;
// @ts-expect-error the history is needed
planRecovery({ postId: "p1", metrics: [] });

const task = { id: 1, userId: "noor", platform: "wix", status: "active" } as const;
const refresh = planTokenRefresh({ task, result: { success: false }, failurePattern: analyseFailures({ log: [], now }), now });
const next: TokenTask = refresh.task;
const told: boolean | undefined = refresh.alert?.requiresUserAction;
const due: TokenTask[] = dueTokenTasks({ tasks: [task, next], now, horizonHours: 48, userId: "noor" });
const word: TaskStatus = next.status;
// @ts-expect-error whether it succeeded is needed
planTokenRefresh({ task, result: {} });
// @ts-expect-error not a status of a task
planTokenRefresh({ task: { ...task, status: "expired" }, result: { success: true } });
// @ts-expect-error there is no alert after a success
refresh.alert.title;
// @ts-expect-error an attempt has a time
analyseFailures({ log: [{ status: "failed" }] });
// @ts-expect-error a number of hours
dueTokenTasks({ tasks: [], horizonHours: "24" });

console.log(confirmation, statuses, retryable, most, access, again, told, due, word);
