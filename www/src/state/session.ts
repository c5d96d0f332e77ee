// What can be done on the page, and what follows from it: each edit is checked, replayed and held against the baseline.

import type { ApprovalOrder } from "agent-interlock";
import type { ForeignLog, Loaded, Moment, Place, Query, RunResult } from "../worker/protocol.ts";
import { wordsOf, zoneNow } from "./words.ts";
import { at, type Document, hasSameEdits, isRecord, MOST_EDITS, valueOf, withLines, withValue } from "./document.ts";
import { Engine, EngineError, isCancelled } from "./engine.ts";
import { rowIn } from "./place.ts";
import { NO_QUERY, type State, store, type Task } from "./store.ts";

export const engine = new Engine(mourn);

/** Edits of one thing within this time are one step of undo, unless the day has been shown with what was there between. */
const MERGE_MILLISECONDS = 900;
const MAX_STEPS = 200;
/** Of all steps together: long policies have fewer. */
const MAX_LETTERS = 8_000_000;
/** Typing pauses this long before the day runs again; longer days wait a little longer. */
const SETTLE_MILLISECONDS = 90;

let lastEdit = { what: "", time: 0 };
let settling: ReturnType<typeof setTimeout> | undefined;
/** The newest of each kind: what an older one brings is not shown. */
let opening: AbortController | undefined;
let pinning: AbortController | undefined;
let running: AbortController | undefined;
let finding: AbortController | undefined;

/** Puts another document in place. Edits with the same `what`, shortly after another, are one step, unless a result was shown between. */
export function edit(document: Document, what: string): void {
  const { state } = store;
  if (document.policy === state.document.policy && document.edits === state.document.edits) return;
  const now = performance.now();
  const isShown = state.ran === state.document;
  const merges = what !== "" && what === lastEdit.what && now - lastEdit.time < MERGE_MILLISECONDS && !isShown;
  lastEdit = { what, time: now };
  const past = merges ? state.past : lately([...state.past, state.document]);
  store.set({ document, past, future: [], shown: shownOf(document.policy), isHalted: false, link: null });
  settle();
}

/** The last of the steps, as many as are kept. */
function lately(steps: Document[]): Document[] {
  let [first, letters] = [steps.length, 0];
  while (first > 0 && steps.length - first < MAX_STEPS) {
    letters += steps[first - 1]?.policy.length ?? 0;
    if (letters > MAX_LETTERS) break;
    first -= 1;
  }
  return steps.slice(first);
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
  store.set({ document, [from]: state[from].slice(0, -1), [to]: [...state[to], state.document], shown: shownOf(document.policy), isHalted: false, link: null });
  settle();
}

/** What is there now is what later edits are held against. */
export async function pinBaseline(): Promise<void> {
  const { document, current, ran, query } = store.state;
  // Nothing differs from it by now.
  store.set({ baseline: document, link: null, before: ran === document ? current : null, difference: null, query: { ...query, changedOnly: false } });
  await rerunAll();
}

function settle(): void {
  clearTimeout(settling);
  running?.abort();
  running = undefined;
  settling = setTimeout(() => {
    // A baseline whose replay was cancelled is made up for.
    const { day, before } = store.state;
    void (day !== null && before === null && pinning === undefined ? rerunAll() : rerun());
  }, SETTLE_MILLISECONDS);
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
  // An older one goes on behind a newer one, unseen.
  const onProgress = (done: number) => {
    const { task } = store.state;
    if (task === null || task.cancel === cancel) show(done);
  };
  show(0);
  try {
    return await run({ signal: controller.signal, onProgress });
  } finally {
    if (store.state.task?.cancel === cancel) store.set({ task: null });
  }
}

/** Checks the policy, and runs the day with it. */
export async function rerun(): Promise<void> {
  const { document, day } = store.state;
  clearTimeout(settling);
  running?.abort();
  const controller = new AbortController();
  running = controller;
  const { signal } = controller;
  try {
    const checked = await engine.ask("check", { policy: document.policy }, { signal });
    store.set({ checked, shown: checked.ok ? checked.document : shownOf(document.policy, lastValid()), isHalted: false });
    if (day === null) return;
    if (checked.ok) await runDocument(document, day, controller);
    else await showBaseline(signal);
  } catch (error) {
    if (running === controller) halt(error);
  }
}

