// The installed command line, run as its users run it.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { after } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

export const PACKAGE = dirname(fileURLToPath(import.meta.resolve("agent-interlock/package.json")));
const DAY = join(process.env.PROJECT, "examples/sales-day");
export const POLICY = join(DAY, "policy.json");
export const ACTIONS = join(DAY, "actions.jsonl");

/** How many columns a terminal gives to a text. */
export const { width } = await import(pathToFileURL(join(PACKAGE, "cli/text.js")));

export const folder = mkdtempSync(join(tmpdir(), "agent-interlock-cli-"));
after(() => rmSync(folder, { recursive: true }));

/** Writes a file of the tests' own and gives back its path. */
export function file(name, content) {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const { FORCE_COLOR: _force, NO_COLOR: _no, ...bare } = process.env;

/** The environment without what decides on colour. */
export const BARE = bare;

/** Runs the command that npm has installed. */
export function run(args, { input = "", env = {}, node = [], timeout } = {}) {
  const command = join(PACKAGE, JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8")).bin["agent-interlock"]);
  const options = { input, env: { ...BARE, ...env }, encoding: "utf8", maxBuffer: 1 << 28, timeout };
  const { status, stdout, stderr } = spawnSync(process.execPath, [...node, command, ...args], options);
  return { status, stdout, stderr };
}

/** The rows and the summary of a replay with `--json`. */
export function rowsOf(stdout) {
  const objects = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const summary = objects.pop();
  assert.equal(summary.kind, "summary");
  return { rows: objects, summary };
}

export const request = (id, more) =>
  JSON.stringify({ at: "2026-05-12T09:00:00Z", id, type: "score_deal", agent: "sales", ...more });
