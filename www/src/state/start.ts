// How the page begins: with what a link has in it, with the work of the last visit, or with the runaway.

import { openShipped, SHIPPED } from "./days.ts";
import { keptFile, keptLooks, keptWork, keepWork } from "./keep.ts";
import { openDay, refind } from "./session.ts";
import { leaveLink, sharedWork } from "./share.ts";
import { store } from "./store.ts";
import type { Work } from "./work.ts";

export function chooseLooks(): void {
  const { language, theme } = keptLooks();
  store.set({ language: language ?? (navigator.language.startsWith("ar") ? "ar" : "en"), theme: theme ?? "system" });
}

export async function start(): Promise<void> {
  const shared = await sharedWork();
  leaveLink();
  const work = shared ?? keptWork();
  const isThere = work !== null && (await take(work, shared === null));
  if (!isThere) await openShipped("runaway");
  keepWork();
}

async function take(work: Work, isOwn: boolean): Promise<boolean> {
  const { policy, baseline, edits, tab, panel, query, range, selected } = work;
  store.set({ tab, panel });
  const isOpen = await openWork(work, { policy, baseline, edits }, isOwn);
  if (!isOpen) return false;
  const rows = store.state.current?.columns.at.length ?? 0;
  store.set({ query, range, selected: selected !== null && selected >= 0 && selected < rows ? selected : null });
  await refind();
  return true;
}

async function openWork({ dayId, dayName }: Work, kept: { policy: string; baseline: string; edits: Work["edits"] }, isOwn: boolean): Promise<boolean> {
  if (dayId !== null) return openShipped(SHIPPED.find((id) => id === dayId) ?? "runaway", kept);
  const file = isOwn ? await keptFile() : null;
  // A link has no log in it: its policy is shown on a day that ships.
  if (file === null) return openShipped("runaway", { ...kept, edits: [] });
  return (await openDay(file, dayName, { document: { policy: kept.policy, edits: kept.edits }, baseline: { policy: kept.baseline, edits: [] } })) === true;
}