/** A day without an edit is that of its baseline, and what was run is not run twice. */
async function runDocument(document: Document, day: Loaded, controller: AbortController): Promise<void> {
  const { before, baseline, current, ran } = store.state;
  const isBaseline = document.policy === baseline.policy && hasSameEdits(document, baseline);
  const known = ran === document ? current : isBaseline ? before : null;
  if (known !== null) await showResult(document, known, controller.signal);
  else await withRun("run", day, document, controller, (result) => showResult(document, result, controller.signal));
}

/** Where a policy that is not valid is all there is, its baseline shows the day. */
async function showBaseline(signal: AbortSignal): Promise<void> {
  const { baseline, before, current } = store.state;
  if (current === null && before !== null) await showResult(baseline, before, signal);
}

/** Nobody took its place, and yet it did not come to an end: the page says so until the day runs again. */
function halt(error: unknown): void {
  if (!isCancelled(error)) showFault(error);
  store.set({ isHalted: true });
}

/** Of a policy that is not valid: what stands there, over what was valid before. */
function shownOf(policy: string, below = store.state.shown): unknown {
  const written = valueOf(policy);
  return written === null ? below : laidOver(below, written);
}

/** Where no policy of this day was valid yet, its baseline's; the form would show that of another day, or nothing. */
function lastValid(): unknown {
  const { current, before, shown } = store.state;
  return current === null && before !== null ? before.document : shown;
}

function laidOver(below: unknown, above: unknown): unknown {
  if (!isRecord(below) || !isRecord(above)) return above;
  const names = new Set([...Object.keys(below), ...Object.keys(above)]);
  const laid = (name: string) => (Object.hasOwn(above, name) ? laidOver(at(below, [name]), above[name]) : below[name]);
  return Object.fromEntries([...names].map((name) => [name, laid(name)]));
}

/** Shows a result with its difference and the rows of its table, all at once. */
async function showResult(ran: Document, current: RunResult, signal: AbortSignal): Promise<void> {
  const { before, query, range } = store.state;
  // To look through all texts takes its time: the figures do not wait for that.
  const isQuick = query.text.trim() === "";
  const [difference, rows] = await Promise.all([
    before === null ? null : engine.ask("difference", { before: before.id, after: current.id }, { signal }),
    isQuick ? engine.ask("find", { run: current.id, before: before?.id ?? null, query: within(query, range) }, { signal }) : null,
  ]);
  signal.throwIfAborted();
  const { state } = store;
  const isAsLong = state.current?.columns.at.length === current.columns.at.length;
  const found = rows ?? (isAsLong ? state.found : null);
  store.set({ ran, current, difference, found, fault: null, ...moved(state, current), ...lost(state, ran, current) });
  forgetUnnamed();
  if (!isQuick || state.query !== query || state.range !== range) void refind();
}

/** What is put in may keep the log's own lines from being carried out: that is not the policy's doing, and is said. */
function lost({ ran: ranBefore, current: was, offer }: State, ran: Document, current: RunResult): Partial<State> {
  const isPutIn = ranBefore !== null && ranBefore.policy === ran.policy && ranBefore.edits.length < ran.edits.length;
  const lines = was === null ? 0 : current.brokenCount - was.brokenCount;
  if (isPutIn && lines > 0) return { offer: { what: "lost", lines } };
  return offer?.what === "lost" ? { offer: null } : {};
}

/** Whoever looks at an action still looks at it, where the new result has it. */
function moved({ current, selected, hovered }: State, next: RunResult): Partial<State> {
  const rowOf = (row: number | null) => (row === null || current === null ? row : rowIn(current, row, next));
  return { selected: rowOf(selected), hovered: rowOf(hovered) };
}

/** All results that the worker holds for the page; and those that somebody works with, shown or not. */
const held = new Set<number>();
const inHand: number[] = [];
const atWork = new Set<AbortController>();

