// A folder as a user has one: the package and what an example imports, and the example.
import { cpSync, mkdirSync, symlinkSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { folder } from "./lab.mjs";

const installed = path.dirname(fileURLToPath(import.meta.resolve("agent-interlock/package.json")));
const examples = path.join(process.env.PROJECT, "examples/gate");

/** @param {string[]} packages development tools of the checkout */
export function playground(packages) {
  const place = folder();
  cpSync(examples, place, { recursive: true });
  const link = (name, target) => {
    const from = path.join(place, "node_modules", name);
    mkdirSync(path.dirname(from), { recursive: true });
    symlinkSync(target, from, "junction");
  };
  link("agent-interlock", installed);
  for (const name of packages) link(name, path.join(process.env.PROJECT, "node_modules", name));
  return place;
}
