// What a user installs.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import vm from "node:vm";
import { format, library, POLICY, tool } from "./library.mjs";

const required = createRequire(import.meta.url);
const root = path.dirname(required.resolve("agent-interlock/package.json"));
const manifest = required("agent-interlock/package.json");

test(`the entry for ${format} is the one that is loaded`, () => {
  const entry = format === "cjs" ? required.resolve("agent-interlock") : fileURLToPath(import.meta.resolve("agent-interlock"));
  assert.equal(path.basename(entry), format === "cjs" ? "index.cjs" : "index.js");
});

test("both formats export the same names, all of them declared", async () => {
  const [esm, cjs] = [await import("agent-interlock"), required("agent-interlock")];
  assert.deepEqual(Object.keys(esm).sort(), Object.keys(cjs).sort());
  const declared = readFileSync(path.join(root, "index.d.ts"), "utf8").matchAll(/^export \{([^}]*)\}/gm);
  const names = [...declared].flatMap(([, list]) => list.split(",").map((name) => name.trim())).filter((name) => name !== "");
  assert.deepEqual(Object.keys(esm).sort(), names.sort());
});

test("everything that the manifest names is there, and nothing of the machine that built it", () => {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const license of ["LICENSE-MIT", "LICENSE-APACHE", "README.md"]) {
    assert.ok(files.some(({ name }) => name === license), license);
  }
  assert.deepEqual([manifest.dependencies, manifest.scripts], [undefined, undefined]);
  for (const { name, parentPath, path: folder } of files) {
    const text = readFileSync(path.join(parentPath ?? folder, name), "latin1");
    assert.ok(!text.includes(process.env.PROJECT), `${name} names the checkout's folder`);
    assert.ok(!text.includes("/.cargo/registry"), `${name} names a folder of cargo's`);
  }
});

test("the schema accepts what the engine accepts", () => {
  const schema = required("agent-interlock/policy.schema.json");
  assert.equal(schema.$schema, "https://json-schema.org/draft/2020-12/schema");
  assert.deepEqual(schema.required, ["customerId"]);
  const full = library.defaultPolicy("noor");
  assert.deepEqual(Object.keys(schema.properties).sort(), [...Object.keys(full), "$schema"].sort());
  const words = schema.$defs.AutonomyMode.oneOf.map((word) => word.const);
  for (const autonomyMode of words) assert.equal(new library.Policy({ ...POLICY, autonomyMode }).document.autonomyMode, autonomyMode);
});

test("the entry for Workers differs in nothing but where its module comes from", async () => {
  const { default: entry } = manifest.exports["."].workerd;
  const source = readFileSync(path.join(root, entry), "utf8");
  const [, wasm] = source.match(/^import \w+ from "(\.\/[^"]+\.wasm)";$/m);
  const module = new WebAssembly.Module(readFileSync(path.join(root, wasm)));
  const text = source.replace(/^import (\w+) from "[^"]+\.wasm";$/m, "const $1 = globalThis.engineModule;");
  globalThis.engineModule = module;
  const worker = await import(`data:text/javascript,${encodeURIComponent(text)}`);
  // As in a Worker: bytes cannot be compiled there.
  const { Module } = WebAssembly;
  WebAssembly.Module = new Proxy(Module, { construct: () => assert.fail("bytes were compiled") });
  try {
    assert.deepEqual(Object.keys(worker).sort(), Object.keys(library).sort());
    assert.equal(worker.requiresApproval({ actionType: "send_message", policy: { customerId: "c" } }).required, true);
  } finally {
    WebAssembly.Module = Module;
    delete globalThis.engineModule;
  }
});

test("runs on hosts that are a little older, or a little poorer", () => {
  const source = readFileSync(path.join(root, "index.cjs"), "utf8");
  for (const missing of ["String.prototype.isWellFormed", "Symbol.dispose", "globalThis.FinalizationRegistry"]) {
    const module = { exports: {} };
    const context = vm.createContext({ module, TextEncoder, TextDecoder, WebAssembly });
    vm.runInContext(`delete ${missing}; ${source}`, context);
    const { defaultPolicy, Policy, withinBudget } = module.exports;
    assert.equal(withinBudget({ usage: { costToday: 500 } }).within, false, missing);
    assert.throws(() => defaultPolicy("\ud800"), /well-formed/, missing);
    new Policy(POLICY).free();
  }
});

test("a bundler can take it apart and put it together", async () => {
  const { buildSync } = tool("esbuild");
  const bundle = (contents, platform) => {
    const stdin = { contents, resolveDir: path.dirname(fileURLToPath(import.meta.url)) };
    const { outputFiles } = buildSync({ stdin, bundle: true, minify: true, write: false, format: "esm", platform, logLevel: "silent" });
    return outputFiles[0].text;
  };
  for (const platform of ["browser", "node", "neutral"]) {
    const text = bundle('export { withinBudget } from "agent-interlock";', platform);
    const { withinBudget } = await import(`data:text/javascript;platform=${platform},${encodeURIComponent(text)}`);
    assert.equal(withinBudget({ usage: { costToday: 500 } }).within, false);
    assert.equal(bundle('import "agent-interlock";', platform).trim(), "");
  }
});
