// Work is kept between visits, in this browser alone: what is small as text, a log of one's own as the file it was.

import { store, type Language, type Theme } from "./store.ts";
import { readWork, type Work, workOf } from "./work.ts";

const WORK = "interlock-simulator.work";
const LOOKS = "interlock-simulator.looks";
const SETTLE_MILLISECONDS = 400;
/** Larger logs are opened again by hand. */
const MAX_FILE_BYTES = 256 * 1024 * 1024;

/** Begins to keep what changes from now on. */
export function keepWork(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  store.subscribe(() => {
    clearTimeout(timer);
    timer = setTimeout(save, SETTLE_MILLISECONDS);
  });
  addEventListener("pagehide", save);
}

function save(): void {
  const { state } = store;
  if (state.day === null) return;
  try {
    localStorage.setItem(WORK, JSON.stringify(workOf(state)));
    localStorage.setItem(LOOKS, JSON.stringify({ language: state.language, theme: state.theme }));
  } catch {
    // No room, or no storage here: the page works without.
  }
}

export function keptWork(): Work | null {
  try {
    return readWork(JSON.parse(localStorage.getItem(WORK) ?? "null"));
  } catch {
    return null;
  }
}

export function keptLooks(): { language?: Language; theme?: Theme } {
  try {
    const { language, theme } = JSON.parse(localStorage.getItem(LOOKS) ?? "{}") as Record<string, unknown>;
    return {
      ...(language === "en" || language === "ar" ? { language } : {}),
      ...(theme === "light" || theme === "dark" || theme === "system" ? { theme } : {}),
    };
  } catch {
    return {};
  }
}

export function forgetWork(): void {
  try {
    localStorage.removeItem(WORK);
  } catch {
    // There is nothing to forget then.
  }
  void keepFile(null);
}

export async function keepFile(file: Blob | null): Promise<void> {
  const files = await theFiles("readwrite");
  if (files === null) return;
  if (file === null || file.size > MAX_FILE_BYTES) files.delete("log");
  else files.put(file, "log");
}

export async function keptFile(): Promise<Blob | null> {
  const files = await theFiles("readonly");
  if (files === null) return null;
  const request = files.get("log");
  return new Promise((resolve) => {
    request.onsuccess = () => resolve(request.result instanceof Blob ? request.result : null);
    request.onerror = () => resolve(null);
  });
}

function theFiles(mode: IDBTransactionMode): Promise<IDBObjectStore | null> {
  return new Promise((resolve) => {
    try {
      const request = indexedDB.open("interlock-simulator", 1);
      request.onupgradeneeded = () => request.result.createObjectStore("files");
      request.onsuccess = () => resolve(request.result.transaction("files", mode).objectStore("files"));
      request.onerror = () => resolve(null);
    } catch {
      resolve(null);
    }
  });
}
