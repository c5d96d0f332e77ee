// The same day under another policy, B, beside the one on the page, A.

import { engine, showFault, withTask } from "./session.ts";
import { isCancelled } from "./engine.ts";
import { store } from "./store.ts";

let comparing: AbortController | undefined;

/** Runs the day under B, and holds it against A. */
export async function compareWith(policy: string, name: string): Promise<void> {
  store.set({ other: policy, otherName: name });
  await recompare();
}

export async function recompare(): Promise<void> {
  comparing?.abort();
  const { other, document, current } = store.state;
  if (other === null || current === null) return;
  const controller = new AbortController();
  comparing = controller;
  const checked = await engine.ask("check", { policy: other });
  if (controller.signal.aborted) return;
  store.set({ otherChecked: checked });
  if (!checked.ok) return;
  try {
    const compared = await withTask("compare", (options) => engine.ask("run", { slot: "other", policy: other, edits: document.edits }, options), controller);
    const comparison = await engine.ask("difference", { before: "current", after: "other" });
    if (!controller.signal.aborted) store.set({ compared, comparison, comparedWith: store.state.generation });
  } catch (error) {
    if (!isCancelled(error)) showFault(error);
  }
}

export function stopComparing(): void {
  comparing?.abort();
  store.set({ other: null, otherName: "", otherChecked: null, compared: null, comparison: null });
}

/** What a comparison is told by: what the second lets run comes first. */
export type Side = "allowedByB" | "refusedByB" | "otherwise" | "both";
export const SIDES: readonly Side[] = ["allowedByB", "refusedByB", "otherwise", "both"];

export interface Group {
  side: Side;
  /** An index into RULES, 255 where no rule had anything to say. */
  rule: number;
  /** Places in the comparison. */
  places: number[];
}

/** Differences by what they mean, then by the rule that keeps the action from running. */
export function groupsOf(state: Pick<typeof store.state, "current" | "compared" | "comparison">): Group[] {
  const { current, compared, comparison } = state;
  if (current === null || compared === null || comparison === null) return [];
  const groups = new Map<string, Group>();
  for (let place = 0; place < comparison.rows.length; place += 1) {
    const [a, b] = [comparison.before[place] as number, comparison.rows[place] as number];
    const [from, to] = [current.columns.effect[a] ?? 255, compared.columns.effect[b] ?? 255];
    const side = sideOf(from, to);
    const rule = (side === "allowedByB" ? current.columns.rule[a] : compared.columns.rule[b]) ?? 255;
    const key = `${side} ${rule}`;
    const group = groups.get(key) ?? { side, rule, places: [] };
    group.places.push(place);
    groups.set(key, group);
  }
  return [...groups.values()].sort((x, y) => SIDES.indexOf(x.side) - SIDES.indexOf(y.side) || y.places.length - x.places.length);
}

function sideOf(from: number, to: number): Side {
  const [ranBefore, runsNow] = [from < 2, to < 2];
  if (ranBefore === runsNow) return runsNow ? "both" : "otherwise";
  return runsNow ? "allowedByB" : "refusedByB";
}
