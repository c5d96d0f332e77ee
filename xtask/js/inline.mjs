// Bytes as a module of text, to be read by pkg-template/src/inline.js.
import { ALPHABET, decode, SINGLE } from "../../pkg-template/src/inline.js";

export function inlineModule(bytes) {
  const counts = new Array(256).fill(0);
  for (const byte of bytes) counts[byte] += 1;
  const ranked = [...counts.keys()].sort((a, b) => counts[b] - counts[a] || a - b);
  const codes = [];
  ranked.forEach((byte, rank) => {
    codes[byte] = code(rank);
  });
  const text = Array.from(bytes, (byte) => codes[byte]).join("");
  const ranking = Buffer.from(ranked).toString("hex");
  if (!decode({ length: bytes.length, ranking, text }).every((byte, index) => byte === bytes[index])) {
    throw new Error("the inlined module is not read back as it was written");
  }
  return `export default { ranking: "${ranking}", length: ${bytes.length}, text: "${text}" };`;
}

function code(rank) {
  if (rank < SINGLE) return ALPHABET[rank];
  const rest = rank - SINGLE;
  return ALPHABET[SINGLE + Math.floor(rest / ALPHABET.length)] + ALPHABET[rest % ALPHABET.length];
}
