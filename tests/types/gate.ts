// Uses of the gate: right ones, and wrong ones that must not compile.
import type { Action, Approval, Decision, Json, Obligation } from "agent-interlock";
import { createGate, fakeClock, memoryStore } from "agent-interlock/gate";
import type { AgentGate, CommitEntry, FakeClock, Gate, Loaded, RunResult, Runner, Store } from "agent-interlock/gate";
import { gateTools } from "agent-interlock/ai";
import { gateClient, gateServer, toolActions } from "agent-interlock/mcp";
import { sqliteStore } from "agent-interlock/sqlite";

const clock: FakeClock = fakeClock(0);
const policy = { customerId: "noor" };
const gate: Gate = await createGate({
  policy,
  store: memoryStore(),
  clock,
  channels: { notify: (obligation: Obligation) => obligation.title },
  shadow: { customerId: "noor", autonomyMode: "manual" },
  onDecision: (decision: Decision, { action, shadow }) => console.log(decision.code, action.id, shadow?.effect),
});
const action: Action = { id: "a1", type: "pay", agent: "sales", args: { sum: 5 } };
const run: RunResult<number> = await gate.run(action, async (args, { signal, attempt, used }) => {
  used({ llmTokens: 5 });
  return signal.aborted ? attempt : args.sum;
}, { wait: true, timeoutMs: 5, signal: AbortSignal.timeout(5), requestedBy: "omar", human: false });
switch (run.status) {
  case "executed": {
    const result: number = run.result;
    console.log(result, run.recorded);
    break;
  }
  case "pending": {
    const approval: Approval = run.approval;
    console.log(approval.args satisfies Json);
    break;
  }
  case "deferred":
    console.log(run.until?.length, run.decision.deferUntil);
    break;
  case "failed":
    console.log(run.category, run.retryAt, run.error);
    break;
  case "locked":
    console.log(run.code, run.decision?.effect);
    break;
  default:
    console.log(run.code);
}
// @ts-expect-error only an executed one has a result
run.result;
// @ts-expect-error nothing else is a status
if (run.status === "done") console.log();
// @ts-expect-error an action is an agent's
gate.run({ id: "a1", type: "pay" }, () => 1);
// @ts-expect-error something has to carry it out
gate.run(action);
// @ts-expect-error a number of milliseconds
gate.run(action, () => 1, { timeoutMs: "5" });
// @ts-expect-error who says so is needed
gate.reconcile({ actionId: "a1", outcome: "succeeded" });
// @ts-expect-error an event that there is none of
gate.on("decisions", () => {});
const off: () => void = gate.on("approval", ({ approval }) => approval.votes);

const agent: AgentGate = gate.forAgent("sales");
const told = await agent.run({ id: "a1", type: "pay", args: {}, group: { id: "g", index: 0, size: 1 } }, () => "done", { wait: true });
if (told.status === "executed") console.log(told.result.length, told.codes);
// @ts-expect-error an agent is not told the decision
told.decision;
// @ts-expect-error an agent gives no costs
agent.run({ id: "a1", type: "pay", cost: {} }, () => 1);
// @ts-expect-error an agent does not resolve
agent.resolve;

/** A store of one's own. */
class Own implements Store {
  async load(key: string, since?: number): Promise<Loaded | null> {
    return key.length > (since ?? 0) ? null : { version: 1, entries: [] };
  }
  async commit(_key: string, version: number, entry: CommitEntry, state: () => string): Promise<boolean> {
    return entry.checkpoint ? state().length > version : entry.commands.length > 0;
  }
  hashAt(): undefined {}
  lease(_key: string, runner: Runner, until: number): void {
    console.log(runner.id, until);
  }
}
await createGate({ policy, store: new Own(), create: true });
await createGate({ store: await sqliteStore("agent.db"), expectedHead: gate.head, changePolicy: { by: { id: "root", role: "platform_admin" }, reason: "new" } });
// @ts-expect-error a store keeps commits
await createGate({ policy, store: { load: () => null } });

const tools = { mail: { execute: async ({ to }: { to: string }) => `sent to ${to}` } };
const gated = gateTools({ agent, tools, session: "t1" });
const mail: typeof tools.mail = gated.tools.mail;
// @ts-expect-error a conversation is told apart by its session
gateTools({ agent, tools });

const client = gateClient({ callTool: async () => ({ content: [] }) }, { gate, agent: "sales", tools: [{ name: "pay", annotations: { readOnlyHint: true } }] });
gateServer({ registerTool: () => undefined }, { gate, agent: (context) => context.sessionId });
await createGate({ policy: { customerId: "noor", actions: toolActions([{ name: "pay" }]) } });
console.log(off, mail, client);
