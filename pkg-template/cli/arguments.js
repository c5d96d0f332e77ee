// What was asked for: the words of the command line, read and checked.

import { parseArgs } from "node:util";

import { COMMANDS, COMMON_OPTIONS, isCommand, VALUED } from "./commands.js";
import { CommandError } from "./failure.js";
import { nearest } from "./nearest.js";
import { visible } from "./text.js";

/** @import {CommandName} from "./commands.js" */

/**
 * @typedef {{show: "help", command?: CommandName} | {show: "version"}
 *   | {show?: undefined, command: CommandName, options: Record<string, boolean>, values: Record<string, string>,
 *     positionals: string[]}} Call
 */

/** @type {Record<string, string>} */
const SHORT = { h: "help", v: "version" };

/**
 * @param {string[]} words
 * @returns {Call}
 */
export function readArguments(words) {
  const { options, values, positionals } = sort(words);
  if (options.version) return { show: "version" };
  const [first, ...rest] = positionals;
  if (first === undefined || first === "help") return helpFor(first, rest, options);
  if (!isCommand(first)) throw unknown("command", first, Object.keys(COMMANDS), "");
  if (options.help) return { show: "help", command: first };
  const { options: own, values: valued = {} } = COMMANDS[first];
  checkOptions([...Object.keys(own), ...Object.keys(valued)], { ...options, ...values });
  checkPositionals(first, rest);
  return { command: first, options, values, positionals: rest };
}

/**
 * Options apart from the rest. `parseArgs` is asked for its tokens alone: its own complaints name no nearest option.
 * @param {string[]} words
 */
function sort(words) {
  const valued = Object.fromEntries(Array.from(VALUED, (name) => [name, { type: /** @type {const} */ ("string") }]));
  const { tokens } = parseArgs({ args: words, strict: false, allowPositionals: true, tokens: true, options: valued });
  /** @type {Record<string, boolean>} */
  const options = {};
  /** @type {Record<string, string>} */
  const values = {};
  const positionals = [];
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    if (VALUED.has(token.name)) {
      if (token.value === undefined) throw new CommandError(`${token.rawName} needs a value`);
      if (token.name in values) throw new CommandError(`${token.rawName} is given twice`);
      values[token.name] = token.value;
      continue;
    }
    if (token.value !== undefined) throw new CommandError(`${token.rawName} takes no value`);
    options[(token.rawName.startsWith("--") ? undefined : SHORT[token.name]) ?? token.name] = true;
  }
  return { options, values, positionals };
}

/**
 * @param {string | undefined} first
 * @param {string[]} rest
 * @param {Record<string, boolean>} options
 * @returns {Call}
 */
function helpFor(first, rest, options) {
  const asked = first === "help" || options.help;
  const [topic] = rest;
  if (!asked) {
    checkOptions([], options);
    throw new CommandError("which command?", { hint: overview() });
  }
  if (topic === undefined) return { show: "help" };
  if (!isCommand(topic)) throw unknown("command", topic, Object.keys(COMMANDS), "");
  return { show: "help", command: topic };
}

function overview() {
  const lines = Object.entries(COMMANDS).map(([name, { about }]) => `  agent-interlock ${name.padEnd(9)} ${about}`);
  return [...lines, "  agent-interlock --help   all of it"].join("\n");
}

/**
 * @param {string[]} own the options of the command
 * @param {Record<string, boolean | string>} options
 */
function checkOptions(own, options) {
  const known = [...own, ...Object.keys(COMMON_OPTIONS)];
  const stranger = Object.keys(options).find((name) => !known.includes(name));
  if (stranger !== undefined) throw unknown("option", stranger, known, stranger.length === 1 ? "-" : "--");
  if (options.color && options["no-color"]) throw new CommandError("--color and --no-color at once");
}

/**
 * @param {CommandName} command
 * @param {string[]} given
 */
function checkPositionals(command, given) {
  const wanted = COMMANDS[command].positionals;
  const missing = wanted[given.length];
  const hint = `usage: ${usage(command)}`;
  if (missing !== undefined) throw new CommandError(`${command} needs ${missing.name}: ${missing.about}`, { hint });
  const extra = given[wanted.length];
  if (extra !== undefined) throw new CommandError(`unexpected argument \`${extra}\``, { hint });
}

/**
 * @param {CommandName} command
 * @returns {string}
 */
export function usage(command) {
  return ["agent-interlock", command, ...COMMANDS[command].positionals.map(({ name }) => name), "[options]"].join(" ");
}

/**
 * @param {string} what
 * @param {string} given
 * @param {string[]} known
 * @param {string} dashes
 */
function unknown(what, given, known, dashes) {
  const guess = nearest(given, known);
  return new CommandError(`unknown ${what} \`${dashes}${visible(given)}\``, {
    hint: `did you mean \`${dashes && "--"}${guess}\`?`,
  });
}
