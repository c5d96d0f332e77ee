// Work is kept between visits, in this browser alone, as text; a log of one's own is kept in files.ts.

import { keepFile } from "./files.ts";
import { store, type Language, type Theme } from "./store.ts";
import { readWork, type Work, workOf } from "./work.ts";

const WORK = "interlock-simulator.work";
/** One's own work, set aside when somebody else's was changed. */
const FORMER = "interlock-simulator.former";
const LOOKS = "interlock-simulator.looks";
const SETTLE_MILLISECONDS = 400;

/** Whether somebody else's work was opened since one's own was kept. */
let isVisit = false;
let isBegun = false;

/** Looks on at once; keeps what changes from `begin` on. */
export function keepWork(): { begin: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  store.subscribe(() => {
    if (store.state.link === "opened") isVisit = true;
    clearTimeout(timer);
    timer = setTimeout(saveWork, SETTLE_MILLISECONDS);
  });
  addEventListener("pagehide", saveWork);
  return { begin: () => void (isBegun = true) };
}

/** Somebody else's work is kept from its first change on, and then one's own is set aside. */
export function saveWork(): void {
  const { state } = store;
  if (!isBegun || state.dayName === "") return;
  write(LOOKS, { language: state.language, theme: state.theme });
  if (state.link === "opened") return;
  if (isVisit) setAside(keptWork());
  write(WORK, workOf(state));
}

export function setAside(work: Work | null): void {
  isVisit = false;
  if (work !== null) write(FORMER, work);
}

export function keptWork(): Work | null {
  return readWork(read(WORK));
}

/** One's own work while somebody else's is shown, or that from before it was changed. */
export function formerWork(): Work | null {
  return store.state.link === "opened" ? keptWork() : readWork(read(FORMER));
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

function write(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // No room, or no storage here: the page works without.
  }
}
