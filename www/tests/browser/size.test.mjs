// How large, how soon, how many: the figures that the page promises. Times are printed; what is asserted leaves room for a busy machine.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { brotliCompressSync, constants } from "node:zlib";
import { counts, DIST, log, openPath, says, withPage } from "./page.mjs";

const FIRST_LOAD_KB = 400;

const folder = mkdtempSync(path.join(tmpdir(), "agent-interlock-logs-"));
test.after(() => rmSync(folder, { recursive: true }));

function file(name, lines) {
  const place = path.join(folder, name);
  writeFileSync(place, `${lines.join("\n")}\n`);
  return place;
}

test("the first load is under 400 KB, compressed", () =>
  withPage({}, async (page, { url }) => {
    // What the page and its worker fetched until they were alive, and nothing else.
    const names = await page.evaluate(() => [location.href, ...performance.getEntriesByType("resource").map(({ name }) => name)]);
    const loaded = new Set([...names, `${url}worker.js`].filter((name) => name.startsWith(url)).map((name) => new URL(name).pathname.slice(new URL(url).pathname.length) || "index.html"));
    const sizes = [...loaded].map((name) => [name, brotliCompressSync(readFileSync(path.join(DIST, name)), { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length]);
    const total = sizes.reduce((sum, [, size]) => sum + size, 0) / 1000;
    for (const [name, size] of sizes) console.log(`${name}: ${(size / 1000).toFixed(1)} KB`);
    console.log(`first load: ${total.toFixed(1)} KB`);
    assert.ok([...loaded].some((name) => name === "worker.js") && [...loaded].every((name) => !name.startsWith("editor")), [...loaded].join(" "));
    assert.ok(total < FIRST_LOAD_KB, `${total} KB`);
  }));

test("alive soon", () =>
  withPage({}, async (page) => {
    const times = [];
    for (let round = 0; round < 5; round += 1) {
      await page.evaluate(() => localStorage.clear());
      await page.reload({ waitUntil: "commit" });
      times.push(await page.evaluate(() => new Promise((resolve) => {
        const look = () => (document.querySelector(".count b") && document.querySelector(".stage canvas") ? resolve(performance.now()) : requestAnimationFrame(look));
        look();
      })));
    }
    const median = times.sort((a, b) => a - b)[2];
    console.log(`alive after ${median.toFixed(0)} ms (median of ${times.map((time) => time.toFixed(0)).join(", ")})`);
    assert.ok(median < 4000, `${median} ms`);
  }));

/** Opens a log, and gives how long it took the worker, and the longest that the page stood still. */
async function timed(page, place, actions) {
  await page.evaluate(() => {
    globalThis.longest = 0;
    new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) globalThis.longest = Math.max(globalThis.longest, duration); }).observe({ entryTypes: ["longtask"] });
    globalThis.began = performance.now();
  });
  await openPath(page, place);
  await page.waitForFunction((want) => document.querySelector(".filters output")?.textContent.includes(`of ${want}`), actions.toLocaleString("en"), { timeout: 590_000 });
  return page.evaluate(() => ({ all: performance.now() - globalThis.began, longest: globalThis.longest }));
}

test("100,000 actions", () =>
  withPage({}, async (page) => {
    const { all, longest } = await timed(page, file("100k.jsonl", log(100_000)), 100_000);
    console.log(`100,000 actions: read, replayed and drawn in ${(all / 1000).toFixed(1)} s; the page stood still ${longest.toFixed(0)} ms at most`);
    assert.ok(all < 30_000, `${all} ms`);
    assert.ok(longest < 1000, `${longest} ms`);
  }));

test("100,000 actions and their reports", () =>
  withPage({}, async (page) => {
    const { all, longest } = await timed(page, file("100k-reports.jsonl", log(100_000, { reports: true })), 100_000);
    console.log(`100,000 actions and their reports: read, replayed and drawn in ${(all / 1000).toFixed(1)} s; the page stood still ${longest.toFixed(0)} ms at most`);
    assert.ok(all < 60_000, `${all} ms`);
    assert.ok(longest < 1000, `${longest} ms`);
    // An edit replays all of it, and can be cancelled.
    await page.locator("#setting-autonomyMode").fill("1");
    await says(page, "#task", /Replaying the day/);
    await page.click("#task button");
    await page.waitForFunction(() => document.querySelector("#task") === null);
    await page.click("#undo");
    await page.waitForFunction(() => document.querySelector("#task") === null);
    // The last row can be reached and explained.
    await page.focus(".grid");
    await page.keyboard.press("End");
    await says(page, "#inspector", /line 199,999/);
  }));

test("a million actions do not freeze the page", { timeout: 900_000 }, () =>
  withPage({}, async (page) => {
    const lines = log(1_000_000);
    const { all, longest } = await timed(page, file("1m.jsonl", lines), 1_000_000);
    console.log(`1,000,000 actions: ${(all / 1000).toFixed(1)} s; the page stood still ${longest.toFixed(0)} ms at most`);
    assert.ok(longest < 2000, `${longest} ms`);
    const sum = Object.values(await counts(page)).reduce((total, count) => total + count, 0);
    assert.equal(sum, 1_000_000);
    await page.focus(".grid");
    await page.keyboard.press("End");
    await says(page, "#inspector", /line 1,000,000/);
  }));

test("a file of 50 MB with lines as long as anybody's", { timeout: 300_000 }, () =>
  withPage({}, async (page) => {
    const body = "x".repeat(200_000);
    const lines = Array.from({ length: 250 }, (_, number) => JSON.stringify({ at: new Date(Date.UTC(2026, 4, 12, 6) + number * 60_000).toISOString(), id: `a${number}`, type: "crm.note", agent: "big", args: { body } }));
    const place = file("50mb.jsonl", lines);
    assert.ok(readFileSync(place).length > 50_000_000);
    const { longest } = await timed(page, place, 250);
    console.log(`50 MB: the page stood still ${longest.toFixed(0)} ms at most`);
    assert.ok(longest < 1000, `${longest} ms`);
    assert.equal(await page.locator("#broken").count(), 0);
  }));
