// The worker: holds the day and its results, and answers the page. It never blocks for long: see pause.ts.

import { InterlockError, lint, parsePolicy } from "agent-interlock";
import { Desk } from "./desk.ts";
import { difference } from "./difference.ts";
import { exported } from "./export.ts";
import { find, recordText } from "./find.ts";
import { Log, readLog } from "./log.ts";
import { approvals, explain, placeAt, resolve, type Scene } from "./moment.ts";
import { Cancelled, Pacer } from "./pause.ts";
import {
  type Ask, type CallName, type Calls, type Checked, type Difference, EFFECTS, type Fault, type FromWorker, KINDS, type RowDetail,
  type RowView, type RuleReason, type ToWorker,
} from "./protocol.ts";
import { rates } from "./rates.ts";
import { NOTHING, type Run, runDay } from "./run.ts";
import { verify } from "./verify.ts";

/** A result with what it was made from, so that it can be asked about for as long as the page names it. */
interface Result {
  run: Run;
  /** The guard of this day, to be asked about a moment; made when it is needed. */
  desk: Desk | undefined;
  /** What differs from the baseline that was asked about last. */
  changes: { before: number; difference: Difference } | undefined;
}

const days = new Map<number, Log>();
const results = new Map<number, Result>();
/** Questions that are being answered, and whether nobody wants the answer any more. */
const open = new Map<number, { isForgotten: boolean }>();

type Handlers = { [Name in CallName]: (ask: Calls[Name]["ask"], pacer: Pacer, id: number) => Answer<Name> | Promise<Answer<Name>> };
type Answer<Name extends CallName> = Calls[Name]["answer"];

const handlers: Handlers = {
  async load({ file, name }, pacer, id) {
    const log = await readLog(file, name, (done) => pacer.pause(done));
    if (!(log instanceof Log)) return log;
    days.set(id, log);
    return { ...log.info, id };
  },
  async run({ day, policy, edits }, pacer, id) {
    const run = await runDay(theDay(day), policy, edits, pacer);
    results.set(id, { run, desk: undefined, changes: undefined });
    return { ...run.result, id };
  },
  difference({ before, after }) {
    return changesOf(before, after);
  },
  rows({ run, rows }) {
    const result = theResult(run);
    return rows.map((row) => viewOf(result.run, row));
  },
  find({ run, before, query }, pacer) {
    const changed = query.changedOnly && before !== null ? changesOf(before, run) : undefined;
    return find(theResult(run).run, query, changed, pacer);
  },
  detail({ run, row }) {
    return detailOf(theResult(run).run, row);
  },
  rates({ run, agent, from, to, points }, pacer) {
    return rates(theResult(run).run, agent, from, to, points, pacer);
  },
  explain({ run, moment, record }, pacer) {
    return explain(theScene(run), moment, record, pacer);
  },
  approvals({ run, moment }, pacer) {
    return approvals(theScene(run), moment, pacer);
  },
  resolve({ run, moment, order, asksAgain }, pacer) {
    return resolve(theScene(run), moment, order, asksAgain, pacer);
  },
  place({ run, at }) {
    return placeAt(theResult(run).run, at);
  },
  export({ run, what }, pacer) {
    return exported(theResult(run).run, what, pacer);
  },
  verify({ file, head }, pacer) {
    return verify(file, head, pacer);
  },
  check({ policy }) {
    return check(policy);
  },
};

function theDay(id: number): Log {
  const log = days.get(id);
  if (log === undefined) throw new InterlockError("not_found", "", "that day is not loaded any more");
  return log;
}

function theResult(id: number): Result {
  const result = results.get(id);
  if (result === undefined) throw new InterlockError("not_found", "", "that result is not held any more");
  return result;
}

function theScene(id: number): Scene {
  const result = theResult(id);
  result.desk ??= new Desk(result.run);
  return { run: result.run, desk: result.desk };
}

function changesOf(before: number, after: number): Difference {
  const result = theResult(after);
  if (result.changes?.before !== before) result.changes = { before, difference: difference(theResult(before).run, result.run) };
  return result.changes.difference;
}

function forget(id: number): void {
  results.get(id)?.desk?.free();
  results.delete(id);
  days.delete(id);
}

function viewOf(run: Run, row: number): RowView {
  const { columns } = run;
  const kind = KINDS[Number(columns.kind[row])] ?? "request";
  const defer = Number(columns.defer[row]);
  const isRequest = kind === "request";
  return {
    row,
    at: Number(columns.at[row]),
    kind,
    type: isRequest ? (run.types.list[Number(columns.type[row])] ?? "") : "",
    agent: run.agents.list[Number(columns.agent[row])] ?? "",
    effect: EFFECTS[columns.effect[row] ?? NOTHING] ?? null,
    reasons: isRequest ? (JSON.parse(run.reasons[Number(columns.reasons[row])] ?? "[]") as RuleReason[]) : [],
    deferUntil: Number.isNaN(defer) ? null : new Date(defer).toISOString(),
    inserted: columns.edit[row] !== 0,
  };
}

function detailOf(run: Run, row: number): RowDetail {
  const view = viewOf(run, row);
  const key = Number(run.columns.key[row]);
  return { ...view, record: recordText(run, row), line: view.inserted ? null : run.day.log.line(key) };
}

function check(text: string): Checked {
  try {
    const policy = parsePolicy(text);
    try {
      return { ok: true, document: policy.document, digest: policy.digest, warnings: lint({ policy }) };
    } finally {
      policy.free();
    }
  } catch (error) {
    if (!(error instanceof InterlockError)) throw error;
    return { ok: false, code: error.code, path: error.path, message: error.message };
  }
}

function post(message: FromWorker, transfer: Transferable[] = []): void {
  (self as unknown as { postMessage(message: FromWorker, transfer: Transferable[]): void }).postMessage(message, transfer);
}

function faultOf(error: unknown): Fault {
  if (error instanceof Cancelled) return { code: "cancelled", path: "", message: "" };
  if (error instanceof InterlockError) return { code: error.code, path: error.path, message: error.message };
  return { code: "internal", path: "", message: error instanceof Error ? error.message : String(error) };
}

async function answer<Name extends CallName>(id: number, name: Name, ask: Calls[Name]["ask"]): Promise<void> {
  const question = { isForgotten: false };
  open.set(id, question);
  const pacer = new Pacer(
    (progress) => post({ id, progress }),
    () => question.isForgotten,
  );
  try {
    const said = await handlers[name](ask, pacer, id);
    if (question.isForgotten) throw new Cancelled();
    post({ id, answer: said });
  } catch (error) {
    forget(id);
    post({ id, fault: faultOf(error) });
  } finally {
    open.delete(id);
  }
}

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  if (data.name !== "forget") {
    void answer((data as Ask).id, data.name, data.ask);
    return;
  }
  const question = open.get(data.id);
  if (question === undefined) forget(data.id);
  else question.isForgotten = true;
};
post({ id: 0, ready: true });
