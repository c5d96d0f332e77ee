/**
 * Why a call was refused.
 *
 * - `invalid_input`: an argument other than a policy is wrong
 * - `invalid_policy`: something inside a policy document is wrong
 * - `not_found`, `not_authorized`, `already_resolved`, `expired`, `conflict`: the state does not allow it
 * - `invalid_snapshot`: a snapshot is damaged, foreign or older than it may be
 * - `internal`: the engine itself failed
 */
export type ErrorCode =
  | "invalid_input"
  | "invalid_policy"
  | "not_found"
  | "not_authorized"
  | "already_resolved"
  | "expired"
  | "conflict"
  | "invalid_snapshot"
  | "internal";

/**
 * Bad input, or an engine that failed: never a decision. Whatever was to be decided does not run.
 *
 * @example
 * ```js
 * import { InterlockError, withinBudget } from "agent-interlock";
 *
 * try {
 *   withinBudget({ usage: { costToday: -1 } });
 * } catch (error) {
 *   if (!(error instanceof InterlockError)) throw error;
 *   console.log(error.code, error.path); // invalid_input usage.costToday
 * }
 * ```
 */
export declare class InterlockError extends Error {
  constructor(code: ErrorCode, path: string, message: string, options?: { cause?: unknown });
  readonly name: "InterlockError";
  /** Stable, for programs. */
  readonly code: ErrorCode;
  /** Where the wrong value stands, from the argument on (`events[3].timestamp`); empty where the argument as a whole is wrong. */
  readonly path: string;
  /** The path, what was wrong there, and what would be right. */
  readonly message: string;
}
