/** @import { Engine } from "./engine.js" */
/** @import { Resource } from "./resource.js" */
/** @import { FullPolicyDocument } from "../types/index.js" */

import { encoded } from "./encode.js";
import { enter, unwrap } from "./engine.js";
import { InterlockError } from "./error.js";
import { isWellFormed } from "./platform.js";
import { Remembered } from "./remembered.js";
import { release, track } from "./resource.js";
import { expectText } from "./text.js";

/** A compiled policy in the engine. It outlives the instance that made it: the next one compiles it again. */
export class Compiled {
  /** @type {string} */
  digest;
  /** @type {FullPolicyDocument} */
  document;
  /** What it says of types of actions; 0 where it has an error to say. */
  traits = new Remembered((bindings, handle, type) => bindings.actionTraits(handle, type));
  /** Which sectors it does not block. */
  sectors = new Remembered((bindings, handle, sector) => isWellFormed(sector) && bindings.allowsSector(handle, sector));
  /** @type {Resource} */
  #resource = { generation: 0, handle: 0, free: (bindings, handle) => bindings.freePolicy(handle) };
  #freed = false;

  /** @param {(engine: Engine) => string} compile */
  constructor(compile) {
    const { digest, document } = enter((engine) => this.#adopt(engine, compile(engine)));
    this.digest = digest;
    this.document = document;
    track(this, this.#resource);
  }

  /** @param {unknown} document */
  static ofDocument(document) {
    return encoded(document, (bytes) => new Compiled((engine) => engine.bindings.compilePolicy(bytes)));
  }

  /** @param {unknown} text */
  static ofJson(text) {
    const json = expectText(text, "invalid_policy", "policy");
    return new Compiled((engine) => engine.bindings.compilePolicyJson(json));
  }

  /**
   * Its number in this engine.
   * @param {Engine} engine
   */
  handle(engine) {
    if (this.#freed) throw new InterlockError("invalid_input", "policy", "this policy was freed; make a new one");
    if (this.#resource.generation !== engine.generation) this.#compileAgain(engine);
    return this.#resource.handle;
  }

  free() {
    if (this.#freed) return;
    this.#freed = true;
    release(this.#resource);
  }

  /**
   * It compiled once: where it does not now, the engine or its host fails, and the document is not to blame.
   * @param {Engine} engine
   */
  #compileAgain(engine) {
    try {
      this.#adopt(engine, engine.bindings.compilePolicyJson(JSON.stringify(this.document)));
    } catch (cause) {
      throw new Error("the policy cannot be compiled again", { cause });
    }
  }

  /**
   * @param {Engine} engine
   * @param {string} answer
   */
  #adopt(engine, answer) {
    const compiled = unwrap(answer);
    this.#resource.generation = engine.generation;
    this.#resource.handle = compiled.handle;
    return compiled;
  }
}
