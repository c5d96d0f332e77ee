// Whether an audit file is whole, in parts as large as the package takes.

import { verifyAudit } from "agent-interlock";
import type { AuditHead } from "agent-interlock";
import type { Pacer } from "./pause.ts";
import type { Verified } from "./protocol.ts";

const ENTRIES_AT_ONCE = 2000;

export async function verify(file: Blob, head: AuditHead | null, pacer: Pacer): Promise<Verified> {
  const lines = (await file.text()).split("\n").filter((line) => line.trim() !== "");
  let since: AuditHead | undefined;
  /** The head that was kept, until the part came that has its entry, or would have it. */
  let kept = head;
  for (let start = 0; start < lines.length || start === 0; start += ENTRIES_AT_ONCE) {
    const entries = lines.slice(start, start + ENTRIES_AT_ONCE);
    const isLater = kept !== null && kept.seq > start + entries.length && start + ENTRIES_AT_ONCE < lines.length;
    const verdict = verifyAudit({ entries, since, head: isLater ? undefined : (kept ?? undefined) });
    if (!isLater) kept = null;
    if (!verdict.valid) return { entries: lines.length, verdict, last: null };
    since = headOf(entries.at(-1)) ?? since;
    await pacer.pause(start / lines.length);
  }
  return { entries: lines.length, verdict: { valid: true, brokenAt: null, reason: null }, last: since ?? null };
}

function headOf(line: string | undefined): AuditHead | undefined {
  if (line === undefined) return undefined;
  const { seq, hash } = JSON.parse(line) as AuditHead;
  return { seq, hash };
}
