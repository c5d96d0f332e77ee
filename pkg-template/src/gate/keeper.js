/** @import { AuditHead } from "../../types/index.js" */
/** @import { Command, CommitEntry, Held, Loaded, Store } from "../../types/gate.js" */
/** @import { Happened } from "./replica.js" */

import { InterlockError } from "agent-interlock";

import { timer } from "./clock.js";
import { idOf, Replica } from "./replica.js";
import { answerOf, StoreError } from "./store-error.js";

/** So many jobs at most go into one commit: the more wait, the fewer commits they take. */
const JOBS_PER_COMMIT = 64;

/** How often a commit is tried where other processes come first. */
const TRIES = 32;
/** A store that has failed so many times running has not been overtaken: it fails. */
const MAX_FAULTS = 2;
const MAX_PAUSE_MS = 40;
/** How often in a row it is looked for what others have committed. */
const MAX_LOOKS = 20;
/** How long others are given at most to take their turn. */
const TURN_MS = 4;

/**
 * Something to be done with the state, at once and in one go; where another process came first it is done again.
 * @template T
 * @typedef {(state: Hands) => T} Job
 */

/**
 * @typedef {object} Hands
 * @property {Replica} replica
 * @property {(name: Command["name"], argument: unknown, options: Record<string, unknown>) => any} ask carries out a command
 */

/** @typedef {{ job: Job<any>, resolve: (value: any) => void, reject: (error: unknown) => void }} Waiting */

/**
 * What a gate keeps of its store's state. One commit after another: jobs that wait meanwhile go together into the next one. What a job
 * gives is handed out when its commit is known to be in the store, and not before.
 */
export class Keeper {
  /** @type {Replica} */
  #replica;
  #store;
  #key;
  #runner;
  #timeoutMs;
  #onForeign;
  #commits = 0;
  /** Whether the store has to be looked at before anything is decided. */
  #isStale = false;
  /** A commit that may be in the store, and what it takes to tell. @type {CommitEntry | undefined} */
  #unclear;
  #isContended = false;
  /** What the store failed with in the last try, where it did. @type {StoreError | undefined} */
  #fault;
  /** @type {Waiting[]} */
  #queue = [];
  /** @type {Promise<void> | undefined} */
  #pumping;
  #isClosed = false;

  /**
   * @param {object} options
   * @param {Replica} options.replica as the store has it
   * @param {Store} options.store
   * @param {string} options.key
   * @param {string} options.runner
   * @param {number} options.timeoutMs
   * @param {(happened: Happened[]) => void} options.onForeign is told what other processes did
   */
  constructor({ replica, store, key, runner, timeoutMs, onForeign }) {
    this.#replica = replica;
    this.#store = store;
    this.#key = key;
    this.#runner = runner;
    this.#timeoutMs = timeoutMs;
    this.#onForeign = onForeign;
  }

  /** The head of the last commit that is known to be in the store. @type {AuditHead} */
  get head() {
    return this.#replica.head;
  }

  get version() {
    return this.#replica.version;
  }

