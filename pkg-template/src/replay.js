/** @import * as Public from "../types/index.js" */
/** @import { Resource } from "./resource.js" */

import { disposal } from "./disposal.js";
import { currentGeneration, enter, unwrap } from "./engine.js";
import { InterlockError } from "./error.js";
import { readOptions } from "./options.js";
import { withCompiled } from "./policy.js";
import { begin, release, track } from "./resource.js";
import { expectText } from "./text.js";

/** A log of actions run against a policy, a line at a time. */
export class Replay {
  /** @type {Resource} */
  #resource;
  #freed = false;

  /** @param {{ policy: Public.Policy | Public.PolicyDocument }} options */
  constructor(options) {
    const { policy } = readOptions(options, ["policy"]);
    this.#resource = withCompiled(policy, (compiled) =>
      begin(
        compiled,
        (bindings, handle) => bindings.replayNew(handle, 0, undefined, false),
        (bindings, handle) => bindings.replayFree(handle),
      ),
    );
    track(this, this.#resource);
  }

  /** @type {Public.Replay["line"]} */
  line(text) {
    const line = expectText(text, "invalid_input", "");
    const handle = this.#handle();
    return unwrap(enter((engine) => engine.bindings.replayLine(handle, line)));
  }

  /** @type {Public.Replay["summary"]} */
  summary() {
    const handle = this.#handle();
    return unwrap(enter((engine) => engine.bindings.replaySummary(handle)));
  }

  free() {
    if (this.#freed) return;
    this.#freed = true;
    release(this.#resource);
  }

  [disposal]() {
    this.free();
  }

  #handle() {
    if (this.#freed) throw new InterlockError("invalid_input", "", "this replay was freed; start a new one");
    if (this.#resource.generation !== currentGeneration()) {
      throw new InterlockError("internal", "", "this replay was lost when the engine failed; start it anew");
    }
    return this.#resource.handle;
  }
}
