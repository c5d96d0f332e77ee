// Questions about a moment of the day: what would be decided, who is asked, and what follows if somebody decides.

import { Guard, InterlockError, parsePolicy } from "agent-interlock";
import type { Action, ApprovalOrder, RequestOptions } from "agent-interlock";
import { commandOf } from "./command.ts";
import type { Desk } from "./desk.ts";
import { recordText } from "./find.ts";
import type { Log } from "./log.ts";
import type { Pacer } from "./pause.ts";
import type { Decided, Edit, Explained, Moment, Queue } from "./protocol.ts";
import type { Run } from "./run.ts";

export interface Scene {
  log: Log;
  run: Run;
  desk: Desk;
}

/** What the guard would answer to a record, or to that of a row, at a moment. */
export async function explain({ log, run, desk }: Scene, moment: Moment, record: string | null, pacer: Pacer): Promise<Explained> {
  const text = record ?? ("row" in moment ? recordText(log, run, moment.row) : "{}");
  return desk.with(keyOf(run, moment), pacer, (guard) => {
    try {
      const { kind, argument, options } = commandOf(text);
      if (kind !== "request") throw new InterlockError("invalid_input", "kind", "expected an action");
      return { explanation: guard.explain(argument as unknown as Action, options as RequestOptions) };
    } catch (error) {
      if (!(error instanceof InterlockError) || error.code === "internal") throw error;
      return { fault: { code: error.code, path: error.path, message: error.message } };
    }
  });
}

export async function approvals({ run, desk }: Scene, moment: Moment, pacer: Pacer): Promise<Queue> {
  const at = timeOf(run, moment);
  // A row's own question is part of the queue at its time.
  return desk.with(keyAfter(run, moment), pacer, (guard) => ({ at, approvals: guard.approvals({}, { now: at }) }));
}

/** Tried on a copy of the guard, so that the day as it is stays as it is. */
export async function resolve({ log, run, desk }: Scene, moment: Moment, order: ApprovalOrder, asksAgain: boolean, pacer: Pacer): Promise<Decided> {
  const now = timeOf(run, moment);
  const approval = await desk.with(keyAfter(run, moment), pacer, (guard) => {
    const policy = parsePolicy(run.policy);
    const copy = new Guard({ policy, snapshot: guard.snapshot() });
    try {
      return copy.resolve(order, { now });
    } finally {
      copy.free();
      policy.free();
    }
  });
  const at = new Date(now).toISOString();
  const { approvalId: _, ...said } = order;
  const records: object[] = [{ at, kind: "resolve", actionId: approval.actionId, ...said }];
  if (asksAgain && approval.status === "approved") records.push({ ...originalOf(log, run, approval.actionId), at });
  const edits: Edit[] = [];
  let after = keyAfter(run, moment);
  for (const record of records) {
    const key = freeKey(run.edits, after);
    edits.push({ key, line: JSON.stringify(record) });
    after = key + 2 ** -30;
  }
  return { edits, approval };
}

/** The record in which an action was asked for. */
function originalOf(log: Log, run: Run, actionId: string): object {
  const { kind } = run.columns;
  for (let row = 0; row < kind.length; row += 1) {
    if (kind[row] !== 0) continue;
    const text = recordText(log, run, row);
    if (!text.includes(JSON.stringify(actionId).slice(1, -1))) continue;
    const record = JSON.parse(text) as { id?: unknown };
    if (record.id === actionId) return record;
  }
  throw new InterlockError("not_found", "actionId", "the action is not in the day");
}

export function timeOf(run: Run, moment: Moment): number {
  return "at" in moment ? moment.at : Number(run.columns.at[moment.row]);
}

/** The guard before it. */
function keyOf(run: Run, moment: Moment): number {
  return "row" in moment ? Number(run.columns.key[moment.row]) : keyAfter(run, moment);
}

/** The guard with it. */
function keyAfter(run: Run, moment: Moment): number {
  const row = "row" in moment ? moment.row : lastUpTo(run, moment.at);
  return row < 0 ? -1 : Number(run.columns.key[row]) + 2 ** -30;
}

/** The last row that happened by an instant; -1 for none. */
function lastUpTo({ columns: { at } }: Run, instant: number): number {
  let [low, high] = [0, at.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Number(at[middle]) <= instant) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** A key for something that is put in after all that happened by an instant. */
export function placeAt(run: Run, at: number): number {
  return freeKey(run.edits, keyAfter(run, { at }));
}

/** Between two records, after what was put in there before `after`, and before what was put in later. */
function freeKey(edits: readonly Edit[], after: number): number {
  const next = Math.floor(after) + 1;
  const taken = edits.map(({ key }) => key).filter((key) => key >= after && key < next);
  // Not the middle: there is more to come after it than before.
  return after + (Math.min(next, ...taken) - after) / 16;
}
