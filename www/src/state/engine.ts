// The page's side of the worker: questions with answers, progress, and what is not wanted any more.

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

/** A worker that works says how far it is many times a second. One that is silent for this long after it was told to stop is dead: no event tells of memory that ran out. */
const SILENCE_MILLISECONDS = 8000;

export class Engine {
  #worker: Worker | null = null;
  /** Whether it has ever said a word: one that cannot be started is not started again. */
  #hasSpoken = false;
  #lastWord = 0;
  #last = 0;
  readonly #pending = new Map<number, Pending>();
  /** Questions that were left, until the worker says that it has heard. */
  readonly #left = new Map<number, ReturnType<typeof setTimeout>>();
  readonly #onDeath: (message: string, canRestart: boolean) => void;

  constructor(onDeath: (message: string, canRestart: boolean) => void) {
    this.#onDeath = onDeath;
    this.start();
  }

  /** Begins with a new worker, which holds nothing. */
  start(): void {
    this.#hasSpoken = false;
    try {
      const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
      // What is still heard of one that was replaced is nothing to its successor.
      const dies = (message: string) => this.#worker === worker && this.#die(message);
      worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.#worker === worker && this.#hear(data);
      worker.onerror = ({ message }) => dies(message || "the worker could not be started");
      worker.onmessageerror = () => dies("an answer of the worker could not be read");
      this.#worker = worker;
    } catch (error) {
      // A page from a file may not start one.
      queueMicrotask(() => this.#die(String(error)));
    }
  }

  /** Once the signal is aborted, whatever comes of the question is forgotten. */
  ask<Name extends CallName>(name: Name, ask: Calls[Name]["ask"], { onProgress, signal }: AskOptions = {}): Promise<Calls[Name]["answer"]> {
    this.#last += 1;
    const id = this.#last;
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(cancelled());
      if (this.#worker === null) return reject(dead("the worker has ended"));
      this.#pending.set(id, { resolve: resolve as (answer: never) => void, reject, onProgress });
      signal?.addEventListener("abort", () => this.#leave(id), { once: true });
      this.#send({ id, name, ask } as ToWorker);
    });
  }

  /** A day or a result that nobody names any more. */
  forget(id: number): void {
    this.#send({ id, name: "forget" });
  }

  #send(message: ToWorker): void {
    this.#worker?.postMessage(message);
  }

  #leave(id: number): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#pending.delete(id);
    this.forget(id);
    this.#watch(id);
    pending.reject(cancelled());
  }

  #watch(id: number): void {
    const since = performance.now();
    const look = () => (this.#lastWord >= since ? this.#watch(id) : this.#die("the worker does not answer any more"));
    this.#left.set(id, setTimeout(look, SILENCE_MILLISECONDS));
  }

  #hear(message: FromWorker): void {
    this.#hasSpoken = true;
    this.#lastWord = performance.now();
    const { id } = message;
    const pending = this.#pending.get(id);
    if ("progress" in message) {
      pending?.onProgress?.(message.progress);
      return;
    }
    clearTimeout(this.#left.get(id));
    this.#left.delete(id);
    this.#pending.delete(id);
    if ("answer" in message) pending?.resolve(message.answer as never);
    else if ("fault" in message) pending?.reject(new EngineError(message.fault));
  }

  /** Nothing that was asked is answered any more, and all that the worker held is gone. */
  #die(message: string): void {
    this.#worker?.terminate();
    this.#worker = null;
    for (const timer of this.#left.values()) clearTimeout(timer);
    this.#left.clear();
    for (const { reject } of this.#pending.values()) reject(dead(message));
    this.#pending.clear();
    this.#onDeath(message, this.#hasSpoken);
  }
}

function cancelled(): EngineError {
  return new EngineError({ code: "cancelled", path: "", message: "" });
}

function dead(message: string): EngineError {
  return new EngineError({ code: "worker", path: "", message });
}

/** Whoever asked has turned to something else. */
export function isCancelled(error: unknown): boolean {
  return error instanceof EngineError ? error.code === "cancelled" : error instanceof DOMException && error.name === "AbortError";
}
