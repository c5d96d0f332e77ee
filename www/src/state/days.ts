// Where days come from: three that ship, and files that somebody drops or picks.

import type { Document } from "./document.ts";
import { keepFile } from "./keep.ts";
import { edit, openDay, showFault } from "./session.ts";
import { store } from "./store.ts";
import type { Edit } from "../worker/protocol.ts";

export const SHIPPED = ["runaway", "calm", "week"] as const;

/** A shipped day with the policy it ran under. */
export async function openShipped(id: string, kept: { policy?: string; baseline?: string; edits?: Edit[] } = {}): Promise<boolean> {
  try {
    const [policy, log] = await Promise.all([fetched(`days/${id}.policy.json`), fetched(`days/${id}.jsonl`)]);
    const shipped: Document = { policy: await policy.text(), edits: [] };
    const document = { policy: kept.policy ?? shipped.policy, edits: kept.edits ?? [] };
    const isKept = kept.policy !== undefined || (kept.edits ?? []).length > 0;
    const baseline = kept.baseline !== undefined ? { policy: kept.baseline, edits: [] } : isKept ? shipped : document;
    return await openDay(await log.blob(), id, { id, document, baseline });
  } catch (error) {
    showFault(error);
    return false;
  }
}

async function fetched(path: string): Promise<Response> {
  const response = await fetch(new URL(`./${path}`, import.meta.url));
  if (!response.ok) throw new Error(`${path}: ${response.status} ${response.statusText}`);
  return response;
}

/** Whatever it is: a log, a policy or an audit chain. */
export async function openFile(file: File): Promise<void> {
  const isOpen = await openDay(file, file.name);
  const { foreign } = store.state;
  if (isOpen) void keepFile(file);
  if (isOpen || foreign === null) return;
  if (foreign.foreign === "policy") await openPolicy(file);
  else if (foreign.foreign === "audit") store.set({ foreign: null, audit: file });
}

export async function openPolicy(file: File): Promise<void> {
  store.set({ foreign: null });
  edit({ ...store.state.document, policy: await file.text() }, "");
}
