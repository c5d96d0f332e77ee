// `agent-interlock explain`: what a policy would say to one action, rule by rule.

import { Guard, InterlockError, Replay } from "agent-interlock";

import { readText, validPolicy } from "./policy-file.js";
import { drawExplanation } from "./explanation.js";
import { CommandError } from "./failure.js";
import { visible, visibleJson } from "./text.js";

/** @import {Action, Policy, RequestOptions} from "agent-interlock" */
/** @import {Context} from "./main.js" */

/** The fields of a line of a log that are no action's. */
const BESIDE = ["at", "kind", "requestedBy", "human"];
/** Those that are: a line of a log may carry others. */
const OWN = ["id", "type", "agent", "args", "riskFactors", "cost", "riskScore", "impactScore", "access", "needsInterrupt", "group"];

/** @param {Context} context */
export async function explain({ out, options, values, positionals }) {
  const [path = "", source = ""] = positionals;
  if (path === "-" && source === "-") throw new CommandError("only one of POLICY and ACTION can be standard input");
  const policy = await validPolicy(path, out);
  const name = source === "-" ? "standard input" : visible(source);
  const text = source.trimStart().startsWith("{") ? source : await readText(source, "action");
  const { action, asked } = readAction(text, source === text ? "the action" : name, policy, values.at);
  const guard = new Guard({ policy, audit: false });
  try {
    const explanation = said(() => guard.explain(action, asked));
    if (options.json) out.write(`${visibleJson(explanation)}\n`);
    else out.write(drawExplanation(explanation, action, policy.document, out.style, out.columns));
    return 0;
  } finally {
    guard.free();
    policy.free();
  }
}

/**
 * The action, and when and by whom it is asked for: a line of a log has both.
 * @param {string} text
 * @param {string} name
 * @param {Policy} policy
 * @param {string | undefined} at
 * @returns {{action: Action, asked: RequestOptions}}
 */
function readAction(text, name, policy, at) {
  const line = parsed(text, name);
  const now = at ?? line.at ?? new Date().toISOString();
  if (line.kind !== undefined && line.kind !== "request") {
    throw new CommandError(`${name} is no request but a ${visible(String(line.kind))}`, { exitCode: 1 });
  }
  strictly(text, String(now), "at" in line, policy);
  const { requestedBy, human } = line;
  const isLine = "at" in line || "kind" in line;
  const isAction = (/** @type {string} */ field) => (isLine ? OWN.includes(field) : !BESIDE.includes(field));
  const action = Object.fromEntries(Object.entries(line).filter(([field]) => isAction(field)));
  return { action: /** @type {any} */ (action), asked: /** @type {any} */ ({ now, requestedBy, human }) };
}

/**
 * @param {string} text
 * @param {string} name
 * @returns {Record<string, unknown>}
 */
function parsed(text, name) {
  try {
    const value = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch (error) {
    throw new CommandError(`${name} is not JSON: ${/** @type {Error} */ (error).message}`, { exitCode: 1 });
  }
  throw new CommandError(`${name} is not a JSON object`, { exitCode: 1 });
}

/**
 * Reads the text as the engine reads a log, which takes no name twice and no number that it would have to change.
 * @param {string} text
 * @param {string} now
 * @param {boolean} hasTime
 * @param {Policy} policy
 */
function strictly(text, now, hasTime, policy) {
  const start = text.indexOf("{") + 1;
  const rest = text.slice(start);
  const line = hasTime ? text : `{"at": ${JSON.stringify(now)}${rest.trim() === "}" ? "" : ","}${rest}`;
  const replay = new Replay({ policy });
  try {
    said(() => replay.line(line.replaceAll(/[\r\n]/g, " ")));
  } finally {
    replay.free();
  }
}

/**
 * @template T
 * @param {() => T} run
 */
function said(run) {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof InterlockError) || error.code === "internal") throw error;
    throw new CommandError(error.message, { exitCode: 1 });
  }
}
