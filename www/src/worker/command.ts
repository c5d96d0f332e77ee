// A record of a log as the command of a guard. It follows the lines of a replay: what else a log carries is passed over.

import type { Guard } from "agent-interlock";
import type { Kind } from "./protocol.ts";

interface Fields {
  argument: readonly string[];
  options: readonly string[];
}

const FIELDS: Record<Kind, Fields> = {
  request: {
    argument: ["id", "type", "agent", "args", "riskFactors", "cost", "riskScore", "impactScore", "access", "needsInterrupt", "group"],
    options: ["requestedBy", "human"],
  },
  report: { argument: ["actionId", "outcome", "usage", "error", "attempt"], options: [] },
  resolve: { argument: ["approvalId", "by", "decision", "comment"], options: [] },
  observe: { argument: ["agent", "metrics", "alerts"], options: [] },
  lock: { argument: ["agent", "by", "reason"], options: [] },
  unlock: { argument: ["agent", "by", "reason"], options: [] },
  acknowledge: { argument: ["ids"], options: [] },
  recordUsage: { argument: ["agent", "usage"], options: [] },
  setPolicy: { argument: ["policy"], options: ["by", "reason"] },
  adoptClock: { argument: ["by", "reason"], options: [] },
};

type Loose = Record<string, unknown>;

export interface Command {
  kind: Kind;
  argument: Loose;
  options: Loose;
}

export function commandOf(text: string): Command {
  const record = JSON.parse(text) as Loose;
  const kind = (record["kind"] ?? "request") as Kind;
  const { argument, options } = FIELDS[kind];
  const picked = (names: readonly string[]) => Object.fromEntries(names.filter((name) => Object.hasOwn(record, name)).map((name) => [name, record[name]]));
  const command = { kind, argument: picked(argument), options: { ...picked(options), now: record["at"] } };
  // A log from elsewhere cannot know this guard's ids of approvals: it may name the action.
  if (kind === "resolve" && typeof record["actionId"] === "string") command.argument["actionId"] = record["actionId"];
  return command;
}

/** Carries it out; an error of the guard is the caller's. */
export function perform(guard: Guard, { kind, argument, options }: Command): void {
  if (kind === "setPolicy") {
    guard.setPolicy(argument["policy"] as never, options as never);
    return;
  }
  const order = kind === "resolve" ? withApproval(guard, argument, options) : argument;
  if (order === null) return;
  const call = guard[kind] as (argument: Loose, options: Loose) => unknown;
  call.call(guard, order, options);
}

/** The pending approval of the action that is named; null where there is none. */
function withApproval(guard: Guard, { actionId, ...order }: Loose, { now }: Loose): Loose | null {
  if (order["approvalId"] !== undefined) return order;
  const pending = guard.approvals({ status: "pending" }, { now: now as string }).find((approval) => approval.actionId === actionId);
  return pending === undefined ? null : { ...order, approvalId: pending.id };
}
