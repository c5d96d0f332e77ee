// A text looked for in what a row says: the values of its record, not their names, and its reasons as they are told.

import type { RuleReason } from "agent-interlock";
import { NONE, type Run } from "./run.ts";

/** Whether a row has the text, in any case of letters. */
export function searcher(run: Run, wanted: string): (row: number) => boolean {
  const { day, columns } = run;
  const text = wanted.toLocaleLowerCase();
  /** Of each list of reasons, once it was looked at. */
  const inReasons = new Map<number, boolean>();
  const hasReason = (number: number): boolean => {
    if (number === NONE) return false;
    const known = inReasons.get(number);
    if (known !== undefined) return known;
    const has = (JSON.parse(run.reasons[number] ?? "[]") as RuleReason[]).some((reason) => reason.text.toLocaleLowerCase().includes(text));
    inReasons.set(number, has);
    return has;
  };
  const hasRecord = (row: number): boolean => {
    const record = day.text(Number(columns.key[row]), Number(columns.edit[row]));
    // What the whole record does not have as it is written no value of it has, but for escapes.
    if (!record.includes("\\") && !record.toLocaleLowerCase().includes(text)) return false;
    return isIn(JSON.parse(record), text);
  };
  return (row) => hasReason(Number(columns.reasons[row])) || hasRecord(row);
}

function isIn(value: unknown, text: string): boolean {
  if (typeof value === "string") return value.toLocaleLowerCase().includes(text);
  if (typeof value === "number") return String(value).includes(text);
  return typeof value === "object" && value !== null && Object.values(value).some((inner) => isIn(inner, text));
}
