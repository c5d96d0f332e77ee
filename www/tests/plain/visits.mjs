// One visit of the page after another in one browser: its storage, database, address and clipboard are there, as far as the page uses them.
import { setTimeout as sleep } from "node:timers/promises";
import { days } from "../../days/index.mjs";
import { newPage, until } from "./page.mjs";

const FILES = new Map(days().flatMap(({ id, policy, log }) => [
  [`${id}.policy.json`, JSON.stringify(policy, null, 2)],
  [`${id}.jsonl`, log.map((record) => `${JSON.stringify(record)}\n`).join("")],
]));

/** All pages with their browsers: one that a test has done with would go on keeping its work, in the storage of the next. */
const open = [];

export class Browser {
  storage = new Map();
  /** What the database holds, and how it behaves: `fine`, `silent`, `broken` or `full`. */
  files = new Map();
  database = "fine";
  clipboard = null;
  hasClipboard = true;
  isOnline = true;
  #events = new EventTarget();

  /** Loads the page at an address, and waits until its day is there. */
  async visit(hash = "") {
    this.#events = new EventTarget();
    this.hash = hash;
    for (const { browser, page } of open) if (browser !== this) page.store.set({ dayName: "" });
    this.#takeOver();
    this.page = await newPage();
    open.push({ browser: this, page: this.page });
    await this.page.start();
    return this.page;
  }

  /** What is to be kept is kept as the page is left; afterwards it does nothing any more. */
  leave() {
    this.#events.dispatchEvent(new Event("pagehide"));
    this.page.store.set({ dayName: "" });
  }

  async follow(hash) {
    this.hash = hash;
    const { day } = this.page.store.state;
    this.#events.dispatchEvent(new Event("hashchange"));
    await until(() => this.page.store.state.day !== day && this.page.store.state.ran !== null);
    await sleep(20);
  }

  #takeOver() {
    const browser = this;
    const define = (name, value) => Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    define("addEventListener", (name, listener) => this.#events.addEventListener(name, listener));
    define("localStorage", { getItem: (key) => this.storage.get(key) ?? null, setItem: (key, value) => this.storage.set(key, value), removeItem: (key) => this.storage.delete(key) });
    define("location", { get hash() { return browser.hash; }, get href() { return `https://host/page${browser.hash}`; }, pathname: "/page", search: "" });
    define("history", { replaceState: (_, __, url) => { this.hash = new URL(url, "https://host").hash; } });
    define("navigator", { language: "en", clipboard: { writeText: async (text) => { if (!this.hasClipboard) throw new Error("no clipboard"); this.clipboard = text; } } });
    define("indexedDB", { open: () => this.#open() });
    define("fetch", async (url, { signal } = {}) => {
      await sleep(1);
      signal?.throwIfAborted();
      if (!this.isOnline) throw new TypeError("Failed to fetch");
      return new Response(FILES.get(new URL(url).pathname.split("/").at(-1)));
    });
  }

  #open() {
    const request = { result: { transaction: () => this.#transaction(), close: () => {} } };
    if (this.database !== "silent") setTimeout(() => request.onsuccess(), 1);
    return request;
  }

  #transaction() {
    if (this.database === "broken") throw new DOMException("no such store", "NotFoundError");
    const transaction = {};
    const done = (result, isLost = false) => {
      setTimeout(() => (isLost ? transaction.onabort() : transaction.oncomplete()), 1);
      return { result };
    };
    const put = (value, key) => {
      if (this.database === "full") return done(undefined, true);
      this.files.set(key, value);
      return done(key);
    };
    transaction.objectStore = () => ({ get: (key) => done(this.files.get(key)), put, delete: (key) => done(void this.files.delete(key)) });
    return transaction;
  }
}
