// What the build supplies (xtask/js/bundle.mjs).

declare module "#glue" {
  /** The engine's exports: text, bytes and numbers alone. Answers are JSON text, `{"ok": …}` or `{"error": …}`. */
  export interface Bindings {
    initSync(options: { module: WebAssembly.Module }): { memory: WebAssembly.Memory };
    call(name: string, argument: Uint8Array, policy: number): string;
    defaultPolicy(customerId: Uint8Array): string;
    compilePolicy(document: Uint8Array): string;
    compilePolicyJson(text: string): string;
    freePolicy(handle: number): void;
    roomFor(bytes: number): number;
    actionTraits(policy: number, actionType: string): number;
    allowsSector(policy: number, sector: string): boolean;
    needsNobody(policy: number, facts: number, dealValue: number, followups: number, text: number): boolean;
    tierOfTimes(policy: number, bytes: number, texts: boolean, now: number): string;
    hasBudget(policy: number, messages: number, llmTokens: number, apiCalls: number, cost: number): boolean;
    replayNew(policy: number, against: number, snapshot: string | undefined, audit: boolean): string;
    replayLine(replay: number, line: string): string;
    replayColumns(replay: number, bytes: Uint8Array, places: Uint32Array): string;
    replayExplain(replay: number, line: string): string;
    replayView(replay: number, name: string, argument: Uint8Array, options: Uint8Array): string;
    replayFeed(replay: number, bytes: Uint8Array, wanted: number): string;
    replayCommand(replay: number, command: Uint8Array, wanted: number): string;
    replayEnd(replay: number, wanted: number): string;
    replayLogSummary(replay: number): string;
    replaySummary(replay: number): string;
    replayFree(replay: number): void;
    guardNew(policy: number, audit: boolean): string;
    guardRestore(policy: number, snapshot: string, expected: Uint8Array): string;
    guardCall(guard: number, name: string, argument: Uint8Array, options: Uint8Array): string;
    guardFree(guard: number): void;
  }

  export function create(
    textEncoder: typeof TextEncoder,
    textDecoder: typeof TextDecoder,
    document?: undefined,
  ): Bindings;
}

declare module "#module" {
  export function engineModule(): WebAssembly.Module;
}

/** The engine's code: as text in `module-inline.js`, as a compiled module in `module-workerd.js`. */
declare module "#wasm" {
  const wasm: { length: number; ranking: string; text: string } & WebAssembly.Module;
  export default wasm;
}
