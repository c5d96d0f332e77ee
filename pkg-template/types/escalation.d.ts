import type { FullLockCriteria, PolicyDocument } from "./document.js";
import type { Json } from "./json.js";
import type { Policy } from "./policy.js";
import type { TierCheck, Time } from "./rules.js";

/** How risky something is, from least to most. */
export type RiskLevel = "low" | "medium" | "high" | "critical";

/** What a validation found. */
export interface Validation {
  /** What the action violates, in words, at most 10,000. Default: none. */
  violations?: readonly string[] | undefined;
  /** How sure the validation is, 0 to 1. Default: 1. */
  confidenceScore?: number | undefined;
}

/** The argument of {@link evaluateEscalation}. */
export interface EscalationCheck {
  /** When actions were taken: instants, or objects with a `timestamp`; in any order, at most 1,000,000. */
  events: TierCheck["events"];
  /** Whether a lock holds already. Default: false. */
  lockout?: boolean | undefined;
  /** What the agent wants to do. Default: `unknown`. */
  actionType?: string | undefined;
  validation: Validation;
  /** Left out: the host's clock. */
  now?: Time | undefined;
  /** Whose velocity and executors count. Left out: the defaults. */
  policy?: Policy | PolicyDocument | undefined;
}

/** The velocity that triggered a tier. */
export interface EscalationVelocity {
  windowMinutes: number;
  actionCount: number;
  /** To 4 decimals. */
  actionsPerMinute: number;
  thresholdActionsPerMinute: number;
}

/** What all decisions of {@link evaluateEscalation} have. */
interface AnyEscalationDecision {
  /** 0.55 to 1, to 3 decimals. */
  confidence: number;
  /** In words. */
  rationale: string;
  createdAt: string;
}

/** A lock holds already: nothing runs. */
export interface LockoutEnforced extends AnyEscalationDecision {
  tier: "tier_3";
  action: "lockout_enforced";
  riskClass: "critical";
  velocity: null;
  lockoutAutoEdits: true;
  executor: null;
}

/** An executor takes over. */
export interface EscalationRoute extends AnyEscalationDecision {
  tier: "tier_1" | "tier_2";
  action: "route_to_autonomous_executor";
  riskClass: "medium" | "high";
  velocity: EscalationVelocity;
  lockoutAutoEdits: false;
  executor: string;
}

/** The lock is set. */
export interface EscalationLockout extends AnyEscalationDecision {
  tier: "tier_3";
  action: "lockout_autonomous_edits";
  riskClass: "critical";
  velocity: EscalationVelocity;
  lockoutAutoEdits: true;
  executor: null;
}

/** What was decided; tell them apart by `action`. */
export type EscalationDecision = LockoutEnforced | EscalationRoute | EscalationLockout;

/** What a person is told when autonomous actions are locked out. */
export interface LockoutBrief {
  type: "diagnostic_brief";
  severity: "critical";
  tier: "tier_3";
  userRationale: string;
  validationViolations: string[];
  actionType: string;
  timestamp: string;
}

/** What the host has to do; tell them apart by `status`. */
export type EscalationOutcome =
  | { status: "blocked_by_lockout" }
  | { status: "routed"; executor: string; reason: string }
  | { status: "lockout_enabled"; diagnosticBrief: LockoutBrief };

/** The answer of {@link evaluateEscalation}. Without a decision the agent acts at an ordinary pace. */
export type Escalation =
  | { decision: null; outcome: null; lockout: false }
  | { decision: EscalationRoute; outcome: Extract<EscalationOutcome, { status: "routed" }>; lockout: false }
  | { decision: EscalationLockout; outcome: Extract<EscalationOutcome, { status: "lockout_enabled" }>; lockout: true }
  | { decision: LockoutEnforced; outcome: Extract<EscalationOutcome, { status: "blocked_by_lockout" }>; lockout: true };

/**
 * What follows from an agent's velocity: nothing, an executor that takes over (tier 1 and 2), or a lock (tier 3). A
 * lock that holds already stays.
 *
 * @throws {InterlockError} where the argument or the policy is wrong
 * @example
 * ```js
 * import { evaluateEscalation } from "agent-interlock";
 *
 * const now = Date.parse("2026-05-18T10:26:34Z");
 * const events = Array.from({ length: 15 }, (_, index) => now - index * 10_000);
 * const { outcome, lockout } = evaluateEscalation({ events, validation: { violations: ["too many edits"] }, now });
 * console.log(outcome.status, lockout); // lockout_enabled true
 * ```
 */
