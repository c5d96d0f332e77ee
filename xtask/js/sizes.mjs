// What a download costs: the sizes of the module and of the bundles.
//
// usage: node sizes.mjs FILE...
import { readFile } from "node:fs/promises";
import path from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

const cell = (text) => String(text).padStart(10);
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} KB`;

console.log(`\n${"".padEnd(24)}${cell("raw")}${cell("gzip")}${cell("brotli")}`);
for (const file of process.argv.slice(2)) {
  const bytes = await readFile(file);
  const sizes = [bytes, gzipSync(bytes, { level: 9 }), brotliCompressSync(bytes)].map(({ length }) => kilobytes(length));
  console.log(path.basename(file).padEnd(24) + sizes.map(cell).join(""));
}
