/** @import { AuditEntry } from "../../types/index.js" */
/** @import { CommitEntry, Entry, Runner, Store } from "../../types/gate.js" */

/** So many heads are kept at least, to tell a chain from another. */
const HEADS = 10_000;
/** So many entries of the audit are kept at least, as a guard keeps them. */
const ENTRIES = 1000;

/**
 * @typedef {object} Kept
 * @property {number} version
 * @property {{ version: number, state: string }} checkpoint
 * @property {{ version: number, entry: Entry }[]} entries since the checkpoint
 * @property {Recent<string>} heads
 * @property {Recent<AuditEntry>} audit
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
    const audit = entry.audit();
    if (kept === undefined) {
      const checkpoint = { version, state: state() };
      const begun = { version, checkpoint, entries: [], heads: new Recent(HEADS), audit: new Recent(ENTRIES), leases: new Map() };
      this.#kept.set(key, begun);
      remember(begun, entry, audit);
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
    remember(kept, entry, audit);
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
   * @param {number} since
   * @param {number} limit
   */
  audit(key, since, limit) {
    const entries = this.#kept.get(key)?.audit.values() ?? [];
    return entries.filter(({ seq }) => seq > since).slice(0, limit);
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
 * The last ones by their numbers: when the younger are enough, the older go. To find the oldest of a Map takes longer with each that was deleted.
 * @template Value
 */
class Recent {
  #enough;
  /** @type {Map<number, Value>} */
  #young = new Map();
  /** @type {Map<number, Value>} */
  #old = new Map();

  /** @param {number} enough */
  constructor(enough) {
    this.#enough = enough;
  }

  /**
   * @param {number} number
   * @param {Value} value
   */
  add(number, value) {
    if (this.#young.size >= this.#enough) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(number, value);
  }

  /** @param {number} number */
  get(number) {
    return this.#young.get(number) ?? this.#old.get(number);
  }

  values() {
    return [...this.#old.values(), ...this.#young.values()];
  }
}

/**
 * @param {Kept} kept
 * @param {Entry} entry
 * @param {AuditEntry[]} audit
 */
function remember(kept, { head }, audit) {
  kept.heads.add(head.seq, head.hash);
  for (const entry of audit) kept.audit.add(entry.seq, entry);
}

/** @returns {Store} */
export function memoryStore() {
  return new MemoryStore();
}
