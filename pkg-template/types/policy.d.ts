import type { Disposal } from "./disposal.js";
import type { FullPolicyDocument, PolicyDocument } from "./document.js";
import type {
  ApprovalRequirement,
  ApprovalRequest,
  BudgetCheck,
  BudgetStatus,
  QuietHoursCheck,
  TierAssessment,
  TierCheck,
} from "./rules.js";

/** What a method of a policy takes: the argument of the function of the same name, without its policy. */
type WithoutPolicy<Argument> = Argument extends unknown ? Omit<Argument, "policy"> : never;

/**
 * A policy, validated and compiled once, used many times. Functions that take a `policy` take this as well as a document;
 * this is the fast way.
 *
 * It holds memory of the engine: give it back with `free()` or a `using` declaration. A forgotten one is given back
 * when it is collected.
 *
 * @example
 * ```js
 * import { Policy } from "agent-interlock";
 *
 * const policy = new Policy({ customerId: "noor", autonomyMode: "safe_autopilot", blockedKeywords: ["guarantee"] });
 * const { required, reason } = policy.requiresApproval({
 *   actionType: "send_message",
 *   riskFactors: { draftText: "We GUARANTEE it" },
 * });
 * console.log(required, reason); // true blocked_keyword=guarantee
 * policy.free();
 * ```
 */
export declare class Policy {
  /** @throws {InterlockError} `invalid_policy`, with the path of what is wrong (`policy.budget.maxCostPerDay`). */
  constructor(document: PolicyDocument);
  /** The document in full, every default filled in; deeply frozen. */
  readonly document: FullPolicyDocument;
  /** SHA-256 in hex over the canonical JSON (RFC 8785) of the document without its defaults. */
  readonly digest: string;
  /** Whether a person must release the action: see {@link requiresApproval}. */
  requiresApproval(argument: WithoutPolicy<ApprovalRequest>): ApprovalRequirement;
  /** Whether the day's caps leave room: see {@link withinBudget}. */
  withinBudget(argument: WithoutPolicy<BudgetCheck>): BudgetStatus;
  /** Whether messages wait at this hour or instant: see {@link isInQuietHours}. */
  isInQuietHours(argument: WithoutPolicy<QuietHoursCheck>): boolean;
  /** How fast actions come, by this policy's `velocity`: see {@link determineTier}. */
  determineTier(argument: Omit<TierCheck, "velocity">): TierAssessment;
  /** Gives its memory back. Any further use is an {@link InterlockError}; freeing twice is not. */
  free(): void;
}

export interface Policy extends Disposal {}

/**
 * The policy in a JSON text, read strictly: a name that stands twice in an object is an error, as is a number that overflows.
 *
 * @example
 * ```js
 * import { parsePolicy } from "agent-interlock";
 *
 * const policy = parsePolicy('{"customerId": "noor", "quietHours": {"start": 22, "end": 7}}');
 * console.log(policy.isInQuietHours({ hour: 23 })); // true
 * policy.free();
 * ```
 */
export declare function parsePolicy(json: string): Policy;

/**
 * The policy in full of a customer who has set nothing.
 *
 * @example
 * ```js
 * import { defaultPolicy } from "agent-interlock";
 *
 * console.log(defaultPolicy("noor").autonomyMode); // draft_and_approve
 * ```
 */
export declare function defaultPolicy(customerId: string): FullPolicyDocument;
