// `agent-interlock replay`: a log of actions through a policy, a line at a time.

import process from "node:process";
import { addAbortSignal } from "node:stream";

import { Replay } from "agent-interlock";

import { markedLine } from "./excerpt.js";
import { CommandError } from "./failure.js";
import { faultOf } from "./fault.js";
import { LineSplitter } from "./lines.js";
import { openLog, readable } from "./log.js";
import { drawFault, readPolicy, readText } from "./policy-file.js";
import { Progress } from "./progress.js";
import { JsonReport } from "./replay-json.js";
import { TextReport } from "./replay-text.js";
import { visible } from "./text.js";

/** @import {Readable} from "node:stream" */
/** @import {Policy, ReplayRow, ReplaySummary} from "agent-interlock" */
/** @import {Fault} from "./fault.js" */
/** @import {Line} from "./lines.js" */
/** @import {Context} from "./main.js" */
/** @import {Output} from "./output.js" */

/**
 * How a replay went, beside what it decided.
 * @typedef {object} Course
 * @property {number} lines that were read, empty ones too
 * @property {number} broken lines that could not be run
 * @property {boolean} interrupted by Ctrl-C
 */

/**
 * What shows the decisions.
 * @typedef {object} Report
 * @property {(row: ReplayRow, line: {number: number, text: string}) => void} row
 * @property {(number: number, fault: Fault | {message: string}) => void} broken before the message is printed
 * @property {(summary: ReplaySummary, course: Course) => void} end
 */

/** @param {Context} context */
export async function replay({ out, err, options, positionals }) {
  const [policyPath = "", logPath = ""] = positionals;
  if (policyPath === "-" && logPath === "-") throw new CommandError("POLICY and ACTIONS cannot both be standard input");
  const policy = await loadPolicy(policyPath, err);
  const log = await openLog(logPath, "actions");
  const report = options.json ? new JsonReport(out) : new TextReport(out, policy, { all: options.all === true });
  await out.flush();
  if (log.isKeyboard) {
    err.write(`${err.style.dim("reading actions from the keyboard, one JSON object a line; Ctrl-D ends")}\n`);
    await err.flush();
  }
  const run = new Run({
    policy,
    name: logPath === "-" ? "standard input" : visible(logPath),
    out,
    err,
    report,
    size: log.size,
  });
  return run.through(log.stream);
}

/**
 * @param {string} path
 * @param {Output} err
 * @returns {Promise<Policy>}
 */
async function loadPolicy(path, err) {
  const text = await readText(path);
  const read = readPolicy(text);
  if (read.fault === undefined) return read.policy;
  const excerpt = drawFault(visible(path), text, read.fault, err.style, err.columns);
  throw new CommandError(`${path} is not a valid policy`, { excerpt });
}

/** One replay, from the first byte to the exit code. */
class Run {
  #name;
  #out;
  #err;
  #report;
  #engine;
  #progress;
  /** @type {Course} */
  #course = { lines: 0, broken: 0, interrupted: false };

  /**
   * @param {object} given
   * @param {Policy} given.policy
   * @param {string} given.name what the log is called in complaints
   * @param {Output} given.out
   * @param {Output} given.err
   * @param {Report} given.report
   * @param {number | undefined} given.size of the log, in bytes, where known
   */
  constructor({ policy, name, out, err, report, size }) {
    this.#name = name;
    this.#out = out;
    this.#err = err;
    this.#report = report;
    this.#engine = new Replay({ policy });
    this.#progress = new Progress(err, size);
  }

  /**
   * @param {Readable} stream
   * @returns {Promise<number>}
   */
  async through(stream) {
    await this.#untilInterrupted(stream);
    await this.#progress.clear();
    if (!this.#out.closed) this.#report.end(this.#engine.summary(), this.#course);
    await this.#out.flush();
    this.#engine.free();
    if (this.#course.interrupted) return 130;
    return this.#course.broken > 0 ? 1 : 0;
  }

  /**
   * The first Ctrl-C ends the reading; the second, of whatever is still going on, ends the program.
   * @param {Readable} stream
   */
  async #untilInterrupted(stream) {
    const stop = new AbortController();
    const onInterrupt = () => stop.abort();
    process.once("SIGINT", onInterrupt);
    try {
      await this.#read(addAbortSignal(stop.signal, stream));
    } catch (error) {
      if (!stop.signal.aborted) throw error;
    } finally {
      process.off("SIGINT", onInterrupt);
    }
    this.#course.interrupted = stop.signal.aborted;
  }

  /** @param {Readable} stream */
  async #read(stream) {
    const splitter = new LineSplitter();
    let bytes = 0;
    for await (const chunk of readable(stream, this.#name)) {
      bytes += chunk.length;
      await this.#lines(splitter.push(chunk));
      await this.#flush();
      await this.#progress.update(this.#course.lines, bytes);
      if (this.#out.closed) return;
    }
    await this.#lines(splitter.end());
  }

  /** @param {Line[]} lines */
  async #lines(lines) {
    for (const line of lines) {
      this.#course.lines += 1;
      if ("problem" in line) await this.#broken(line.number, { message: line.problem });
      else await this.#line(line);
      if (this.#out.full) await this.#flush();
    }
  }

  /** @param {{number: number, text: string}} line */
  async #line(line) {
    let row;
    try {
      row = this.#engine.line(line.text);
    } catch (error) {
      await this.#broken(line.number, faultOf(line.text, error, ""), line.text);
      return;
    }
    if (row !== null) this.#report.row(row, line);
  }

  /**
   * @param {number} number
   * @param {Fault | {message: string}} fault
   * @param {string} [text]
   */
  async #broken(number, fault, text) {
    this.#course.broken += 1;
    this.#report.broken(number, fault);
    // In the order of the log, also where both streams are one terminal.
    await this.#flush();
    await this.#progress.clear();
    this.#err.write(complaint(this.#name, number, fault, text, this.#err));
    await this.#err.flush();
  }

  async #flush() {
    if (this.#out.isTerminal && this.#out.hasPending) await this.#progress.clear();
    await this.#out.flush();
  }
}

/**
 * `actions.jsonl:12:38: id: expected a string, got 5`, and the line with the place marked.
 * @param {string} name
 * @param {number} number
 * @param {Fault | {message: string}} fault
 * @param {string | undefined} text
 * @param {Output} err
 */
function complaint(name, number, fault, text, { style, columns }) {
  if (!("spot" in fault) || text === undefined) return `${style.red(`${name}:${number}:`)} ${fault.message}\n`;
  const { error, message, spot } = fault;
  const words = visible(error.path === "" ? message : `${error.path}: ${message}`);
  const marked = markedLine(text, spot, columns - 4);
  const excerpt = `    ${marked.text}\n    ${style.red(marked.marker)}\n`;
  return `${style.red(`${name}:${number}:${spot.column}:`)} ${words}\n${excerpt}`;
}
