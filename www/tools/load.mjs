// A module of the page's sources, for tests in Node: bundled as the page is, on the built package.
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../../", import.meta.url));
export const PACKAGE = path.join(root, "pkg");
export const aliases = {
  "agent-interlock": path.join(PACKAGE, "index.js"),
  "agent-interlock/policy.schema.json": path.join(PACKAGE, "policy.schema.json"),
};

/** All that the given sources export, under one roof: one package, one engine. */
export async function load(...sources) {
  const folder = await mkdtemp(path.join(tmpdir(), "agent-interlock-www-"));
  const outfile = path.join(folder, "bundle.mjs");
  const contents = sources.map((source) => `export * from ${JSON.stringify(path.join(root, "www/src", source))};`).join("\n");
  try {
    await build({
      stdin: { contents: `${contents}\nexport * as library from "agent-interlock";`, resolveDir: root },
      outfile, bundle: true, format: "esm", platform: "neutral", target: "es2022", jsx: "automatic", jsxImportSource: "preact",
      mainFields: ["module", "main"], alias: aliases, logLevel: "warning",
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    await rm(folder, { recursive: true });
  }
}

export const require = createRequire(path.join(root, "package.json"));
