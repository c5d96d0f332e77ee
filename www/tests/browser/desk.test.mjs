// One action, two policies, approvals.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openFile, policyOf, says, withPage } from "./page.mjs";

test("one action is decided as it is typed, with every rule looked at", () =>
  withPage({}, async (page) => {
    await page.click("#tab-action");
    await says(page, "#action-verdict", /ASKS A PERSON/);
    await says(page, ".answer", /This deal is worth SAR\s150,000/);
    assert.equal(await page.locator(".answer .rule-list > li").count(), 10);
    await says(page, ".answer", /What it costs: 1 message[^s]/);
    await page.fill(".action-form fieldset input[type=number] >> nth=0", "500");
    await says(page, "#action-verdict", /ALLOWED, TOLD/);
    await page.fill("#action-at", "2026-05-12T22:15:00");
    await says(page, "#action-verdict", /LATER/);
    // The day has it wait, and a person is asked at once all the same.
    await says(page, ".answer", /Its level alone \(L2\) would let it run/);
    await says(page, ".answer", /It may run from Wed,? 13 May 2026,? 08:00:00 on/);
    await page.fill(".action-form fieldset input[type=number] >> nth=0", "150000");
    await says(page, ".answer", /Not before Wed,? 13 May 2026,? 08:00:00, and only once \w+ or a platform admin agrees.*\w+ is asked/);
  }));

test("while the agent is locked the same action is locked", () =>
  withPage({}, async (page) => {
    await page.click("#tab-action");
    await page.fill("#action-agent", "outreach");
    await page.fill("#action-at", "2026-05-12T14:15:00");
    await says(page, "#action-verdict", /LOCKED/);
    await page.fill("#action-at", "2026-05-12T14:40:00");
    await says(page, "#action-verdict", /ASKS A PERSON/);
  }));

test("broken arguments and wrong fields are said where they are typed", () =>
  withPage({}, async (page) => {
    await page.click("#tab-action");
    await page.fill("#action-args", "{");
    await says(page, ".action-form", /These arguments are no JSON/);
    await page.fill("#action-args", "{}");
    await page.fill("#action-type", "no spaces please");
    await says(page, ".answer .problem", /type/);
  }));

test("an action is put into the day at its time, marked, and taken out again", () =>
  withPage({}, async (page) => {
    await page.click("#tab-action");
    await says(page, "#action-verdict", /ASKS A PERSON/);
    await page.click("#put");
    await page.click("#tab-day");
    await says(page, ".count-approve b", /^8$/);
    await page.fill(".filters input[type=search]", "try-1");
    await says(page, ".row .tag", /put in/);
    await page.click(".row");
    await page.click("#inspector .record summary");
    await page.click("text=Take it out");
    await says(page, ".count-approve b", /^7$/);
  }));

test("an action of the day is tried with changes", () =>
  withPage({}, async (page) => {
    await page.fill(".filters input[type=search]", "twelve branches");
    await says(page, ".filters output", /^1 of/);
    await page.click(".row");
    await page.click("#inspector .record summary");
    await page.click("text=Try it with changes");
    await says(page, "#action-verdict", /ASKS A PERSON/);
    const args = await page.inputValue("#action-args");
    await page.fill("#action-args", args.replace("150000", "15000"));
    await says(page, "#action-verdict", /ALLOWED, TOLD/);
  }));

test("two policies: what B allows and A refuses comes first, by rule, with both reasons", () =>
  withPage({}, async (page) => {
    await page.click("#tab-compare");
    const other = { ...(await policyOf(page)), requireHumanForHighValueDealsAbove: 1000000, blockedKeywords: [], quietHours: { start: 18, end: 8 } };
    await openFile(page, "other.json", JSON.stringify(other), "#other-file");
    await says(page, ".compare .total", /\d+ of 208 actions differ/);
    const titles = await page.locator(".side h3").allInnerTexts();
    assert.match(titles[0], /^B allows, A refuses\s+3$/);
    assert.match(titles[1], /^B refuses, A allows\s+\d+$/);
    await says(page, ".side-allowedByB summary", /Person decides: 3/);
    await page.click(".side-allowedByB .difference >> nth=0");
    await says(page, ".both", /SAR\s150,000/);
    await says(page, ".side-refusedByB summary", /Quiet time: \d+/);
    await page.click(".matrix summary");
    await says(page, ".matrix", /A: told/);
    await page.click("text=Make B the policy");
    await says(page, ".compare", /Both decide every action of this day alike/);
  }));

