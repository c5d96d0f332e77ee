// A gate on a file in Bun, with Bun's own SQLite: what has run does not run again, in the next process neither.
import { createGate } from "agent-interlock/gate";
import { sqliteStore } from "agent-interlock/sqlite";

const [file = "agent.db", ...words] = Bun.argv.slice(2);
// Said once, by a person: a file that is missing later has been lost, and is not begun anew.
const create = words.includes("--first");
const store = await sqliteStore(file);
const gate = await createGate({ policy: { customerId: "noor", autonomyMode: "safe_autopilot" }, store, create });

for (const id of ["m1", "m2"]) {
  const action = { id, type: "book_meeting", agent: "sales", args: { day: "Sunday" } };
  const run = await gate.run(action, (args) => `booked for ${args.day}`);
  console.log(id, run.status, run.status === "executed" ? run.result : run.status === "failed" ? run.error : run.code);
}
console.log("head", gate.head.seq);
await gate.close();
store.close();
