// A process that is killed at any moment: GATE|NAIVE FILE EFFECTS FIRST COUNT NOTES LIFE. It runs actions by the number, a few at once, and
// writes what it does to the world into EFFECTS: a line when it has been done. What it was told of approvals it writes into NOTES.
import { appendFileSync } from "node:fs";
import process from "node:process";
import { HUDA, OPEN, action, createGate, naiveGate, sqliteStore } from "../lab.mjs";

const [kind, file, effects, first, count, notes, life] = process.argv.slice(2);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function opened() {
  if (kind === "naive") return { run: naiveGate(file, Infinity) };
  return createGate({ policy: OPEN, store: await sqliteStore(file) });
}

const gate = await opened();
gate.on?.("error", () => {});
process.send("ready");
let next = Number(first);
const end = next + Number(count);

const work = (id) => async () => {
  await pause(Math.random() * 3);
  appendFileSync(effects, `${id}\n`);
  await pause(Math.random() * 3);
};

async function caller() {
  while (next < end) {
    const id = `a${(next += 1)}`;
    await gate.run(action(id), work(id));
  }
}

/** Asks a person, who says yes to every second question, and tries what the life before may not have come to. */
async function asker() {
  for (const number of [Number(life) - 1, Number(life)]) {
    const id = `q${number}`;
    const asked = action(id, { type: "ask" });
    const { status, approval } = await gate.run(asked, work(id));
    if (status !== "pending") continue;
    appendFileSync(notes, `asked ${id}\n`);
    if (number % 4 !== 0) continue;
    await gate.resolve({ approvalId: approval.id, by: HUDA, decision: "approve" });
    appendFileSync(notes, `approved ${id}\n`);
    await gate.run(asked, work(id));
  }
}

const callers = [caller(), caller(), caller(), caller()];
if (kind !== "naive" && Number(life) % 2 === 0) callers.push(asker());
await Promise.all(callers);
// It is to be killed, not to end.
await pause(60_000);
