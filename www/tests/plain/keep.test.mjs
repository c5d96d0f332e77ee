// What is there again on the next visit, and what a link does to it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { POLICY, lines, until } from "./page.mjs";
import { Browser } from "./visits.mjs";

const mine = JSON.stringify({ ...JSON.parse(POLICY), customerId: "mine" });
const file = (count, name) => new File([lines(count, name)], `${name}.jsonl`);
const own = (browser) => JSON.parse(browser.storage.get("interlock-simulator.work") ?? "null");
const former = (browser) => JSON.parse(browser.storage.get("interlock-simulator.former") ?? "[]").at(-1) ?? null;

async function ran({ store }) {
  await until(() => store.state.ran === store.state.document);
}

async function change(page, policy) {
  page.editPolicy(policy, "");
  await ran(page);
}

/** A browser in which work of one's own was kept. */
async function withOwnWork() {
  const browser = new Browser();
  await change(await browser.visit(), mine);
  browser.leave();
  return browser;
}

/** A link to the shipped day under a colleague's policy. */
async function linkOf(change = { customerId: "colleague" }) {
  const browser = new Browser();
  const page = await browser.visit();
  page.editPolicy(JSON.stringify({ ...JSON.parse(page.store.state.document.policy), ...change }), "");
  await ran(page);
  await page.share();
  browser.leave();
  return new URL(browser.clipboard).hash;
}

test("a link that is looked at leaves one's own work alone, and is there after a reload", async () => {
  const link = await linkOf();
  const browser = await withOwnWork();
  for (let time = 0; time < 2; time += 1) {
    const page = await browser.visit(browser.hash || link);
    assert.match(page.store.state.document.policy, /colleague/);
    assert.match(page.store.state.notice, /own work is kept/);
    page.store.set({ tab: "compare" });
    browser.leave();
    assert.equal(own(browser).policy, mine);
  }
  assert.equal(browser.hash, link);
  assert.equal((await browser.visit()).store.state.document.policy, mine);
});

test("once a link is changed it is one's own, and the work of before is a step away", async () => {
  const link = await linkOf();
  const browser = await withOwnWork();
  const page = await browser.visit(link);
  const changed = page.store.state.document.policy.replace("colleague", "changed");
  await change(page, changed);
  assert.equal(browser.hash, "", "a reload would bring back what was before the change");
  browser.leave();
  assert.deepEqual([own(browser).policy, former(browser).policy], [changed, mine]);
  const again = await browser.visit();
  assert.deepEqual([again.store.state.document.policy, again.store.state.hasFormer], [changed, true]);
  await again.openFormer();
  browser.leave();
  assert.deepEqual([again.store.state.document.policy, own(browser).policy, former(browser).policy], [mine, mine, changed]);
});

test("from a link as it came there is a way back too, and nothing is set aside for it", async () => {
  const link = await linkOf();
  const browser = await withOwnWork();
  const page = await browser.visit(link);
  await page.openFormer();
  assert.deepEqual([page.store.state.document.policy, browser.hash, page.store.state.hasFormer], [mine, "", false]);
  browser.leave();
  assert.deepEqual([own(browser).policy, former(browser)], [mine, null]);
});

test("a link that is pasted into an open page is opened", async () => {
  const link = await linkOf();
  const browser = new Browser();
  const page = await browser.visit();
  page.editPolicy(mine, "");
  await browser.follow(link);
  assert.match(page.store.state.document.policy, /colleague/);
  assert.equal(own(browser).policy, mine, "what was not kept yet is kept");
  page.editPolicy(POLICY, "");
  browser.leave();
  assert.deepEqual([own(browser).policy, former(browser).policy], [POLICY, mine]);
});

