/** @import { Compiled } from "./compiled.js" */
/** @import { Engine } from "./engine.js" */
/** @import { ApprovalRequirement, BudgetStatus, TierAssessment } from "../types/index.js" */

import { call } from "./call.js";
import { enter } from "./engine.js";
import { field, fieldNames, items } from "./ordinary.js";
import { isWellFormed } from "./platform.js";

// The quick way to the most frequent answer, that nothing speaks against an action: an ordinary object is read here, numbers go to
// the engine, and yes or no comes back. No rule stands here. What cannot be read goes the long way as it is; what was read and is
// not simply free goes the long way as it was read, so that an object which answers otherwise the second time gains nothing.

/** What the engine is to know of a request beside its type's traits; as in src/wasm/quick.rs. */
const FIRST_SEND = 32;
const LEGAL_TOPIC = 64;
/** A type's trait: its drafts are searched. */
const SEARCHED = 16;

/** Longer drafts go the long way: reading them takes so much that nothing is gained. */
const MAX_DRAFT = 65_536;
/** More events go the long way, so that the room for them stays small. */
const MAX_EVENTS = 50_000;
/** No time takes more characters, but for a fraction that nobody measures. */
const MAX_TIME = 40;

/**
 * @typedef {object} Risk
 * @property {boolean} isFirstSendToAccount
 * @property {number} dealValue
 * @property {boolean} containsLegalTopic
 * @property {string | null} sector
 * @property {string} draftText
 * @property {number} consecutiveFollowupIndex
 */

/** @type {Risk} */
const NO_RISK = {
  isFirstSendToAccount: false,
  dealValue: 0,
  containsLegalTopic: false,
  sector: null,
  draftText: "",
  consecutiveFollowupIndex: 0,
};

/**
 * `requiresApproval` under a compiled policy.
 * @param {unknown} argument
 * @param {Compiled} policy
 * @returns {ApprovalRequirement}
 */
export function requiresApproval(argument, policy) {
  const request = attempt(readRequest, argument);
  if (request === undefined) return call("requiresApproval", argument, undefined, policy);
  if (enter((engine) => needsNobody(engine, policy, request))) return { required: false, reason: null, reasons: [] };
  return call("requiresApproval", request, undefined, policy);
}

/**
 * `withinBudget` under a compiled policy.
 * @param {unknown} argument
 * @param {Compiled} policy
 * @returns {BudgetStatus}
 */
export function withinBudget(argument, policy) {
  const usage = attempt(readUsageArgument, argument);
  if (usage === undefined) return call("withinBudget", argument, undefined, policy);
  const { messagesToday, llmTokensToday, apiCallsToday, costToday } = usage;
  const isWithin = enter((engine) =>
    engine.bindings.hasBudget(policy.handle(engine), messagesToday, llmTokensToday, apiCallsToday, costToday),
  );
  if (isWithin) return { within: true, reason: null, reasons: [] };
  return call("withinBudget", { usage }, undefined, policy);
}

/**
 * `determineTier` under a compiled policy, or by the defaults.
 * @param {unknown} argument
 * @param {Compiled} [policy]
 * @returns {TierAssessment}
 */
export function determineTier(argument, policy) {
  const given = attempt(readTimes, argument);
  const answer = given && enter((engine) => tierOfTimes(engine, policy, given));
  return answer ? JSON.parse(answer) : call("determineTier", argument, { now: true }, policy);
}

/**
 * What `read` gives; undefined where a Proxy threw meanwhile, which the encoder has words for.
 * @template T
 * @param {(value: unknown) => T | undefined} read
 * @param {unknown} value
 */
function attempt(read, value) {
  try {
    return read(value);
  } catch {
    return undefined;
  }
}

/** @param {unknown} value */
function readRequest(value) {
  const names = fieldNames(value);
  if (names === undefined) return undefined;
  const argument = /** @type {object} */ (value);
  /** @type {unknown} */
  let actionType;
  let riskFactors = NO_RISK;
  for (const name of names) {
    if (name === "actionType") actionType = field(argument, name);
    else if (name === "riskFactors") {
      const risk = readRisk(field(argument, name));
      if (risk === undefined) return undefined;
      riskFactors = risk;
    } else return undefined;
  }
  return typeof actionType === "string" ? { actionType, riskFactors } : undefined;
}

/**
 * @param {unknown} value
 * @returns {Risk | undefined}
 */
