/** @import * as Public from "../types/index.js" */

import { call } from "./call.js";
import { Compiled } from "./compiled.js";
import { disposal } from "./disposal.js";
import { determineTier, requiresApproval, withinBudget } from "./quick.js";

/**
 * The compiled policy behind a handle; undefined for anything else, a Proxy around a handle too.
 * @type {(value: object) => Compiled | undefined}
 */
export let compiledOf;

/** A policy, validated and compiled once, used many times. */
export class Policy {
  #compiled;
  #isFrozen = false;

  static {
    compiledOf = (value) => (#compiled in value ? value.#compiled : undefined);
  }

  /** @param {Public.PolicyDocument | Compiled} document */
  constructor(document) {
    this.#compiled = document instanceof Compiled ? document : Compiled.ofDocument(document);
  }

  get document() {
    if (!this.#isFrozen) deepFreeze(this.#compiled.document);
    this.#isFrozen = true;
    return this.#compiled.document;
  }

  get digest() {
    return this.#compiled.digest;
  }

  /** @type {Public.Policy["requiresApproval"]} */
  requiresApproval(argument) {
    return requiresApproval(argument, this.#compiled);
  }

  /** @type {Public.Policy["withinBudget"]} */
  withinBudget(argument) {
    return withinBudget(argument, this.#compiled);
  }

  /** @type {Public.Policy["isInQuietHours"]} */
  isInQuietHours(argument) {
    return call("isInQuietHours", argument, undefined, this.#compiled);
  }

  /** @type {Public.Policy["determineTier"]} */
  determineTier(argument) {
    return determineTier(argument, this.#compiled);
  }

  free() {
    this.#compiled.free();
  }

  [disposal]() {
    this.free();
  }
}

/**
 * The policy in a JSON text, read strictly: a name given twice is an error.
 * @type {typeof Public.parsePolicy}
 */
export function parsePolicy(json) {
  return new Policy(Compiled.ofJson(json));
}

/**
 * Hands a policy's compiled form to `use`; one that is compiled for it alone is freed after.
 * @template T
 * @param {unknown} policy a handle or a document
 * @param {(compiled: Compiled) => T} use
 * @returns {T}
 */
export function withCompiled(policy, use) {
  const known = typeof policy === "object" && policy !== null ? compiledOf(policy) : undefined;
  if (known !== undefined) return use(known);
  const compiled = Compiled.ofDocument(policy);
  try {
    return use(compiled);
  } finally {
    compiled.free();
  }
}

/** @param {unknown} value */
function deepFreeze(value) {
  if (typeof value !== "object" || value === null) return;
  Object.values(value).forEach(deepFreeze);
  Object.freeze(value);
}
