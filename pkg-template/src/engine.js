/** @import { Bindings } from "#glue" */

import { create } from "#glue";
import { engineModule } from "#module";
import { InterlockError } from "./error.js";
import { textClasses } from "./platform.js";
import { Room } from "./room.js";

/**
 * A running instance. What was made in one generation means nothing in another.
 * @typedef {{ readonly bindings: Bindings, readonly generation: number, readonly room: Room }} Engine
 */

/** @type {Engine | undefined} */
let running;
let generations = 0;

/**
 * Runs `use` in the engine, starting it at the first call. Whatever the engine throws is a trap: the instance may be
 * half-way through an update, so it is discarded and the next call starts a new one.
 * @template T
 * @param {(engine: Engine) => T} use
 * @returns {T}
 */
export function enter(use) {
  running ??= start();
  const engine = running;
  try {
    const result = use(engine);
    // A callback of the host's may have called in again and met a trap: what a broken instance goes on to say is no answer.
    if (running !== engine) throw new Error("it failed in a call from within this one");
    return result;
  } catch (cause) {
    // Thrown by the facade, on purpose: the instance is sound, if it is still the one that was asked.
    if (cause instanceof InterlockError && running === engine) throw cause;
    if (running === engine) running = undefined;
    throw new InterlockError("internal", "", `the engine failed and was discarded: ${describe(cause)}`, { cause });
  }
}

/** The generation of the running engine; 0 where none runs. */
export function currentGeneration() {
  return running === undefined ? 0 : running.generation;
}

/**
 * Reads an answer of the engine: its result, or its error thrown.
 * @param {string} answer
 * @returns {any}
 */
export function unwrap(answer) {
  const { ok, error } = JSON.parse(answer);
  if (error !== undefined) throw new InterlockError(error.code, error.path, error.message);
  return ok;
}

/** @returns {Engine} */
function start() {
  try {
    const { TextEncoder, TextDecoder } = textClasses();
    const bindings = create(TextEncoder, TextDecoder);
    const { memory } = bindings.initSync({ module: engineModule() });
    generations += 1;
    return { bindings, generation: generations, room: new Room(bindings, memory) };
  } catch (cause) {
    const advice = "a Content-Security-Policy must allow 'wasm-unsafe-eval'";
    throw new InterlockError("internal", "", `the engine cannot start: ${describe(cause)} (${advice})`, { cause });
  }
}

/** @param {unknown} cause */
function describe(cause) {
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : "something that is not an Error was thrown";
}