function readRisk(value) {
  const names = fieldNames(value);
  if (names === undefined) return undefined;
  const factors = /** @type {object} */ (value);
  let { isFirstSendToAccount, dealValue, containsLegalTopic, sector, draftText, consecutiveFollowupIndex } = NO_RISK;
  for (const name of names) {
    const given = field(factors, name);
    if (name === "isFirstSendToAccount" && typeof given === "boolean") isFirstSendToAccount = given;
    else if (name === "dealValue" && typeof given === "number") dealValue = given;
    else if (name === "containsLegalTopic" && typeof given === "boolean") containsLegalTopic = given;
    else if (name === "sector" && (typeof given === "string" || given === null)) sector = given;
    else if (name === "draftText" && typeof given === "string") draftText = given;
    else if (name === "consecutiveFollowupIndex" && typeof given === "number") consecutiveFollowupIndex = given;
    else return undefined;
  }
  return { isFirstSendToAccount, dealValue, containsLegalTopic, sector, draftText, consecutiveFollowupIndex };
}

/** @param {unknown} value */
function readUsageArgument(value) {
  const names = fieldNames(value);
  if (names?.length !== 1 || names[0] !== "usage") return undefined;
  return readUsage(field(/** @type {object} */ (value), "usage"));
}

/** @param {unknown} value */
function readUsage(value) {
  const names = fieldNames(value);
  if (names === undefined) return undefined;
  const usage = /** @type {object} */ (value);
  let [messagesToday, llmTokensToday, apiCallsToday, costToday] = [0, 0, 0, 0];
  for (const name of names) {
    const given = field(usage, name);
    if (typeof given !== "number") return undefined;
    if (name === "messagesToday") messagesToday = given;
    else if (name === "llmTokensToday") llmTokensToday = given;
    else if (name === "apiCallsToday") apiCallsToday = given;
    else if (name === "costToday") costToday = given;
    else return undefined;
  }
  return { messagesToday, llmTokensToday, apiCallsToday, costToday };
}

/** @param {unknown} value */
function readTimes(value) {
  const names = fieldNames(value);
  if (names === undefined) return undefined;
  const argument = /** @type {object} */ (value);
  /** @type {unknown} */
  let now;
  /** @type {unknown[] | undefined} */
  let events;
  for (const name of names) {
    if (name === "now") now = field(argument, name);
    else if (name === "events") events = items(field(argument, name), MAX_EVENTS);
    else return undefined;
  }
  if (events === undefined) return undefined;
  if (now === undefined) now = Date.now();
  if (typeof now !== "number") return undefined;
  return { now, events };
}

/**
 * The answer as JSON text; nothing where the times are not all numbers or all texts.
 * @param {Engine} engine
 * @param {Compiled | undefined} policy
 * @param {{ now: number, events: unknown[] }} given
 */
function tierOfTimes(engine, policy, { now, events }) {
  const handle = policy === undefined ? 0 : policy.handle(engine);
  const isText = typeof events[0] === "string";
  const bytes = isText
    ? events.every((event) => typeof event === "string") && engine.room.writeLines(events, MAX_TIME)
    : events.every((event) => typeof event === "number") && engine.room.writeNumbers(events);
  return typeof bytes === "number" ? engine.bindings.tierOfTimes(handle, bytes, isText, now) : undefined;
}

/**
 * Whether nothing speaks against it; false too where that is not known here.
 * @param {Engine} engine
 * @param {Compiled} policy
 * @param {{ actionType: string, riskFactors: Risk }} request
 */
function needsNobody(engine, policy, { actionType, riskFactors }) {
  const { dealValue, sector, draftText, consecutiveFollowupIndex } = riskFactors;
  const handle = policy.handle(engine);
  let facts = policy.traits.of(actionType, engine, handle) ?? 0;
  if (draftText.length > MAX_DRAFT || !isWellFormed(draftText)) return false;
  if (sector !== null && sector !== "" && !policy.sectors.of(sector, engine, handle)) return false;
  if (riskFactors.isFirstSendToAccount) facts |= FIRST_SEND;
  if (riskFactors.containsLegalTopic) facts |= LEGAL_TOPIC;
  const bytes = draftText !== "" && (facts & SEARCHED) !== 0 ? engine.room.write(draftText) : 0;
  return engine.bindings.needsNobody(handle, facts, dealValue, consecutiveFollowupIndex, bytes);
}
