/** @import { Bindings } from "#glue" */
/** @import { ArgumentRules } from "./encode.js" */
/** @import { Compiled } from "./compiled.js" */

import { encoded } from "./encode.js";
import { enter, unwrap } from "./engine.js";

/**
 * Calls a rule with its one argument.
 * @param {string} name
 * @param {unknown} argument
 * @param {ArgumentRules} [rules]
 * @param {Compiled} [policy] the policy to call it on, for rules that do not find one in the argument
 * @returns {any}
 */
export function call(name, argument, rules, policy) {
  return encoded(
    argument,
    (bytes, given = policy) =>
      unwrap(enter((engine) => engine.bindings.call(name, bytes, given === undefined ? 0 : given.handle(engine)))),
    rules,
  );
}

/**
 * Calls an export of its own with one argument.
 * @param {unknown} argument
 * @param {(bindings: Bindings, bytes: Uint8Array) => string} ask
 * @returns {any}
 */
export function answerTo(argument, ask) {
  return encoded(argument, (bytes) => unwrap(enter((engine) => ask(engine.bindings, bytes))));
}
