/** @import { Bindings } from "#glue" */
/** @import { Compiled } from "./compiled.js" */

import { currentGeneration, enter, unwrap } from "./engine.js";

/**
 * Something that lives in the engine's memory until it is given back, and only in one generation of it.
 * @typedef {object} Resource
 * @property {number} generation
 * @property {number} handle
 * @property {(bindings: Bindings, handle: number) => void} free
 */

/**
 * Makes something of a policy in the engine.
 * @param {Compiled} compiled
 * @param {(bindings: Bindings, policy: number) => string} make gives its number
 * @param {Resource["free"]} free
 * @returns {Resource}
 */
export function begin(compiled, make, free) {
  return enter((engine) => {
    const handle = unwrap(make(engine.bindings, compiled.handle(engine)));
    return { generation: engine.generation, handle, free };
  });
}

/** @type {FinalizationRegistry<Resource> | undefined} */
let forgotten;

/**
 * Gives the resource back when its owner is collected without having been freed.
 * @param {object} owner
 * @param {Resource} resource
 */
export function track(owner, resource) {
  if (typeof FinalizationRegistry === "undefined") return;
  forgotten ??= new FinalizationRegistry(releaseQuietly);
  forgotten.register(owner, resource, resource);
}

/**
 * Gives the resource back now.
 * @param {Resource} resource
 */
export function release(resource) {
  forgotten?.unregister(resource);
  // What lived in a discarded instance is gone with it.
  if (resource.generation !== currentGeneration()) return;
  enter((engine) => resource.free(engine.bindings, resource.handle));
}

/** @param {Resource} resource */
function releaseQuietly(resource) {
  try {
    release(resource);
  } catch {
    // The engine has been discarded, and the resource with it. Nobody is there to be told.
  }
}
