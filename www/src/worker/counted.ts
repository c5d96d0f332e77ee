// Which actions count as velocity, as far as the rows of a replay tell: for the picture alone. What counts in a decision the guard has said.

import type { Replay, ReplayAction } from "agent-interlock";
import { Seen } from "./seen.ts";

/** Kinds of actions that the package is asked about; what comes after so many is taken to count. */
const MOST_KINDS = 5000;

export class Counted {
  readonly #replay: Replay;
  /** By what velocity goes by: whether it looks at such an action at all. */
  readonly #looksAt = new Map<string, boolean>();
  readonly #seen = new Seen();

  constructor(replay: Replay) {
    this.#replay = replay;
  }

  /** Another policy may call other types reads. */
  forgetPolicy(): void {
    this.#looksAt.clear();
  }

  /** An id counts when it is new, and once more where it was held back and now runs without that people have said so. */
  request(row: ReplayAction, text: string): boolean {
    const before = this.#seen.put(row.actionId, row.allowed);
    if (!this.#isLookedAt(row.type, text)) return false;
    if (before === null || row.escalation !== null) return true;
    return row.allowed && before === "refused" && row.approval?.status !== "consumed";
  }

  /** Reads and what people do are not, as the package tells of the first of a kind. */
  #isLookedAt(type: string, text: string): boolean {
    const kind = text.includes('"human"') || text.includes('"access"') ? kindOf(type, text) : type;
    const known = this.#looksAt.get(kind);
    if (known !== undefined) return known;
    const isLookedAt = this.#looksAt.size >= MOST_KINDS || this.#asked(text);
    this.#looksAt.set(kind, isLookedAt);
    return isLookedAt;
  }

  #asked(text: string): boolean {
    const rule = this.#replay.explain(text).rules.find(({ rule }) => rule === "escalation");
    return rule !== undefined && rule.applies && rule.read?.["isRead"] !== true;
  }
}

function kindOf(type: string, text: string): string {
  const { human, access } = JSON.parse(text) as { human?: unknown; access?: unknown };
  return JSON.stringify([type, human, access]);
}
