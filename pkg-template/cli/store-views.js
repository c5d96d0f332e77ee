// What a person sees of a running agent.

import { CommandError } from "./failure.js";
import { withGate } from "./store.js";
import { clip, counted, number, visible, visibleJson } from "./text.js";

/** @import {Approval, InFlight, LockState} from "agent-interlock" */
/** @import {Gate} from "agent-interlock/gate" */
/** @import {Context} from "./main.js" */
/** @import {Style} from "./style.js" */

/** Entries of the audit that are read at once. */
const PART = 1000;

/** @param {Context} context */
export async function status({ out, options, values }) {
  const seen = await withGate(values, async (gate) => ({
    customerId: gate.customerId,
    policy: await gate.policy(),
    locks: await gate.lockState(),
    usage: await gate.usage(),
    pending: (await gate.approvals({ status: "pending" })).length,
    inFlight: await gate.inFlight(),
    outbox: (await gate.outbox()).length,
    head: gate.head,
  }));
  if (options.json) out.write(`${visibleJson(seen)}\n`);
  else drawStatus(seen, out);
  return 0;
}

/**
 * @param {any} seen
 * @param {Context["out"]} out
 */
function drawStatus({ customerId, policy, locks, usage, pending, inFlight, outbox, head }, out) {
  const { style } = out;
  const { budget, currency, autonomyMode } = policy;
  const unknown = inFlight.filter((/** @type {InFlight} */ { status }) => status === "unknown").length;
  const spent = /** @type {const} */ ([
    ["messages", usage.customer.messages, budget.maxMessagesPerDay],
    ["tokens", usage.customer.llmTokens, budget.maxLlmTokensPerDay],
    ["API calls", usage.customer.apiCalls, budget.maxExternalApiCallsPerDay],
    [visible(currency), usage.customer.amount, budget.maxCostPerDay],
  ]);
  out.write(`${style.bold(visible(customerId))}  ${autonomyMode}\n\n`);
  out.write(drawLocks(locks, style));
  out.write(`  ${usage.date}  ${spent.map(([name, used, cap]) => `${number(used)} of ${number(cap)} ${name}`).join(", ")}\n`);
  const waiting = `${counted(pending, "action")} ${pending === 1 ? "waits" : "wait"}`;
  out.write(`  ${pending === 0 ? "nothing waits" : style.yellow(waiting)} for a person\n`);
  out.write(`  ${number(inFlight.length - unknown)} running, ${unknown === 0 ? "none" : style.red(number(unknown))} of unknown outcome\n`);
  if (outbox > 0) out.write(`  ${counted(outbox, "notice")} to be sent\n`);
  out.write(style.dim(`  head ${head.seq}:${head.hash}\n`));
}

/**
 * @param {LockState} locks
 * @param {Style} style
 */
export function drawLocks({ customer, agents }, style) {
  const all = customer === null ? [] : [/** @type {const} */ (["everything", customer])];
  const lines = [...all, ...Object.entries(agents)].map(([who, { reason, since, source }]) => {
    return `  ${style.red("locked")}  ${visible(who)}  since ${since}, ${source}: ${visible(reason)}\n`;
  });
  return lines.length === 0 ? `  ${style.green("nothing is locked")}\n` : lines.join("");
}

/** @param {Context} context */
export async function approvals({ out, options, values }) {
  const found = await withGate(values, (gate) => gate.approvals(options.all ? {} : { status: "pending" }));
  if (options.json) {
    for (const approval of found) out.write(`${visibleJson(approval)}\n`);
    return 0;
  }
  if (found.length === 0) out.write(`  ${options.all ? "there is none" : "nothing waits for a person"}\n`);
  for (const approval of found) out.write(drawApproval(approval, out));
  return 0;
}

/**
 * @param {Approval} approval
 * @param {Context["out"]} out
 */
function drawApproval({ id, status, type, agentName, requestedBy, args, reasons, expiresAt }, { style, columns }) {
  const asked = requestedBy === null ? "" : ` for ${visible(requestedBy)}`;
  const why = reasons.map(({ text }) => visible(text)).join(", ");
  return [
    `${style.bold(visible(id))}  ${status === "pending" ? style.yellow(status) : status}`,
    `  ${visible(type)} by ${visible(agentName)}${asked}, until ${expiresAt}`,
    `  ${clip(visible(JSON.stringify(args)), columns - 2)}`,
    `  ${style.dim(clip(why, columns - 2))}`,
    "",
  ].join("\n");
}

/** @param {Context} context */
export async function inflight({ out, options, values }) {
  const flights = await withGate(values, (gate) => gate.inFlight());
  if (options.json) {
    for (const flight of flights) out.write(`${visibleJson(flight)}\n`);
    return 0;
  }
  if (flights.length === 0) out.write("  nothing is in flight\n");
  for (const { actionId, type, agent, attempt, grantedAt, status } of flights) {
    const state = status === "unknown" ? out.style.red("unknown") : out.style.green("running");
    out.write(`  ${state}  ${visible(actionId)}  ${visible(type)} by ${visible(agent)}, attempt ${attempt}, granted ${grantedAt}\n`);
  }
  return 0;
}

/** @param {Context} context */
export async function audit({ out, values }) {
  const since = values.since === undefined ? 0 : Number(values.since);
  if (!Number.isSafeInteger(since) || since < 0) throw new CommandError(`--since needs a number, not \`${visible(String(values.since))}\``);
  await withGate(values, (gate) => writeAudit(gate, since, out));
  return 0;
}

/**
 * @param {Gate} gate
 * @param {number} since
 * @param {Context["out"]} out
 */
async function writeAudit(gate, since, out) {
  for (let last = since; !out.closed; ) {
    const entries = await gate.audit({ since: last, limit: PART });
    for (const entry of entries) out.write(`${visibleJson(entry)}\n`);
    await out.flush();
    const end = entries.at(-1);
    if (end === undefined) return;
    last = end.seq;
  }
}
