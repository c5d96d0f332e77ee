// A replay for programs: one JSON object a line.

import { visibleJson } from "./text.js";

/** @import {ReplayReport, ReplayRow} from "agent-interlock" */
/** @import {Fault} from "./fault.js" */
/** @import {Output} from "./output.js" */
/** @import {More} from "./replay.js" */

/**
 * Each row with its line number, and with `--against` as `against` what became of it there and as `turn` what that changes; a broken
 * line as `{line, kind: "error", error}`; last `{kind: "summary", ...}`.
 */
export class JsonReport {
  #out;

  /** @param {Output} out */
  constructor(out) {
    this.#out = out;
  }

  /**
   * @param {ReplayRow} row
   * @param {More} more
   */
  row(row, { line, ...more }) {
    this.#print({ line, ...row, ...more });
  }

  /**
   * @param {number} number
   * @param {Fault | {message: string}} fault
   */
  broken(number, fault) {
    const { code, path } = "error" in fault ? fault.error : { code: "invalid_input", path: "" };
    const place = "spot" in fault ? { column: fault.spot.column } : {};
    this.#print({ line: number, kind: "error", error: { code, path, message: fault.message, ...place } });
  }

  /**
   * @param {ReplayReport} summary
   * @param {boolean} interrupted
   */
  end(summary, interrupted) {
    this.#print({ kind: "summary", ...summary, interrupted });
  }

  /** @param {object} value */
  #print(value) {
    this.#out.write(`${visibleJson(value)}\n`);
  }
}
