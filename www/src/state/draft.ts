// An action that is being tried: what the form has, and the record of a log that it makes.

import type { RunResult } from "../worker/protocol.ts";
import { at as valueAt } from "./document.ts";

export interface Draft {
  id: string;
  type: string;
  agent: string;
  /** Milliseconds since 1970. */
  time: number;
  requestedBy: string;
  human: boolean;
  args: string;
  riskFactors: Record<string, string>;
  cost: Record<string, string>;
  riskScore: string;
  impactScore: string;
  access: string;
  needsInterrupt: boolean;
  group: Record<"id" | "index" | "size", string>;
}

/** What a factor is: the form makes the control from it. */
export const FACTORS = {
  isFirstSendToAccount: "boolean",
  dealValue: "number",
  containsLegalTopic: "boolean",
  sector: "text",
  draftText: "long",
  consecutiveFollowupIndex: "number",
} as const;
export const COSTS = ["messages", "llmTokens", "apiCalls", "amount"] as const;

/** A record of the day that somebody wants to try with changes; a log writes its time in more than one way. */
export interface Taken {
  record: string;
  at: number;
}

const FIRST = JSON.stringify({
  id: "try-1",
  type: "send_message",
  args: {},
  riskFactors: { dealValue: 150000, draftText: "The offer is ready.", isFirstSendToAccount: false },
});

/** What was taken from the day, under an id of its own; else a first example at the time of what is selected. */
export function begun(run: RunResult, selected: number | null, taken: Taken | null): Draft {
  if (taken !== null) {
    const draft = draftOf(taken.record, taken.at);
    return { ...draft, id: `${draft.id}-try` };
  }
  const { at, agent } = run.columns;
  const time = (selected === null ? undefined : at[selected]) ?? at[Math.floor(at.length / 2)] ?? 0;
  return { ...draftOf(FIRST, time), agent: run.agents[agent[selected ?? 0] ?? 0] ?? "agent" };
}

/** From a record of the log; what is missing is empty. */
export function draftOf(text: string, time: number): Draft {
  const record = parsed(text);
  const word = (...path: string[]) => {
    const value = valueAt(record, path);
    return value === undefined || value === null ? "" : String(value);
  };
  const fields = (group: string, names: readonly string[]) => Object.fromEntries(names.map((name) => [name, word(group, name)]));
  const args = record["args"];
  return {
    id: word("id"),
    type: word("type"),
    agent: word("agent"),
    time,
    requestedBy: word("requestedBy"),
    human: record["human"] === true,
    args: args === undefined ? "{}" : JSON.stringify(args, null, 2),
    riskFactors: fields("riskFactors", Object.keys(FACTORS)),
    cost: fields("cost", COSTS),
    riskScore: word("riskScore"),
    impactScore: word("impactScore"),
    access: word("access"),
    needsInterrupt: record["needsInterrupt"] === true,
    group: fields("group", ["id", "index", "size"]) as Draft["group"],
  };
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** The record that a draft makes; null while its arguments are no JSON. What is left empty is left out. */
export function recordOf(draft: Draft): string | null {
  let args: unknown;
  try {
    args = JSON.parse(draft.args.trim() === "" ? "{}" : draft.args);
  } catch {
    return null;
  }
  const number = (text: string) => (text === "" ? undefined : Number(text));
  const record = {
    at: new Date(draft.time).toISOString(),
    id: draft.id,
    type: draft.type,
    agent: draft.agent,
    requestedBy: draft.requestedBy || undefined,
    human: draft.human || undefined,
    args,
    riskFactors: riskFactorsOf(draft.riskFactors),
    cost: filled(Object.fromEntries(COSTS.map((name) => [name, number(draft.cost[name] ?? "")]))),
    riskScore: number(draft.riskScore),
    impactScore: number(draft.impactScore),
    access: draft.access || undefined,
    needsInterrupt: draft.needsInterrupt || undefined,
    group: draft.group.id === "" ? undefined : { id: draft.group.id, index: number(draft.group.index) ?? 0, size: number(draft.group.size) ?? 1 },
  };
  return JSON.stringify(record);
}

function riskFactorsOf(given: Draft["riskFactors"]): object | undefined {
  const entries = Object.entries(FACTORS).map(([name, kind]) => {
    const text = given[name] ?? "";
    if (text === "") return [name, undefined];
    if (kind === "number") return [name, Number(text)];
    return [name, kind === "boolean" ? text === "true" : text];
  });
  return filled(Object.fromEntries(entries) as Record<string, unknown>);
}

function filled(fields: Record<string, unknown>): object | undefined {
  return Object.values(fields).some((value) => value !== undefined) ? fields : undefined;
}
