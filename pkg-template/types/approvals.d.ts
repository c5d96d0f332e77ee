import type { Decision, Effect, Person, RuleName, RuleReason } from "./guard.js";
import type { Json } from "./json.js";
import type { ActionType } from "./rules.js";

/** Where an approval stands. `expired`: nobody gave or used it in time, or another has taken its place; `consumed`: the action was granted. */
export type ApprovalStatus = "pending" | "approved" | "rejected" | "expired" | "consumed";

/** What one person said. */
export interface Vote {
  by: string;
  role: string;
  decision: "approve" | "reject";
  comment: string | null;
  at: string;
}

/** A question to a person: may this run? */
export interface Approval {
  /** Derived from customer, agent, action, digest and the audit's sequence number. */
  id: string;
  actionId: string;
  type: ActionType;
  agent: string;
  /** What the agent was called when it asked. */
  agentName: string;
  /** On whose behalf, where the host said so. */
  requestedBy: string | null;
  /** What would be done. */
  args: Json;
  /** The action's digest: the approval covers nothing else. */
  digest: string;
  /** The policy that asked for a person. */
  policyDigest: string;
  /** Why it did. */
  reasons: RuleReason[];
  status: ApprovalStatus;
  createdAt: string;
  /** From this instant on it has expired, resolved or not. */
  expiresAt: string;
  votes: Vote[];
  /** When it was approved or rejected. */
  resolvedAt: string | null;
}

/** What a person decides on an approval. */
export interface ApprovalOrder {
  approvalId: string;
  by: Person;
  decision: "approve" | "reject";
  /** At most 1,000 characters. */
  comment?: string | undefined;
}

/** What one rule looked at, and what it said. */
export interface ExplainedRule {
  rule: RuleName;
  /** Whether it is asked at all: what a person does meets few rules. */
  applies: boolean;
  /** The strictest that it asks for. */
  effect: Effect | null;
  reasons: RuleReason[];
  /** What it looked at: fields of the rule's own, of the state and of the policy; null where it does not apply. */
  read: { readonly [name: string]: Json } | null;
}

/** What a request would be answered, and why. */
export interface Explanation {
  /** What {@link Guard.request} would answer. */
  decision: Decision;
  /** Every rule, in order. */
  rules: ExplainedRule[];
  /** What a grant would charge. */
  cost: { messages: number; llmTokens: number; apiCalls: number; amount: number };
  /** Who may approve what the agent asks for, and how many have to. */
  approvers: { creator: string | null; role: "platform_admin"; quorum: number; separationOfDuties: boolean };
}
