// Uses that must compile.
import {
  defaultPolicy,
  determineTier,
  InterlockError,
  isInQuietHours,
  lint,
  parsePolicy,
  Policy,
  Replay,
  replay as replayLog,
  requiresApproval,
  withinBudget,
} from "agent-interlock";
import type {
  ApprovalRequirement,
  AutonomyMode,
  ErrorCode,
  FullPolicyDocument,
  PolicyDocument,
  Reason,
  ReplayReport,
  ReplayRow,
  ReplayTurn,
  Tier,
  TierSignal,
  Time,
  WarningCode,
} from "agent-interlock";

const document: PolicyDocument = {
  customerId: "noor",
  autonomyMode: "safe_autopilot",
  budget: { maxMessagesPerDay: 5, maxCostPerDay: undefined },
  quietHours: null,
  actions: { "get_*": { access: "read" }, pay: { cost: { amount: "/amount", messages: 1 }, level: "L3" } },
  velocity: { tier_3: { windowMinutes: 1 } },
  anomaly: { tiers: { tier_1: { thresholds: { marketImpact: null } } } },
  agents: { sales: { name: "Sales", budget: null } },
};

const policy = new Policy(document);
const full: FullPolicyDocument = policy.document;
const cap: number = full.budget.maxCostPerDay;
const start: number | undefined = full.quietHours?.start;
const again: PolicyDocument = full;
const digest: string = policy.digest;
const mode: AutonomyMode = defaultPolicy("noor").autonomyMode;
const frozen: Policy = parsePolicy("{}");

const approval: ApprovalRequirement = requiresApproval({ actionType: "send_message", policy, riskFactors: { sector: null } });
requiresApproval({ actionType: "one_of_our_own", policy: document });
policy.requiresApproval({ actionType: "send_message" });

/** Reasons are told apart by their code. */
function say(reason: Reason): string {
  switch (reason.code) {
    case "blocked_keyword":
      return reason.keyword;
    case "high_value_deal":
      return `${reason.value - reason.threshold} ${reason.currency}`;
    case "messages_per_day_reached":
    case "llm_tokens_per_day_reached":
    case "api_calls_per_day_reached":
      return `${reason.used} of ${reason.cap}`;
    case "autonomy_mode":
      return reason.mode === "manual" ? "manual" : reason.mode;
    default:
      return reason.text;
  }
}
const said: string[] = approval.reasons.map(say);
const spent: string[] = withinBudget({ usage: { costToday: 5 }, policy, currency: "EUR" }).reasons.map(say);
policy.withinBudget({ usage: {}, budget: { maxCostPerDay: 1 } });

const times: Time[] = [new Date(), 0, "2026-05-18T00:00:00Z"];
const quiet: boolean = isInQuietHours({ hour: 5, policy }) || isInQuietHours({ at: new Date(), policy: document });
policy.isInQuietHours({ at: 0 });
const { tier, signals } = determineTier({ events: [...times, { timestamp: 0 }], velocity: { tier_1: { actionsPerMinute: 1 } } });
const highest: Tier | null = tier;
const signal: TierSignal = signals.tier_3;
policy.determineTier({ events: times, now: "2026-05-18T00:00:00Z" });

function code(error: unknown): ErrorCode | undefined {
  return error instanceof InterlockError ? error.code : undefined;
}
const own: Error = new InterlockError("conflict", "", "somebody was faster", { cause: 1 });

const replay = new Replay({ policy });
const row: ReplayRow | null = replay.line("{}");
const whole: Promise<ReplayReport> = replayLog({
  policy,
  against: { customerId: "noor" },
  log: new ReadableStream<Uint8Array>(),
  onRow: ({ at }, { line, turn }) => void [at, line, turn],
  onError: (error, { text }) => void [error.code, text],
});
const turns: Promise<ReplayTurn[] | undefined> = whole.then(({ against }) => against?.changes.list.map(({ turn }) => turn));
if (row !== null && "effect" in row && row.effect === "defer") console.log(row.deferUntil, row.reasons.map(say));
const denied: number | undefined = replay.summary().byEffect.deny;
replay.free();
const codes: WarningCode[] = lint({ policy }).map((warning) => warning.code);
policy.free();

console.log(turns, codes, cap, start, again, digest, mode, frozen, said, spent, quiet, highest, signal, code(own), denied);
