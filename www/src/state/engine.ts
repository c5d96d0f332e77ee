// The page's side of the worker: questions with answers, progress and cancelling.

import type { CallName, Calls, Fault, FromWorker, ToWorker } from "../worker/protocol.ts";

/** What the worker, or the package in it, had to say against a question. */
export class EngineError extends Error {
  readonly code: string;
  readonly path: string;

  constructor({ code, path, message }: Fault) {
    super(message);
    this.code = code;
    this.path = path;
  }
}

interface Pending {
  resolve: (answer: never) => void;
  reject: (error: EngineError) => void;
  onProgress: ((done: number) => void) | undefined;
}

export interface AskOptions {
  onProgress?: (done: number) => void;
  signal?: AbortSignal;
}

export class Engine {
  #worker: Worker | null = null;
  readonly #pending = new Map<number, Pending>();
  #last = 0;
  readonly #onFault: (message: string) => void;

  constructor(onFault: (message: string) => void) {
    this.#onFault = onFault;
    try {
      this.#worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
      this.#worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.#hear(data);
      this.#worker.onerror = ({ message }) => this.#fail(message || "the worker could not be started");
    } catch (error) {
      // A page from a file may not start one.
      queueMicrotask(() => this.#fail(String(error)));
    }
  }

  ask<Name extends CallName>(name: Name, ask: Calls[Name]["ask"], { onProgress, signal }: AskOptions = {}): Promise<Calls[Name]["answer"]> {
    this.#last += 1;
    const id = this.#last;
    signal?.addEventListener("abort", () => this.#send({ id, name: "cancel" }), { once: true });
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve: resolve as (answer: never) => void, reject, onProgress });
      this.#send({ id, name, ask } as ToWorker);
    });
  }

  #send(message: ToWorker): void {
    this.#worker?.postMessage(message);
  }

  #hear(message: FromWorker): void {
    const pending = this.#pending.get(message.id);
    if (pending === undefined) return;
    if ("progress" in message) {
      pending.onProgress?.(message.progress);
      return;
    }
    this.#pending.delete(message.id);
    if ("answer" in message) pending.resolve(message.answer as never);
    else if ("fault" in message) pending.reject(new EngineError(message.fault));
  }

  /** A worker that died answers nothing any more. */
  #fail(message: string): void {
    for (const { reject } of this.#pending.values()) reject(new EngineError({ code: "internal", path: "", message }));
    this.#pending.clear();
    this.#onFault(message);
  }
}

export function isCancelled(error: unknown): boolean {
  return error instanceof EngineError && error.code === "cancelled";
}
