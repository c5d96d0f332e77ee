// Long work in slices: between two of them the worker hears what else is asked, cancelling too.

/** Short enough that an answer in between comes at once. */
const SLICE_MILLISECONDS = 16;

/** Resolves after the messages that are there. A timer would wait 4 ms each time. */
export function breathe(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
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