test("the same in another mode, the baseline, and a B that is wrong", () =>
  withPage({}, async (page) => {
    await page.locator("#setting-autonomyMode").fill("0");
    await page.click("#tab-compare");
    await page.click(".choices >> text=The baseline");
    await says(page, ".side h3", /B allows, A refuses/);
    await page.selectOption("#compare-mode", "full_autopilot");
    await says(page, ".choose", /The same in full autopilot/);
    await openFile(page, "bad.json", '{"customerId": "x", "nonsense": 1}', "#other-file");
    await says(page, ".compare .problem", /nonsense/);
  }));

const questions = (page) => page.locator(".queue:not(.closed) .question");

test("the queue is that of its time; who may decide the guard says; the day runs on from there", () =>
  withPage({}, async (page) => {
    await page.click("#tab-approvals");
    await says(page, ".approvals h3 .badge", /^7$/);
    await page.locator("#queue-time").fill(String(Date.parse("2026-05-12T18:00:00+03:00")));
    await says(page, ".approvals h3 .badge", /^6$/);
    const first = questions(page).first();
    await first.locator("select").selectOption("stranger");
    await first.locator("button.primary").click();
    await says(page, ".question .problem", /accepted: Only the agent creator or platform admin can resolve approvals/);
    await first.locator("select").selectOption("agent");
    await first.locator("button.primary").click();
    await says(page, ".question .problem", /Only the agent creator or platform admin/);
    await first.locator("select").selectOption("creator");
    await first.locator("button.primary").click();
    await says(page, ".approvals h3 .badge", /^5$/);
    await says(page, ".queue.closed .status", /approved and used/);
    await says(page, ".outcome", /approved and used\. Asked again at 18:00:00: told/);
    await page.click("#tab-day");
    await says(page, ".change", /\+1 told/);
    await page.click("#undo");
    await says(page, ".change", /The same as the baseline/);
  }));

test("what is approved in quiet hours is asked again, waits for the morning, and that is said", () =>
  withPage({}, async (page) => {
    await page.click("#tab-approvals");
    await says(page, ".approvals h3 .badge", /^7$/);
    await page.locator("#queue-time").fill(String(Date.parse("2026-05-12T22:30:00+03:00")));
    await says(page, ".cursor", /22:30:00/);
    await questions(page).filter({ hasText: "send_" }).first().locator("button.primary").click();
    await says(page, ".outcome", /Asked again at 22:30:00: later\. Quiet hours.*It may run from Wed,? 13 May 2026,? 08:00:00 on/);
  }));

test("a rejection stays one, and earlier there was no question", () =>
  withPage({}, async (page) => {
    await page.click("#tab-approvals");
    await says(page, ".approvals h3 .badge", /^7$/);
    await questions(page).first().locator("button.danger").click();
    await says(page, ".queue.closed .status", /rejected/);
    const slider = page.locator("#queue-time");
    await slider.fill(await slider.getAttribute("min"));
    await says(page, ".approvals", /Nobody is asked anything at this time/);
  }));

test("a quorum needs two people", () =>
  withPage({}, async (page) => {
    await page.selectOption("#day-picker", "week");
    await says(page, ".count-deny b", /^3$/);
    await page.click("#tab-approvals");
    await page.locator("#queue-time").fill(String(Date.parse("2026-05-21T15:00:00+03:00")));
    await says(page, ".question", /0 of 2 agreed/);
    await questions(page).first().locator("button.primary").click();
    await says(page, ".question", /1 of 2 agreed/);
    await questions(page).first().locator("button.primary").click();
    await says(page, ".question .problem", /this person has decided on it before/);
    await questions(page).first().locator("select").selectOption("admin");
    await questions(page).first().locator("button.primary").click();
    await says(page, ".queue.closed .status", /approved and used/);
  }));
