// A result as files: decisions, the day as it is now, and the audit chain that a guard would have kept.

import { parsePolicy, Replay } from "agent-interlock";
import type { AuditEntry, RuleReason } from "agent-interlock";
import { take } from "./desk.ts";
import { recordText } from "./find.ts";
import type { Pacer } from "./pause.ts";
import { EFFECTS, type Exported, type Export } from "./protocol.ts";
import type { Run } from "./run.ts";

/** The guard keeps its last 1,000 entries: they are taken in time. */
const ENTRIES_AT_ONCE = 400;
/** Characters of a piece of a file. */
const PIECE = 4_000_000;

export async function exported(run: Run, what: Export, pacer: Pacer): Promise<Exported> {
  switch (what) {
    case "jsonl":
      return { blob: await decisions(run, pacer, "", asJson), head: null };
    case "csv":
      return { blob: await decisions(run, pacer, `${CSV_COLUMNS.join(",")}\r\n`, asCsv), head: null };
    case "log":
      return { blob: await day(run, pacer), head: null };
    case "audit":
      return audit(run, pacer);
  }
}

/** A text that grows: what there is of it goes into the browser's keeping in pieces of some megabytes, out of the worker's memory. */
class Sheet {
  readonly #done: Blob[] = [];
  #parts: string[] = [];
  #length = 0;

  add(text: string): void {
    this.#parts.push(text);
    this.#length += text.length;
    if (this.#length >= PIECE) this.#flush();
  }

  #flush(): void {
    this.#done.push(new Blob(this.#parts));
    this.#parts = [];
    this.#length = 0;
  }

  blob(): Blob {
    this.#flush();
    return new Blob(this.#done, { type: "text/plain" });
  }
}

interface Decided {
  at: string;
  id: string;
  type: string;
  agent: string;
  effect: string;
  allowed: boolean;
  code: string | null;
  reason: string | null;
  reasons: RuleReason[];
  deferUntil: string | null;
}

const CSV_COLUMNS = ["at", "id", "type", "agent", "effect", "allowed", "code", "reason", "deferUntil"] as const;

async function decisions(run: Run, pacer: Pacer, heading: string, write: (row: Decided) => string): Promise<Blob> {
  const sheet = new Sheet();
  sheet.add(heading);
  const { kind } = run.columns;
  for (let row = 0; row < kind.length; row += 1) {
    if (kind[row] === 0) sheet.add(write(decided(run, row)));
    if (pacer.isDue) await pacer.pause(row / kind.length);
  }
  return sheet.blob();
}

function decided(run: Run, row: number): Decided {
  const { columns } = run;
  const reasons = JSON.parse(run.reasons[Number(columns.reasons[row])] ?? "[]") as RuleReason[];
  const { id } = JSON.parse(recordText(run, row)) as { id: string };
  const effect = EFFECTS[columns.effect[row] ?? 255] ?? "deny";
  const first = reasons.find((reason) => reason.effect === effect);
  const defer = Number(columns.defer[row]);
  return {
    at: new Date(Number(columns.at[row])).toISOString(),
    id,
    type: run.types.list[Number(columns.type[row])] ?? "",
    agent: run.agents.list[Number(columns.agent[row])] ?? "",
    effect,
    allowed: effect === "allow" || effect === "notify",
    code: first?.code ?? null,
    reason: first?.text ?? null,
    reasons,
    deferUntil: Number.isNaN(defer) ? null : new Date(defer).toISOString(),
  };
}

function asJson(row: Decided): string {
  return `${JSON.stringify(row)}\n`;
}

function asCsv(row: Decided): string {
  return `${CSV_COLUMNS.map((name) => cell(row[name])).join(",")}\r\n`;
}

/** What a spreadsheet would take for a formula is made text. */
function cell(value: string | boolean | null): string {
  const text = String(value ?? "");
  const safe = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

async function day(run: Run, pacer: Pacer): Promise<Blob> {
  const sheet = new Sheet();
  let taken = 0;
  for (const record of run.day.from()) {
    // One line each, also of a JSON array that was written over several.
    sheet.add(`${textOf(record.text)}\n`);
    taken += 1;
    if (pacer.isDue) await pacer.pause(taken / run.day.length);
  }
  return sheet.blob();
}

function textOf(text: () => string): string {
  try {
    return text().replaceAll(/[\r\n]+\s*/g, " ");
  } catch {
    return "";
  }
}

async function audit(run: Run, pacer: Pacer): Promise<Exported> {
  const policy = parsePolicy(run.policy);
  const guard = new Replay({ policy, audit: true });
  policy.free();
  try {
    const sheet = new Sheet();
    let seq = 0;
    const collect = () => {
      const entries: AuditEntry[] = guard.auditSince(seq);
      seq = entries.at(-1)?.seq ?? seq;
      for (const entry of entries) sheet.add(`${JSON.stringify(entry)}\n`);
    };
    let taken = 0;
    for (const record of run.day.from()) {
      take(guard, record);
      taken += 1;
      if (taken % ENTRIES_AT_ONCE === 0) collect();
      if (pacer.isDue) await pacer.pause(taken / run.day.length);
    }
    collect();
    return { blob: sheet.blob(), head: guard.auditHead() };
  } finally {
    guard.free();
  }
}
