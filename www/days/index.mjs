// The days that ship: each a story, told as a log and the policy it ran under. See README.md beside this for what happens when.
import { calm } from "./calm.mjs";
import { runaway } from "./runaway.mjs";
import { week } from "./week.mjs";

/** @returns {{ id: string, policy: object, log: object[] }[]} */
export function days() {
  return [
    { id: "runaway", ...runaway() },
    { id: "calm", ...calm() },
    { id: "week", ...week() },
  ];
}
