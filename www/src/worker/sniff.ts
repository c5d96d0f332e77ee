// What a file is, from how it begins: a log as JSON lines or a JSON array, or something else that is said by its name.

import type { ForeignLog } from "./protocol.ts";
import { pastSpace } from "./spans.ts";

const SAMPLE_BYTES = 64 * 1024;
/** What is longer than this and begins like a list under a name is one: a record's own list is not as long. */
const LONG_LINE = 1024 * 1024;
export const SAMPLE_RECORDS = 20;

/** `isNamed`: the array is a member of an object. */
type Form = { format: "jsonl"; from: number; foreign?: undefined } | { format: "json"; from: number; isNamed: boolean; foreign?: undefined } | ForeignLog;

export function sniff(bytes: Uint8Array, name: string): Form {
  const from = pastSpace(bytes, bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0);
  const head = new TextDecoder().decode(bytes.subarray(from, from + SAMPLE_BYTES));
  const other = (foreign: ForeignLog["foreign"], fields: string[] = []): ForeignLog => ({
    foreign,
    name,
    sample: head.slice(0, 200).split("\n", 3).join("\n"),
    fields,
  });
  if (head === "") return other("empty");
  if (head.includes("\0")) return other("binary");
  if (head.startsWith("[")) return { format: "json", from, isNamed: false };
  if (!head.startsWith("{")) return other(/^[^\n]*[,;\t][^\n]*\n/.test(head) ? "csv" : "text");
  return ofObjects(head, bytes, from, other);
}

function ofObjects(
  head: string,
  bytes: Uint8Array,
  from: number,
  other: (foreign: ForeignLog["foreign"], fields?: string[]) => ForeignLog,
): Form {
  // A list under a name of its own: `{"actions": [ … ]}`.
  const list = /^\{\s*"[^"\\]*"\s*:\s*\[/.exec(head);
  if (list !== null && !beginsWithRecord(bytes, from)) return { format: "json", from: from + new TextEncoder().encode(list[0]).length - 1, isNamed: true };
  const records = firstLines(bytes, from).map(parsed).filter((record) => record !== undefined);
  if (records.length === 0) return other(/"customerId"|"autonomyMode"/.test(head) ? "policy" : "json", namesIn(head));
  const fields = [...new Set(records.flatMap((record) => Object.keys(record)))];
  const has = (...names: string[]) => records.some((record) => names.every((name) => Object.hasOwn(record, name)));
  if (has("seq", "prev", "hash")) return other("audit", fields);
  if (has("customerId") && !has("at")) return other("policy", fields);
  return has("at") ? { format: "jsonl", from } : other("json", fields);
}

/** Whether its first line is a whole object, and it or one soon after has a time. */
function beginsWithRecord(bytes: Uint8Array, from: number): boolean {
  const end = bytes.indexOf(10, from);
  if ((end === -1 ? bytes.length : end) - from > LONG_LINE) return false;
  const [first, ...others] = firstLines(bytes, from).map(parsed);
  return first !== undefined && [first, ...others].some((record) => record !== undefined && Object.hasOwn(record, "at"));
}

/** Whole lines, however long: a record may be larger than any sample. */
function firstLines(bytes: Uint8Array, from: number): string[] {
  const lines: string[] = [];
  for (let start = from; start < bytes.length && lines.length < SAMPLE_RECORDS; ) {
    const feed = bytes.indexOf(10, start);
    const end = feed === -1 ? bytes.length : feed;
    lines.push(new TextDecoder().decode(bytes.subarray(start, end)));
    start = end + 1;
  }
  return lines;
}

/** What records are instead, where none of them has a time. */
export function foreignRecords(texts: readonly string[], name: string): ForeignLog | null {
  const records = texts.map(parsed).filter((record) => record !== undefined);
  if (records.some((record) => Object.hasOwn(record, "at"))) return null;
  const fields = [...new Set(records.flatMap((record) => Object.keys(record)))];
  return { foreign: "json", name, sample: texts.join("\n").slice(0, 200), fields };
}

function parsed(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** Of JSON over several lines. */
function namesIn(head: string): string[] {
  const names = [...head.matchAll(/"([\w$.-]{1,40})"\s*:/g)].map((match) => String(match[1]));
  return [...new Set(names)].slice(0, 12);
}
