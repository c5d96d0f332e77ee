/** @import { AuditEntry } from "../../types/index.js" */
/** @import { CommitEntry, Held, Loaded, Runner, Store } from "../../types/gate.js" */
/** @import { Database } from "./drivers.js" */

import { hasEnded, thisProcess } from "./processes.js";

const FORMAT = 1;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS states (
    key TEXT PRIMARY KEY, version INTEGER NOT NULL, checkpoint INTEGER NOT NULL, state TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS entries (
    key TEXT NOT NULL, version INTEGER NOT NULL, entry TEXT NOT NULL, PRIMARY KEY (key, version)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS audit (
    key TEXT NOT NULL, seq INTEGER NOT NULL, hash TEXT NOT NULL, entry TEXT NOT NULL, PRIMARY KEY (key, seq)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS leases (
    key TEXT NOT NULL, runner TEXT NOT NULL, host TEXT NOT NULL, pid INTEGER NOT NULL, started TEXT NOT NULL,
    until INTEGER NOT NULL, PRIMARY KEY (key, runner)
  ) WITHOUT ROWID;
`;

/** So long a lease that has ended is still kept, for whoever wants to see. */
const LEASE_KEPT_MS = 86_400_000;

/** How long another process's transaction is waited for. */
const PATIENCE_MS = 4000;

/**
 * A store in a file that several processes may use. Every commit is on the disk before it is answered.
 * @implements {Store}
 */
export class SqliteStore {
  #database;
  #isSame;
  #process = thisProcess();
  /** The last turn on the connection. @type {Promise<unknown>} */
  #last = Promise.resolve();
  /** @type {Map<string, import("./drivers.js").Statement>} */
  #statements = new Map();

  /**
   * @param {Database} database
   * @param {() => void} isSame throws where the file is no longer the one that was opened
   */
  constructor(database, isSame) {
    this.#database = database;
    this.#isSame = isSame;
    // The host's thread is not to stand still for long; the rest of the patience is asynchronous.
    database.exec("PRAGMA busy_timeout = 50");
    // FULL: a commit that a power failure could undo would be an action that was carried out and forgotten.
    database.exec("PRAGMA journal_mode = WAL");
    database.exec("PRAGMA synchronous = FULL");
    const { user_version: format } = database.prepare("PRAGMA user_version").get();
    if (format !== 0 && format !== FORMAT) throw new Error(`the file is of format ${format}; this version reads format ${FORMAT}`);
    this.#transaction("IMMEDIATE", () => {
      database.exec(SCHEMA);
      database.exec(`PRAGMA user_version = ${FORMAT}`);
    });
  }

  keys() {
    return this.#sql("SELECT key FROM states ORDER BY key").all().map(({ key }) => /** @type {string} */ (key));
  }

  /**
   * @param {string} key
   * @param {number} [since]
   */
  load(key, since) {
    return this.#alone(() => this.#transaction("DEFERRED", () => this.#load(key, since)));
  }

  /**
   * @param {string} key
   * @param {number} expectedVersion
   * @param {CommitEntry} entry
   * @param {() => string} state
   */
  commit(key, expectedVersion, entry, state) {
    // Read before anything is waited for: later it would be another state.
    const offered = offeredBy(entry, state);
    return this.#alone(() => this.#transaction("IMMEDIATE", () => this.#commit(key, expectedVersion, offered)));
  }

  /**
   * @template Result
   * @param {string} _key all of the file is held
   * @param {(held: Held) => Promise<Result>} work
   * @returns {Promise<Result>}
   */
  async exclusively(_key, work) {
    const end = await this.#turn();
    try {
      await patiently(() => this.#begin("IMMEDIATE"));
      return await this.#whole(() => work(this.#held));
    } finally {
      end();
    }
  }

  /** @type {Held} */
  #held = {
    load: (key, since) => this.#load(key, since),
    commit: (key, expectedVersion, entry, state) => this.#commit(key, expectedVersion, offeredBy(entry, state)),
    hashAt: (key, seq) => this.#hashAt(key, seq),
  };

  /**
   * @param {string} key
   * @param {number} [since]
   * @returns {Loaded | null}
   */
  #load(key, since = -1) {
    const found = this.#sql("SELECT version, checkpoint FROM states WHERE key = ?").get(key);
    if (!found) return null;
    const { version, checkpoint } = found;
    const after = this.#sql("SELECT version, entry FROM entries WHERE key = ? AND version > ? ORDER BY version");
    const entries = after.all(key, Math.max(since, checkpoint)).map((row) => ({ version: row.version, entry: JSON.parse(row.entry) }));
    if (since >= checkpoint) return { version, entries };
    const { state } = this.#sql("SELECT state FROM states WHERE key = ?").get(key);
    return { version, checkpoint: { version: checkpoint, state }, entries };
  }

  /**
   * @param {string} key
   * @param {number} expectedVersion
   * @param {ReturnType<typeof offeredBy>} offered
   */
  #commit(key, expectedVersion, { text, audit, state }) {
    const version = this.#sql("SELECT version FROM states WHERE key = ?").get(key)?.version ?? 0;
    if (version !== expectedVersion) return false;
    this.#write(key, version + 1, text, state);
    const insert = this.#sql("INSERT INTO audit (key, seq, hash, entry) VALUES (?, ?, ?, ?)");
    for (const each of audit) insert.run(key, each.seq, each.hash, each.text);
    return true;
  }

  /**
   * @param {string} key
   * @param {number} version
   * @param {string} entry
   * @param {string | undefined} state
   */
  #write(key, version, entry, state) {
    if (state === undefined) {
      this.#sql("INSERT INTO entries (key, version, entry) VALUES (?, ?, ?)").run(key, version, entry);
      this.#sql("UPDATE states SET version = ? WHERE key = ?").run(version, key);
      return;
    }
    this.#sql("DELETE FROM entries WHERE key = ?").run(key);
    const upsert = `INSERT INTO states (key, version, checkpoint, state) VALUES (?, ?, ?, ?)
      ON CONFLICT (key) DO UPDATE SET version = excluded.version, checkpoint = excluded.checkpoint, state = excluded.state`;
    this.#sql(upsert).run(key, version, version, state);
  }

  /**
   * @param {string} key
   * @param {number} seq
   */
  hashAt(key, seq) {
    return this.#alone(() => this.#hashAt(key, seq));
  }

  /**
   * @param {string} key
   * @param {number} seq
   * @returns {string | undefined}
   */
  #hashAt(key, seq) {
    return this.#sql("SELECT hash FROM audit WHERE key = ? AND seq = ?").get(key, seq)?.hash;
  }

  /**
   * @param {string} key
   * @param {number} since
   * @param {number} limit
   * @returns {Promise<AuditEntry[]>}
   */
  audit(key, since, limit) {
    return this.#alone(() => {
      const rows = this.#sql("SELECT entry FROM audit WHERE key = ? AND seq > ? ORDER BY seq LIMIT ?").all(key, since, limit);
      return rows.map(({ entry }) => JSON.parse(entry));
    });
  }

  /**
   * @param {string} key
   * @param {Runner} runner
   * @param {number} until
   */
  lease(key, { id }, until) {
    const { host, pid, started } = this.#process;
    return this.#alone(() => {
      if (until === 0) return void this.#sql("DELETE FROM leases WHERE key = ? AND runner = ?").run(key, id);
      const upsert = `INSERT INTO leases (key, runner, host, pid, started, until) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (key, runner) DO UPDATE SET until = excluded.until`;
      this.#sql("DELETE FROM leases WHERE key = ? AND until < ?").run(key, until - LEASE_KEPT_MS);
      this.#sql(upsert).run(key, id, host, pid, started, until);
    });
  }

  /**
   * @param {string} key
   * @param {number} now
   * @returns {Promise<string[]>}
   */
  alive(key, now) {
    return this.#alone(() => {
      const rows = this.#sql("SELECT runner, host, pid, started FROM leases WHERE key = ? AND until > ?").all(key, now);
      return rows.filter((row) => !hasEnded(row, this.#process)).map(({ runner }) => runner);
    });
  }

  close() {
    this.#statements.clear();
    this.#database.close();
  }

  /** @param {string} sql */
  #sql(sql) {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  /**
   * Waits until nobody else uses the connection; what is in somebody's turn is not in the file yet.
   * @template T
   * @param {() => T} run
   */
  async #alone(run) {
    const end = await this.#turn();
    try {
      return await patiently(run);
    } finally {
      end();
    }
  }

  /** Waits for its turn on the connection; gives what ends it. */
  async #turn() {
    const before = this.#last;
    /** @type {() => void} */
    let end = () => {};
    this.#last = new Promise((resolve) => {
      end = () => resolve(undefined);
    });
    await before;
    return end;
  }

  /**
   * @template T
   * @param {"IMMEDIATE" | "DEFERRED"} kind
   * @param {() => T} run
   * @returns {T}
   */
  #transaction(kind, run) {
    this.#begin(kind);
    try {
      const result = run();
      this.#database.exec("COMMIT");
      return result;
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  /**
   * The same for what takes several steps.
   * @template T
   * @param {() => Promise<T>} run
   * @returns {Promise<T>}
   */
  async #whole(run) {
    try {
      const result = await run();
      this.#database.exec("COMMIT");
      return result;
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  /** @param {"IMMEDIATE" | "DEFERRED"} kind */
  #begin(kind) {
    this.#isSame();
    this.#database.exec(`BEGIN ${kind}`);
  }

  #rollBack() {
    try {
      this.#database.exec("ROLLBACK");
    } catch {
      // SQLite has done it already.
    }
  }
}

/**
 * All that a commit holds, as text.
 * @param {CommitEntry} entry
 * @param {() => string} state
 */
function offeredBy({ id, head, commands, checkpoint, audit }, state) {
  const text = JSON.stringify({ id, head, commands });
  const entries = audit().map((each) => ({ seq: each.seq, hash: each.hash, text: JSON.stringify(each) }));
  return { text, audit: entries, state: checkpoint ? state() : undefined };
}

/**
 * Waits for another process that is writing. Nothing has happened where the file was busy.
 * @template T
 * @param {() => T} run
 * @returns {Promise<T>}
 */
async function patiently(run) {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return run();
    } catch (error) {
      if (!isBusy(error) || Date.now() > end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 1 + Math.random() * 10));
  }
}

/** As each of the drivers says it. @param {any} error */
function isBusy(error) {
  return /^SQLITE_BUSY/.test(String(error?.code)) || error?.errcode === 5 || /database is locked/.test(String(error?.message));
}
