// One face for the SQLite of each host: Node's own (22.5 and newer; Deno has it too), Bun's own, else the package better-sqlite3.

import { InterlockError } from "agent-interlock";

/**
 * @typedef {object} Statement
 * @property {(...values: (string | number | null)[]) => unknown} run
 * @property {(...values: (string | number | null)[]) => any} get
 * @property {(...values: (string | number | null)[]) => any[]} all
 */

/**
 * @typedef {object} Database
 * @property {(sql: string) => unknown} exec
 * @property {(sql: string) => Statement} prepare
 * @property {() => unknown} close
 */

/** @typedef {new (path: string) => Database} DatabaseClass */

/**
 * Opens a database file, or makes one.
 * @param {string} path
 * @returns {Promise<Database>}
 */
export async function openDatabase(path) {
  const Database = (await bunDatabase()) ?? nodeDatabase() ?? (await packageDatabase());
  return new Database(path);
}

/** @returns {Promise<DatabaseClass | undefined>} */
async function bunDatabase() {
  if (!("Bun" in globalThis)) return undefined;
  // By a variable: bundlers for other hosts need not find it.
  const name = "bun:sqlite";
  return (await import(name)).Database;
}

/** @returns {DatabaseClass | undefined} */
function nodeDatabase() {
  return /** @type {any} */ (builtin("node:sqlite"))?.DatabaseSync;
}

/** @returns {Promise<DatabaseClass>} */
async function packageDatabase() {
  const name = "better-sqlite3";
  try {
    return (await import(name)).default;
  } catch (cause) {
    const advice = "this host has no SQLite of its own: use Node.js 22.5 or newer, Deno or Bun, or install `better-sqlite3`";
    throw new InterlockError("internal", "", `the store cannot be opened: ${advice}`, { cause });
  }
}

/**
 * A module of the host's; undefined where it has none of that name.
 * @param {string} name
 * @returns {unknown}
 */
export function builtin(name) {
  try {
    return /** @type {any} */ (globalThis).process?.getBuiltinModule?.(name);
  } catch {
    return undefined;
  }
}