  /**
   * @template T
   * @param {Job<T>} job
   * @returns {Promise<T>}
   */
  do(job) {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) return reject(new StoreError("closed"));
      this.#queue.push({ job, resolve, reject });
      this.#pumping ??= this.#pump();
    });
  }

  /** Looks at the store before the next job, whoever has committed meanwhile. */
  expectNews() {
    this.#isStale = true;
  }

  /** Takes no more jobs; resolves when the last one has ended. */
  async close() {
    this.#isClosed = true;
    await this.#pumping;
    this.#replica.free();
  }

  async #pump() {
    // One turn of the microtasks: what is asked for in the same breath goes into the same commit.
    await undefined;
    while (this.#queue.length > 0) await this.#carryOut(this.#queue.splice(0, JOBS_PER_COMMIT));
    this.#pumping = undefined;
  }

  /** @param {Waiting[]} batch */
  async #carryOut(batch) {
    try {
      const settle = await this.#decided(batch);
      for (const hand of settle) hand();
    } catch (error) {
      this.#isStale = true;
      for (const { reject } of batch) reject(error);
    }
  }

  /**
   * Does the jobs, and has the store keep what they did; gives what hands out their results.
   * @param {Waiting[]} batch
   */
  async #decided(batch) {
    let faults = 0;
    for (let tries = 1; tries <= TRIES; tries += 1) {
      this.#fault = undefined;
      const settle = this.#store.exclusively === undefined ? await this.#inTheOpen(batch) : await this.#inTurn(batch);
      if (settle !== undefined) return settle;
      faults = this.#faultsAfter(faults);
      this.#isContended = true;
      // The less is decided between a look at the store and the commit, the likelier it is the next one. What is put back comes first.
      this.#queue.unshift(...batch.splice(Math.ceil(batch.length / 4)));
      await timer(Math.random() * Math.min(tries * 2, MAX_PAUSE_MS), undefined);
    }
    throw new StoreError("store_contended");
  }

  /**
   * How many tries running the store has failed in; so many are its failure.
   * @param {number} before
   */
  #faultsAfter(before) {
    if (this.#fault === undefined) return 0;
    if (before + 1 >= MAX_FAULTS) throw this.#fault;
    return before + 1;
  }

  /**
   * Others may commit meanwhile; then it has been in vain.
   * @param {Waiting[]} batch
   */
  async #inTheOpen(batch) {
    // What took long to follow may have been overtaken again.
    for (let looks = 0; looks < MAX_LOOKS && (this.#isStale || this.#isContended); looks += 1) await this.#reload();
    const settle = batch.map((waiting) => this.#attempt(waiting));
    if (!this.#replica.isAhead || (await this.#commit())) return settle;
    return undefined;
  }

  /**
   * Nobody else can commit meanwhile.
   * @param {Waiting[]} batch
   */
  async #inTurn(batch) {
    /** @type {(() => void)[]} */
    let settle = [];
    /** @type {CommitEntry | undefined} */
    let entry;
    let isOpen = true;
    const { version } = this.#replica;
    /** @param {Held} held */
    const work = async (held) => {
      // Its turn may come when nobody waits for it any more.
      if (!isOpen) throw new Error("the time for this commit is over");
      await this.#reload(held);
      const replica = this.#replica;
      settle = batch.map((waiting) => this.#attempt(waiting));
      if (!replica.isAhead) return;
      entry = this.#nextEntry();
      const { id } = entry;
      if ((await held.commit(this.#key, replica.version, entry, () => replica.state(id))) !== true) throw new StoreError("store_other");
    };
    try {
      this.#isStale = true;
      await answerOf(() => this.#store.exclusively?.(this.#key, work), this.#timeoutMs);
      if (entry !== undefined) this.#replica.committed(entry);
      this.#isStale = false;
    } catch (error) {
      if (entry === undefined || !(error instanceof StoreError)) throw error;
      this.#unclear = entry;
      this.#fault = error;
      if (!(await this.#reload())) return undefined;
    } finally {
      isOpen = false;
    }
    // Where others are about, they get their turn.
    if (this.#replica.version > version + 1) await timer(Math.random() * TURN_MS, undefined);
    return settle;
  }

  /**
   * Does a job; gives what hands out its result.
   * @param {Waiting} waiting
   */
  #attempt({ job, resolve, reject }) {
    const replica = this.#replica;
    try {
      const result = job({ replica, ask: (name, argument, options) => replica.ask(name, argument, options, this.#runner) });
      return () => resolve(result);
    } catch (error) {
      return () => reject(error);
    }
  }

  /** Whether what is pending is in the store now. */
  async #commit() {
    const entry = this.#nextEntry();
    this.#isStale = true;
    try {
      if (await this.#isCommitted(entry)) {
        this.#replica.committed(entry);
        this.#isStale = false;
        return true;
      }
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      // It may be in the store all the same: only the store can tell.
      this.#unclear = entry;
      this.#fault = error;
    }
    return this.#reload();
  }

  #nextEntry() {
    this.#commits += 1;
    return this.#replica.entry(`${this.#runner}:${this.#commits}`);
  }

  /** @param {CommitEntry} entry */
  async #isCommitted(entry) {
    const replica = this.#replica;
    const { version } = replica;
    let isOpen = true;
    // A store that comes too late would be given what has changed since.
    const whileOpen = (/** @type {() => any} */ give) => () => {
      if (isOpen) return give();
      throw new Error("the time for this commit is over");
    };
    try {
      const offered = { ...entry, audit: whileOpen(entry.audit) };
      const state = whileOpen(() => replica.state(entry.id));
      // A store that answers anything but true has not said that it did.
      return (await answerOf(() => this.#store.commit(this.#key, version, offered, state), this.#timeoutMs)) === true;
    } finally {
      isOpen = false;
    }
  }

  /**
   * Brings the state to what the store holds; gives whether what was unclear has turned out to be there.
   * @param {Held} store
   */
  async #reload(store = this.#store) {
    const known = this.#replica;
    const before = known.version;
    // What is ahead of the store may have to be made anew, and that takes a checkpoint.
    const loaded = await this.#load(store, known.isAhead ? undefined : before);
    if (loaded.version < before) throw new StoreError("store_older");
    const isLanded = this.#unclear !== undefined && known.isAhead && holds(loaded, before + 1, this.#unclear.id);
    if (isLanded) known.committed(/** @type {CommitEntry} */ (this.#unclear));
    if (known.isAhead || !continues(loaded, known.version)) await this.#rebuild(store, loaded);
    else this.#follow(known, loaded, before);
    if (loaded.version === before) this.#isContended = false;
    this.#unclear = undefined;
    this.#isStale = false;
    return isLanded;
  }

  /**
   * @param {Held} store
   * @param {number} [since]
   * @returns {Promise<Loaded>}
   */
  async #load(store, since) {
    const loaded = await answerOf(() => store.load(this.#key, since), this.#timeoutMs);
    if (loaded === null || loaded === undefined) throw new StoreError("store_empty");
    return loaded;
  }

  /**
   * @param {Held} store
   * @param {Loaded} found
   */
  async #rebuild(store, found) {
    const known = this.#replica;
    const loaded = found.checkpoint === undefined ? await this.#load(store) : found;
    const replica = begun(loaded);
    try {
      await expectHead(store, this.#key, known.head, this.#timeoutMs);
      this.#follow(replica, loaded, known.version);
      if (replica.version < known.version) throw new StoreError("store_older");
    } catch (error) {
      replica.free();
      throw error;
    }
    // A store that keeps the audit is asked for it.
    if (this.#store.audit === undefined) replica.inherit(known);
    this.#replica = replica;
    known.free();
  }

  /**
   * @param {Replica} replica
   * @param {Loaded} loaded
   * @param {number} known what was seen before is no news
   */
  #follow(replica, loaded, known) {
    const news = followed(replica, loaded, known);
    if (replica.version > known) this.#onForeign(news);
  }
}

/**
 * A replica as a store's checkpoint has it.
 * @param {Loaded} loaded
 */
export function begun({ checkpoint }) {
  if (checkpoint === undefined) throw new StoreError("store_damaged");
  return carefully(() => Replica.of(checkpoint));
}

/**
 * Has the replica follow what the store holds after it; gives what happened after a version.
 * @param {Replica} replica
 * @param {Loaded} loaded
 * @param {number} known
 */
export function followed(replica, { version, entries }, known) {
  /** @type {Happened[]} */
  const news = [];
  for (const each of entries) {
    if (each.version <= replica.version) continue;
    const happened = carefully(() => replica.follow(each.version, each.entry));
    if (each.version > known) news.push(...happened);
  }
  if (replica.version !== version) throw new StoreError("store_damaged");
  return news;
}

/**
 * Makes sure that the store's chain holds a head.
 * @param {Held} store
 * @param {string} key
 * @param {AuditHead} head
 * @param {number} timeoutMs
 */
export async function expectHead(store, key, { seq, hash }, timeoutMs) {
  const there = seq === 0 ? hash : await answerOf(() => store.hashAt(key, seq), timeoutMs);
  if (there !== hash) throw new StoreError("store_other");
}

/**
 * Whether the store holds a certain commit as that version. Where it has been written over since, it is as if it were not there: what it
 * granted is in flight all the same, and is not granted again.
 * @param {Loaded} loaded
 * @param {number} version
 * @param {string} id
 */
function holds({ entries, checkpoint }, version, id) {
  const found = entries.find((each) => each.version === version);
  if (found !== undefined) return found.entry.id === id;
  return checkpoint?.version === version && idOf(checkpoint.state) === id;
}

/**
 * Whether what was loaded goes on from a version.
 * @param {Loaded} loaded
 * @param {number} version
 */
function continues(loaded, version) {
  return loaded.version === version || loaded.entries.some((each) => each.version === version + 1);
}

/**
 * What the store holds is data from outside: where it cannot be used, that is the store's fault.
 * @template T
 * @param {() => T} run
 * @returns {T}
 */
function carefully(run) {
  try {
    return run();
  } catch (cause) {
    if (cause instanceof InterlockError && cause.code === "internal") throw cause;
    throw new StoreError("store_damaged", cause);
  }
}
