// `agent-interlock schema`: the JSON Schema of a policy document.

import { readFileSync } from "node:fs";

/** @import {Context} from "./main.js" */

/** @param {Context} context */
export async function schema({ out }) {
  out.write(readFileSync(new URL(import.meta.resolve("agent-interlock/policy.schema.json")), "utf8"));
  return 0;
}
