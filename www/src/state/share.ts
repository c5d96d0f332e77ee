// A link to what is on the page: all of it in the fragment, which no server sees.

import { wordsOf, zoneNow } from "./words.ts";
import { packed, unpacked } from "./packed.ts";
import { store } from "./store.ts";
import { readWork, type Work, workOf } from "./work.ts";

const MARK = "#w=";

export async function share(): Promise<void> {
  const { m } = wordsOf(store.state.language, zoneNow());
  const text = await packed(workOf(store.state));
  if (text === null) {
    store.set({ notice: m.header.tooLong });
    return;
  }
  const url = new URL(location.href);
  url.hash = `${MARK.slice(1)}${text}`;
  try {
    await navigator.clipboard.writeText(url.href);
    store.set({ notice: m.header.shared });
  } catch {
    // Without a clipboard it stands in the address bar.
    history.replaceState(null, "", url);
    store.set({ notice: m.header.sharedField, link: store.state.link ?? "made" });
  }
}

export function hasLink(): boolean {
  return location.hash.startsWith(MARK);
}

export async function sharedWork(): Promise<Work | null> {
  if (!hasLink()) return null;
  return readWork(await unpacked(location.hash.slice(MARK.length)));
}

/** The address has a link in it only for as long as that is what the page shows: reloaded later, it would bring back what was. */
export function watchLink(): void {
  let { link } = store.state;
  store.subscribe(() => {
    if (link !== null && store.state.link === null) leaveLink();
    link = store.state.link;
  });
}

export function leaveLink(): void {
  if (hasLink()) history.replaceState(null, "", location.pathname + location.search);
}
