// A replay for programs: one JSON object a line.

import { visibleJson } from "./text.js";

/** @import {ReplayRow, ReplaySummary} from "agent-interlock" */
/** @import {Fault} from "./fault.js" */
/** @import {Output} from "./output.js" */
/** @import {Course} from "./replay.js" */

/** Each row with its line number; a broken line as `{line, kind: "error", error}`; last `{kind: "summary", ...}`. */
export class JsonReport {
  #out;

  /** @param {Output} out */
  constructor(out) {
    this.#out = out;
  }

  /**
   * @param {ReplayRow} row
   * @param {{number: number}} line
   */
  row(row, { number }) {
    this.#print({ line: number, ...row });
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
   * @param {ReplaySummary} summary
   * @param {Course} course
   */
  end(summary, course) {
    this.#print({ kind: "summary", ...summary, ...course });
  }

  /** @param {object} value */
  #print(value) {
    this.#out.write(`${visibleJson(value)}\n`);
  }
}
