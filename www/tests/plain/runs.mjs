// A day of the simulator run in Node, as its worker runs it.
import { days } from "../../days/index.mjs";
import { load } from "../../tools/load.mjs";

// What the worker's pauses are made of.
export const engine = await load(
  "worker/run.ts", "worker/log.ts", "worker/pause.ts", "worker/difference.ts", "worker/desk.ts", "worker/moment.ts", "worker/find.ts", "worker/export.ts",
  "worker/verify.ts", "worker/rates.ts", "worker/protocol.ts", "worker/sniff.ts", "worker/rules.ts", "worker/day.ts",
  "state/document.ts",
);

export const pacer = () => new engine.Pacer(() => {}, () => false);

export async function logOf(text, name = "log.jsonl") {
  return engine.readLog(new Blob([text]), name, async () => {});
}

export function shipped(id) {
  const { policy, log } = days().find((day) => day.id === id);
  return { policy: JSON.stringify(policy), text: log.map((record) => `${JSON.stringify(record)}\n`).join("") };
}

export async function ran(id, change = {}, edits = []) {
  const { policy, text } = shipped(id);
  const log = await logOf(text);
  const run = await engine.runDay(log, JSON.stringify({ ...JSON.parse(policy), ...change }), edits, pacer());
  return { log, run, desk: new engine.Desk(run) };
}

/** What was put into a day, with a record put in after all that happened by an instant. */
export function putIn(run, edits, at, record) {
  const line = JSON.stringify({ at: new Date(at).toISOString(), ...record });
  return engine.withLines(edits, engine.placeAt(run, at), [line], []);
}

/** Rows as objects: what a test wants to say something of. */
export function rowsOf({ run }) {
  const { columns, agents, types } = run;
  return Array.from(columns.at, (at, row) => {
    const effect = engine.EFFECTS[columns.effect[row]] ?? null;
    const reasons = columns.kind[row] === 0 ? JSON.parse(run.reasons[columns.reasons[row]]) : [];
    return {
      row,
      at: new Date(at + 3 * 3_600_000).toISOString().slice(0, 19),
      edit: columns.edit[row],
      kind: engine.KINDS[columns.kind[row]],
      effect,
      agent: agents.list[columns.agent[row]],
      type: types.list[columns.type[row]],
      code: reasons.find((reason) => reason.effect === effect)?.code ?? null,
      tier: columns.tier[row],
      record: JSON.parse(engine.recordText(run, row)),
      reasons,
    };
  });
}
