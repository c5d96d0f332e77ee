// The JavaScript of the package: one source, a bundle of each entry for each kind of host.
//
// usage: node bundle.mjs GLUE WASM OUTPUT
import { copyFile, mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { inlineModule } from "./inline.mjs";

const source = fileURLToPath(new URL("../../pkg-template/src/", import.meta.url));
const [glue, wasm, output] = process.argv.slice(2).map((argument) => path.resolve(argument));
const WASM_FILE = "engine.wasm";

const INLINE = { "#glue": glue, "#wasm": wasm, "#module": path.join(source, "module-inline.js") };
const WORKERD = { ...INLINE, "#module": path.join(source, "module-workerd.js") };

/** Maps the imports that differ between bundles, or that the build makes, to files. */
function imports(files, external) {
  return {
    name: "imports",
    setup({ onLoad, onResolve }) {
      onResolve({ filter: /^#/ }, ({ path: name }) =>
        name === external ? { path: `./${WASM_FILE}`, external: true } : { path: files[name] },
      );
      onLoad({ filter: /\.wasm$/ }, async ({ path: file }) => ({ contents: inlineModule(await readFile(file)) }));
    },
  };
}

/** The other entries share the engine with the main one, and its class of errors: they import it from beside them. */
function beside(file) {
  return {
    name: "beside",
    setup({ onResolve }) {
      onResolve({ filter: /^agent-interlock$|\/error\.js$/ }, () => ({ path: `./${file}`, external: true }));
    },
  };
}

async function bundle(entry, file, format, plugin) {
  await build({
    entryPoints: [path.join(source, entry)],
    outfile: path.join(output, file),
    bundle: true,
    format,
    platform: "neutral",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    plugins: [plugin],
    logLevel: "warning",
  });
}

/** The entries beside the main one, by the name of their subpath. */
const SUBPATHS = { gate: "gate/index.js", sqlite: "sqlite/index.js", ai: "ai/index.js", mcp: "mcp/index.js" };

await mkdir(output, { recursive: true });
await bundle("index.js", "index.js", "esm", imports(INLINE));
await bundle("index.js", "index.cjs", "cjs", imports(INLINE));
await bundle("index.js", "index.workerd.js", "esm", imports(WORKERD, "#wasm"));
await copyFile(wasm, path.join(output, WASM_FILE));
for (const [name, entry] of Object.entries(SUBPATHS)) {
  await bundle(entry, `${name}.js`, "esm", beside("index.js"));
  await bundle(entry, `${name}.cjs`, "cjs", beside("index.cjs"));
  await bundle(entry, `${name}.workerd.js`, "esm", beside("index.workerd.js"));
}
