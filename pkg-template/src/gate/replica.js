/** @import { AuditEntry, AuditHead, Decision, PolicyDocument, Reported, Snapshot } from "../../types/index.js" */
/** @import { Command, CommitEntry, Entry } from "../../types/gate.js" */

import { Guard, InterlockError } from "agent-interlock";

/** Errors that leave a trace in the audit; a command that ends with another has not happened. */
const WITH_TRACE = ["not_authorized", "already_resolved", "expired"];

/** After so many commands the whole state is written down: what is younger is carried out again when a state is loaded. */
const COMMANDS_PER_CHECKPOINT = 1000;

/** So many entries of the audit a guard keeps. */
const ENTRIES = 1000;

const FORMAT = 1;

/**
 * Who carries out a grant, by the action's id.
 * @typedef {{ runner: string, attempt: number }} Flight
 */

/**
 * What a command came to, where it came to something.
 * @typedef {{ command: Command, result: unknown }} Happened
 */

/**
 * The state as this process knows it: a guard, and who carries out what. The guard is deterministic, so it is a checkpoint and the
 * commands since; commands that are not in the store yet are kept apart.
 */
export class Replica {
  /** The commit that the state is of. */
  version;
  /** The head at that commit. @type {AuditHead} */
  head;
  /** @type {Map<string, Flight>} */
  flights;
  /** Commands that no commit holds yet. @type {Command[]} */
  pending = [];
  #guard;
  #policy;
  #sinceCheckpoint = 0;
  /** Of the audit before this guard was begun: what the replica before this one had. @type {AuditEntry[]} */
  #earlier = [];
  /** Where the guard's audit ends, ahead of the store's where commands are pending. @type {AuditHead} */
  #reached;

  /**
   * @param {Guard} guard
   * @param {unknown} policy the document that the guard decides by
   * @param {number} version
   * @param {Iterable<[string, Flight]>} flights
   */
  constructor(guard, policy, version, flights) {
    this.#guard = guard;
    this.#policy = policy;
    this.version = version;
    this.head = guard.auditHead();
    this.#reached = this.head;
    this.flights = new Map(flights);
  }

  /** @param {PolicyDocument} policy */
  static fresh(policy) {
    return new Replica(new Guard({ policy }), policy, 0, []);
  }

  /**
   * @param {{ version: number, state: string }} checkpoint
   */
  static of({ version, state }) {
    const { format, policy, snapshot, flights } = read(state);
    if (format !== FORMAT) throw new InterlockError("invalid_snapshot", "format", `expected a state of format ${FORMAT}, got ${format}`);
    return new Replica(new Guard({ policy, snapshot }), policy, version, flights);
  }

  get policyDigest() {
    return this.#guard.policyDigest;
  }

