// Questions about a moment of the day: what would be decided, who is asked, and what follows if somebody decides.

import { Guard, InterlockError, parsePolicy } from "agent-interlock";
import type { Approval, ApprovalOrder } from "agent-interlock";
import type { Desk } from "./desk.ts";
import { recordText } from "./find.ts";
import { firstWhere } from "./first.ts";
import type { Pacer } from "./pause.ts";
import type { Decided, Explained, Moment, Place, Queue } from "./protocol.ts";
import type { Run } from "./run.ts";

export interface Scene {
  run: Run;
  desk: Desk;
}

/** What the guard would answer to a record, or to that of a row, at a moment. */
export async function explain({ run, desk }: Scene, moment: Moment, record: string | null, pacer: Pacer): Promise<Explained> {
  const text = record ?? ("row" in moment ? recordText(run, moment.row) : "{}");
  const position = "row" in moment ? positionOf(run, moment.row) : positionAfter(run, lastRow(run, moment));
  return desk.with(position, pacer, (guard) => {
    try {
      return { explanation: guard.explain(text) };
    } catch (error) {
      if (!(error instanceof InterlockError) || error.code === "internal") throw error;
      return { fault: { code: error.code, path: error.path, message: error.message } };
    }
  });
}

export async function approvals({ run, desk }: Scene, moment: Moment, pacer: Pacer): Promise<Queue> {
  const at = timeOf(run, moment);
  return desk.with(positionAfter(run, lastRow(run, moment)), pacer, (guard) => ({ at, approvals: guard.approvals({}, { now: at }) }));
}

/** Tried on a copy of the guard, so that the day as it is stays as it is. */
export async function resolve({ run, desk }: Scene, moment: Moment, order: ApprovalOrder, asksAgain: boolean, pacer: Pacer): Promise<Decided> {
  const now = timeOf(run, moment);
  const last = lastRow(run, moment);
  const approval = await desk.with(positionAfter(run, last), pacer, (guard, policyThen) => {
    const policy = parsePolicy(policyThen);
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
  if (asksAgain && approval.status === "approved") records.push({ ...originalOf(run, approval), at });
  return { lines: records.map((record) => JSON.stringify(record)), place: placeAfter(run, last), approval };
}

/** The record in which an action was asked for, so that a person was asked. */
function originalOf(run: Run, { actionId, agent, type, createdAt }: Approval): object {
  const { columns } = run;
  const [who, what, asked] = [run.agents.find(agent), run.types.find(type), Date.parse(createdAt)];
  for (let row = firstWhere(run.clock.length, (row) => Number(run.clock[row]) >= asked); row < run.clock.length; row += 1) {
    if (columns.kind[row] !== 0 || columns.agent[row] !== who || columns.type[row] !== what) continue;
    const record = JSON.parse(recordText(run, row)) as { id?: unknown };
    if (record.id === actionId) return record;
  }
  throw new InterlockError("not_found", "actionId", "the action is not in the day");
}

export function timeOf(run: Run, moment: Moment): number {
  return "at" in moment ? moment.at : Number(run.columns.at[moment.row]);
}

/** The last row that belongs to a moment; -1 for none. To a row's own belongs what was put in there by its time: what somebody decided on it. */
function lastRow({ clock, columns: { at, edit } }: Run, moment: Moment): number {
  if ("at" in moment) return firstWhere(clock.length, (row) => Number(clock[row]) > moment.at) - 1;
  let { row } = moment;
  while (row + 1 < at.length && edit[row + 1] !== 0 && Number(at[row + 1]) <= Number(at[moment.row])) row += 1;
  return row;
}

function positionOf({ day, columns: { key, edit } }: Run, row: number): number {
  return day.position(Number(key[row]), Number(edit[row]));
}

function positionAfter(run: Run, row: number): number {
  return row < 0 ? 0 : positionOf(run, row) + 1;
}

/** Where something comes after all that happened by an instant. */
export function placeAt(run: Run, at: number): Place {
  return placeAfter(run, lastRow(run, { at }));
}

/** After what is there up to a row, and before what was put in later. */
function placeAfter({ columns: { key, edit } }: Run, row: number): Place {
  const after = row < 0 ? -1 : Number(key[row]);
  return { after, before: key[row + 1] === after ? Number(edit[row + 1]) : 0 };
}
