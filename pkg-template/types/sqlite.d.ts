import type { Store } from "./gate.js";

/** A store in a file. */
export interface SqliteStore extends Store {
  /** Whose states it has. */
  keys(): string[];
  /** Closes the file. */
  close(): void;
}

/**
 * A store in an SQLite file, for one process or several. It uses the host's own SQLite: Node.js 22.5 and newer, Deno, Bun; elsewhere the package
 * `better-sqlite3`, which is to be installed beside.
 *
 * Whoever can write the file can approve, unlock and spend: it is made readable for its owner alone, and an agent's tools must not reach it.
 *
 * @throws {InterlockError} `internal` where the file cannot be opened, or the host has no SQLite
 * @example
 * ```js
 * import { mkdtempSync, rmSync } from "node:fs";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { createGate, memoryStore } from "agent-interlock/gate";
 * import { sqliteStore } from "agent-interlock/sqlite";
 *
 * const folder = mkdtempSync(join(tmpdir(), "agent-"));
 * // better-sqlite3 is needed on Node.js before 22.5; this example does without.
 * const store = await sqliteStore(join(folder, "agent.db")).catch(() => memoryStore());
 * const gate = await createGate({ policy: { customerId: "noor" }, store, create: true });
 * console.log(gate.head.seq); // 0
 * await gate.close();
 * store.close?.();
 * rmSync(folder, { recursive: true });
 * ```
 */
export declare function sqliteStore(path: string): Promise<SqliteStore>;
