import type { Disposal } from "./disposal.js";
import type { PolicyDocument } from "./document.js";
import type { Effect, RuleReason } from "./guard.js";
import type { Policy } from "./policy.js";
import type { Reason } from "./reasons.js";
import type { ActionType, Tier } from "./rules.js";

/** What becomes of an action, least to most strict. Only `allow` and `notify` let it run. */
export type ReplayEffect = Effect;

/** A reason, with the rule that gave it and what that rule asks for. */
export type ReplayReason = RuleReason;

/** A line of the log that asked for an action, and what became of it. */
export interface ReplayAction {
  /** When it was asked: a UTC instant. */
  at: string;
  actionId: string;
  type: ActionType;
  agent: string;
  /** The strictest effect that any rule asks for. */
  effect: ReplayEffect;
  /** Whether the action runs: at `allow` and `notify` alone. */
  allowed: boolean;
  /** The code of the first reason with that effect. */
  code: Reason["code"] | null;
  /** The text of the first reason with that effect. */
  reason: string | null;
  /** Every reason, in the order of the rules. */
  reasons: ReplayReason[];
  /** The highest tier of velocity that is reached. */
  escalation: Tier | null;
  /** The first instant at which no rule would defer it, where the effect is `defer` and one can know. */
  deferUntil: string | null;
}

/** A line of the log that was read but asked for nothing. */
export interface ReplayCommand {
  at: string;
  kind: "report" | "observe" | "lock" | "unlock" | "acknowledge" | "recordUsage" | "setPolicy";
}

/** A line of the log, and what became of it. */
export type ReplayRow = ReplayAction | ReplayCommand;

/** What was used on a local day. */
export interface DayUsage {
  /** The local day; `null` for a peak, which is of several. */
  date: string | null;
  messages: number;
  llmTokens: number;
  apiCalls: number;
  /** Money, in the policy's currency. */
  amount: number;
}

/** What a log came to, as far as it was read. */
export interface ReplaySummary {
  requests: number;
  /** How many had each effect; an effect that nothing had is not there. */
  byEffect: Partial<Record<ReplayEffect, number>>;
  /** How many had each reason, the first that decided. */
  byCode: Partial<Record<Reason["code"], number>>;
  /** By agent; those past the 10,000th are together under an empty name. */
  byAgent: Record<string, { requests: number; allowed: number }>;
  /** What the last local day came to. */
  usage: DayUsage;
  /** The most that any local day came to, in each dimension. */
  peak: DayUsage;
  /** The first request. */
  first: string | null;
  /** The last one. */
  last: string | null;
}

/**
 * A log of actions, run against a policy a line at a time.
 *
 * @example
 * ```js
 * import { Replay } from "agent-interlock";
 *
 * const replay = new Replay({ policy: { customerId: "noor", autonomyMode: "safe_autopilot" } });
 * replay.line('{"at": "2026-05-18T12:00:00Z", "id": "a1", "type": "send_message", "agent": "sales"}');
 * console.log(replay.summary().requests); // 1
 * replay.free();
 * ```
 */
export declare class Replay {
  /** @throws {InterlockError} where the policy is wrong */
  constructor(options: { policy: Policy | PolicyDocument });
  /**
   * Runs one line: a JSON object. An empty line gives `null`.
   * @throws {InterlockError} for a broken line, which changes nothing
   */
  line(text: string): ReplayRow | null;
  /** The totals so far. */
  summary(): ReplaySummary;
  /** Gives its memory back. */
  free(): void;
}

export interface Replay extends Disposal {}
