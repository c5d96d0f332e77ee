// The same day under another policy, B, beside the one on the page, A.

import { isCancelled } from "./engine.ts";
import { engine, forgetUnnamed, holding, showFault, withRun } from "./session.ts";
import { type Comparison, store } from "./store.ts";

let comparing: AbortController | undefined;

/** Runs the day under B, and holds it against A. */
export async function compareWith(policy: string, name: string): Promise<void> {
  store.set({ other: policy, otherName: name });
  await recompare();
}

/** What is shown stays until the new comparison is there as a whole. */
export async function recompare(): Promise<void> {
  comparing?.abort();
  const { other, ran, current: a, day } = store.state;
  if (other === null || ran === null || a === null || day === null) return;
  const controller = new AbortController();
  comparing = controller;
  const { signal } = controller;
  try {
    const checked = await engine.ask("check", { policy: other }, { signal });
    store.set({ otherChecked: checked });
    if (!checked.ok) return;
    await holding(a, () =>
      withRun("compare", day, { policy: other, edits: ran.edits }, controller, async (b) => {
        const difference = await engine.ask("difference", { before: a.id, after: b.id }, { signal });
        signal.throwIfAborted();
        store.set({ comparison: { a, b, difference } });
      }),
    );
  } catch (error) {
    if (comparing === controller && !isCancelled(error)) showFault(error);
  }
}

export function stopComparing(): void {
  comparing?.abort();
  store.set({ other: null, otherName: "", otherChecked: null, comparison: null });
  forgetUnnamed();
}

/** What a comparison is told by: what the second lets run comes first. */
export type Side = "allowedByB" | "refusedByB" | "missingInB" | "otherwise" | "both";
export const SIDES: readonly Side[] = ["allowedByB", "refusedByB", "missingInB", "otherwise", "both"];

export interface Group {
  side: Side;
  /** An index into RULES, 255 where no rule had anything to say. */
  rule: number;
  /** Places in the comparison; of what B cannot carry out, rows of A. */
  places: number[];
}

/** Differences by what they mean, then by the rule that keeps the action from running. */
export function groupsOf({ a, b, difference }: Comparison): Group[] {
  const groups = new Map<string, Group>();
  for (let place = 0; place < difference.rows.length; place += 1) {
    const [rowA, rowB] = [difference.before[place] as number, difference.rows[place] as number];
    const side = sideOf(a.columns.effect[rowA] ?? 255, b.columns.effect[rowB] ?? 255);
    const rule = (side === "allowedByB" ? a.columns.rule[rowA] : b.columns.rule[rowB]) ?? 255;
    const key = `${side} ${rule}`;
    const group = groups.get(key) ?? { side, rule, places: [] };
    group.places.push(place);
    groups.set(key, group);
  }
  if (difference.removed.length > 0) groups.set("missingInB", { side: "missingInB", rule: 255, places: [...difference.removed] });
  return [...groups.values()].sort((x, y) => SIDES.indexOf(x.side) - SIDES.indexOf(y.side) || y.places.length - x.places.length);
}

function sideOf(from: number, to: number): Side {
  const [ranBefore, runsNow] = [from < 2, to < 2];
  if (ranBefore === runsNow) return runsNow ? "both" : "otherwise";
  return runsNow ? "allowedByB" : "refusedByB";
}
