/** @import { GateOptions } from "../../types/gate.js" */

import { InterlockError } from "agent-interlock";

import { timeOf } from "./clock.js";
import { frozenCopy } from "./copy.js";
import { Events } from "./events.js";
import { Gate, tellOfOthers } from "./gate.js";
import { Keeper } from "./keeper.js";
import { documentOf, firstReplica, kept, keyOf } from "./open.js";
import { readGateOptions } from "./options.js";

export { fakeClock } from "./clock.js";
export { memoryStore } from "./memory-store.js";

/**
 * @param {GateOptions} options
 * @returns {Promise<import("../../types/gate.js").Gate>}
 */
export async function createGate(options) {
  const given = readGateOptions(options);
  const policy = documentOf(given.policy);
  // Before the store is touched.
  documentOf(given.shadow);
  if (policy !== undefined && given.customerId !== undefined && given.customerId !== policy.customerId) {
    throw new InterlockError("conflict", "customerId", `the policy is that of \`${policy.customerId}\``);
  }
  const { store, create, expectedHead, storeTimeoutMs: timeoutMs } = given;
  const runner = newId();
  const events = new Events();
  const key = await kept(() => keyOf(store, policy?.customerId ?? given.customerId, timeoutMs));
  const replica = await kept(() => firstReplica({ store, key, policy: policy?.document, create, expectedHead, runner, timeoutMs }));
  const keeper = new Keeper({ replica, store, key, runner, timeoutMs, onForeign: (happened) => tellOfOthers(events, happened) });
  try {
    if (policy !== undefined && policy.digest !== replica.policyDigest) await changePolicy(keeper, policy.document, given);
    const gate = new Gate({ keeper, key, runner, events, options: given });
    await kept(() => gate.begin());
    return gate;
  } catch (error) {
    await keeper.close();
    throw error;
  }
}

/**
 * The state is of another policy: whoever wants this one has to say who wants it and why, and may.
 * @param {Keeper} keeper
 * @param {import("../../types/index.js").PolicyDocument} document
 * @param {ReturnType<typeof readGateOptions>} given
 */
async function changePolicy(keeper, document, { changePolicy, clock }) {
  if (changePolicy === undefined) {
    const message = "the store's state is of another policy; `changePolicy: {by, reason}` says who changes it, and why";
    throw new InterlockError("conflict", "policy", message);
  }
  const policy = frozenCopy(document);
  const order = frozenCopy(changePolicy);
  await kept(() => keeper.do(({ ask }) => ask("setPolicy", policy, { ...order, now: timeOf(clock) })));
}

/** Told apart from every other process. */
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
