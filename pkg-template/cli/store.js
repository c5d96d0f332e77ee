// Opening a store for a command.

import { existsSync } from "node:fs";
import process from "node:process";

import { InterlockError } from "agent-interlock";
import { createGate } from "agent-interlock/gate";
import { sqliteStore } from "agent-interlock/sqlite";

import { CommandError } from "./failure.js";
import { visible } from "./text.js";

/** @import {Policy} from "agent-interlock" */
/** @import {Gate} from "agent-interlock/gate" */

/** What a person may get wrong, or may not do: everything else is the store's fault, or ours. */
const REFUSED = ["not_found", "not_authorized", "already_resolved", "expired", "conflict", "invalid_input"];

/** @param {Record<string, string>} values */
export function storePath({ store }) {
  return store ?? process.env.AGENT_INTERLOCK_STORE ?? "agent-interlock.db";
}

/**
 * Runs `use` on the gate of a store that is there.
 * @template T
 * @param {Record<string, string>} values
 * @param {(gate: Gate) => Promise<T>} use
 * @returns {Promise<T>}
 */
export async function withGate(values, use) {
  const path = storePath(values);
  if (!existsSync(path)) {
    const hint = "--store FILE says where it is; `agent-interlock init POLICY` begins one";
    throw new CommandError(`there is no store ${visible(path)}`, { hint });
  }
  return opened(path, { customerId: values.customer }, use);
}

/**
 * @param {string} path
 * @param {Policy} policy
 * @param {(gate: Gate) => Promise<void>} use
 */
export async function withNewGate(path, policy, use) {
  return opened(path, { policy, create: true }, use);
}

/**
 * @template T
 * @param {string} path
 * @param {{ policy?: Policy, create?: boolean, customerId?: string | undefined }} options
 * @param {(gate: Gate) => Promise<T>} use
 */
async function opened(path, options, use) {
  const store = await stored(path, () => sqliteStore(path));
  try {
    const gate = await stored(path, () => createGate({ store, ...options }));
    // What goes wrong beside the command is not its business.
    gate.on("error", () => {});
    try {
      return await use(gate);
    } catch (error) {
      if (!(error instanceof InterlockError)) throw error;
      throw new CommandError(error.message, { exitCode: REFUSED.includes(error.code) ? 1 : 2 });
    } finally {
      await gate.close();
    }
  } finally {
    store.close();
  }
}

/**
 * @template T
 * @param {string} path
 * @param {() => Promise<T>} open
 */
async function stored(path, open) {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof InterlockError)) throw error;
    throw new CommandError(`cannot use the store ${visible(path)}: ${error.message}`);
  }
}
