// Ways out: files to keep.

import { isCancelled } from "./engine.ts";
import { engine, showFault, withTask } from "./session.ts";
import { store } from "./store.ts";
import type { Export } from "../worker/protocol.ts";

const NAMES: Record<Export, string> = { jsonl: "decisions.jsonl", csv: "decisions.csv", audit: "audit.jsonl", log: "day.jsonl" };

export async function download(what: Export | "policy"): Promise<void> {
  if (what === "policy") {
    offer(new Blob([store.state.document.policy], { type: "application/json" }), "policy.json");
    return;
  }
  const { current } = store.state;
  if (current === null) return;
  try {
    const { blob, head } = await withTask("export", (options) => engine.ask("export", { run: current.id, what }, options));
    offer(blob, NAMES[what]);
    // The head is kept apart from the chain, or it proves nothing: it comes as a file of its own.
    if (head !== null) offer(new Blob([`${head.seq}:${head.hash}\n`], { type: "text/plain" }), "audit.head.txt");
  } catch (error) {
    if (!isCancelled(error)) showFault(error);
  }
}

function offer(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
