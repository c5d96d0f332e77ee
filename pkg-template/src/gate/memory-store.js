/** @import { AuditHead } from "../../types/index.js" */
/** @import { CommitEntry, Entry, Runner, Store } from "../../types/gate.js" */

/** So many heads are kept, to tell a chain from another. */
const MAX_HEADS = 10_000;

/**
 * @typedef {object} Kept
 * @property {number} version
 * @property {{ version: number, state: string }} checkpoint
 * @property {{ version: number, entry: Entry }[]} entries since the checkpoint
 * @property {Map<number, string>} heads
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
    const { version, checkpoint } = kept;
    // One after another, without a gap.
    const entries = kept.entries.slice(Math.max(0, since - checkpoint.version));
    return since >= checkpoint.version ? { version, entries } : { version, checkpoint, entries };
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
      const heads = new Map([[entry.head.seq, entry.head.hash]]);
      this.#kept.set(key, { version, checkpoint, entries: [], heads, leases: new Map() });
      return true;
    }
    if (entry.checkpoint) {
      kept.checkpoint = { version, state: state() };
      kept.entries = [];
    } else {
      const { id, head, commands } = entry;
      kept.entries.push({ version, entry: { id, head, commands } });
    }
    kept.version = version;
    remember(kept.heads, entry.head);
    return true;
  }

  /**
   * @param {string} key
   * @param {number} seq
   */
  hashAt(key, seq) {
    return this.#kept.get(key)?.heads.get(seq);
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

/**
 * @param {Map<number, string>} heads
 * @param {AuditHead} head
 */
function remember(heads, { seq, hash }) {
  heads.set(seq, hash);
  if (heads.size <= MAX_HEADS) return;
  // A Map keeps the order of insertion: the first is the oldest.
  for (const oldest of heads.keys()) {
    heads.delete(oldest);
    break;
  }
}

/** @returns {Store} */
export function memoryStore() {
  return new MemoryStore();
}
