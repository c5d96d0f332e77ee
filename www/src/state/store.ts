// All that the page knows, in one place; whoever draws it says which part it reads.

import { useEffect, useRef, useState } from "preact/hooks";
import type { Language } from "../i18n/language.ts";
import type { BaselineId, Document } from "./document.ts";
import type { Checked, DayInfo, Difference, Fault, ForeignLog, Query, RunResult } from "../worker/protocol.ts";

export type Tab = "day" | "action" | "compare" | "approvals";
export type Panel = "form" | "json";
export type Theme = "light" | "dark" | "system";

/** A task that takes long enough to be shown. */
export interface Task {
  what: "load" | "run" | "compare" | "export" | "verify";
  done: number;
  cancel: () => void;
}

export interface State {
  document: Document;
  past: Document[];
  future: Document[];
  baseline: Document;
  baselineId: BaselineId;
  /** The policy to compare with; null while none was chosen. */
  other: string | null;
  otherName: string;
  otherChecked: Checked | null;
  /** The generation of A that B was held against. */
  comparedWith: number;

  dayId: string | null;
  dayName: string;
  day: DayInfo | null;
  foreign: ForeignLog | null;

  checked: Checked | null;
  /** What the form shows: the policy in full, as far as it can be read. */
  shown: unknown;
  current: RunResult | null;
  /** What the current result is of. */
  ran: Document | null;
  before: RunResult | null;
  compared: RunResult | null;
  difference: Difference | null;
  comparison: Difference | null;
  /** Grows with every new result. */
  generation: number;
  /** How many approvals nobody has decided on: at the day's end, or at the cursor's time once the queue was looked at. */
  waiting: number;
  task: Task | null;
  fault: Fault | null;
  notice: string | null;

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
  draft: string | null;
  /** An audit chain that somebody wants checked. */
  audit: Blob | null;
}

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
  baselineId: "shipped",
  other: null,
  otherName: "",
  otherChecked: null,
  comparedWith: -1,
  dayId: null,
  dayName: "",
  day: null,
  foreign: null,
  checked: null,
  shown: null,
  current: null,
  ran: null,
  before: null,
  compared: null,
  difference: null,
  comparison: null,
  generation: 0,
  waiting: 0,
  task: null,
  fault: null,
  notice: null,
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
