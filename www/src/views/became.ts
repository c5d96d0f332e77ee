// What became of a question after somebody decided on it.

import type { Approval } from "agent-interlock";
import { engine } from "../state/session.ts";
import { store } from "../state/store.ts";
import type { Words } from "../state/words.ts";
import type { Edit, RunResult } from "../worker/protocol.ts";
import { nameOf } from "./names.ts";

/** `edits` are what the decision put into the day: the decision, and the agent that asks again. */
export async function became(approval: Approval, at: number, edits: readonly Edit[], { m, f, because }: Words): Promise<string> {
  const run = await nextRun();
  const { approvals } = await engine.ask("approvals", { run: run.id, moment: { at } });
  const now = approvals.find(({ id }) => id === approval.id) ?? approval;
  const status = now.status === "pending" ? m.approvals.votes(f.number(now.votes.length), f.number(run.document.approvals.quorum)) : (m.approvals.status[now.status] ?? now.status);
  const said = [m.approvals.now(nameOf(run, approval.agent), approval.type, status)];
  const row = rowOf(run, edits);
  if (row !== null) {
    const [view] = await engine.ask("rows", { run: run.id, rows: [row] });
    if (view?.effect != null) {
      const reason = view.reasons.find(({ effect }) => effect === view.effect);
      said.push(m.approvals.again(f.clock(view.at), m.effects[view.effect]));
      if (reason !== undefined) said.push(because(reason, view.effect));
      if (view.deferUntil !== null) said.push(m.inspector.later(f.full(Date.parse(view.deferUntil))));
    }
  }
  return said.join(" ");
}

/** The result that has the last edit in it. */
function nextRun(): Promise<RunResult> {
  return new Promise((resolve) => {
    const look = () => {
      const { current, ran, document } = store.state;
      if (current === null || ran !== document) return;
      stop();
      resolve(current);
    };
    const stop = store.subscribe(look);
    look();
  });
}

/** Where an action that was put in stands. */
function rowOf({ columns: { edit, kind } }: RunResult, edits: readonly Edit[]): number | null {
  const ids = new Set(edits.map(({ id }) => id));
  const row = edit.findIndex((id, place) => kind[place] === 0 && ids.has(id));
  return row < 0 ? null : row;
}
