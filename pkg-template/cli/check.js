// `agent-interlock check`: whether a policy is valid, and what it says.

import { drawFault, readPolicy, readPolicyText } from "./policy-file.js";
import { drawPolicy } from "./policy-picture.js";
import { visible, visibleJson } from "./text.js";

/** @import {Context} from "./main.js" */

/** @param {Context} context */
export async function check({ out, options, positionals }) {
  const [path = ""] = positionals;
  const text = await readPolicyText(path);
  const name = path === "-" ? "standard input" : visible(path);
  const read = readPolicy(text);
  if (options.json) {
    out.write(`${visibleJson(answer(read))}\n`);
  } else if (read.fault === undefined) {
    out.write(`${out.style.green("✓")} ${name} is valid\n\n${drawPolicy(read.policy, out.style, out.columns)}`);
  } else {
    out.write(
      `${out.style.red("✗")} ${name} is not valid\n\n${drawFault(name, text, read.fault, out.style, out.columns)}`,
    );
  }
  return read.fault === undefined ? 0 : 1;
}

/** @param {ReturnType<typeof readPolicy>} read */
function answer(read) {
  if (read.fault === undefined) return { valid: true, digest: read.policy.digest, document: read.policy.document };
  const { error, message, spot } = read.fault;
  return { valid: false, error: { code: error.code, path: error.path, message, line: spot.line, column: spot.column } };
}
