// `agent-interlock replay`: a log of actions through a policy, or through two, as it comes.

import process from "node:process";
import { addAbortSignal } from "node:stream";

import { InterlockError, replay as replayLog } from "agent-interlock";

import { AuditFile } from "./audit-file.js";
import { ChangesReport } from "./changes-text.js";
import { markedLine } from "./excerpt.js";
import { CommandError } from "./failure.js";
import { faultOf } from "./fault.js";
import { openLog, readable } from "./log.js";
import { drawFault, readPolicy, readText } from "./policy-file.js";
import { Progress } from "./progress.js";
import { JsonReport } from "./replay-json.js";
import { TextReport } from "./replay-text.js";
import { visible } from "./text.js";

/** @import {Readable} from "node:stream" */
/** @import {BrokenLine, Policy, ReplayReport, ReplayRow, ReplayTurn} from "agent-interlock" */
/** @import {Fault} from "./fault.js" */
/** @import {Context} from "./main.js" */
/** @import {Output} from "./output.js" */

/**
 * What is known of a line beside what became of it.
 * @typedef {{line: number, against?: ReplayRow, turn?: ReplayTurn}} More
 */

/**
 * What shows a replay.
 * @typedef {object} Report
 * @property {((row: ReplayRow, more: More) => void) | undefined} row each line; undefined where none are wanted
 * @property {(number: number, fault: Fault | {message: string}) => void} broken before the message is printed
 * @property {(summary: ReplayReport, isInterrupted: boolean) => void} end
 */

/** @param {Context} context */
export async function replay({ out, err, options, values, positionals }) {
  const [policyPath = "", logPath = ""] = positionals;
  const { against: otherPath, audit: auditPath } = values;
  if ([policyPath, logPath, otherPath].filter((path) => path === "-").length > 1) {
    throw new CommandError("only one of POLICY, ACTIONS and OTHER can be standard input");
  }
  const policy = await loadPolicy(policyPath, err);
  const against = otherPath === undefined ? undefined : await loadPolicy(otherPath, err);
  const log = await openLog(logPath, "actions");
  const audit = auditPath === undefined ? undefined : await AuditFile.create(auditPath);
  const all = options.all === true;
  const names = { policy: policyPath, against: otherPath ?? "" };
  const report = options.json
    ? new JsonReport(out)
    : against === undefined
      ? new TextReport(out, policy, { all })
      : new ChangesReport(out, policy, against, names, { all });
  await out.flush();
  if (log.isKeyboard) {
    err.write(`${err.style.dim("reading actions from the keyboard, one JSON object a line; Ctrl-D ends")}\n`);
    await err.flush();
  }
  const name = logPath === "-" ? "standard input" : visible(logPath);
  const code = await new Run({ name, out, err, report, audit, size: log.size }).through(log.stream, policy, against);
  if (!options.json) audit?.tell(out);
  await out.flush();
  return code;
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
  #audit;
  #progress;
  #lines = 0;
  #stop = new AbortController();
  #isInterrupted = false;

  /**
   * @param {object} given
   * @param {string} given.name what the log is called in complaints
   * @param {Output} given.out
   * @param {Output} given.err
   * @param {Report} given.report
   * @param {AuditFile | undefined} given.audit
   * @param {number | undefined} given.size of the log, in bytes, where known
   */
  constructor({ name, out, err, report, audit, size }) {
    this.#name = name;
    this.#out = out;
    this.#err = err;
    this.#report = report;
    this.#audit = audit;
    this.#progress = new Progress(err, size);
  }

  /**
   * The first Ctrl-C ends the reading; the second, of whatever is still going on, ends the program.
   * @param {Readable} stream
   * @param {Policy} policy
   * @param {Policy | undefined} against
   * @returns {Promise<number>}
   */
  async through(stream, policy, against) {
    const onInterrupt = () => {
      this.#isInterrupted = true;
      this.#stop.abort();
    };
    process.once("SIGINT", onInterrupt);
    const log = this.#pieces(addAbortSignal(this.#stop.signal, stream));
    const summary = await this.#replay(log, policy, against).finally(() => process.off("SIGINT", onInterrupt));
    const isInterrupted = this.#isInterrupted;
    await this.#audit?.close(summary.auditHead);
    await this.#progress.clear();
    if (!this.#out.closed) this.#report.end(summary, isInterrupted);
    await this.#out.flush();
    if (isInterrupted) return 130;
    return summary.broken > 0 || (summary.against?.broken ?? 0) > 0 ? 1 : 0;
  }

  /**
   * @param {AsyncIterable<Uint8Array>} log
   * @param {Policy} policy
   * @param {Policy | undefined} against
   */
  #replay(log, policy, against) {
    const { row } = this.#report;
    const onRow = row && ((/** @type {ReplayRow} */ it, /** @type {More} */ more) => this.#row(it, more));
    const audit = this.#audit;
    return replayLog({
      policy,
      against,
      log,
      stop: this.#stop.signal,
      onRow,
      onAudit: audit && ((entries) => audit.write(entries)),
      onError: (_, broken) => this.#broken(broken),
      onProgress: ({ lines }) => void (this.#lines = lines),
    });
  }

  /**
   * The pieces of the log. Another one is asked for when all of the last one has been carried out: what it gave is shown first.
   * @param {Readable} stream
   */
  async *#pieces(stream) {
    let bytes = 0;
    try {
      for await (const piece of readable(stream, this.#name)) {
        bytes += piece.length;
        yield piece;
        await this.#flush();
        await this.#progress.update(this.#lines, bytes);
        // Nobody reads any more.
        if (this.#out.closed) this.#stop.abort();
      }
    } catch (error) {
      if (!this.#stop.signal.aborted) throw error;
    }
  }

  /**
   * @param {ReplayRow} row
   * @param {More} more
   */
  #row(row, more) {
    this.#report.row?.(row, more);
    return this.#out.full ? this.#flush() : undefined;
  }

  /** @param {BrokenLine} broken */
  async #broken({ line, text, code, path, message }) {
    const error = new InterlockError(code, path, message);
    const fault = text === null ? { message } : faultOf(text, error, "");
    this.#report.broken(line, fault);
    // In the order of the log, also where both streams are one terminal.
    await this.#flush();
    await this.#progress.clear();
    this.#err.write(complaint(this.#name, line, fault, text, this.#err));
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
 * @param {string | null} text
 * @param {Output} err
 */
function complaint(name, number, fault, text, { style, columns }) {
  if (!("spot" in fault) || text === null) return `${style.red(`${name}:${number}:`)} ${visible(fault.message)}\n`;
  const { error, message, spot } = fault;
  const words = visible(error.path === "" ? message : `${error.path}: ${message}`);
  const marked = markedLine(text, spot, columns - 4);
  const excerpt = `    ${marked.text}\n    ${style.red(marked.marker)}\n`;
  return `${style.red(`${name}:${number}:${spot.column}:`)} ${words}\n${excerpt}`;
}
