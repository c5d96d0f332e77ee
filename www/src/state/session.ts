// What can be done on the page, and what follows from it: each edit is checked, replayed and held against the baseline.

import type { ApprovalOrder } from "agent-interlock";
import type { Edit, ForeignLog, Moment, Query, RunResult, Slot } from "../worker/protocol.ts";
import { wordsOf, zoneNow } from "./words.ts";
import { type Document, valueOf, withValue } from "./document.ts";
import { Engine, EngineError, isCancelled } from "./engine.ts";
import { NO_QUERY, store, type Task } from "./store.ts";

export const engine = new Engine((message) => store.set({ fault: { code: "worker", path: "", message }, task: null }));

/** Edits of one thing within this time are one step of undo. */
const MERGE_MILLISECONDS = 900;
const MAX_STEPS = 200;
/** Typing pauses this long before the day runs again; longer days wait a little longer. */
const SETTLE_MILLISECONDS = 90;

let lastEdit = { what: "", time: 0 };
let settling: ReturnType<typeof setTimeout> | undefined;
let running: AbortController | undefined;

/** Puts another document in place. Edits with the same `what`, shortly after another, are one step. */
export function edit(document: Document, what: string): void {
  const { state } = store;
  if (document.policy === state.document.policy && document.edits === state.document.edits) return;
  const now = performance.now();
  const merges = what !== "" && what === lastEdit.what && now - lastEdit.time < MERGE_MILLISECONDS;
  lastEdit = { what, time: now };
  const past = merges ? state.past : [...state.past, state.document].slice(-MAX_STEPS);
  store.set({ document, past, future: [], shown: shownOf(document.policy) });
  settle();
}

export function editPolicy(policy: string, what = "json"): void {
  edit({ ...store.state.document, policy }, what);
}

/** A setting of the policy; `undefined` takes it out, so that its default holds. */
export function setValue(path: readonly (string | number)[], value: unknown): void {
  const { document } = store.state;
  let policy: string;
  try {
    policy = withValue(document.policy, path, value);
  } catch {
    return; // The text is no JSON at the moment; the form says so.
  }
  edit({ ...document, policy }, path.join("."));
}

export function undo(): void {
  step("past", "future");
}

export function redo(): void {
  step("future", "past");
}

function step(from: "past" | "future", to: "past" | "future"): void {
  const { state } = store;
  const document = state[from].at(-1);
  if (document === undefined) return;
  lastEdit = { what: "", time: 0 };
  store.set({ document, [from]: state[from].slice(0, -1), [to]: [...state[to], state.document], shown: shownOf(document.policy) });
  settle();
}

/** What is there now is what later edits are held against. */
export async function pinBaseline(): Promise<void> {
  const { document, current, ran } = store.state;
  store.set({ baseline: document, baselineId: "pinned" });
  if (current === null || ran !== document) {
    await rerunAll();
    return;
  }
  try {
    await engine.ask("copy", { from: "current", to: "baseline" });
    store.set({ before: current });
    await rerun();
  } catch (error) {
    showFault(error);
  }
}

function settle(): void {
  clearTimeout(settling);
  running?.abort();
  settling = setTimeout(() => void rerun(), SETTLE_MILLISECONDS);
}

/** Shows a task while it runs. A newer one of the page's own takes its place. */
export async function withTask<Result>(
  what: Task["what"],
  run: (options: { signal: AbortSignal; onProgress: (done: number) => void }) => Promise<Result>,
  controller = new AbortController(),
): Promise<Result> {
  const cancel = () => {
    controller.abort();
    store.set({ notice: wordsOf(store.state.language, zoneNow()).m.day.cancelled });
  };
  const show = (done: number) => store.set({ task: { what, done, cancel } });
  show(0);
  try {
    return await run({ signal: controller.signal, onProgress: show });
  } finally {
    if (store.state.task?.cancel === cancel) store.set({ task: null });
  }
}

/** Checks the policy, and runs the day with it. */
export async function rerun(): Promise<void> {
  const { document, day } = store.state;
  running?.abort();
  const controller = new AbortController();
  running = controller;
  const checked = await engine.ask("check", { policy: document.policy });
  if (controller.signal.aborted) return;
  store.set({ checked, shown: checked.ok ? checked.document : shownOf(document.policy) });
  if (!checked.ok || day === null) return;
  try {
    const current = await runCurrent(document, controller);
    const difference = store.state.before === null ? null : await engine.ask("difference", { before: "baseline", after: "current" });
    if (!controller.signal.aborted) showResult(document, current, difference);
  } catch (error) {
    if (!isCancelled(error)) showFault(error);
  }
}

/** Of a policy that is not valid: what stands there, over what was valid before. */
function shownOf(policy: string): unknown {
  const written = valueOf(policy);
  return written === null ? store.state.shown : laidOver(store.state.shown, written);
}

