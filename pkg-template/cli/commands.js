// The commands, as the arguments, the help and the dispatch see them.

import { STORE_COMMANDS } from "./store-commands.js";

/** @import {Context} from "./main.js" */

/**
 * @typedef {object} Command
 * @property {string} about what it does, in a line
 * @property {{name: string, about: string}[]} positionals all of them required
 * @property {Record<string, string>} options by name, what each does
 * @property {Record<string, {value: string, about: string}>} [values] options that take a value: what it is called, what it does
 * @property {string[]} notes the paragraphs at the end of its help
 * @property {() => Promise<(context: Context) => Promise<number>>} load the code, loaded when it is called
 */

const POLICY = { name: "POLICY", about: "a policy document (JSON)" };

const EXIT_CODES = `Exit code: 0 all is well; 1 something in the input is wrong; 2 it could not
start (arguments, files, a policy that is not valid); 3 it failed itself; 130
stopped by Ctrl-C.`;

/** @type {Record<"replay" | "explain" | "check" | "verify" | "schema", Command>} */
const OWN = {
  replay: {
    about: "what a policy would have decided on a log of actions",
    positionals: [POLICY, { name: "ACTIONS", about: "the log, one JSON object a line; - is standard input" }],
    options: {
      all: "print every action, not only those that did not run",
      json: "one JSON object a line: each decision, and the summary last",
    },
    values: {
      against: { value: "OTHER", about: "a second policy: what it changes, first what it newly lets run" },
      audit: { value: "FILE", about: "write the audit to it, for verify; never over one that exists" },
    },
    notes: [
      `A line of the log is {"at", "id", "type", "agent", "args", ...}; other kinds of
line name themselves, as in {"at", "kind": "unlock", ...}. A line that cannot be
read is shown with its number; the others run, and the exit code is 1.`,
      EXIT_CODES,
    ],
    load: async () => (await import("./replay.js")).replay,
  },
  explain: {
    about: "what a policy would say to one action, rule by rule",
    positionals: [POLICY, { name: "ACTION", about: "the action (JSON) in a file or as it is; - is standard input" }],
    options: { json: "the answer as one JSON object" },
    values: { at: { value: "TIME", about: "when it is asked for; else the line's own time, or now" } },
    notes: [
      `ACTION is {"id", "type", "agent", "args", ...}, or a line of a log, whose time and
"requestedBy" and "human" hold too. Nothing was done before it: the guard is new.`,
      EXIT_CODES,
    ],
    load: async () => (await import("./explain.js")).explain,
  },
  check: {
    about: "whether a policy is valid, what it says, what looks odd",
    positionals: [POLICY],
    options: { json: "the answer as one JSON object" },
    notes: [
      `Exit code: 0 the policy is valid, with warnings or without; 1 it is not; 2 it
could not be read; 3 the command failed itself.`,
    ],
    load: async () => (await import("./check.js")).check,
  },
  verify: {
    about: "whether an audit chain is whole",
    positionals: [{ name: "AUDIT", about: "the entries, one JSON object a line; - is standard input" }],
    options: { json: "the answer as one JSON object" },
    values: {
      head: { value: "SEQ:HASH", about: "the head that you kept: without it a cut tail cannot be seen" },
      since: { value: "SEQ:HASH", about: "the head before the first entry, where the file begins later" },
    },
    notes: [
      `It finds what was changed, removed, inserted or moved. It cannot find that
somebody who could replace the head as well has made all of it anew: keep the
head where those who write the audit cannot.`,
      EXIT_CODES,
    ],
    load: async () => (await import("./verify.js")).verify,
  },
  schema: {
    about: "the JSON Schema of a policy document, for editors",
    positionals: [],
    options: {},
    notes: [
      `agent-interlock schema > policy.schema.json, then name it in the policy:
{"$schema": "./policy.schema.json", "customerId": ...}`,
    ],
    load: async () => (await import("./schema.js")).schema,
  },
};

/** @type {typeof OWN & typeof STORE_COMMANDS} */
export const COMMANDS = { ...OWN, ...STORE_COMMANDS };

/** The options that every command has. */
export const COMMON_OPTIONS = {
  color: "colour, even where the output is no terminal",
  "no-color": "no colour (NO_COLOR and FORCE_COLOR are respected too)",
  help: "this help (-h)",
  version: "the version (-v)",
};

/** @typedef {keyof typeof COMMANDS} CommandName */

/**
 * @param {string} name
 * @returns {name is CommandName}
 */
export function isCommand(name) {
  return Object.hasOwn(COMMANDS, name);
}

/** Every option that takes a value. */
export const VALUED = new Set(Object.values(COMMANDS).flatMap(({ values = {} }) => Object.keys(values)));
