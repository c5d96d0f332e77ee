/** @import { AuditHead } from "../../types/index.js" */
/** @import { CommitEntry, Entry, Runner, Store } from "../../types/gate.js" */

/** So many heads are kept at least, to tell a chain from another. */
const HEADS = 10_000;

/** So many commits are kept at least, also those before a checkpoint: who follows them keeps what it knows of the audit. */
const COMMITS = 100;

/**
 * @typedef {object} Kept
 * @property {number} version
 * @property {{ version: number, state: string }} checkpoint
 * @property {{ version: number, entry: Entry }[]} entries the last ones, all since the checkpoint among them
 * @property {Heads} heads
 * @property {Map<string, { runner: Runner, until: number }>} leases
 */

/**
 * A store in this process's memory: what it holds is gone with the process.
 * @implements {Store}
 */
class MemoryStore {
  isVolatile = true;
  /** @type {Map<string, Kept>} */
  #kept = new Map();

  keys() {
    return [...this.#kept.keys()];
  }

  /**
   * @param {string} key
   * @param {number} [since]
   */
  load(key, since = -1) {
    const kept = this.#kept.get(key);
    if (kept === undefined) return null;
    const { version, checkpoint, entries } = kept;
    // One after another, without a gap, up to this version.
    const after = (/** @type {number} */ known) => entries.slice(entries.length - Math.max(0, version - known));
    const isKnown = since >= version - entries.length;
    return isKnown ? { version, entries: after(since) } : { version, checkpoint, entries: after(checkpoint.version) };
  }

  /**
   * @param {string} key
   * @param {number} expectedVersion
   * @param {CommitEntry} entry
   * @param {() => string} state
   */
  commit(key, expectedVersion, entry, state) {
    const kept = this.#kept.get(key);
    const version = expectedVersion + 1;
    if ((kept?.version ?? 0) !== expectedVersion) return false;
    if (kept === undefined) {
      const checkpoint = { version, state: state() };
      const heads = new Heads();
      heads.add(entry.head);
      this.#kept.set(key, { version, checkpoint, entries: [], heads, leases: new Map() });
      return true;
    }
    const { id, head, commands } = entry;
    if (entry.checkpoint) {
      kept.checkpoint = { version, state: state() };
      kept.entries = kept.entries.slice(-COMMITS);
    }
    kept.entries.push({ version, entry: { id, head, commands } });
    kept.version = version;
    kept.heads.add(entry.head);
    return true;
  }

  /**
   * @param {string} key
   * @param {number} seq
   */
  hashAt(key, seq) {
    return this.#kept.get(key)?.heads.hashAt(seq);
  }

  /**
   * @param {string} key
   * @param {Runner} runner
   * @param {number} until
   */
  lease(key, runner, until) {
    const leases = this.#kept.get(key)?.leases;
    if (until > 0) leases?.set(runner.id, { runner, until });
    else leases?.delete(runner.id);
  }

  /**
   * @param {string} key
   * @param {number} now
   */
  alive(key, now) {
    const leases = this.#kept.get(key)?.leases.values() ?? [];
    return [...leases].filter(({ until }) => until > now).map(({ runner }) => runner.id);
  }
}

/** The last heads: when the younger ones are enough, the older ones go. To find the oldest of a Map takes longer with each that was deleted. */
class Heads {
  /** @type {Map<number, string>} */
  #young = new Map();
  /** @type {Map<number, string>} */
  #old = new Map();

  /** @param {AuditHead} head */
  add({ seq, hash }) {
    if (this.#young.size >= HEADS) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(seq, hash);
  }

  /** @param {number} seq */
  hashAt(seq) {
    return this.#young.get(seq) ?? this.#old.get(seq);
  }
}

/** @returns {Store} */
export function memoryStore() {
  return new MemoryStore();
}
