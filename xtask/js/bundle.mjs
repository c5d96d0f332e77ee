// The JavaScript of the package: one source, three bundles.
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

async function bundle(file, format, plugin) {
  await build({
    entryPoints: [path.join(source, "index.js")],
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

await mkdir(output, { recursive: true });
await bundle("index.js", "esm", imports(INLINE));
await bundle("index.cjs", "cjs", imports(INLINE));
await bundle("index.workerd.js", "esm", imports(WORKERD, "#wasm"));
await copyFile(wasm, path.join(output, WASM_FILE));
