// How the page begins: with what a link has in it, with the work of the last visit, or with the runaway.

import { extent } from "../charts/bins.ts";
import { isAsShipped, openShipped, SHIPPED } from "./days.ts";
import { keptFile } from "./files.ts";
import { formerWork, joinOther, keptLooks, keptWork, keepWork, saveWork, setAside, takeUp } from "./keep.ts";
import { beginOpening, isOpening, openDay, type Opening, refind } from "./session.ts";
import { hasLink, leaveLink, sharedWork, watchLink } from "./share.ts";
import { store } from "./store.ts";
import { wordsOf, zoneNow } from "./words.ts";
import { overlap, type Work, workOf } from "./work.ts";

export function chooseLooks(): void {
  const { language, theme } = keptLooks();
  store.set({ language: language ?? (navigator.language.startsWith("ar") ? "ar" : "en"), theme: theme ?? "system" });
}

export async function start(): Promise<void> {
  store.set({ hasFormer: formerWork() !== null });
  const { begin } = keepWork();
  watchLink();
  addEventListener("hashchange", () => void openLink());
  const controller = beginOpening();
  if (!(await openLink({ controller })) && isOpening(controller)) await openKept();
  begin();
}

/** What the address has in it; false where that is nothing. One's own work stays as it was kept until this is changed. */
async function openLink(options: Opening = {}): Promise<boolean> {
  const { m } = wordsOf(store.state.language, zoneNow());
  const work = await sharedWork();
  if (work === null) {
    if (hasLink()) store.set({ notice: m.header.unreadable });
    leaveLink();
    return false;
  }
  saveWork({ isLeaving: true });
  const isOpen = await take(work, { ...options, link: "opened" });
  const hasFormer = formerWork() !== null;
  store.set({ hasFormer });
  const said = [...(work.dayId === null ? [m.day.notHere(work.dayName)] : []), ...(hasFormer ? [m.header.visiting] : [])];
  if (isOpen && said.length > 0) store.set({ notice: said.join(" ") });
  return isOpen;
}

async function openKept(): Promise<void> {
  const work = keptWork();
  const controller = beginOpening();
  const isThere = work !== null && (await take(work, { controller }));
  if (isThere || !isOpening(controller)) return;
  // A log that was too much, or too long to wait for, takes no policy with it.
  await openShipped("runaway", work === null ? {} : { policy: work.policy, baseline: work.baseline });
}

/** One's own work of before in place of what is there; which is set aside in its turn, unless it can be had again. */
export async function openFormer(): Promise<void> {
  const work = formerWork();
  if (work === null) return;
  const { state } = store;
  const left = state.link === "opened" || isAsShipped(state) ? null : workOf(state);
  await take(work, { onPlaced: () => takeUp(work, left) });
  store.set({ hasFormer: formerWork() !== null });
}

/** Another tab's work in place of this one's, which is set aside. */
export async function openOther(): Promise<void> {
  const [work, left] = [keptWork(), workOf(store.state)];
  if (work !== null) await take(work, { onPlaced: () => joinOther(left) });
}

/** Another day that ships, with the policy that comes with it; one's own work is kept, and offered. */
export async function switchDay(id: string): Promise<void> {
  saveWork();
  const { state } = store;
  const { policy } = state.document;
  const isOwn = !isAsShipped(state);
  // What came with a link, and was not changed, is in the link.
  const isKept = isOwn && state.link !== "opened";
  const left = isKept ? workOf(state) : null;
  const onPlaced = () => (left === null ? saveWork() : setAside(left));
  if ((await openShipped(id, {}, { onPlaced })) && isOwn) store.set({ offer: { what: "left", policy, isKept } });
}

async function take(work: Work, given: Opening): Promise<boolean> {
  const options = { ...given, controller: given.controller ?? beginOpening() };
  const { tab, panel, query, range, selected } = work;
  store.set({ tab, panel });
  const file = work.dayId === null ? await ownFile(work, options) : null;
  const isItsDay = work.dayId !== null || file !== null;
  if (!(await openWork(work, file, options))) return false;
  const { current } = store.state;
  if (current === null || !isItsDay) return true;
  store.set({ query, range: range === null ? null : overlap(range, extent(current)), selected: selected !== null && selected in current.columns.at ? selected : null });
  await refind();
  return true;
}

/** A link has no log in it, and a browser may have lost the one it kept. */
async function ownFile({ dayName }: Work, { link }: Opening): Promise<Blob | null> {
  const file = link === "opened" ? null : await keptFile(dayName);
  if (file === null) store.set({ notice: wordsOf(store.state.language, zoneNow()).m.day.notHere(dayName) });
  return file;
}

/** Where its log is not there, a policy is shown on a day that ships. */
async function openWork({ dayId, dayName, policy, baseline, edits }: Work, file: Blob | null, options: Opening): Promise<boolean> {
  if (dayId !== null) return openShipped(SHIPPED.find((id) => id === dayId) ?? "runaway", { policy, baseline, edits }, options);
  if (file === null) return openShipped("runaway", { policy, baseline, edits: [] }, options);
  return (await openDay(file, dayName, { ...options, document: { policy, edits }, baseline: { policy: baseline, edits: [] } })) === true;
}
