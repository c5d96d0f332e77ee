import type { Access, Level } from "./document.js";

/** The argument of {@link requiresConfirmation}. */
export interface ConfirmationCheck {
  /** What the agent may do that would do it. */
  agentPermission: Access;
  /** What the endpoint's classification says; where it says something, it decides. */
  needsInterrupt?: boolean | undefined;
}

/** The answer of {@link requiresConfirmation}. */
export interface Confirmation {
  requiresConfirmation: boolean;
  reason: string;
}

/**
 * Whether a person has to confirm an action: as the endpoint's classification says, else if it writes.
 *
 * @throws {InterlockError} where the argument is wrong
 * @example
 * ```js
 * import { requiresConfirmation } from "agent-interlock";
 *
 * console.log(requiresConfirmation({ agentPermission: "write" }).requiresConfirmation); // true
 * ```
 */
export declare function requiresConfirmation(argument: ConfirmationCheck): Confirmation;

/** One of the things that a message asks for. */
export interface Intent extends ConfirmationCheck {
  /** Unique among the message's intents. */
  id: string;
}

/** What a person said to one intent. */
export type Resolution = "approved" | "rejected";

/** The argument of {@link planIntents}. */
export interface IntentPlan {
  /** In order, at most 10,000. */
  intents: readonly Intent[];
  /** By intent. Default: none. */
  resolutions?: Readonly<Record<string, Resolution>> | undefined;
}

/** What becomes of an intent. */
export type IntentStatus =
  /** It runs now. */
  | "run"
  /** It waits for a person. */
  | "awaiting_approval"
  /** It waits behind one that waits for a person. */
  | "paused"
  /** A person refused it. */
  | "rejected"
  /** One before it was refused. */
  | "skipped";

/** What becomes of an intent. */
export interface PlannedIntent {
  id: string;
  status: IntentStatus;
}

/**
 * Which of several intents run, strictly in order: all until the first that waits for a person or was refused; what
 * comes after it, reads too, waits or is skipped.
 *
 * @throws {InterlockError} where the argument is wrong, an id stands twice, or a resolution is for none of the intents
 * @example
 * ```js
 * import { planIntents } from "agent-interlock";
 *
 * const plan = planIntents({
 *   intents: [
 *     { id: "look", agentPermission: "read" },
 *     { id: "cancel", agentPermission: "write" },
 *     { id: "tell", agentPermission: "read" },
 *   ],
 * });
 * console.log(plan.map(({ status }) => status).join(" ")); // run awaiting_approval paused
 * ```
 */
export declare function planIntents(argument: IntentPlan): PlannedIntent[];

/** The argument of {@link checkAutonomy}. */
export interface AutonomyCheck {
  /** The level of each type of action, at most 10,000. */
  levels: Readonly<Record<string, Level>>;
  actionType: string;
  /** The level of a type that is not listed. Default: `L2`. */
  defaultLevel?: Level | undefined;
}

/** The answer of {@link checkAutonomy}. */
export type AutonomyVerdict =
  | { allowed: true; level: "L1"; message: "Auto-executed" }
  | { allowed: true; level: "L2"; message: "Executed and creator notified" }
  | { allowed: false; level: "L3"; message: "Approval requested from creator" };

/**
 * Whether a type of action may run without its creator: at L1 and L2, not at L3.
 *
 * A type that differs from a listed one only by case or folding is an error: a misspelling never finds a milder
 * default.
 *
 * @throws {InterlockError} where the argument is wrong
 * @example
 * ```js
 * import { checkAutonomy } from "agent-interlock";
 *
 * const { allowed, message } = checkAutonomy({ levels: { delete_files: "L3" }, actionType: "delete_files" });
 * console.log(allowed, message); // false Approval requested from creator
 * ```
 */
export declare function checkAutonomy(argument: AutonomyCheck): AutonomyVerdict;
