// The commands on a store: what a person sees of a running agent, and does to it, from another terminal.

/** @import {Command} from "./commands.js" */

const STORE = {
  store: { value: "FILE", about: "the store; default: $AGENT_INTERLOCK_STORE, else agent-interlock.db" },
  customer: { value: "ID", about: "whose state, where the store has several" },
};
const BY = {
  as: { value: "USER", about: "who you are; required" },
  role: { value: "ROLE", about: "platform_admin, or any other word (default: member)" },
};
const JSON_OPTION = { json: "the answer as JSON" };
const REASON = { value: "TEXT", about: "why; required" };
const ID = { name: "ID", about: "the approval's id, as `agent-interlock approvals` lists it" };

const EXIT = `Exit code: 0 done; 1 refused (not found, not authorized, already resolved);
2 it could not start (arguments, the store); 3 it failed itself.`;
const TRUST = `Whoever can write the store's file can do this as anybody: keep it where the
agent's tools cannot reach it.`;

const views = async () => import("./store-views.js");
const acts = async () => import("./store-acts.js");

/** @typedef {"init" | "status" | "approvals" | "approve" | "reject" | "lock" | "unlock" | "inflight" | "reconcile" | "audit"} Name */

/** @type {Record<Name, Command>} */
export const STORE_COMMANDS = {
  init: {
    about: "begin a store with a policy: the first start, once",
    positionals: [{ name: "POLICY", about: "a policy document (JSON)" }],
    options: JSON_OPTION,
    values: { store: STORE.store },
    notes: [EXIT],
    load: async () => (await acts()).init,
  },
  status: {
    about: "locks, today's usage, what waits for a person, what runs",
    positionals: [],
    options: JSON_OPTION,
    values: STORE,
    notes: [EXIT],
    load: async () => (await views()).status,
  },
  approvals: {
    about: "what waits for a person",
    positionals: [],
    options: { all: "those that are resolved, too", ...JSON_OPTION },
    values: STORE,
    notes: [EXIT],
    load: async () => (await views()).approvals,
  },
  approve: {
    about: "let an action run that waits for a person",
    positionals: [ID],
    options: JSON_OPTION,
    values: { ...BY, comment: { value: "TEXT", about: "why" }, ...STORE },
    notes: [TRUST, EXIT],
    load: async () => (await acts()).approve,
  },
  reject: {
    about: "refuse an action that waits for a person",
    positionals: [ID],
    options: JSON_OPTION,
    values: { ...BY, comment: { value: "TEXT", about: "why" }, ...STORE },
    notes: [TRUST, EXIT],
    load: async () => (await acts()).reject,
  },
  lock: {
    about: "the kill switch: nothing that writes runs any more",
    positionals: [],
    options: JSON_OPTION,
    values: { agent: { value: "ID", about: "this agent alone; default: all" }, ...BY, reason: REASON, ...STORE },
    notes: [TRUST, EXIT],
    load: async () => (await acts()).lock,
  },
  unlock: {
    about: "take a lock away",
    positionals: [],
    options: JSON_OPTION,
    values: { agent: { value: "ID", about: "this agent's; default: the customer's" }, ...BY, reason: REASON, ...STORE },
    notes: [TRUST, EXIT],
    load: async () => (await acts()).unlock,
  },
  inflight: {
    about: "what runs, and what nobody knows the outcome of",
    positionals: [],
    options: JSON_OPTION,
    values: STORE,
    notes: [EXIT],
    load: async () => (await views()).inflight,
  },
  reconcile: {
    about: "say what became of an action of unknown outcome",
    positionals: [
      { name: "ACTION", about: "the action's id" },
      { name: "OUTCOME", about: "succeeded or failed" },
    ],
    options: JSON_OPTION,
    values: { ...BY, comment: { value: "TEXT", about: "how you know" }, ...STORE },
    notes: [TRUST, EXIT],
    load: async () => (await acts()).reconcile,
  },
  audit: {
    about: "the audit, one entry a line, as `verify` reads it",
    positionals: [],
    options: {},
    values: { since: { value: "SEQ", about: "entries after this number" }, ...STORE },
    notes: [`agent-interlock audit > audit.jsonl; agent-interlock verify audit.jsonl
--head SEQ:HASH, with the head that you kept: \`status\` shows it.`, EXIT],
    load: async () => (await views()).audit,
  },
};