function laidOver(below: unknown, above: unknown): unknown {
  if (!isRecord(below) || !isRecord(above)) return above;
  const names = new Set([...Object.keys(below), ...Object.keys(above)]);
  return Object.fromEntries([...names].map((name) => [name, name in above ? laidOver(below[name], above[name]) : below[name]]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A day without an edit is that of its baseline. */
async function runCurrent(document: Document, controller: AbortController): Promise<RunResult> {
  const { baseline, before } = store.state;
  if (before === null || document.policy !== baseline.policy || document.edits !== baseline.edits) return runSlot("current", document, controller);
  await engine.ask("copy", { from: "baseline", to: "current" });
  return before;
}

function showResult(ran: Document, current: RunResult, difference: typeof store.state.difference): void {
  const { state } = store;
  store.set({ ran, current, difference, fault: null, generation: state.generation + 1 });
  void refind();
}

async function runSlot(slot: Slot, document: Document, controller: AbortController): Promise<RunResult> {
  return withTask("run", (options) => engine.ask("run", { slot, policy: document.policy, edits: document.edits }, options), controller);
}

/** The same for the baseline; then all that is held against it. */
export async function rerunAll(): Promise<void> {
  const { baseline } = store.state;
  try {
    const checked = await engine.ask("check", { policy: baseline.policy });
    if (checked.ok) store.set({ before: await runSlot("baseline", baseline, new AbortController()) });
    await rerun();
  } catch (error) {
    if (!isCancelled(error)) showFault(error);
  }
}

export function showFault(error: unknown): void {
  const { code, path } = error instanceof EngineError ? error : { code: "internal", path: "" };
  store.set({ fault: { code, path, message: error instanceof Error ? error.message : String(error) } });
}

/** A log from somewhere; the policy stays as it is, unless one comes with it. */
export async function openDay(file: Blob, name: string, options: { id?: string; document?: Document; baseline?: Document } = {}): Promise<boolean> {
  const controller = new AbortController();
  try {
    const loaded = await withTask("load", (ask) => engine.ask("load", { file, name }, ask), controller);
    if (isForeign(loaded)) {
      store.set({ foreign: loaded });
      return false;
    }
    const document = options.document ?? { policy: store.state.document.policy, edits: [] };
    const baseline = options.baseline ?? document;
    store.set({
      day: loaded, dayId: options.id ?? null, dayName: name, foreign: null, document, baseline, baselineId: "shipped", past: [], future: [],
      current: null, before: null, compared: null, difference: null, comparison: null, selected: null, range: null, lane: null, found: null,
      query: NO_QUERY,
    });
    await rerunAll();
    return true;
  } catch (error) {
    if (!isCancelled(error)) showFault(error);
    return false;
  }
}

function isForeign(answer: object): answer is ForeignLog {
  return "foreign" in answer;
}

let finding: AbortController | undefined;

/** Looks up the rows of the table anew. */
export async function refind(): Promise<void> {
  finding?.abort();
  const controller = new AbortController();
  finding = controller;
  const { query, range, current } = store.state;
  if (current === null) return;
  const within = { ...query, from: range?.[0] ?? null, to: range?.[1] ?? null };
  try {
    const found = await engine.ask("find", { slot: "current", query: within }, { signal: controller.signal });
    if (!controller.signal.aborted) store.set({ found });
  } catch (error) {
    if (!isCancelled(error)) showFault(error);
  }
}

export function setQuery(patch: Partial<Query>): void {
  store.set({ query: { ...store.state.query, ...patch } });
  void refind();
}

export function setRange(range: [number, number] | null): void {
  store.set({ range });
  void refind();
}

/** Puts a record into the day at its time. */
export async function putIntoDay(line: string, at: number): Promise<void> {
  try {
    const key = await engine.ask("place", { slot: "current", at });
    addEdits([{ key, line }]);
  } catch (error) {
    showFault(error);
  }
}

/** What a person decides at a moment: tried by the guard, and put into the day where it is accepted. */
export async function decide(moment: Moment, order: ApprovalOrder, asksAgain: boolean): Promise<void> {
  const { edits } = await engine.ask("resolve", { slot: "current", moment, order, asksAgain });
  addEdits(edits);
}

function addEdits(edits: Edit[]): void {
  const { document } = store.state;
  edit({ ...document, edits: [...document.edits, ...edits] }, "");
}

/** Takes what was put in at a row out of the day again. */
export function removeEdit(row: number): void {
  const { current, document } = store.state;
  const key = current?.columns.key[row];
  store.set({ selected: null });
  edit({ ...document, edits: document.edits.filter((one) => one.key !== key) }, "");
}
