// All that the page knows, in one place; whoever draws it says which part it reads.

import { useEffect, useRef, useState } from "preact/hooks";
import type { Language } from "../i18n/language.ts";
import type { Document } from "./document.ts";
import type { Taken } from "./draft.ts";
import type { Checked, Difference, Fault, ForeignLog, Loaded, Query, RunResult } from "../worker/protocol.ts";

export type Tab = "day" | "action" | "compare" | "approvals";
export type Panel = "form" | "json";
export type Theme = "light" | "dark" | "system";

/** The day under two policies. */
export interface Comparison {
  a: RunResult;
  b: RunResult;
  difference: Difference;
}

/** A task that takes long enough to be shown. */
export interface Task {
  what: "load" | "run" | "compare" | "export" | "verify";
  done: number;
  cancel: () => void;
}

/** What the page asks, or offers, until somebody answers or the next day is there. */
export type Offer =
  /** Another tab has kept other work since this one did: which of them is kept? */
  | { what: "otherTab" }
  /** A policy was left for another day and the one that comes with it. */
  | { what: "left"; policy: string; isKept: boolean }
  /** After something was put in, so many lines cannot be carried out any more. */
  | { what: "lost"; lines: number };

export interface State {
  document: Document;
  past: Document[];
  future: Document[];
  baseline: Document;
  /** The policy to compare with; null while none was chosen. */
  other: string | null;
  otherName: string;
  otherChecked: Checked | null;

  dayId: string | null;
  dayName: string;
  /** Null before the first, and where the worker lost it. */
  day: Loaded | null;
  /** What it was read from. */
  dayFile: Blob | null;
  foreign: ForeignLog | null;

  checked: Checked | null;
  /** What the form shows: the policy in full, as far as it can be read. */
  shown: unknown;
  current: RunResult | null;
  /** What the current result is of. */
  ran: Document | null;
  before: RunResult | null;
  difference: Difference | null;
  comparison: Comparison | null;
  /** Whether the document was not run to its end: somebody cancelled it, or it failed. */
  isHalted: boolean;
  /** How many approvals nobody has decided on: at the day's end, or at the cursor's time once the queue was looked at. */
  waiting: number;
  /** What the address is of: a link as somebody opened it, or one that was made here; null once anything is changed. */
  link: "opened" | "made" | null;
  /** Whether there is work of one's own from before a link was opened. */
  hasFormer: boolean;
  task: Task | null;
  fault: Fault | null;
  notice: string | null;
  offer: Offer | null;

  tab: Tab;
  /** On narrow screens the policy is a tab of its own. */
  showsPolicy: boolean;
  panel: Panel;
  theme: Theme;
  language: Language;
  query: Query;
  found: Uint32Array | null;
  selected: number | null;
  hovered: number | null;
  /** Where somebody has put the time in the approvals; null follows what is selected. */
  cursor: number | null;
  range: [number, number] | null;
  /** Whose velocity is drawn: an index into `agents`. */
  lane: number | null;
  /** A setting that somebody wants to see: its path within the policy. */
  jump: { path: string; time: number } | null;
  /** A record that somebody wants to try with changes. */
  draft: Taken | null;
  /** An audit chain that somebody wants checked. */
  audit: Blob | null;
}

/** In days with more records than this, nothing is worked out that nobody asked for. */
export const LONG_DAY = 20_000;

export const NO_QUERY: Query = {
  effects: [],
  rule: null,
  agent: null,
  text: "",
  from: null,
  to: null,
  sort: "at",
  descending: false,
  changedOnly: false,
};

export type { Language };

type Listener = () => void;

class Store {
  #state: State;
  readonly #listeners = new Set<Listener>();

  constructor(state: State) {
    this.#state = state;
  }

  get state(): State {
    return this.#state;
  }

  set(patch: Partial<State>): void {
    // Who chooses an action means its time.
    const moved = patch.selected !== undefined && patch.selected !== null ? { cursor: null } : {};
    this.#state = { ...this.#state, ...moved, ...patch };
    for (const listener of [...this.#listeners]) listener();
  }

  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

const EMPTY: Document = { policy: '{\n  "customerId": "noor-trading"\n}\n', edits: [] };

export const store = new Store({
  document: EMPTY,
  past: [],
  future: [],
  baseline: EMPTY,
  other: null,
  otherName: "",
  otherChecked: null,
  dayId: null,
  dayName: "",
  day: null,
  dayFile: null,
  foreign: null,
  checked: null,
  shown: null,
  current: null,
  ran: null,
  before: null,
  difference: null,
  comparison: null,
  isHalted: false,
  waiting: 0,
  link: null,
  hasFormer: false,
  task: null,
  fault: null,
  notice: null,
  offer: null,
  tab: "day",
  showsPolicy: false,
  panel: "form",
  theme: "system",
  language: "en",
  query: NO_QUERY,
  found: null,
  selected: null,
  hovered: null,
  cursor: null,
  range: null,
  lane: null,
  jump: null,
  draft: null,
  audit: null,
});

/** Whether the day could be run, and is not: it was halted, or the worker lost it. */
export function isToRunAgain({ task, isHalted, day, dayFile }: State): boolean {
  return task === null && (isHalted || (day === null && dayFile !== null));
}

/** A part of the state; whoever asks is drawn anew when that part is another one. */
export function useStore<Part>(select: (state: State) => Part): Part {
  const latest = useRef(select);
  latest.current = select;
  const [, draw] = useState(0);
  const part = select(store.state);
  const drawn = useRef(part);
  drawn.current = part;
  useEffect(() => {
    const look = () => {
      if (latest.current(store.state) !== drawn.current) draw((count) => count + 1);
    };
    look();
    return store.subscribe(look);
  }, []);
  return part;
}
