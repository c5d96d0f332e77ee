// A log as bytes, and where each of its records stands: a million of them take little more memory than the file.

import type { DayInfo, ForeignLog } from "./protocol.ts";
import { foreignRecords, SAMPLE_RECORDS, sniff } from "./sniff.ts";

const LINE_FEED = 10;

export class Log {
  readonly info: DayInfo;
  readonly #bytes: Uint8Array;
  readonly #starts: Float64Array;
  readonly #ends: Float64Array;
  /** The line each begins in, from 1. */
  readonly #lines: Uint32Array;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

  constructor(info: Omit<DayInfo, "records">, bytes: Uint8Array, spans: Spans) {
    this.info = { ...info, records: spans.length };
    this.#bytes = bytes;
    this.#starts = spans.starts.subarray(0, spans.length);
    this.#ends = spans.ends.subarray(0, spans.length);
    this.#lines = spans.lines.subarray(0, spans.length);
  }

  get length(): number {
    return this.#starts.length;
  }

  /** A record's text. Throws where it is no UTF-8. */
  text(index: number): string {
    return this.#decoder.decode(this.#bytes.subarray(this.#starts[index], this.#ends[index]));
  }

  /** The same, whatever it is. */
  looseText(index: number): string {
    return new TextDecoder().decode(this.#bytes.subarray(this.#starts[index], this.#ends[index]));
  }

  line(index: number): number {
    return this.#lines[index] ?? 0;
  }
}

/** Where records begin and end; grows by doubling. */
export class Spans {
  starts = new Float64Array(1024);
  ends = new Float64Array(1024);
  lines = new Uint32Array(1024);
  length = 0;

  add(start: number, end: number, line: number): void {
    if (this.length === this.starts.length) this.#grow();
    this.starts[this.length] = start;
    this.ends[this.length] = end;
    this.lines[this.length] = line;
    this.length += 1;
  }

  #grow(): void {
    const room = this.starts.length * 2;
    const { starts, ends, lines } = this;
    (this.starts = new Float64Array(room)).set(starts);
    (this.ends = new Float64Array(room)).set(ends);
    (this.lines = new Uint32Array(room)).set(lines);
  }
}

/** Reads a file, with a pause now and then for whoever wants to cancel. */
export async function readLog(
  file: Blob,
  name: string,
  pause: (done: number) => Promise<void>,
): Promise<Log | ForeignLog> {
  const bytes = new Uint8Array(file.size);
  let filled = 0;
  const reader = file.stream().getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    bytes.set(part.value, filled);
    filled += part.value.length;
    await pause((filled / file.size) * 0.5);
  }
  const form = sniff(bytes, name);
  if (form.foreign !== undefined) return form;
  const spans = form.format === "json" ? await arrayItems(bytes, form.from, pause) : await lines(bytes, form.from, pause);
  if (form.format === "json") {
    const foreign = foreignItems(bytes, spans, name);
    if (foreign !== null) return foreign;
  }
  if (spans.length === 0) return { foreign: "empty", name, sample: "", fields: [] };
  return new Log({ name, bytes: file.size, format: form.format }, bytes, spans);
}

/** Items of an array that are no records, as its first ones tell. */
function foreignItems(bytes: Uint8Array, spans: Spans, name: string): ForeignLog | null {
  const texts = Array.from({ length: Math.min(spans.length, SAMPLE_RECORDS) }, (_, place) =>
    new TextDecoder().decode(bytes.subarray(spans.starts[place], spans.ends[place])),
  );
  return texts.length === 0 ? null : foreignRecords(texts, name);
}

async function lines(bytes: Uint8Array, from: number, pause: (done: number) => Promise<void>): Promise<Spans> {
  const spans = new Spans();
  let line = 1;
  for (let start = from; start < bytes.length; line += 1) {
    let end = bytes.indexOf(LINE_FEED, start);
    if (end === -1) end = bytes.length;
    if (!isBlank(bytes, start, end)) spans.add(start, end, line);
    start = end + 1;
    if (line % 5000 === 0) await pause(0.5 + (end / bytes.length) * 0.5);
  }
  return spans;
}

function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (!isSpace(bytes[at])) return false;
  return true;
}

export function isSpace(byte: number | undefined): boolean {
  return byte === 32 || byte === 9 || byte === 10 || byte === 13;
}

/** The items of a JSON array, each as it is written: what is wrong in one is said by the engine, of that one. */
async function arrayItems(bytes: Uint8Array, from: number, pause: (done: number) => Promise<void>): Promise<Spans> {
  const spans = new Spans();
  let depth = 0;
  let inText = false;
  let start = -1;
  let line = 1;
  let began = 1;
  const close = (end: number) => {
    if (start !== -1 && !isBlank(bytes, start, end)) spans.add(start, end, began);
    start = -1;
  };
  for (let at = from; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === LINE_FEED) line += 1;
    if (at % 4_000_000 === 0) await pause(0.5 + (at / bytes.length) * 0.5);
    if (inText) {
      if (byte === 0x5c) at += 1;
      else if (byte === 0x22) inText = false;
      continue;
    }
    if (depth === 1 && start === -1 && !isSpace(byte) && byte !== 0x2c && byte !== 0x5d) {
      start = at;
      began = line;
    }
    if (byte === 0x22) inText = true;
    else if (byte === 0x5b || byte === 0x7b) depth += 1;
    else if (byte === 0x5d || byte === 0x7d) {
      depth -= 1;
      if (depth === 0) {
        close(at);
        return spans;
      }
    } else if (byte === 0x2c && depth === 1) close(at);
  }
  // Cut off: what is there is a record that nobody can read, and is counted as one.
  close(bytes.length);
  return spans;
}
