// Uses that must not compile.
import { defaultPolicy, determineTier, InterlockError, isInQuietHours, Policy, Replay, replay, requiresApproval, withinBudget } from "agent-interlock";

// @ts-expect-error a policy has a customer
new Policy({});
// @ts-expect-error a field that nobody knows
new Policy({ customerId: "c", blockedKeyword: [] });
// @ts-expect-error a mode that nobody knows
new Policy({ customerId: "c", autonomyMode: "autopilot" });
// @ts-expect-error both hours or none
new Policy({ customerId: "c", quietHours: { start: 21 } });
// @ts-expect-error a number in a string
new Policy({ customerId: "c", budget: { maxCostPerDay: "5" } });
// @ts-expect-error null is no number
new Policy({ customerId: "c", maxConsecutiveFollowups: null });
// @ts-expect-error another version
new Policy({ customerId: "c", version: 2 });

const policy = new Policy({ customerId: "c" });
// @ts-expect-error a compiled policy does not change
policy.document.budget.maxCostPerDay = 5;
// @ts-expect-error nor does its digest
policy.digest = "";
// @ts-expect-error the policy is known already
policy.requiresApproval({ actionType: "send_message", policy });
// @ts-expect-error one object
policy.requiresApproval("send_message");

// @ts-expect-error a policy is needed
requiresApproval({ actionType: "send_message" });
// @ts-expect-error a type is needed
requiresApproval({ policy });
// @ts-expect-error a factor that nobody knows
requiresApproval({ actionType: "x", policy, riskFactors: { dealvalue: 1 } });
// @ts-expect-error a policy's text is parsed first
requiresApproval({ actionType: "x", policy: '{"customerId": "c"}' });
for (const reason of requiresApproval({ actionType: "x", policy }).reasons) {
  // @ts-expect-error only some reasons have a keyword
  reason.keyword;
  // @ts-expect-error not a code
  if (reason.code === "blocked_word") throw reason;
}

// @ts-expect-error usage is needed
withinBudget({ policy });
// @ts-expect-error null is no number
withinBudget({ usage: { costToday: null } });

// @ts-expect-error an hour or an instant
isInQuietHours({ policy });
// @ts-expect-error not both
isInQuietHours({ policy, hour: 1, at: 0 });
// @ts-expect-error nor both here
policy.isInQuietHours({ hour: 1, at: 0 });

// @ts-expect-error events are instants
determineTier({ events: [{}] });
// @ts-expect-error its velocity is the policy's
policy.determineTier({ events: [], velocity: {} });
// @ts-expect-error not a tier
determineTier({ events: [] }).tier === "tier_4";

// @ts-expect-error a text
defaultPolicy(5);
// @ts-expect-error not a code
new InterlockError("invalid", "", "");
// @ts-expect-error a policy is needed
new Replay({});
// @ts-expect-error an object for lines there is none
new Replay({ policy }).line({});
// @ts-expect-error a log is needed
replay({ policy });
// @ts-expect-error not a number
replay({ policy, log: 5 });
// @ts-expect-error one line is no log
replay({ policy, log: { at: 1, id: "a" } });
// @ts-expect-error not a word for what a broken line does
replay({ policy, log: "", onError: "ignore" });
