// Hands on the engine: the library is given these classes before its first call, so that tests can make it fail.
import { library } from "./library.mjs";

const { Instance } = WebAssembly;
const decode = TextDecoder.prototype.decode;

/** The memory of the engine that runs, and how many there have been. */
export const engine = { memory: undefined, instances: 0 };

WebAssembly.Instance = function (module, imports) {
  const instance = new Instance(module, imports);
  engine.memory = instance.exports.memory;
  engine.instances += 1;
  return instance;
};

/** Overwrites all that the engine knows: its next call goes astray at once. */
export function destroy() {
  new Uint8Array(engine.memory.buffer).fill(0xff);
}

/** Loses an answer: what was asked has been carried out when the engine fails; `after` answers come through before. */
export function loseAnswer(after = 0) {
  let left = after;
  TextDecoder.prototype.decode = function (...given) {
    if (left > 0) {
      left -= 1;
      return decode.apply(this, given);
    }
    TextDecoder.prototype.decode = decode;
    throw new Error("the answer was lost");
  };
}

/** Whether a loss that was arranged has not happened yet; it is called off. */
export function isLossPending() {
  const pending = TextDecoder.prototype.decode !== decode;
  TextDecoder.prototype.decode = decode;
  return pending;
}

/**
 * Runs `use` again and again with ever more room on the stack, until it succeeds: each time it fails the engine had come
 * a little further. Gives how often it failed.
 */
export function outOfStack(use) {
  let failures = 0;
  let isDone = false;
  const dive = () => {
    try {
      dive();
    } catch {
      // The stack ends here.
    }
    if (isDone) return;
    try {
      use();
      isDone = true;
    } catch (error) {
      if (!(error instanceof library.InterlockError || error instanceof RangeError)) throw error;
      failures += 1;
    }
  };
  dive();
  return failures;
}