  /** The document that is decided by, as it was given. */
  get policy() {
    return /** @type {PolicyDocument} */ (this.#policy);
  }

  /** Whether it is ahead of the store. */
  get isAhead() {
    return this.pending.length > 0;
  }

  /**
   * Carries out a command; where it leaves a trace it is pending from then on.
   * @param {Command["name"]} name
   * @param {unknown} argument plain and frozen
   * @param {Record<string, unknown>} options
   * @param {string} runner
   * @returns {any}
   */
  ask(name, argument, options, runner) {
    const command = { name, argument, options, runner };
    try {
      const result = this.#carryOut(command);
      if (this.#hasMoved()) this.pending.push(command);
      return result;
    } catch (error) {
      if (error instanceof InterlockError && WITH_TRACE.includes(error.code) && this.#hasMoved()) {
        this.pending.push({ ...command, refused: error.code });
      }
      throw error;
    }
  }

  /** Whether the audit has grown: what leaves no trace in it has changed nothing, and need not be kept. */
  #hasMoved() {
    const before = this.#reached.seq;
    this.#reached = this.#guard.auditHead();
    return this.#reached.seq !== before;
  }

  /**
   * A view of the guard, or anything else of it that changes nothing.
   * @template T
   * @param {(guard: Guard) => T} look
   * @returns {T}
   */
  view(look) {
    return look(this.#guard);
  }

  /**
   * The audit's entries after a number, as far as this process has them: the last 1,000.
   * @param {number} seq
   */
  auditSince(seq) {
    const earlier = this.#earlier.filter((entry) => entry.seq > seq);
    return [...earlier, ...this.#guard.auditSince(seq)].slice(-ENTRIES);
  }

  /**
   * Takes the place of another, which was of the same chain: what that one has of the audit stays, up to where this one's begins.
   * @param {Replica} other
   */
  inherit(other) {
    const begins = this.#guard.auditSince(0)[0]?.seq ?? this.head.seq + 1;
    this.#earlier = other.auditSince(0).filter(({ seq }) => seq <= other.head.seq && seq < begins);
  }

  /**
   * What is pending, as the store takes it.
   * @param {string} id
   * @returns {CommitEntry}
   */
  entry(id) {
    const { seq } = this.head;
    const head = this.#reached;
    const commands = this.pending;
    const isDue = this.#sinceCheckpoint + commands.length >= COMMANDS_PER_CHECKPOINT;
    const checkpoint = this.version === 0 || isDue || commands.some(changesZone);
    return { id, head, commands, checkpoint, audit: () => this.#auditBetween(seq, head.seq) };
  }

  /**
   * All of it, as a checkpoint holds it.
   * @param {string} id the commit's
   */
  state(id) {
    const snapshot = this.#guard.snapshot();
    return JSON.stringify({ format: FORMAT, id, policy: this.#policy, snapshot, flights: [...this.flights] });
  }

  /**
   * What was pending is in the store.
   * @param {CommitEntry} entry
   */
  committed(entry) {
    this.version += 1;
    this.head = entry.head;
    this.#sinceCheckpoint = entry.checkpoint ? 0 : this.#sinceCheckpoint + entry.commands.length;
    this.pending = [];
  }

  /**
   * Carries out what another process has committed. It comes to the same, or the store does not hold what it held.
   * @param {number} version
   * @param {Entry} entry
   * @returns {Happened[]}
   */
  follow(version, entry) {
    if (version !== this.version + 1) throw damaged(`commit ${this.version + 1} is missing`);
    /** @type {Happened[]} */
    const happened = [];
    for (const command of entry.commands) happened.push({ command, result: this.#again(command, version) });
    const head = this.#guard.auditHead();
    this.#reached = head;
    if (head.seq !== entry.head.seq || head.hash !== entry.head.hash) throw damaged(`commit ${version} comes out otherwise than it did`);
    this.version = version;
    this.head = head;
    this.#sinceCheckpoint += entry.commands.length;
    return happened;
  }

  free() {
    this.#guard.free();
  }

  /**
   * @param {Command} command
   * @param {number} version
   */
  #again(command, version) {
    try {
      const result = this.#carryOut(command);
      if (command.refused === undefined) return result;
    } catch (error) {
      if (error instanceof InterlockError && error.code === command.refused) return undefined;
      if (error instanceof InterlockError && error.code === "internal") throw error;
      throw damaged(`commit ${version} cannot be carried out again`, error);
    }
    throw damaged(`what commit ${version} was refused was not refused again`);
  }

  /** @param {Command} command */
  #carryOut({ name, argument, options, runner }) {
    const result = /** @type {any} */ (this.#guard)[name](argument, options);
    if (name === "setPolicy") this.#policy = argument;
    if (name === "request") this.#granted(result, runner);
    if (name === "report") this.#reported(result);
    return result;
  }

  /**
   * @param {Decision} decision
   * @param {string} runner
   */
  #granted({ actionId, allowed, attempt }, runner) {
    if (allowed) this.flights.set(actionId, { runner, attempt });
  }

  /** @param {Reported} reported */
  #reported({ actionId }) {
    this.flights.delete(actionId);
  }

  /**
   * @param {number} after
   * @param {number} last
   * @returns {AuditEntry[]}
   */
  #auditBetween(after, last) {
    return this.#guard.auditSince(after).filter(({ seq }) => seq <= last);
  }
}

/**
 * Which commit a checkpoint was written with.
 * @param {string} state
 */
export function idOf(state) {
  try {
    return /** @type {unknown} */ (JSON.parse(state).id);
  } catch {
    return undefined;
  }
}

/** A policy resolves its time zone anew, and another host may do that otherwise. @param {Command} command */
function changesZone({ name }) {
  return name === "setPolicy";
}

/**
 * @param {string} state
 * @returns {{ format: unknown, policy: PolicyDocument, snapshot: Snapshot, flights: [string, Flight][] }}
 */
function read(state) {
  try {
    const { format, policy, snapshot, flights } = JSON.parse(state);
    return { format, policy, snapshot, flights };
  } catch (cause) {
    throw damaged("its state is no JSON", cause);
  }
}

/**
 * @param {string} what
 * @param {unknown} [cause]
 */
function damaged(what, cause) {
  return new InterlockError("invalid_snapshot", "store", `the store does not hold what was written: ${what}`, { cause });
}
