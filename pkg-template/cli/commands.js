// The commands, as the arguments, the help and the dispatch see them.

/** @import {Context} from "./main.js" */

/**
 * @typedef {object} Command
 * @property {string} about what it does, in a line
 * @property {{name: string, about: string}[]} positionals all of them required
 * @property {Record<string, string>} options by name, what each does
 * @property {string[]} notes the paragraphs at the end of its help
 * @property {() => Promise<(context: Context) => Promise<number>>} load the code, loaded when it is called
 */

const POLICY = { name: "POLICY", about: "a policy document (JSON)" };

const EXIT_CODES = `Exit code: 0 all is well; 1 something in the input is wrong; 2 it could not
start (arguments, files, a policy that is not valid); 3 it failed itself; 130
stopped by Ctrl-C.`;

/** @type {Record<"replay" | "check" | "schema", Command>} */
export const COMMANDS = {
  replay: {
    about: "what a policy would have decided on a log of actions",
    positionals: [POLICY, { name: "ACTIONS", about: "the log, one JSON object a line; - is standard input" }],
    options: {
      all: "print every action, not only those that did not run",
      json: "one JSON object a line: each decision, and the summary last",
    },
    notes: [
      `A line of the log is {"at", "id", "type", "agent", "args", ...}; other kinds of
line name themselves, as in {"at", "kind": "unlock", ...}. A line that cannot be
read is shown with its number; the others run, and the exit code is 1.`,
      EXIT_CODES,
    ],
    load: async () => (await import("./replay.js")).replay,
  },
  check: {
    about: "whether a policy is valid, and what it says",
    positionals: [POLICY],
    options: { json: "the answer as one JSON object" },
    notes: [EXIT_CODES],
    load: async () => (await import("./check.js")).check,
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
