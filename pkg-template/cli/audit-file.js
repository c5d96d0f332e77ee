// The audit of a replay, written as it comes: an entry a line.

import { open } from "node:fs/promises";

import { CommandError, systemWords } from "./failure.js";
import { number, visible } from "./text.js";

/** @import {FileHandle} from "node:fs/promises" */
/** @import {AuditEntry, AuditHead} from "agent-interlock" */
/** @import {Output} from "./output.js" */

export class AuditFile {
  #file;
  #path;
  #entries = 0;
  /** @type {AuditHead | null} */
  #head = null;

  /**
   * @param {FileHandle} file
   * @param {string} path
   */
  constructor(file, path) {
    this.#file = file;
    this.#path = path;
  }

  /**
   * A file of its own: an audit that is there already is somebody's evidence, and is not written over.
   * @param {string} path
   */
  static async create(path) {
    try {
      return new AuditFile(await open(path, "wx"), path);
    } catch (error) {
      const { code } = /** @type {NodeJS.ErrnoException} */ (error);
      const words = code === "EEXIST" ? "it exists, and an audit is never written over" : systemWords(error);
      throw new CommandError(`cannot write the audit ${path}: ${words}`);
    }
  }

  /** @param {AuditEntry[]} entries */
  async write(entries) {
    this.#entries += entries.length;
    await this.#do(this.#file.appendFile(entries.map((entry) => `${JSON.stringify(entry)}\n`).join("")));
  }

  /** @param {AuditHead | null} head where the chain ends */
  async close(head) {
    this.#head = head;
    await this.#do(this.#file.sync());
    await this.#do(this.#file.close());
  }

  /**
   * How it can be verified.
   * @param {Output} out
   */
  tell(out) {
    if (this.#head === null) return;
    const { seq, hash } = this.#head;
    const entries = `${number(this.#entries)} ${this.#entries === 1 ? "entry" : "entries"} in ${visible(this.#path)}`;
    out.write(`\n${out.style.bold("Audit")}\n  ${entries}; its head, to be kept elsewhere:\n  ${seq}:${hash}\n`);
  }

  /** @param {Promise<unknown>} written */
  async #do(written) {
    await written.catch((error) => {
      throw new CommandError(`cannot write the audit ${this.#path}: ${systemWords(error)}`);
    });
  }
}
