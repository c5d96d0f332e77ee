/** @import { AuditHead, PolicyDocument } from "../../types/index.js" */
/** @import { GateOptions, Store, StoreFault } from "../../types/gate.js" */

import { InterlockError, Policy } from "agent-interlock";

import { begun, expectHead, followed } from "./keeper.js";
import { Replica } from "./replica.js";
import { answerOf, StoreError } from "./store-error.js";

/** @type {Record<StoreFault, "not_found" | "invalid_snapshot" | "internal">} */
const CODES = {
  store_empty: "not_found",
  store_older: "invalid_snapshot",
  store_other: "invalid_snapshot",
  store_damaged: "invalid_snapshot",
  store_failed: "internal",
  store_slow: "internal",
  store_contended: "internal",
  closed: "internal",
};

/**
 * Runs what needs the store; its faults are errors of ours.
 * @template T
 * @param {() => PromiseLike<T>} run
 * @returns {Promise<T>}
 */
export async function kept(run) {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw new InterlockError(CODES[error.code], "store", error.message, { cause: error });
  }
}

/**
 * The state to begin with. A first start is one that says so: where there is nothing and nobody said so, the state has been lost, and
 * nothing is begun anew in its place.
 * @param {object} given
 * @param {Store} given.store
 * @param {string} given.key
 * @param {PolicyDocument | undefined} given.policy
 * @param {boolean} given.create
 * @param {AuditHead | undefined} given.expectedHead
 * @param {string} given.runner
 * @param {number} given.timeoutMs
 */
export async function firstReplica(given) {
  const { store, key, create, expectedHead, timeoutMs } = given;
  const loaded = await answerOf(() => store.load(key), timeoutMs);
  if (loaded === null || loaded === undefined) return begin(given);
  if (create) {
    throw new InterlockError("conflict", "create", `the store has a state of \`${key}\` already; \`create\` is for the first start alone`);
  }
  const replica = begun(loaded);
  try {
    followed(replica, loaded, loaded.version);
    if (expectedHead !== undefined) {
      if (replica.head.seq < expectedHead.seq) throw new StoreError("store_older");
      await expectHead(store, key, expectedHead, timeoutMs);
    }
    return replica;
  } catch (error) {
    replica.free();
    throw error;
  }
}

/** @param {Parameters<typeof firstReplica>[0]} given */
async function begin({ store, key, policy, create, expectedHead, runner, timeoutMs }) {
  if (expectedHead !== undefined) throw new StoreError("store_empty");
  if (!create && store.isVolatile !== true) {
    const message = `the store has no state of \`${key}\`. Should there be one, it has been lost: put it back.`;
    throw new InterlockError("not_found", "store", `${message} A first start says \`create: true\``);
  }
  if (policy === undefined) throw new InterlockError("invalid_input", "policy", "a first start needs a policy");
  const replica = Replica.fresh(policy);
  const entry = replica.entry(`${runner}:0`);
  const isFirst = await answerOf(() => store.commit(key, 0, entry, () => replica.state(entry.id)), timeoutMs);
  if (isFirst !== true) {
    throw new InterlockError("conflict", "store", "another process began this state at the same time; start again without `create`");
  }
  replica.committed(entry);
  return replica;
}

/**
 * The document of a policy, and whose it is.
 * @param {GateOptions["policy"]} policy
 */
export function documentOf(policy) {
  if (policy === undefined) return undefined;
  const compiled = policy instanceof Policy ? policy : new Policy(policy);
  const { document, digest } = compiled;
  // The caller's own is the caller's to free.
  if (compiled !== policy) compiled.free();
  return { document: /** @type {PolicyDocument} */ (document), digest, customerId: document.customerId };
}

/**
 * Whose state it is: the policy's, or the only one that the store has.
 * @param {Store} store
 * @param {string | undefined} customerId
 * @param {number} timeoutMs
 */
export async function keyOf(store, customerId, timeoutMs) {
  if (customerId !== undefined) return customerId;
  const keys = store.keys === undefined ? [] : await answerOf(() => store.keys?.() ?? [], timeoutMs);
  const [only, other] = keys;
  if (only === undefined) {
    throw new InterlockError("not_found", "policy", "there is neither a policy nor a state in the store that says whose it is");
  }
  if (other === undefined) return only;
  throw new InterlockError("invalid_input", "customerId", `the store has states of several customers: ${keys.join(", ")}`);
}
