// The sources' imports go one way: between files and between folders.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const SOURCES = fileURLToPath(new URL("../../src/", import.meta.url));

/** Each file with the files that it imports, also for their types alone. */
const imports = new Map(
  readdirSync(SOURCES, { recursive: true }).filter((file) => /\.tsx?$/.test(file)).map((file) => {
    const text = readFileSync(path.join(SOURCES, file), "utf8");
    const named = [...text.matchAll(/(?:from|import) ?\(?"(\.[^"]+)"/g)].map(([, name]) => path.join(path.dirname(file), name));
    return [file, named];
  }),
);

/** The first way that leads back to where it began. */
function cycle(edges) {
  const done = new Set();
  const look = (node, way) => {
    if (way.includes(node)) return [...way.slice(way.indexOf(node)), node];
    if (done.has(node)) return null;
    for (const next of edges.get(node) ?? []) {
      const found = look(next, [...way, node]);
      if (found !== null) return found;
    }
    done.add(node);
    return null;
  };
  for (const node of edges.keys()) {
    const found = look(node, []);
    if (found !== null) return found.join(" -> ");
  }
  return null;
}

test("no file imports itself by way of others", () => {
  assert.ok(imports.size > 60, `${imports.size} files`);
  assert.equal(cycle(imports), null);
});

test("no folder does either", () => {
  const folders = new Map();
  for (const [file, named] of imports) {
    const folder = path.dirname(file);
    const others = folders.get(folder) ?? new Set();
    for (const name of named) if (path.dirname(name) !== folder) others.add(path.dirname(name));
    folders.set(folder, others);
  }
  assert.equal(cycle(folders), null);
});
