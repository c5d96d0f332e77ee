// Where days come from: three that ship, and files that somebody drops or picks.

import type { Document } from "./document.ts";
import type { Edit, ForeignLog } from "../worker/protocol.ts";
import { EngineError, isCancelled } from "./engine.ts";
import { keepFile } from "./files.ts";
import { beginOpening, edit, openDay, type Opening, showFault } from "./session.ts";
import { type State, store } from "./store.ts";
import { wordsOf, zoneNow } from "./words.ts";

export const SHIPPED = ["runaway", "calm", "week"] as const;

export interface KeptDocument {
  policy?: string;
  baseline?: string;
  edits?: Edit[];
}

/** A shipped day with the policy it ran under. */
export async function openShipped(id: string, kept: KeptDocument = {}, options: Opening = {}): Promise<boolean> {
  const controller = options.controller ?? beginOpening();
  const { signal } = controller;
  try {
    const [policyFile, file] = await Promise.all([fetched(`days/${id}.policy.json`, signal), fetched(`days/${id}.jsonl`, signal)]);
    const shipped: Document = { policy: await policyFile.text(), edits: [] };
    const document = { policy: kept.policy ?? shipped.policy, edits: kept.edits ?? [] };
    const isKept = kept.policy !== undefined || (kept.edits ?? []).length > 0;
    const baseline = kept.baseline !== undefined ? { policy: kept.baseline, edits: [] } : isKept ? shipped : document;
    signal.throwIfAborted();
    const onPlaced = () => {
      shippedPolicy = shipped.policy;
      options.onPlaced?.();
    };
    return (await openDay(file, id, { ...options, id, document, baseline, controller, onPlaced })) === true;
  } catch (error) {
    if (!isCancelled(error)) showFault(error);
    return false;
  }
}

/** Where it cannot be had, that is the network's doing, not the engine's. */
async function fetched(path: string, signal: AbortSignal): Promise<Blob> {
  const failed = (message: string) => new EngineError({ code: "network", path, message: `${path}: ${message}` });
  try {
    const response = await fetch(new URL(`./${path}`, import.meta.url), { signal });
    if (!response.ok) throw failed(`${response.status} ${response.statusText}`);
    return await response.blob();
  } catch (error) {
    throw isCancelled(error) || error instanceof EngineError ? error : failed(String(error));
  }
}

/** The policy that came with the day that ships which was opened last. */
let shippedPolicy: string | null = null;

/** Whether there is nothing of one's own on the page: it can be had again at any time. */
export function isAsShipped({ dayId, document }: State): boolean {
  return dayId !== null && document.policy === shippedPolicy && document.edits.length === 0;
}

/** Whatever it is: a log, a policy or an audit chain. */
export async function openFile(file: File): Promise<void> {
  const opened = await openDay(file, file.name, { onPlaced: () => void keep(file) });
  if (typeof opened === "object") await openForeign(file, opened);
}

/** Before it is replayed: that may take longer than somebody stays. */
async function keep(file: File): Promise<void> {
  if (!(await keepFile(file))) store.set({ notice: wordsOf(store.state.language, zoneNow()).m.day.notKept });
}

async function openForeign(file: File, foreign: ForeignLog): Promise<void> {
  if (foreign.foreign === "policy") await openPolicy(file);
  else if (foreign.foreign === "audit") store.set({ audit: file });
  else store.set({ foreign });
}

export async function openPolicy(file: File): Promise<void> {
  const policy = await policyIn(file);
  // The document is that of now: reading takes its time.
  if (policy !== null) edit({ ...store.state.document, policy }, "");
}

/** Nobody writes policies this long, and each step of undo has one. */
const MAX_POLICY_BYTES = 1_000_000;

/** The text of a policy; null for a file that is too large to be one, which is said. */
export async function policyIn(file: File): Promise<string | null> {
  if (file.size <= MAX_POLICY_BYTES) return file.text();
  store.set({ notice: wordsOf(store.state.language, zoneNow()).m.panel.tooLarge });
  return null;
}