export declare function evaluateEscalation(argument: EscalationCheck): Escalation;

/** How an agent has been doing. */
export interface PerformanceSnapshot {
  /** Share of its actions that succeeded, 0 to 1. */
  successRate: number;
  /** 0 to 1. */
  efficiencyScore: number;
  /** In seconds, at least 0. */
  averageResponseTime: number;
  /** 0 to 1. */
  marketImpactScore: number;
}

/** The argument of {@link assessAnomaly}. */
export interface AnomalyCheck {
  agentId: string;
  snapshot: PerformanceSnapshot;
  /** Handed on in the alert, at most 1,000. Default: none. */
  alerts?: readonly Json[] | undefined;
  /** Left out: the host's clock. */
  now?: Time | undefined;
  /** Whose targets, weights and tiers count. Left out: the defaults. */
  policy?: Policy | PolicyDocument | undefined;
}

/** What a tier of anomaly looks at. */
export type TriggerMetric = "success_rate" | "efficiency_score" | "response_time" | "market_impact";

/** What to do about an agent. */
export interface RecommendedAction {
  agentId: string;
  tier: 1 | 2 | 3;
  /** 0 to 1, to 2 decimals. */
  confidence: number;
  /** How often an executor may try. */
  maxIterations: number;
  lockCriteria: FullLockCriteria;
  triggerMetrics: TriggerMetric[];
}

/** What goes to the people on call. */
export interface SystemicAlert {
  type: "systemic_anomaly";
  severity: "critical";
  tier: 3;
  confidence: number;
  agentId: string;
  timestamp: string;
  diagnosticBrief: {
    triggerMetrics: TriggerMetric[];
    /** As given. */
    alerts: Json[];
    maxIterations: number;
    lockCriteria: FullLockCriteria;
  };
}

/** The answer of {@link assessAnomaly}. */
export type AnomalyAssessment =
  | { recommendedAction: RecommendedAction & { tier: 1 | 2 }; systemicAlert: null }
  | { recommendedAction: RecommendedAction & { tier: 3 }; systemicAlert: SystemicAlert };

/**
 * Which tier an agent's performance falls into, and what to do about it.
 *
 * @throws {InterlockError} where the argument or the policy is wrong
 * @example
 * ```js
 * import { assessAnomaly } from "agent-interlock";
 *
 * const { recommendedAction, systemicAlert } = assessAnomaly({
 *   agentId: "scout",
 *   snapshot: { successRate: 0.55, efficiencyScore: 0.9, averageResponseTime: 12, marketImpactScore: 0.8 },
 * });
 * console.log(recommendedAction.tier, systemicAlert?.severity); // 3 critical
 * ```
 */
export declare function assessAnomaly(argument: AnomalyCheck): AnomalyAssessment;

/** The argument of {@link arbitrate}. */
export interface ArbitrationCase {
  /** Whether a lock holds already. Default: false. */
  lockActive?: boolean | undefined;
  /** The tier that an assessment recommends. Default: 1. */
  recommendedTier?: 1 | 2 | 3 | undefined;
  riskLevel: RiskLevel;
  /** What the action violates, in words, at most 10,000. Default: none. */
  violations?: readonly string[] | undefined;
  /** Whether a person has to approve. Default: false. */
  requiresApproval?: boolean | undefined;
  /** How sure the validation is, 0 to 1; handed through. Default: 1. */
  confidence?: number | undefined;
}

/** The answer of {@link arbitrate}. */
export type Arbitration = {
  /** Why, then the violations. */
  reasons: string[];
  /** 3 for a lock that this decision sets. */
  tier: 1 | 2 | 3;
  /** As given. */
  confidence: number;
} & ({ decision: "allow" | "deny"; lockStateActive: false } | { decision: "lock"; lockStateActive: true });

/**
 * Weighs lock, tier, risk, violations and approvals against one another: the strictest that applies decides.
 *
 * @throws {InterlockError} where the argument is wrong
 * @example
 * ```js
 * import { arbitrate } from "agent-interlock";
 *
 * const { decision, reasons } = arbitrate({ riskLevel: "low", violations: ["too long"] });
 * console.log(decision, reasons[1]); // deny too long
 * ```
 */
export declare function arbitrate(argument: ArbitrationCase): Arbitration;

// Only what is marked is exported.
export {};