/** Runs the day, and gives the result to `use`; afterwards the worker holds it only if the page shows it. */
export async function withRun(
  what: "run" | "compare",
  day: Loaded,
  { policy, edits }: Document,
  controller: AbortController,
  use: (result: RunResult) => Promise<void>,
): Promise<void> {
  atWork.add(controller);
  try {
    const result = await withTask(what, (options) => engine.ask("run", { day: day.id, policy, edits }, options), controller);
    held.add(result.id);
    await holding(result, async () => {
      controller.signal.throwIfAborted();
      await use(result);
    });
  } finally {
    atWork.delete(controller);
  }
}

/** Meanwhile the result is not forgotten. */
export async function holding({ id }: RunResult, work: () => Promise<void>): Promise<void> {
  inHand.push(id);
  try {
    await work();
  } finally {
    inHand.splice(inHand.indexOf(id), 1);
    forgetUnnamed();
  }
}

export function forgetUnnamed(): void {
  const { current, before, comparison } = store.state;
  const named = new Set([...inHand, current?.id, before?.id, comparison?.a.id, comparison?.b.id]);
  for (const id of held) {
    if (named.has(id)) continue;
    held.delete(id);
    engine.forget(id);
  }
}

/** Runs what is not run yet: the day, where the worker lost it, its baseline, and the document as it is now. */
export async function rerunAll(): Promise<void> {
  pinning?.abort();
  const controller = new AbortController();
  pinning = controller;
  store.set({ isHalted: false });
  try {
    const day = await theDay(controller);
    if (day === null) return;
    await runBaseline(day, controller);
  } catch (error) {
    if (pinning !== controller) return;
    pinning = undefined;
    halt(error);
    return;
  }
  if (pinning !== controller) return;
  pinning = undefined;
  await rerun();
}

async function runBaseline(day: Loaded, controller: AbortController): Promise<void> {
  const { baseline, before } = store.state;
  if (before !== null) return;
  const checked = await engine.ask("check", { policy: baseline.policy }, { signal: controller.signal });
  if (!checked.ok) return;
  await withRun("run", day, baseline, controller, async (result) => store.set({ before: result }));
}

/** A worker that died has left its day: it is read anew. */
async function theDay(controller: AbortController): Promise<Loaded | null> {
  const { day, dayFile, dayName } = store.state;
  if (day !== null || dayFile === null) return day;
  const loaded = await withTask("load", (options) => engine.ask("load", { file: dayFile, name: dayName }, options), controller);
  if (isForeign(loaded)) return null;
  store.set({ day: loaded });
  return loaded;
}

const NO_RESULTS = {
  current: null, ran: null, before: null, difference: null, comparison: null, found: null, selected: null, hovered: null, waiting: 0,
} satisfies Partial<State>;

/** Nothing of what is under way is wanted any more. */
function leaveAll(): void {
  clearTimeout(settling);
  for (const controller of [pinning, running, finding, ...atWork]) controller?.abort();
  [pinning, running, finding] = [undefined, undefined, undefined];
}

/** The worker died. A new one begins with nothing: the day is read and run again when somebody says so, lest it dies of it again and again. */
function mourn(message: string, canRestart: boolean): void {
  leaveAll();
  held.clear();
  store.set({ ...NO_RESULTS, day: null, task: null, isHalted: false, fault: { code: canRestart ? "worker_died" : "worker", path: "", message } });
  if (canRestart) engine.start();
}

export function showFault(error: unknown): void {
  // That the worker is dead was said when it died.
  if (error instanceof EngineError && error.code === "worker") return;
  const { code, path } = error instanceof EngineError ? error : { code: "internal", path: "" };
  store.set({ fault: { code, path, message: error instanceof Error ? error.message : String(error) } });
}

/** Whoever opens a day says so first: the one that was being opened is not wanted any more. */
export function beginOpening(): AbortController {
  opening?.abort();
  opening = new AbortController();
  return opening;
}

/** Whether nothing else was opened since. */
export function isOpening(controller: AbortController): boolean {
  return opening === controller;
}

