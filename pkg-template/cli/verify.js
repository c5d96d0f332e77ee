// `agent-interlock verify`: whether an audit chain is whole, read in parts, so that its length does not matter.

import { InterlockError, verifyAudit } from "agent-interlock";

import { CommandError } from "./failure.js";
import { LineSplitter } from "./lines.js";
import { openLog, readable } from "./log.js";
import { Progress } from "./progress.js";
import { number, visible, visibleJson, wrap } from "./text.js";

/** @import {AuditHead, ChainBreak, ChainVerdict} from "agent-interlock" */
/** @import {Line} from "./lines.js" */
/** @import {Context} from "./main.js" */

/** How many entries are verified at once. */
const PART = 1000;

/** @type {Record<ChainBreak, string>} */
const WORDS = {
  malformed_entry: "what stands there is no entry of an audit",
  out_of_sequence: "another number than the next one: an entry was removed, inserted or moved",
  broken_link: "it does not follow the entry before, which was changed and given a new hash",
  changed_entry: "its content is not what its hash is over",
  cut_tail: "the file ends before it, and the head that you kept comes later",
  other_head: "its hash is not that of the head that you kept: this is another chain",
};

/** @param {Context} context */
export async function verify({ out, err, options, values, positionals }) {
  const [path = ""] = positionals;
  const chain = new Chain(headOf("since", values.since), headOf("head", values.head));
  const name = path === "-" ? "standard input" : visible(path);
  const log = await openLog(path, "audit");
  const progress = new Progress(err, log.size);
  const splitter = new LineSplitter();
  let bytes = 0;
  for await (const chunk of readable(log.stream, name)) {
    bytes += chunk.length;
    chain.add(splitter.push(chunk));
    await progress.update(chain.lines, bytes);
    if (chain.isBroken) break;
  }
  chain.add(splitter.end());
  const answer = chain.end();
  await progress.clear();
  if (options.json) out.write(`${visibleJson(answer)}\n`);
  else draw(name, answer, values.head !== undefined, out);
  return answer.valid ? 0 : 1;
}

/**
 * @param {string} option
 * @param {string | undefined} text
 * @returns {AuditHead | undefined}
 */
function headOf(option, text) {
  if (text === undefined) return undefined;
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (seq !== undefined && hash !== undefined) return { seq: Number(seq), hash };
  throw new CommandError(`--${option} needs SEQ:HASH, a number and 64 digits of 0-9 a-f, not \`${visible(text)}\``);
}

/**
 * What is known at the end.
 * @typedef {ChainVerdict & {line: number | null, entries: number, head: AuditHead | null}} Answer
 */

/** A chain as it is read. */
class Chain {
  #first;
  #kept;
  /** The last entry that was found whole. */
  #last;
  /** Entries that are not verified yet. @type {{line: number, text: string}[]} */
  #waiting = [];
  /** @type {Answer | undefined} */
  #broken;
  lines = 0;

  /**
   * @param {AuditHead | undefined} since
   * @param {AuditHead | undefined} kept
   */
  constructor(since, kept) {
    this.#first = since?.seq ?? 0;
    this.#last = since;
    this.#kept = kept;
    try {
      verifyAudit({ entries: [], since, head: kept });
    } catch (error) {
      if (!(error instanceof InterlockError) || error.code === "internal") throw error;
      const what = error.path.startsWith("since") ? "--since is no end of a chain" : "--head comes before --since";
      throw new CommandError(`${what}: ${error.message}`);
    }
  }

  get isBroken() {
    return this.#broken !== undefined;
  }

  /** @param {Line[]} lines */
  add(lines) {
    for (const line of lines) {
      this.lines += 1;
      // What could not be read as a line is no entry either.
      const text = "text" in line ? line.text : "";
      if ("text" in line && text.trim() === "") continue;
      this.#waiting.push({ line: line.number, text });
      if (this.#waiting.length === PART) this.#verify();
    }
  }

  /** @returns {Answer} */
  end() {
    this.#verify(true);
    return this.#broken ?? this.#answer({ valid: true, brokenAt: null, reason: null }, null);
  }

  /** @param {boolean} [isEnd] whether nothing more follows, so that the head has to be reached by now */
  #verify(isEnd = false) {
    const part = this.#waiting;
    this.#waiting = [];
    if (this.isBroken) return;
    const before = this.#last?.seq ?? 0;
    const kept = this.#kept?.seq ?? -1;
    const head = kept >= before && (isEnd || kept <= before + part.length) ? this.#kept : undefined;
    const verdict = verifyAudit({ entries: part.map(({ text }) => text), since: this.#last, head });
    if (!verdict.valid) {
      this.#broken = this.#answer(verdict, part[verdict.brokenAt - before - 1]?.line ?? null);
      return;
    }
    const last = part.at(-1);
    if (last === undefined) return;
    const { seq, hash } = JSON.parse(last.text);
    this.#last = { seq, hash };
  }

  /**
   * @param {ChainVerdict} verdict
   * @param {number | null} line
   * @returns {Answer}
   */
  #answer(verdict, line) {
    const last = this.#last ?? null;
    return { ...verdict, line, entries: (last?.seq ?? 0) - this.#first, head: last };
  }
}

/**
 * @param {string} name
 * @param {Answer} answer
 * @param {boolean} hasHead
 * @param {Context["out"]} out
 */
function draw(name, answer, hasHead, out) {
  const { style, columns } = out;
  const tell = (/** @type {string} */ text) => wrap(text, columns - 2).map((line) => `  ${line}\n`).join("");
  if (!answer.valid) {
    const begins = answer.reason === "out_of_sequence" && answer.entries === 0;
    const line = answer.line === null ? "" : `, line ${number(answer.line)}`;
    out.write(`${style.red("✗")} ${name} is broken at entry ${number(answer.brokenAt)}${line}\n`);
    out.write(tell(WORDS[answer.reason]));
    if (begins) out.write(style.dim(tell("A file that begins with a later entry needs --since, and the head before that entry")));
    return;
  }
  out.write(`${style.green("✓")} ${name} is whole: ${number(answer.entries)} ${answer.entries === 1 ? "entry" : "entries"}\n`);
  if (answer.head !== null) out.write(`  head ${answer.head.seq}:${answer.head.hash}\n`);
  if (!hasHead) out.write(style.dim(tell("Entries missing at its end can be seen only against a head that you kept: --head")));
}