test("a link that was made here stands in the address only where there is no clipboard, and until the first change", async () => {
  const browser = new Browser();
  const page = await browser.visit();
  await change(page, mine);
  await page.share();
  assert.deepEqual([browser.hash, browser.clipboard.includes("#w=")], ["", true]);
  browser.hasClipboard = false;
  await page.share();
  assert.match(browser.hash, /^#w=/);
  await change(page, POLICY);
  browser.leave();
  assert.deepEqual([browser.hash, own(browser).policy, former(browser)], ["", POLICY, null]);
});

test("what is too much for a link is said to be", async () => {
  const browser = new Browser();
  const page = await browser.visit();
  page.editPolicy(`${mine}${" ".repeat(9 * 1024 * 1024)}`, "");
  await page.share();
  assert.deepEqual([browser.clipboard, browser.hash], [null, ""]);
  assert.match(page.store.state.notice, /too much for a link/);
});

test("a link's view is brought within the day", async () => {
  const browser = new Browser();
  const page = await browser.visit();
  page.setRange([-1e17, 1e17]);
  browser.leave();
  const { range, current } = (await browser.visit()).store.state;
  assert.deepEqual(range, page.extent(current));
  for (const time of range) assert.ok(new Date(time).toISOString());
  page.setRange([5, 10]);
  browser.leave();
});

test("a log is kept with its name, before it is replayed", async () => {
  const browser = new Browser();
  const page = await browser.visit();
  const opening = page.openFile(file(3000, "mine"));
  await until(() => page.store.state.day?.name === "mine.jsonl");
  browser.leave();
  await sleep(10);
  assert.deepEqual([own(browser).dayName, browser.files.get("log").name], ["mine.jsonl", "mine.jsonl"]);
  page.store.state.task?.cancel();
  await opening;
  const again = await browser.visit();
  assert.deepEqual([again.store.state.dayName, again.store.state.current.agents], ["mine.jsonl", ["mine"]]);
});

test("a log that another tab kept since is not taken for one's own", async () => {
  const browser = new Browser();
  const page = await browser.visit();
  await page.openFile(file(5, "mine"));
  await change(page, mine);
  browser.leave();
  browser.files.set("log", { name: "other.jsonl", file: lines(5, "other") });
  const { state } = (await browser.visit()).store;
  assert.deepEqual([state.dayId, state.document.policy], ["runaway", mine]);
  assert.match(state.notice, /mine\.jsonl is not here/);
});

test("a log that there is no room for is said not to be kept, and the one before is not either", async () => {
  const browser = new Browser();
  const page = await browser.visit();
  await page.openFile(file(5, "first"));
  browser.database = "full";
  await page.openFile(file(5, "second"));
  await until(() => page.store.state.notice !== null);
  assert.match(page.store.state.notice, /no room to keep the log/);
  assert.equal(browser.files.size, 0);
});

for (const database of ["silent", "broken"]) {
  test(`a database that is ${database} does not keep the page from beginning`, { timeout: 20_000 }, async () => {
    const browser = new Browser();
    const page = await browser.visit();
    await page.openFile(file(5, "mine"));
    browser.leave();
    browser.database = database;
    const { state } = (await browser.visit()).store;
    assert.deepEqual([state.dayId, state.current !== null], ["runaway", true]);
  });
}

test("a log that cannot be opened again takes no policy with it", async () => {
  const browser = new Browser();
  const page = await browser.visit();
  await page.openFile(file(5, "mine"));
  await change(page, mine);
  browser.leave();
  browser.files.set("log", { name: "mine.jsonl", file: new Blob([""]) });
  const { state } = (await browser.visit()).store;
  assert.deepEqual([state.dayId, state.document.policy], ["runaway", mine]);
});

test("what somebody opens while the page begins is what is there", async () => {
  const browser = new Browser();
  const first = await browser.visit();
  await first.openFile(file(5, "mine"));
  browser.leave();
  const started = browser.visit();
  await until(() => browser.page !== first);
  await browser.page.openFile(file(5, "newer"));
  const { store } = await started;
  await ran({ store });
  assert.deepEqual([store.state.dayName, store.state.current.agents], ["newer.jsonl", ["newer"]]);
});

test("another tab's work is not overwritten unasked, and neither of the two is lost", async () => {
  const browser = new Browser();
  const first = await browser.visit();
  const second = await browser.visit();
  await change(first, mine);
  first.saveWork();
  await change(second, POLICY);
  second.saveWork();
  assert.deepEqual([own(browser).policy, second.store.state.offer], [mine, { what: "otherTab" }]);
  second.keepThis();
  assert.deepEqual([own(browser).policy, former(browser).policy, second.store.state.offer], [POLICY, mine, null]);
  first.saveWork();
  assert.equal(first.store.state.offer, null, "who has nothing new is asked nothing");
  await change(first, `${mine} `);
  first.saveWork();
  assert.deepEqual(first.store.state.offer, { what: "otherTab" });
  await first.openOther();
  assert.deepEqual([first.store.state.document.policy, former(browser).policy, first.store.state.offer], [POLICY, `${mine} `, null]);
  await change(second, `${POLICY} `);
  second.saveWork();
  await change(first, `${POLICY}  `);
  browser.leave();
  first.saveWork({ isLeaving: true });
  assert.deepEqual([own(browser).policy, former(browser).policy], [`${POLICY} `, `${POLICY}  `], "who leaves without an answer finds it set aside");
  first.store.set({ dayName: "" });
});

test("work that was not kept, since another tab had kept its own, is not lost to a link either", async () => {
  const link = await linkOf();
  const browser = new Browser();
  const first = await browser.visit();
  const second = await browser.visit();
  await change(first, mine);
  first.saveWork();
  await change(second, POLICY);
  await browser.follow(link);
  assert.deepEqual([own(browser).policy, former(browser).policy], [mine, POLICY]);
  first.store.set({ dayName: "" });
  browser.leave();
});

test("one's work is there again after another day that ships, and its policy can be had there", async () => {
  const browser = new Browser();
  const page = await browser.visit();
  await page.switchDay("calm");
  assert.deepEqual([page.store.state.dayId, page.store.state.offer, former(browser)], ["calm", null, null], "what ships is not set aside");
  await change(page, mine);
  await page.switchDay("week");
  const { offer, hasFormer, document } = page.store.state;
  assert.deepEqual([offer, hasFormer, former(browser).policy], [{ what: "left", policy: mine, isKept: true }, true, mine]);
  assert.notEqual(document.policy, mine);
  await page.openFormer();
  assert.deepEqual([page.store.state.dayId, page.store.state.document.policy, page.store.state.hasFormer], ["calm", mine, false]);
  browser.leave();
});

test("works that were set aside are taken up one after the other", async () => {
  const link = await linkOf();
  const browser = await withOwnWork();
  const page = await browser.visit(link);
  await change(page, POLICY);
  await page.switchDay("week");
  const seen = [];
  for (let time = 0; time < 3; time += 1) {
    await page.openFormer();
    seen.push(page.store.state.document.policy);
  }
  assert.deepEqual(seen, [POLICY, mine, POLICY]);
  browser.leave();
});

test("who opens a link that was made on a log of somebody's own, or a damaged one, is told", async () => {
  const maker = new Browser();
  const first = await maker.visit();
  await first.openFile(file(5, "mine"));
  await change(first, mine);
  await first.share();
  maker.leave();
  const browser = new Browser();
  await change(await browser.visit(), POLICY);
  browser.leave();
  const { notice } = (await browser.visit(new URL(maker.clipboard).hash)).store.state;
  assert.match(notice, /mine\.jsonl is not here.*own work is kept/);
  browser.leave();
  for (const hash of ["#w=!!!!", new URL(maker.clipboard).hash.slice(0, 60)]) {
    const page = await browser.visit(hash);
    assert.match(page.store.state.notice, /could not be read/);
    assert.equal(browser.hash, "");
    browser.leave();
  }
  assert.equal((await browser.visit("#elsewhere")).store.state.notice, null);
});

test("a day that cannot be fetched is the network's fault, and leaves what is there", async () => {
  const browser = new Browser();
  const page = await browser.visit();
  const { current } = page.store.state;
  browser.isOnline = false;
  await page.switchDay("calm");
  const { dayId, fault, task } = page.store.state;
  assert.deepEqual([dayId, page.store.state.current, fault.code, task], ["runaway", current, "network", null]);
  browser.leave();
});
