#!/usr/bin/env node
// The command line: `agent-interlock COMMAND ...`. `agent-interlock --help` lists the commands.
// What can be a command's business stands in its own file; here are only the arguments, the streams and the exit code.

import process from "node:process";

import { readArguments } from "./arguments.js";
import { COMMANDS } from "./commands.js";
import { CommandError } from "./failure.js";
import { commandHelp, help, version } from "./help.js";
import { Output } from "./output.js";
import { styleFor } from "./style.js";
import { visible } from "./text.js";

/**
 * What a command works with.
 * @typedef {object} Context
 * @property {Output} out standard output
 * @property {Output} err standard error
 * @property {Record<string, boolean>} options the options that were given
 * @property {Record<string, string>} values the options that were given a value
 * @property {string[]} positionals the other arguments, as many as the command takes
 */

const out = new Output(process.stdout);
const err = new Output(process.stderr);

/**
 * @param {string[]} words what stands after the program's name
 * @returns {Promise<number>} the exit code
 */
async function run(words) {
  const call = readArguments(words);
  if (call.show === "version") {
    out.write(`${version()}\n`);
    return 0;
  }
  if (call.show === "help") {
    out.write(call.command === undefined ? help() : commandHelp(call.command));
    return 0;
  }
  out.style = styleFor(process.stdout, call.options, process.env);
  err.style = styleFor(process.stderr, call.options, process.env);
  const command = await COMMANDS[call.command].load();
  return command({ out, err, options: call.options, values: call.values, positionals: call.positionals });
}

/** @param {unknown} error */
function complain(error) {
  if (!(error instanceof CommandError)) return complainOfOurselves(error);
  err.write(`${err.style.red("error:")} ${visible(error.message)}\n`);
  if (error.excerpt !== undefined) err.write(`\n${error.excerpt}`);
  if (error.hint !== undefined) err.write(`\n${error.hint}\n`);
  return error.exitCode;
}

/** @param {unknown} error */
function complainOfOurselves(error) {
  const words = error instanceof Error ? error.message : String(error);
  err.write(`${err.style.red("internal error:")} ${visible(words)}\n`);
  err.write("\nThis is a fault of agent-interlock or of its host, not of the input; what was not shown was not decided.\n");
  return 3;
}

process.exitCode = await run(process.argv.slice(2)).catch(complain);
await out.flush();
await err.flush();
if (out.failure !== undefined) {
  err.write(`error: cannot write to standard output: ${out.failure}\n`);
  await err.flush();
  process.exitCode = 2;
}