export interface Opening {
  /** Of a day that ships. */
  id?: string;
  document?: Document;
  baseline?: Document;
  controller?: AbortController;
  link?: State["link"];
  onPlaced?: () => void;
}

/** A log from somewhere; the policy stays as it is, unless one comes with it. What the file is instead, where it is no log; false where it was not opened. */
export async function openDay(file: Blob, name: string, { controller = beginOpening(), ...options }: Opening = {}): Promise<boolean | ForeignLog> {
  try {
    const loaded = await withTask("load", (ask) => engine.ask("load", { file, name }, ask), controller);
    if (controller.signal.aborted) {
      if (!isForeign(loaded)) engine.forget(loaded.id);
      return false;
    }
    if (isForeign(loaded)) return loaded;
    place(loaded, file, options);
  } catch (error) {
    if (!isCancelled(error)) showFault(error);
    return false;
  }
  options.onPlaced?.();
  await rerunAll();
  return isOpening(controller);
}

/** From here on the page is about this day: whatever still comes of another one is dropped. A policy that is not valid has the last valid one as its baseline. */
function place(day: Loaded, dayFile: Blob, { id, ...options }: Opening): void {
  const { state } = store;
  leaveAll();
  const document = options.document ?? { policy: state.document.policy, edits: [] };
  const valid = state.checked?.ok === false && state.ran !== null ? { policy: state.ran.policy, edits: [] } : document;
  store.set({
    ...NO_RESULTS, day, dayFile, dayId: id ?? null, dayName: day.name, foreign: null, document, baseline: options.baseline ?? valid, past: [], future: [],
    range: null, lane: null, cursor: null, query: NO_QUERY, isHalted: false, link: options.link ?? null, offer: null,
  });
  if (state.day !== null) engine.forget(state.day.id);
  forgetUnnamed();
}

function isForeign(answer: object): answer is ForeignLog {
  return "foreign" in answer;
}

/** Looks up the rows of the table anew. */
export async function refind(): Promise<void> {
  finding?.abort();
  const controller = new AbortController();
  finding = controller;
  const { query, range, current, before } = store.state;
  if (current === null) return;
  try {
    const found = await engine.ask("find", { run: current.id, before: before?.id ?? null, query: within(query, range) }, { signal: controller.signal });
    // A newer result came with rows of its own.
    if (finding === controller && store.state.current === current) store.set({ found });
  } catch (error) {
    if (finding === controller && store.state.current === current && !isCancelled(error)) showFault(error);
  }
}

function within(query: Query, range: State["range"]): Query {
  return { ...query, from: range?.[0] ?? null, to: range?.[1] ?? null };
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
  const { current, day } = store.state;
  if (current === null) return;
  try {
    const place = await engine.ask("place", { run: current.id, at });
    if (store.state.day === day) putIn(place, [line]);
  } catch (error) {
    showFault(error);
  }
}

/** What a person decides at a moment of a result: tried by the guard, and put into the day where it is accepted. Says whether it was. */
export async function decide(run: RunResult, moment: Moment, order: ApprovalOrder, asksAgain: boolean): Promise<boolean> {
  const { place, lines } = await engine.ask("resolve", { run: run.id, moment, order, asksAgain });
  // Tried on a day that has gone on since, it may not hold any more: a second click decides nothing.
  const { current, ran, document } = store.state;
  return run === current && ran === document && putIn(place, lines);
}

function putIn(place: Place, lines: readonly string[]): boolean {
  const { document, baseline } = store.state;
  const isRoom = document.edits.length + lines.length <= MOST_EDITS;
  if (isRoom) edit({ ...document, edits: withLines(document.edits, place, lines, baseline.edits) }, "");
  else store.set({ notice: wordsOf(store.state.language, zoneNow()).m.day.full });
  return isRoom;
}

/** Takes what was put in at a row out of the day again. */
export function removeEdit(row: number): void {
  const { current, document } = store.state;
  const id = current?.columns.edit[row];
  store.set({ selected: null });
  edit({ ...document, edits: document.edits.filter((one) => one.id !== id) }, "");
}
