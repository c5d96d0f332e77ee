// A log as bytes, and where each of its records stands: a million of them take little more memory than the file.

import type { DayInfo, ForeignLog } from "./protocol.ts";
import { foreignRecords, SAMPLE_RECORDS, sniff } from "./sniff.ts";
import { itemsOf, linesOf, type Spans } from "./spans.ts";

/** What is handed to the engine at once is copied there: not much more than a record of some size. */
const PIECE_BYTES = 256 * 1024;

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

  /** The bytes of some records, and where each begins and ends in them: as many as are asked for, or fewer where they are long. */
  piece(from: number, to: number): { bytes: Uint8Array; lines: Uint32Array } {
    const start = Number(this.#starts[from]);
    let end = from + 1;
    while (end < to && Number(this.#ends[end]) - start <= PIECE_BYTES) end += 1;
    const lines = new Uint32Array(2 * (end - from));
    for (let index = from; index < end; index += 1) {
      lines[2 * (index - from)] = Number(this.#starts[index]) - start;
      lines[2 * (index - from) + 1] = Number(this.#ends[index]) - start;
    }
    return { bytes: this.#bytes.subarray(start, this.#ends[end - 1]), lines };
  }

  line(index: number): number {
    return this.#lines[index] ?? 0;
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
  const spans = form.format === "json" ? await itemsOf(bytes, form.from, form.isNamed, pause) : await linesOf(bytes, form.from, pause);
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
