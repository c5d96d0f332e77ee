// Uses of the guard: right ones, and wrong ones that must not compile.
import { Guard, Policy } from "agent-interlock";
import type {
  Action,
  Agent,
  AgentDecision,
  Approval,
  ApprovalStatus,
  AuditEntry,
  Decision,
  Effect,
  Explanation,
  InFlight,
  LockState,
  Obligation,
  Person,
  Reported,
  RuleName,
  Snapshot,
  UsageView,
} from "agent-interlock";

const admin: Person = { id: "root", role: "platform_admin" };
const guard = new Guard({ policy: { customerId: "noor" } });
const action: Action = { id: "a1", type: "pay", agent: "sales", args: { sum: 5, to: ["Huda", null] }, cost: { amount: 5 } };

const decision: Decision = guard.request(action, { now: new Date(), requestedBy: "omar", human: false });
const effect: Effect = decision.effect;
for (const reason of decision.reasons) {
  const rule: RuleName = reason.rule;
  // A reason is told apart by its code here too.
  if (reason.code === "exceeds_cap") console.log(rule, reason.dimension === "llmTokens");
  if (reason.code === "retry_not_before") console.log(reason.retryAt, reason.until?.length);
  // @ts-expect-error only some reasons have a keyword
  reason.keyword;
}
if (decision.escalation?.action === "route_to_autonomous_executor") console.log(decision.escalation.executor);
const status: ApprovalStatus | undefined = decision.approval?.status;
const approval: Approval = guard.resolve({ approvalId: "a1-0", by: admin, decision: "approve", comment: "fine" }, { now: 0 });
const votes: string[] = approval.votes.map(({ by, comment }) => comment ?? by);
const pending: Approval[] = guard.approvals({ status: "pending" }, { now: 0 }).concat(guard.approvals());
const explanation: Explanation = guard.explain(action, { now: 0, human: true });
const asked: string[] = explanation.rules.filter(({ applies }) => applies).map(({ rule }) => rule);
const reported: Reported = guard.report({ actionId: "a1", outcome: "failed", error: { statusCode: 503 }, usage: { amount: 4 } });
const metrics = { successRate: 0.9, efficiencyScore: 0.9, averageResponseTime: 5, marketImpactScore: 0.9 };
const tier: 1 | 2 | 3 = guard.observe({ agent: "sales", metrics, alerts: [{ pager: 1 }] }).recommendedAction.tier;
const locks: LockState = guard.lock({ agent: "sales", by: admin, reason: "odd" }, { now: 0 });
guard.unlock({ by: admin, reason: "seen" });
guard.recordUsage({ usage: { llmTokens: 5 } });
guard.setPolicy(new Policy({ customerId: "noor" }), { by: admin, reason: "review", now: 0 });
guard.adoptClock({ by: admin, reason: "new host" });
const done: number = guard.acknowledge({ ids: guard.outbox().map(({ id }: Obligation) => id) });
const usage: UsageView = guard.usage();
const spent: number | undefined = usage.agents["sales"]?.amount;
const flights: InFlight[] = guard.inFlight({ now: 0 });
const entries: AuditEntry[] = guard.auditSince(0);
const snapshot: Snapshot = guard.snapshot();
const restored = new Guard({ policy: { customerId: "noor" }, snapshot, expectedHead: guard.auditHead(), expectedDigest: snapshot.digest });
new Guard({ policy: { customerId: "noor" }, snapshot: JSON.stringify(snapshot), audit: false });

// @ts-expect-error a policy is needed
new Guard({});
// @ts-expect-error not a snapshot
new Guard({ policy: { customerId: "c" }, snapshot: 5 });
// @ts-expect-error a head has a hash
new Guard({ policy: { customerId: "c" }, expectedHead: { seq: 1 } });
// @ts-expect-error an agent is needed
guard.request({ id: "a1", type: "pay" });
// @ts-expect-error a field that nobody knows
guard.request({ ...action, riskfactors: {} });
// @ts-expect-error arguments are JSON
guard.request({ ...action, args: { when: new Map() } });
guard.request({ ...action, group: { id: "g", index: 0, size: 1 } });
// @ts-expect-error a place has a size
guard.request({ ...action, group: { id: "g", index: 0 } });
// @ts-expect-error a person is told apart by true and false
guard.request(action, { human: "yes" });
// @ts-expect-error approve or reject
guard.resolve({ approvalId: "a1-0", by: admin, decision: "approved" });
// @ts-expect-error who decides is needed
guard.resolve({ approvalId: "a1-0", decision: "approve" });
// @ts-expect-error not a status
guard.approvals({ status: "open" });
// @ts-expect-error not an outcome
guard.report({ actionId: "a1", outcome: "done" });
// @ts-expect-error not an effect
if (decision.effect === "block") console.log();
// @ts-expect-error who locks, and why, is needed
guard.lock({ agent: "sales" });
// @ts-expect-error who sets a policy, and why, is needed
guard.setPolicy({ customerId: "noor" });
// @ts-expect-error a snapshot is not changed
snapshot.digest = "";
// @ts-expect-error nor is the policy's digest
guard.policyDigest = "";
// @ts-expect-error ids, not obligations
guard.acknowledge({ ids: guard.outbox() });

const agent: Agent = guard.forAgent("sales", { clock: () => new Date(), requestedBy: "omar" });
const answer: AgentDecision = agent.request({ id: "a2", type: "pay", args: { sum: 5 } });
const codes: string[] = answer.codes;
// @ts-expect-error an agent asks as itself
agent.request({ id: "a2", type: "pay", agent: "other" });
// @ts-expect-error an agent gives no costs
agent.request({ id: "a2", type: "pay", cost: { amount: 0 } });
// @ts-expect-error an agent does not say what a person did
agent.request({ id: "a2", type: "pay" }, { human: true });
// @ts-expect-error an agent approves nothing
agent.resolve({ approvalId: "a1-0", by: admin, decision: "approve" });
// @ts-expect-error an agent is told of an approval where it stands alone
answer.approval?.reasons;
// @ts-expect-error nor is anything explained to it
agent.explain(action);
// @ts-expect-error an agent cannot unlock
agent.unlock({ by: admin, reason: "please" });
// @ts-expect-error an agent cannot take a snapshot
agent.snapshot();
// @ts-expect-error an agent is not told the reasons
answer.reasons;
// @ts-expect-error a clock gives the time
guard.forAgent("sales", { clock: 5 });

guard.free();
console.log(status, votes, pending, asked);
console.log(effect, reported.retryAt, tier, locks.customer, done, spent, flights, entries, restored, codes);
