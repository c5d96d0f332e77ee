// What a person does to a running agent.

import { CommandError } from "./failure.js";
import { validPolicy } from "./policy-file.js";
import { storePath, withGate, withNewGate } from "./store.js";
import { drawLocks } from "./store-views.js";
import { visible, visibleJson } from "./text.js";

/** @import {Approval, LockOrder} from "agent-interlock" */
/** @import {Context} from "./main.js" */

/** @param {Context} context */
export async function init({ out, options, values, positionals }) {
  const [path = ""] = positionals;
  const policy = await validPolicy(path, out);
  const file = storePath(values);
  await withNewGate(file, policy, async (gate) => {
    const { customerId, head } = gate;
    if (options.json) out.write(`${visibleJson({ store: file, customerId, policyDigest: policy.digest, head })}\n`);
    else out.write(`${out.style.green("✓")} ${visible(file)} begins with the policy of ${visible(customerId)}\n`);
  });
  return 0;
}

/** @param {Context} context */
export function approve(context) {
  return resolve(context, "approve");
}

/** @param {Context} context */
export function reject(context) {
  return resolve(context, "reject");
}

/**
 * @param {Context} context
 * @param {"approve" | "reject"} decision
 */
async function resolve({ out, options, values, positionals }, decision) {
  const [approvalId = ""] = positionals;
  const by = person(values);
  const approval = await withGate(values, (gate) => gate.resolve({ approvalId, by, decision, comment: values.comment }));
  if (options.json) out.write(`${visibleJson(approval)}\n`);
  else out.write(`${drawResolved(approval, out)}\n`);
  return 0;
}

/**
 * @param {Approval} approval
 * @param {Context["out"]} out
 */
function drawResolved({ status, type, agentName, actionId, votes }, { style }) {
  const what = `${visible(type)} ${visible(actionId)} of ${visible(agentName)}`;
  if (status === "pending") return `${style.yellow("…")} ${what}: ${votes.length} of those who have to approve have done so`;
  return `${status === "rejected" ? style.red("✗") : style.green("✓")} ${what}: ${status}`;
}

/** @param {Context} context */
export function lock(context) {
  return changeLock(context, "lock");
}

/** @param {Context} context */
export function unlock(context) {
  return changeLock(context, "unlock");
}

/**
 * @param {Context} context
 * @param {"lock" | "unlock"} change
 */
async function changeLock({ out, options, values }, change) {
  if (values.reason === undefined) throw new CommandError("--reason TEXT is needed: it stands in the audit");
  /** @type {LockOrder} */
  const order = { agent: values.agent, by: person(values), reason: values.reason };
  const state = await withGate(values, (gate) => gate[change](order));
  if (options.json) out.write(`${visibleJson(state)}\n`);
  else out.write(drawLocks(state, out.style));
  return 0;
}

/** @param {Context} context */
export async function reconcile({ out, options, values, positionals }) {
  const [actionId = "", outcome] = positionals;
  if (outcome !== "succeeded" && outcome !== "failed") {
    throw new CommandError(`OUTCOME is succeeded or failed, not \`${visible(String(outcome))}\``);
  }
  const by = person(values);
  const reported = await withGate(values, (gate) => gate.reconcile({ actionId, outcome, by, comment: values.comment }));
  if (options.json) out.write(`${visibleJson(reported)}\n`);
  else out.write(`${out.style.green("✓")} ${visible(actionId)} has ${outcome}\n`);
  return 0;
}

/** @param {Record<string, string>} values */
function person({ as, role = "member" }) {
  if (as === undefined) throw new CommandError("--as USER is needed: it stands in the audit");
  return { id: as, role };
}
