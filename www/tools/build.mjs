// Builds the simulator into a folder that any static host can serve.
//
// usage: node build.mjs PACKAGE OUTPUT
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { days } from "../days/index.mjs";

const www = fileURLToPath(new URL("../", import.meta.url));
const [pkg, output] = process.argv.slice(2).map((argument) => path.resolve(argument));

await rm(output, { recursive: true, force: true });
await mkdir(path.join(output, "days"), { recursive: true });
await build({
  entryPoints: { main: path.join(www, "src/main.tsx"), worker: path.join(www, "src/worker/worker.ts") },
  outdir: output,
  bundle: true,
  splitting: true,
  format: "esm",
  target: ["chrome111", "firefox115", "safari16.4"],
  jsx: "automatic",
  jsxImportSource: "preact",
  // The package as its users get it: through its entry, and nothing behind it.
  alias: {
    "agent-interlock": path.join(pkg, "index.js"),
    "agent-interlock/policy.schema.json": path.join(pkg, "policy.schema.json"),
  },
  minify: true,
  sourcemap: "linked",
  charset: "utf8",
  legalComments: "linked",
  logLevel: "warning",
  chunkNames: "[name]-[hash]",
});
await build({
  entryPoints: [path.join(www, "style/main.css")],
  outfile: path.join(output, "main.css"),
  bundle: true,
  minify: true,
  target: ["chrome111", "firefox115", "safari16.4"],
  logLevel: "warning",
});
await cp(path.join(www, "index.html"), path.join(output, "index.html"));
for (const { id, policy, log } of days()) {
  await writeFile(path.join(output, `days/${id}.policy.json`), `${JSON.stringify(policy, null, 2)}\n`);
  await writeFile(path.join(output, `days/${id}.jsonl`), log.map((record) => `${JSON.stringify(record)}\n`).join(""));
}
