// Links, files to keep, and work that is there again.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { openFile, policyOf, ready, says, screen, withPage } from "./page.mjs";

async function download(page, id, files = 1) {
  const downloads = [];
  const all = new Promise((resolve) => page.on("download", (one) => { if (downloads.push(one) === files) resolve(); }));
  await page.click(".menu summary");
  await page.click(id);
  await all;
  return Promise.all(downloads.map(async (one) => ({ name: one.suggestedFilename(), text: await readFile(await one.path(), "utf8") })));
}

test("a link brings policy, what was put in and the view to another page", () =>
  withPage({}, async (page, { context }) => {
    await page.locator("#setting-requireHumanForHighValueDealsAbove").fill("5000");
    await says(page, ".change", /asked/);
    await page.click(".count-approve");
    await page.click("#share");
    await says(page, ".notice", /clipboard/);
    const link = await page.evaluate(() => navigator.clipboard.readText());
    assert.ok(link.length < 3000, `${link.length}`);
    const other = await context.newPage();
    await other.addInitScript(() => localStorage.clear());
    await other.goto(link);
    await ready(other);
    await says(other, ".change", /asked/);
    assert.equal(await other.locator("#setting-requireHumanForHighValueDealsAbove").inputValue(), "5000");
    assert.equal(await other.locator(".count-approve").getAttribute("aria-pressed"), "true");
    assert.equal(new URL(other.url()).hash, new URL(link).hash);
    await other.locator("#setting-maxConsecutiveFollowups").fill("7");
    await other.waitForFunction(() => location.hash === "");
  }));

test("a link that is none opens the page as ever, and says so", () =>
  withPage({ hash: "#w=nonsense" }, async (page) => {
    await says(page, ".change", /The same as the baseline/);
    await says(page, ".notice", /could not be read/);
  }));

test("two tabs ask whose work stays", () =>
  withPage({}, async (page, { context, url }) => {
    const other = await context.newPage();
    await other.goto(url);
    await ready(other);
    await page.locator("#setting-maxConsecutiveFollowups").fill("7");
    assert.equal((await policyOf(page)).maxConsecutiveFollowups, 7);
    await other.locator("#setting-requireHumanForHighValueDealsAbove").fill("5000");
    await says(other, ".offer", /Another tab/);
    await other.screenshot({ path: screen("two-tabs") });
    await other.click(".offer button >> text=Keep this one");
    await other.waitForSelector(".offer", { state: "detached" });
    assert.equal((await policyOf(other)).requireHumanForHighValueDealsAbove, 5000);
    await other.click(".menu summary");
    await other.click("#former");
    await other.waitForFunction(() => document.querySelector("#setting-maxConsecutiveFollowups").value === "7");
  }));

test("another day keeps the work on the one before, and takes its policy where that is wanted", () =>
  withPage({}, async (page) => {
    await page.locator("#setting-maxConsecutiveFollowups").fill("7");
    await page.selectOption("#day-picker", "calm");
    await says(page, ".offer", /Your work is set aside/);
    await page.click(".offer button >> text=Use my policy here");
    await page.waitForFunction(() => document.querySelector("#setting-maxConsecutiveFollowups").value === "7");
    assert.equal(await page.locator("#day-picker").inputValue(), "calm");
    await page.click("#undo");
    await page.waitForFunction(() => document.querySelector("#setting-maxConsecutiveFollowups").value !== "7");
  }));

test("starting afresh asks first", () =>
  withPage({}, async (page) => {
    await page.locator("#setting-maxConsecutiveFollowups").fill("7");
    await page.click("#fresh");
    await page.screenshot({ path: screen("afresh") });
    await page.keyboard.press("Escape");
    await page.waitForSelector("dialog", { state: "detached" });
    assert.equal(await page.locator("#setting-maxConsecutiveFollowups").inputValue(), "7");
    await page.click("#fresh");
    await page.click("#dialog-act");
    await page.waitForFunction(() => document.querySelector("#setting-maxConsecutiveFollowups").value !== "7");
    await page.waitForSelector("dialog", { state: "detached" });
  }));

test("without a network what is there stays, and it is said what failed", () =>
  withPage({ faults: false }, async (page, { context }) => {
    await context.setOffline(true);
    await page.selectOption("#day-picker", "calm");
    await says(page, "dialog", /no connection/);
    assert.equal(await page.locator("#day-picker").inputValue(), "runaway");
    await page.keyboard.press("Escape");
    await page.click("#panel-json");
    await says(page, "#policy-body", /editor could not be fetched/);
    await page.screenshot({ path: screen("offline") });
    const text = await page.locator(".plain-json").inputValue();
    await page.locator(".plain-json").fill(text.replace("safe_autopilot", "manual"));
    await says(page, ".change", /refused|asked/);
    await page.click("#tab-compare");
    await page.click("text=Write one");
    await page.locator("main .plain-json").fill(text);
    await page.waitForSelector(".side-allowedByB");
  }));

test("work is there again, a log of one's own too", () =>
  withPage({}, async (page) => {
    await openFile(page, "mine.jsonl", '{"at": "2026-05-18T09:00:00Z", "id": "x1", "type": "crm.x", "agent": "mine"}\n');
    await says(page, ".lane-name", /mine/);
    await page.locator("#setting-maxConsecutiveFollowups").fill("7");
    await page.click("#theme");
    assert.equal((await policyOf(page)).maxConsecutiveFollowups, 7);
    await page.reload();
    await ready(page);
    await says(page, ".lane-name", /mine/);
    assert.equal(await page.locator("#setting-maxConsecutiveFollowups").inputValue(), "7");
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark");
  }));

test("decisions, day and policy are files", () =>
  withPage({}, async (page) => {
    const [jsonl] = await download(page, "#save-jsonl");
    const rows = jsonl.text.trim().split("\n").map((line) => JSON.parse(line));
    assert.equal(rows.length, 208);
    assert.equal(rows.filter(({ effect }) => effect === "lock").length, 27);
    const [csv] = await download(page, "#save-csv");
    assert.equal(csv.text.trim().split("\r\n").length, 209);
    const [day] = await download(page, "#save-log");
    assert.ok(day.text.trim().split("\n").every((line) => JSON.parse(line).at));
    const [policy] = await download(page, "#save-policy");
    assert.equal(JSON.parse(policy.text).customerId, "noor-trading");
  }));

test("an audit is kept with its head, and a changed one is found out", () =>
  withPage({}, async (page) => {
    const files = await download(page, "#save-audit", 2);
    const audit = files.find(({ name }) => name === "audit.jsonl").text;
    const head = files.find(({ name }) => name === "audit.head.txt").text.trim();
    await openFile(page, "audit.jsonl", audit);
    await says(page, "#audit-verdict", /The chain of \d+ entries is whole.*Without the head/);
    await page.fill("#audit-head", head);
    await page.click("dialog form button");
    await says(page, "#audit-verdict", /entries is whole\.\s*$/);
    await page.keyboard.press("Escape");
    const lines = audit.trim().split("\n");
    await openFile(page, "audit.jsonl", [...lines.slice(0, 9), ...lines.slice(10)].join("\n"));
    await says(page, "#audit-verdict", /broken at entry 10: an entry was removed/);
    await page.keyboard.press("Escape");
    await openFile(page, "audit.jsonl", lines.slice(0, -2).join("\n"));
    await page.fill("#audit-head", head);
    await page.click("dialog form button");
    await says(page, "#audit-verdict", /entries are missing at the end/);
  }));
