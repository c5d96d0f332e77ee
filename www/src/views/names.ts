// What agents are called, and what the policy has of them. Ids come from logs: one may be called `constructor`, which every object has.

import { seen } from "../i18n/seen.ts";
import type { RunResult } from "../worker/protocol.ts";

export function entryOf<Entry>(entries: Record<string, Entry>, name: string): Entry | undefined {
  return Object.hasOwn(entries, name) ? entries[name] : undefined;
}

/** As it is written, with nothing in it that nobody sees. */
export function nameOf({ document }: Pick<RunResult, "document">, agent: string): string {
  return seen(entryOf(document.agents, agent)?.name ?? agent);
}

/** Who answers for an agent. */
export function creatorOf({ document }: Pick<RunResult, "document">, agent: string): string | null {
  return entryOf(document.agents, agent)?.creator ?? null;
}
