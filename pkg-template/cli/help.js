// The help texts, made from the table of commands.

import { readFileSync } from "node:fs";

import { usage } from "./arguments.js";
import { COMMANDS, COMMON_OPTIONS } from "./commands.js";

/** @import {CommandName} from "./commands.js" */

/** The version of this package. */
export function version() {
  const manifest = new URL(import.meta.resolve("agent-interlock/package.json"));
  return String(JSON.parse(readFileSync(manifest, "utf8")).version);
}

export function help() {
  const names = /** @type {CommandName[]} */ (Object.keys(COMMANDS));
  const calls = names.map(
    (name) => /** @type {[string, string]} */ ([usage(name).replace(" [options]", ""), COMMANDS[name].about]),
  );
  return [
    "agent-interlock: one deterministic policy decision for autonomous agents\n",
    "Commands",
    ...calls.map(([call, about]) => `  ${call}\n      ${about}`),
    "",
    "Options",
    ...table(Object.entries(COMMON_OPTIONS).map(([name, about]) => [`--${name}`, about])),
    "",
    "agent-interlock COMMAND --help says more about each.\n",
  ].join("\n");
}

/** @param {CommandName} name */
export function commandHelp(name) {
  const { about, positionals, options, values = {}, notes } = COMMANDS[name];
  return [
    `agent-interlock ${name}: ${about}\n`,
    `Usage: ${usage(name)}\n`,
    ...table([
      ...positionals.map((each) => /** @type {[string, string]} */ ([each.name, each.about])),
      ...Object.entries(values).map(
        ([option, each]) => /** @type {[string, string]} */ ([`--${option} ${each.value}`, each.about]),
      ),
      ...Object.entries({ ...options, ...COMMON_OPTIONS }).map(
        ([option, text]) => /** @type {[string, string]} */ ([`--${option}`, text]),
      ),
    ]),
    ...notes.map((note) => `\n${note}`),
    "",
  ].join("\n");
}

/** @param {[string, string][]} rows */
function table(rows) {
  // What has no room beside its name stands under it.
  return rows.map(([left, right]) => `  ${left.padEnd(12)}  ${left.length > 12 ? `\n${" ".repeat(16)}` : ""}${right}`);
}
