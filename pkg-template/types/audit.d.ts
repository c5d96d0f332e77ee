import type { AuditEntry, AuditHead } from "./guard.js";

/** The argument of {@link verifyAudit}. */
export interface AuditCheck {
  /**
   * The oldest first, at most 100,000; a longer chain is verified in parts. Each is an object or its JSON text: the line of
   * a file, read strictly.
   */
  entries: readonly (AuditEntry | string)[];
  /** The head before the first of them. Left out, they begin with the chain's first. */
  since?: AuditHead | undefined;
  /** The head that the host kept, not before `since`. Without it, entries missing at the end cannot be noticed. */
  head?: AuditHead | undefined;
}

/**
 * How a chain is broken.
 *
 * - `malformed_entry`: what stands there is no entry
 * - `out_of_sequence`: another number than the next one: an entry was removed, inserted or moved
 * - `broken_link`: it does not follow the entry before: that one was changed, and its hash made anew
 * - `changed_entry`: its content is not what its hash is over
 * - `cut_tail`: the chain ends before the head that was kept
 * - `other_head`: the entry that the kept head speaks of has another hash: this is another chain
 */
export type ChainBreak =
  | "malformed_entry"
  | "out_of_sequence"
  | "broken_link"
  | "changed_entry"
  | "cut_tail"
  | "other_head";

/** The answer of {@link verifyAudit}. */
export type ChainVerdict =
  | { valid: true; brokenAt: null; reason: null }
  | {
      valid: false;
      /** The number of the first entry that is not as it should be; after a cut tail, of the first that is missing. */
      brokenAt: number;
      reason: ChainBreak;
    };

/**
 * Whether an audit chain is whole: each entry as it was written, each following the one before, none missing as far as
 * is known. What no chain can show is that somebody who could replace the kept head as well has made all of it anew.
 *
 * @throws {InterlockError} where the argument is wrong; a broken chain is an answer
 * @example
 * ```js
 * import { Guard, verifyAudit } from "agent-interlock";
 *
 * const guard = new Guard({ policy: { customerId: "noor" } });
 * guard.request({ id: "a1", type: "book_meeting", agent: "sales" });
 * const entries = guard.auditSince(0);
 * console.log(verifyAudit({ entries, head: guard.auditHead() }).valid); // true
 * console.log(verifyAudit({ entries: [], head: guard.auditHead() }).reason); // cut_tail
 * guard.free();
 * ```
 */
export declare function verifyAudit(argument: AuditCheck): ChainVerdict;
