// `agent-interlock check`: whether a policy is valid, what it says, and what in it is hardly meant.

import { drawFault, drawWarning, readPolicy, readText, warningsOf } from "./policy-file.js";
import { drawPolicy } from "./policy-picture.js";
import { counted, visible, visibleJson } from "./text.js";

/** @import {Spot} from "./locate.js" */
/** @import {Context} from "./main.js" */

/** @param {Context} context */
export async function check({ out, options, positionals }) {
  const [path = ""] = positionals;
  const text = await readText(path);
  const name = path === "-" ? "standard input" : visible(path);
  const read = readPolicy(text);
  if (options.json) {
    out.write(`${visibleJson(answer(text, read))}\n`);
  } else if (read.fault === undefined) {
    const { policy } = read;
    const warnings = warningsOf(text, policy);
    out.write(`${out.style.green("✓")} ${name} is valid\n\n${drawPolicy(policy, out.style, out.columns)}`);
    if (warnings.length > 0) out.write(`\n${out.style.yellow("!")} ${counted(warnings.length, "warning")}\n`);
    for (const warning of warnings) out.write(`\n${drawWarning(name, text, warning, out.style, out.columns)}`);
  } else {
    out.write(
      `${out.style.red("✗")} ${name} is not valid\n\n${drawFault(name, text, read.fault, out.style, out.columns)}`,
    );
  }
  return read.fault === undefined ? 0 : 1;
}

/**
 * @param {string} text
 * @param {ReturnType<typeof readPolicy>} read
 */
function answer(text, read) {
  if (read.fault !== undefined) return { valid: false, error: placed(read.fault.error, read.fault) };
  const { digest, document } = read.policy;
  const warnings = warningsOf(text, read.policy).map((warning) => placed(warning, warning));
  return { valid: true, digest, document, warnings };
}

/**
 * @param {{code: string, path: string}} what
 * @param {{message: string, spot: Spot}} where
 */
function placed({ code, path }, { message, spot }) {
  return { code, path, message, line: spot.line, column: spot.column };
}
