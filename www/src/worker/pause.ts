// Long work in slices: between two of them the worker hears what else is asked, cancelling too.

/** Short enough that an answer in between comes at once. */
const SLICE_MILLISECONDS = 16;

const channel = new MessageChannel();
const waiting: (() => void)[] = [];
channel.port1.onmessage = () => waiting.shift()?.();

/** Resolves after the messages that are there. A timer would wait 4 ms each time. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    channel.port2.postMessage(null);
  });
}

export class Cancelled extends Error {}

export class Pacer {
  #until = performance.now() + SLICE_MILLISECONDS;
  readonly #onProgress: (done: number) => void;
  readonly #isCancelled: () => boolean;

  constructor(onProgress: (done: number) => void, isCancelled: () => boolean) {
    this.#onProgress = onProgress;
    this.#isCancelled = isCancelled;
  }

  get isDue(): boolean {
    return performance.now() >= this.#until;
  }

  /** Where a slice is over: says how far it is, and lets others in. `done` is 0 to 1. */
  async pause(done: number): Promise<void> {
    if (!this.isDue) return;
    this.#onProgress(done);
    await breathe();
    if (this.#isCancelled()) throw new Cancelled();
    this.#until = performance.now() + SLICE_MILLISECONDS;
  }
}
