// Where the records of a file stand in its bytes: on lines of their own, or in a JSON array.

type Pause = (done: number) => Promise<void>;

const LINE_FEED = 10;
const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPENS_LIST, CLOSES_LIST, OPENS_OBJECT, CLOSES_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

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

export async function linesOf(bytes: Uint8Array, from: number, pause: Pause): Promise<Spans> {
  const spans = new Spans();
  await addLines(spans, bytes, from, 1 + feeds(bytes, 0, from), pause);
  return spans;
}

async function addLines(spans: Spans, bytes: Uint8Array, from: number, first: number, pause: Pause): Promise<void> {
  let line = first;
  for (let start = from; start < bytes.length; line += 1) {
    let end = bytes.indexOf(LINE_FEED, start);
    if (end === -1) end = bytes.length;
    if (!isBlank(bytes, start, end)) spans.add(start, end, line);
    start = end + 1;
    if (line % 5000 === 0) await pause(0.5 + (end / bytes.length) * 0.5);
  }
}

/**
 * The items of the JSON array that begins there, each as it is written: what is wrong in one is said by the engine, of that one. Arrays that follow are
 * read on, and what else stands after them counts line by line. `isNamed` where the array is a member of an object: what else that has is passed over.
 */
export async function itemsOf(bytes: Uint8Array, from: number, isNamed: boolean, pause: Pause): Promise<Spans> {
  const spans = new Spans();
  let line = 1 + feeds(bytes, 0, from);
  for (let start = from; ; ) {
    const array = await addItems(spans, bytes, start, line, pause);
    const end = isNamed ? closing(bytes, array.end) : array.end;
    start = pastSpace(bytes, end);
    line = array.line + feeds(bytes, array.end, start);
    if (bytes[start] !== OPENS_LIST || isNamed) {
      await addLines(spans, bytes, start, line, pause);
      return spans;
    }
  }
}

/** Says where the array ends, and on which line. */
async function addItems(spans: Spans, bytes: Uint8Array, from: number, first: number, pause: Pause): Promise<{ end: number; line: number }> {
  let depth = 0;
  let inText = false;
  let start = -1;
  let line = first;
  let began = first;
  const close = (end: number) => {
    if (start !== -1 && !isBlank(bytes, start, end)) spans.add(start, end, began);
    start = -1;
  };
  for (let at = from; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === LINE_FEED) line += 1;
    if (at % 4_000_000 === 0) await pause(0.5 + (at / bytes.length) * 0.5);
    if (inText) {
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) inText = false;
      continue;
    }
    if (depth === 1 && start === -1 && !isSpace(byte) && byte !== COMMA && byte !== CLOSES_LIST) {
      start = at;
      began = line;
    }
    if (byte === QUOTE) inText = true;
    else if (byte === OPENS_LIST || byte === OPENS_OBJECT) depth += 1;
    else if (byte === CLOSES_LIST || byte === CLOSES_OBJECT) {
      depth -= 1;
      if (depth === 0) {
        close(at);
        return { end: at + 1, line };
      }
    } else if (byte === COMMA && depth === 1) close(at);
  }
  // Cut off: what is there is a record that nobody can read, and is counted as one.
  close(bytes.length);
  return { end: bytes.length, line };
}

/** Past the brace that closes the object in which a place stands. */
function closing(bytes: Uint8Array, from: number): number {
  let depth = 1;
  let inText = false;
  for (let at = from; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (inText && byte === BACKSLASH) at += 1;
    else if (byte === QUOTE) inText = !inText;
    else if (inText) continue;
    else if (byte === OPENS_LIST || byte === OPENS_OBJECT) depth += 1;
    else if (byte === CLOSES_LIST || byte === CLOSES_OBJECT) depth -= 1;
    if (depth === 0) return at + 1;
  }
  return bytes.length;
}

function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  return pastSpace(bytes, start, end) === end;
}

export function pastSpace(bytes: Uint8Array, from: number, to = bytes.length): number {
  let at = from;
  while (at < to && isSpace(bytes[at])) at += 1;
  return at;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 32 || byte === 9 || byte === LINE_FEED || byte === 13;
}

function feeds(bytes: Uint8Array, from: number, to: number): number {
  let count = 0;
  for (let at = bytes.indexOf(LINE_FEED, from); at !== -1 && at < to; at = bytes.indexOf(LINE_FEED, at + 1)) count += 1;
  return count;
}
