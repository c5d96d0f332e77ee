// Work as text for the URL's fragment: JSON, deflated, in base64 that a URL takes as it is.

/** Null for what would make a link that nobody could open. */
export async function packed(value: unknown): Promise<string | null> {
  const plain = new TextEncoder().encode(JSON.stringify(value));
  if (plain.length > MAX_BYTES) return null;
  const bytes = await through(new CompressionStream("deflate-raw"), plain);
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  const link = btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return link.length > MAX_LETTERS ? null : link;
}

/** Null for what is no work of ours. */
export async function unpacked(text: string): Promise<unknown> {
  try {
    const raw = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = await through(new DecompressionStream("deflate-raw"), Uint8Array.from(raw, (letter) => letter.charCodeAt(0)));
    return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
  } catch {
    return null;
  }
}

/** Nobody writes policies this long; what would unpack to more is refused. */
const MAX_BYTES = 8 * 1024 * 1024;
/** Browsers take addresses of two million letters, and some no more. */
const MAX_LETTERS = 1_900_000;

async function through(stream: CompressionStream | DecompressionStream, bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    parts.push(part.value);
    length += part.value.length;
    if (length > MAX_BYTES) {
      await reader.cancel();
      throw new RangeError("too long");
    }
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
