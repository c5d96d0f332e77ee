import type { PolicyDocument } from "./document.js";
import type { Policy } from "./policy.js";

/**
 * What a warning is about.
 *
 * - `zero_cap`: a cap that is reached before anything happens
 * - `broad_keyword`: a keyword that stands in nearly every text
 * - `redundant_keyword`: whatever has this keyword has another one too
 * - `quiet_all_day`: the quiet hours are the whole day
 * - `unmapped_factors`: a messaging type whose risk factors come from nowhere
 * - `unreachable_action`: an entry that no type of action can fall under
 * - `velocity_tiers_inverted`: a stricter tier begins at no higher a rate than a milder one
 * - `agent_as_creator`: an agent that answers for an agent, which nobody but a platform admin can then do
 */
export type WarningCode =
  | "zero_cap"
  | "broad_keyword"
  | "redundant_keyword"
  | "quiet_all_day"
  | "unmapped_factors"
  | "unreachable_action"
  | "velocity_tiers_inverted"
  | "agent_as_creator";

/** Something in a policy that is valid and hardly meant. It changes no decision. */
export interface Warning {
  code: WarningCode;
  /** Where it stands, from the argument on: `policy.velocity.tier_2`. */
  path: string;
  /** What follows from it, and what may have been meant. */
  message: string;
}

/**
 * What is valid in a policy and yet hardly meant, in the order of its fields; empty where there is nothing to say.
 *
 * @throws {InterlockError} `invalid_policy` where the policy is not valid
 * @example
 * ```js
 * import { lint } from "agent-interlock";
 *
 * const [warning] = lint({ policy: { customerId: "noor", quietHours: { start: 8, end: 8 } } });
 * console.log(warning.code, warning.path); // quiet_all_day policy.quietHours
 * ```
 */
export declare function lint(argument: { policy: PolicyDocument | Policy }): Warning[];
