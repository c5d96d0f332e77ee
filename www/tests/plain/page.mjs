// The page's state with its real worker, in Node, where a thread is the worker.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Worker as Thread } from "node:worker_threads";
import { build } from "esbuild";
import { aliases, load } from "../../tools/load.mjs";

const folder = await mkdtemp(path.join(tmpdir(), "agent-interlock-worker-"));
const bundle = path.join(folder, "worker.mjs");
const thread = path.join(folder, "thread.mjs");
await build({
  entryPoints: [fileURLToPath(new URL("../../src/worker/worker.ts", import.meta.url))],
  outfile: bundle, bundle: true, format: "esm", platform: "neutral", target: "es2022", mainFields: ["module", "main"], alias: aliases, logLevel: "warning",
});
await writeFile(thread, `
import { parentPort } from "node:worker_threads";
globalThis.self = { postMessage: (message) => parentPort.postMessage(message) };
await import(${JSON.stringify(pathToFileURL(bundle).href)});
parentPort.on("message", (data) => self.onmessage({ data }));
`);

/** All workers that were started, the newest last. */
export const workers = [];

globalThis.Worker = class {
  #thread = new Thread(thread);
  /** What the page has said, and whether it is heard: a worker without memory is silent. */
  said = [];
  isDeaf = false;

  constructor() {
    workers.push(this);
    this.#thread.on("message", (data) => this.onmessage?.({ data }));
    this.#thread.on("error", (error) => this.onerror?.({ message: String(error) }));
  }

  postMessage(message) {
    this.said.push(message);
    if (!this.isDeaf) this.#thread.postMessage(message);
  }

  terminate() {
    this.onmessage = null;
    return this.#thread.terminate();
  }
};

after(async () => {
  await Promise.all(workers.map((worker) => worker.terminate()));
  await rm(folder, { recursive: true });
});

/** All of the page's state, as it is when a browser loads it: each has its own. */
export function newPage() {
  return load(
    "state/session.ts", "state/compare.ts", "state/store.ts", "state/engine.ts", "state/days.ts", "state/place.ts", "state/start.ts", "state/share.ts", "state/keep.ts",
    "state/files.ts", "state/packed.ts", "state/work.ts", "state/draft.ts", "charts/bins.ts", "worker/protocol.ts",
  );
}

export const page = await newPage();
export const { store, engine } = page;

export const POLICY = '{"customerId":"noor","autonomyMode":"safe_autopilot"}';

/** So many actions of one agent, a minute apart. */
export function lines(count, agent) {
  const line = (_, number) => JSON.stringify({ at: new Date(Date.UTC(2026, 4, 1) + number * 60_000).toISOString(), id: `${agent}-${number}`, type: "crm.x", agent });
  return new Blob([`${Array.from({ length: count }, line).join("\n")}\n`]);
}

/** Waits for something; a machine with other work takes its time. */
export async function until(holds, patience = 30_000) {
  const end = Date.now() + patience;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`still not so: ${holds}`);
    await sleep(4);
  }
}

/** Nothing is asked any more, and the typing has settled. */
export async function quiet() {
  await sleep(150);
  await until(() => store.state.task === null && store.state.checked !== null);
  await sleep(50);
}

/** A day of the page, from its beginning to its result. */
export async function opened(count, agent, options = {}) {
  const document = { policy: POLICY, edits: [] };
  return page.openDay(lines(count, agent), `${agent}.jsonl`, { document, baseline: document, ...options });
}
