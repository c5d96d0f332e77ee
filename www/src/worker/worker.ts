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
  type RowView, type RuleReason, type Slot, type ToWorker,
} from "./protocol.ts";
import { rates } from "./rates.ts";
import { NOTHING, type Run, runDay } from "./run.ts";
import { verify } from "./verify.ts";

let log: Log | undefined;
const runs = new Map<Slot, Run>();
/** Between the baseline and the current one. */
let changed: Difference | undefined;
/** The guard of a result, to be asked about a moment; made when it is needed. */
const desks = new Map<Slot, Desk>();
const cancelled = new Set<number>();

type Handlers = { [Name in CallName]: (ask: Calls[Name]["ask"], pacer: Pacer) => Answer<Name> | Promise<Answer<Name>> };
type Answer<Name extends CallName> = Calls[Name]["answer"];

const handlers: Handlers = {
  async load({ file, name }, pacer) {
    const read = await readLog(file, name, (done) => pacer.pause(done));
    if (!(read instanceof Log)) return read;
    log = read;
    runs.clear();
    for (const slot of [...desks.keys()]) leave(slot);
    changed = undefined;
    return read.info;
  },
  async run({ slot, policy, edits }, pacer) {
    const run = await runDay(theLog(), policy, edits, pacer);
    leave(slot);
    runs.set(slot, run);
    return run.result;
  },
  copy({ from, to }) {
    leave(to);
    runs.set(to, theRun(from));
    return null;
  },
  difference({ before, after }) {
    const found = difference(theRun(before), theRun(after));
    if (before === "baseline" && after === "current") changed = found;
    return found;
  },
  rows({ slot, rows }) {
    const run = theRun(slot);
    return rows.map((row) => viewOf(run, row));
  },
  find({ slot, query }, pacer) {
    return find(theRun(slot), query, changed, pacer);
  },
  detail({ slot, row }) {
    return detailOf(theRun(slot), row);
  },
  rates({ slot, agent, from, to, points }, pacer) {
    return rates(theRun(slot), agent, from, to, points, pacer);
  },
  explain({ slot, moment, record }, pacer) {
    return explain(theScene(slot), moment, record, pacer);
  },
  approvals({ slot, moment }, pacer) {
    return approvals(theScene(slot), moment, pacer);
  },
  resolve({ slot, moment, order, asksAgain }, pacer) {
    return resolve(theScene(slot), moment, order, asksAgain, pacer);
  },
  place({ slot, at }) {
    return placeAt(theRun(slot), at);
  },
  export({ slot, what }, pacer) {
    return exported(theRun(slot), what, pacer);
  },
  verify({ file, head }, pacer) {
    return verify(file, head, pacer);
  },
  check({ policy }) {
    return check(policy);
  },
};

function theLog(): Log {
  if (log === undefined) throw new InterlockError("not_found", "", "no day is loaded");
  return log;
}

function theRun(slot: Slot): Run {
  const run = runs.get(slot);
  if (run === undefined) throw new InterlockError("not_found", "", `no result is called ${slot}`);
  return run;
}

function theScene(slot: Slot): Scene {
  const run = theRun(slot);
  let desk = desks.get(slot);
  if (desk === undefined) desks.set(slot, (desk = new Desk(run)));
  return { run, desk };
}

function leave(slot: Slot): void {
  desks.get(slot)?.free();
  desks.delete(slot);
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
  const pacer = new Pacer(
    (progress) => post({ id, progress }),
    () => cancelled.has(id),
  );
  try {
    post({ id, answer: await handlers[name](ask, pacer) });
  } catch (error) {
    post({ id, fault: faultOf(error) });
  } finally {
    cancelled.delete(id);
  }
}

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  if (data.name === "cancel") cancelled.add(data.id);
  else void answer((data as Ask).id, data.name, data.ask);
};
post({ id: 0, ready: true });
