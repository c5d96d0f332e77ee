// What is kept between visits, and what a link has in it: policy, what was put in, the day where it ships, and the view.

import { type Edit, EFFECTS, type Query } from "../worker/protocol.ts";
import { RULES } from "../worker/rules.ts";
import { isRecord, MOST_EDITS } from "./document.ts";
import { NO_QUERY, type Panel, type State, type Tab } from "./store.ts";

export interface Work {
  version: 1;
  dayId: string | null;
  dayName: string;
  policy: string;
  baseline: string;
  edits: Edit[];
  tab: Tab;
  panel: Panel;
  query: Query;
  range: [number, number] | null;
  selected: number | null;
}

export function workOf(state: State): Work {
  const { dayId, dayName, document, ran, baseline, tab, panel, query, range } = state;
  // A row is one of the result that is shown, and that may be of the document before.
  const selected = ran === document ? state.selected : null;
  return { version: 1, dayId, dayName, policy: document.policy, baseline: baseline.policy, edits: document.edits, tab, panel, query, range, selected };
}

const TABS: readonly unknown[] = ["day", "action", "compare", "approvals"];
const PANELS: readonly unknown[] = ["form", "json"];

/** What somebody else's link says is taken piece by piece: what is not as it should be is left out. */
export function readWork(value: unknown): Work | null {
  if (!isRecord(value) || value["version"] !== 1 || typeof value["policy"] !== "string") return null;
  const { dayId, dayName, policy, baseline, edits, tab, panel, query, range, selected } = value;
  return {
    version: 1,
    dayId: typeof dayId === "string" ? dayId : null,
    dayName: typeof dayName === "string" ? dayName.slice(0, 200) : "",
    policy,
    baseline: typeof baseline === "string" ? baseline : policy,
    edits: Array.isArray(edits) ? readEdits(edits) : [],
    tab: TABS.includes(tab) ? (tab as Tab) : "day",
    panel: PANELS.includes(panel) ? (panel as Panel) : "form",
    query: isRecord(query) ? readQuery(query) : NO_QUERY,
    range: Array.isArray(range) && range.length === 2 && range.every(Number.isFinite) && range[0] < range[1] ? [range[0], range[1]] : null,
    selected: Number.isInteger(selected) ? (selected as number) : null,
  };
}

function readQuery(query: Record<string, unknown>): Query {
  const { effects, rule, agent, text, sort, descending, changedOnly } = query;
  return {
    ...NO_QUERY,
    effects: Array.isArray(effects) ? EFFECTS.filter((effect) => effects.includes(effect)) : [],
    rule: RULES.find((name) => name === rule) ?? null,
    agent: typeof agent === "string" ? agent : null,
    text: typeof text === "string" ? text : "",
    sort: sort === "agent" || sort === "type" || sort === "effect" ? sort : "at",
    descending: descending === true,
    changedOnly: changedOnly === true,
  };
}

/** What of a span lies within another; null where nothing does. */
export function overlap([from, to]: [number, number], [first, last]: [number, number]): [number, number] | null {
  const [begin, end] = [Math.max(from, first), Math.min(to, last)];
  return begin < end ? [begin, end] : null;
}

/** Two with the same id would be taken for one. */
function readEdits(edits: unknown[]): Edit[] {
  const known = new Map<number, Edit>();
  for (const edit of edits) if (isEdit(edit) && !known.has(edit.id)) known.set(edit.id, { id: edit.id, after: edit.after, line: edit.line });
  return [...known.values()].slice(0, MOST_EDITS);
}

function isEdit(value: unknown): value is Edit {
  return isRecord(value) && isWhole(value["id"], 1) && isWhole(value["after"], -1) && typeof value["line"] === "string";
}

/** Half of what a column of ids can hold, so that those of later edits find room. */
function isWhole(value: unknown, least: number): boolean {
  return Number.isInteger(value) && Number(value) >= least && Number(value) < 2 ** 31;
}
