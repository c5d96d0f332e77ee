import { InterlockError } from "agent-interlock";

import { expectText } from "../text.js";
import { builtin, openDatabase } from "./drivers.js";
import { SqliteStore } from "./store.js";

/**
 * @param {string} path
 * @returns {Promise<import("../../types/sqlite.js").SqliteStore>}
 */
export async function sqliteStore(path) {
  expectText(path, "invalid_input", "path");
  // Wherever the process goes later.
  const file = /** @type {any} */ (builtin("node:path"))?.resolve(path) ?? path;
  const isNew = identityOf(file) === undefined;
  try {
    const database = await openDatabase(file);
    if (isNew) closeToOthers(file);
    return new SqliteStore(database, sameFile(file));
  } catch (cause) {
    if (cause instanceof InterlockError) throw cause;
    const words = cause instanceof Error ? cause.message : "it failed";
    throw new InterlockError("internal", "path", `the store cannot be opened: ${words}`, { cause });
  }
}

/**
 * Throws where another file stands at the path, or none: SQLite would go on writing into the one that was taken away.
 * @param {string} path
 */
function sameFile(path) {
  const opened = identityOf(path);
  return () => {
    if (identityOf(path) !== opened) throw new Error("the store's file was taken away or replaced");
  };
}

/**
 * @param {string} path
 * @returns {string | undefined} undefined where there is no such file, or the host does not tell
 */
function identityOf(path) {
  try {
    const { dev, ino } = /** @type {any} */ (builtin("node:fs")).statSync(path);
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}

/** Whoever can write the file can approve, unlock and spend. @param {string} path */
function closeToOthers(path) {
  try {
    /** @type {any} */ (builtin("node:fs")).chmodSync(path, 0o600);
  } catch {
    // A host without modes.
  }
}
