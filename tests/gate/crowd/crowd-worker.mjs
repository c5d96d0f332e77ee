// A process of its own: GATE|NAIVE FILE CAP ACTIONS. Says when it is ready, waits for the word, and says what it counted.
import { once } from "node:events";
import process from "node:process";
import { capped, createGate, naiveGate, sqliteStore, storm } from "../lab.mjs";

const [kind, file, cap, actions] = process.argv.slice(2);

async function opened() {
  if (kind === "naive") return { run: naiveGate(file, Number(cap)), close() {} };
  return createGate({ policy: capped(Number(cap)), store: await sqliteStore(file) });
}

const gate = await opened();
process.send("ready");
await once(process, "message");
const counts = await storm(gate.run.bind(gate), Number(actions), 25);
await gate.close();
process.send(counts, () => process.disconnect());
