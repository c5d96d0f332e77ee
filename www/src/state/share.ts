// A link to what is on the page: all of it in the fragment, which no server sees.

import { wordsOf, zoneNow } from "./words.ts";
import { packed, unpacked } from "./packed.ts";
import { store } from "./store.ts";
import { readWork, type Work, workOf } from "./work.ts";

const MARK = "#w=";

export async function share(): Promise<void> {
  const { m } = wordsOf(store.state.language, zoneNow());
  const url = new URL(location.href);
  url.hash = `${MARK.slice(1)}${await packed(workOf(store.state))}`;
  history.replaceState(null, "", url);
  try {
    await navigator.clipboard.writeText(url.href);
    store.set({ notice: m.header.shared });
  } catch {
    // Without a clipboard it stands in the address bar.
    store.set({ notice: m.header.sharedField });
  }
}

export async function sharedWork(): Promise<Work | null> {
  if (!location.hash.startsWith(MARK)) return null;
  return readWork(await unpacked(location.hash.slice(MARK.length)));
}

/** A link is opened once: what is changed afterwards is not in it any more. */
export function leaveLink(): void {
  if (location.hash.startsWith(MARK)) history.replaceState(null, "", location.pathname + location.search);
}
