// Work is kept between visits, in this browser alone, as text; a log of one's own is kept in files.ts.

import { keepFile } from "./files.ts";
import { store, type Language, type Theme } from "./store.ts";
import { readWork, type Work, workOf } from "./work.ts";

const WORK = "interlock-simulator.work";
/** Works that were set aside for something else, the newest last. */
const FORMER = "interlock-simulator.former";
const LOOKS = "interlock-simulator.looks";
const SETTLE_MILLISECONDS = 400;
/** Each has a policy or two in it, and browsers keep some five megabytes. */
const MOST_FORMERS = 4;

/** Whether somebody else's work was opened since one's own was kept. */
let isVisit = false;
let isBegun = false;
/** What this tab has read or written last: if something else is there, another tab has kept it. */
let lastKept: Work | null = null;

/** Looks on at once; keeps what changes from `begin` on. */
export function keepWork(): { begin: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  store.subscribe(() => {
    if (store.state.link === "opened") isVisit = true;
    clearTimeout(timer);
    timer = setTimeout(() => saveWork(), SETTLE_MILLISECONDS);
  });
  addEventListener("pagehide", () => saveWork({ isLeaving: true }));
  lastKept = keptWork();
  return { begin: () => void (isBegun = true) };
}

/** Somebody else's work is kept from its first change on, and then one's own is set aside. What another tab has kept is not overwritten unasked. */
export function saveWork({ isLeaving = false } = {}): void {
  const { state } = store;
  if (!isBegun || state.dayName === "") return;
  write(LOOKS, { language: state.language, theme: state.theme });
  if (state.link === "opened") return;
  if (isVisit) {
    lastKept = keptWork();
    setAside(lastKept);
  }
  const work = workOf(state);
  if (isRival(keptWork())) {
    if (isSame(work, lastKept)) return;
    if (isLeaving) setAside(work);
    else if (state.offer?.what !== "otherTab") store.set({ offer: { what: "otherTab" } });
    return;
  }
  if (write(WORK, work)) lastKept = keptWork();
}

/** Whether it is other work than this tab has left there. */
function isRival(kept: Work | null): boolean {
  return kept !== null && !isSame(kept, lastKept);
}

/** The view is nobody's work. */
function isSame(one: Work, other: Work | null): boolean {
  const partsOf = ({ dayId, dayName, policy, baseline, edits }: Work) => JSON.stringify([dayId, dayName, policy, baseline, edits]);
  return other !== null && partsOf(one) === partsOf(other);
}

export function setAside(work: Work | null): void {
  isVisit = false;
  if (work !== null) writeFormers([...formers().filter((one) => !isSame(one, work)), work]);
}

/** One that was set aside is taken up; what is left for it comes last in turn. */
export function takeUp(work: Work, left: Work | null): void {
  isVisit = false;
  const others = formers().filter((one) => !isSame(one, work));
  writeFormers(left === null ? others : [left, ...others]);
}

function formers(): Work[] {
  const kept = read(FORMER);
  return (Array.isArray(kept) ? kept : [kept]).map(readWork).filter((work) => work !== null);
}

/** Where there is no room for all, the newest are kept. */
function writeFormers(works: Work[]): void {
  let newest = works.slice(-MOST_FORMERS);
  while (!write(FORMER, newest) && newest.length > 0) newest = newest.slice(1);
  store.set({ hasFormer: newest.length > 0 });
}

/** What this tab shows is kept, and what another one has kept is set aside. */
export function keepThis(): void {
  lastKept = keptWork();
  setAside(lastKept);
  store.set({ offer: null });
  saveWork();
}

/** What another tab has kept is what this one goes on with; what it had is set aside. */
export function joinOther(left: Work): void {
  setAside(left);
  lastKept = keptWork();
}

export function keptWork(): Work | null {
  return readWork(read(WORK));
}

/** One's own work while somebody else's is shown, or the newest that was set aside. */
export function formerWork(): Work | null {
  return store.state.link === "opened" ? keptWork() : (formers().at(-1) ?? null);
}

export function keptLooks(): { language?: Language; theme?: Theme } {
  const { language, theme } = (read(LOOKS) ?? {}) as Record<string, unknown>;
  return {
    ...(language === "en" || language === "ar" ? { language } : {}),
    ...(theme === "light" || theme === "dark" || theme === "system" ? { theme } : {}),
  };
}

export function forgetWork(): void {
  isVisit = false;
  lastKept = null;
  try {
    localStorage.removeItem(WORK);
    localStorage.removeItem(FORMER);
  } catch {
    // There is nothing to forget then.
  }
  store.set({ hasFormer: false });
  void keepFile(null);
}

function read(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

/** False where there is no room, or no storage here: the page works without. */
function write(key: string, value: unknown): boolean {
  try {
    localStorage.setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}
