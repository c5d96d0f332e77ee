// The day: its picture, its table, its reasons, and what an edit changes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { counts, openFile, ready, says, withPage } from "./page.mjs";

test("the page opens on the runaway with its result", () =>
  withPage({}, async (page) => {
    assert.deepEqual(await counts(page), { allow: 112, notify: 59, approve: 7, defer: 3, deny: 0, lock: 27 });
    assert.equal(await page.title(), "Interlock simulator");
    await says(page, ".change", /The same as the baseline/);
  }));

test("an edit shows what it changes at once, undo takes it back, redo brings it again", () =>
  withPage({}, async (page) => {
    await page.locator("#setting-autonomyMode").fill("2");
    await says(page, ".change", /−59 told.*\+59 asked/);
    assert.equal((await counts(page)).notify, 0);
    await says(page, ".count-approve .delta", /\+59/);
    await page.click("#undo");
    await says(page, ".change", /The same as the baseline/);
    assert.equal((await counts(page)).notify, 59);
    await page.keyboard.press("Control+y");
    await says(page, ".change", /\+59 asked/);
    await page.keyboard.press("Control+z");
    await says(page, ".change", /The same as the baseline/);
  }));

test("a looser speed limit takes the lock away, and says so", () =>
  withPage({}, async (page) => {
    await page.click("#section-speed summary");
    await page.locator("#setting-velocity-tier_3-actionsPerMinute").fill("9");
    await says(page, ".change", /lock of Outreach at 14:07:04 gone/);
    await page.click("text=Keep as baseline");
    await says(page, ".change", /The same as the baseline/);
  }));

test("the figures are filters, and so are rule, agent and text", () =>
  withPage({}, async (page) => {
    await page.click(".count-lock");
    await says(page, ".filters output", /^27 of 208 actions$/);
    await page.click("text=Clear filters");
    await page.selectOption(".filters select >> nth=0", "quiet_time");
    await says(page, ".filters output", /^3 of 208 actions$/);
    await page.selectOption(".filters select >> nth=0", "");
    await page.selectOption(".filters select >> nth=1", "finance");
    await says(page, ".filters output", /^11 of 208 actions$/);
    await page.selectOption(".filters select >> nth=1", "");
    await page.fill(".filters input[type=search]", "tobacco");
    await says(page, ".filters output", /^1 of 208 actions$/);
    await says(page, ".row .cell-why", /“Tobacco”, is one that only a person writes to/);
  }));

test("a row says why, reads every rule, and leads to the setting that said no", () =>
  withPage({}, async (page) => {
    await page.fill(".filters input[type=search]", "twelve branches");
    await says(page, ".filters output", /^1 of/);
    await page.click(".row");
    await says(page, "#inspector", /This deal is worth SAR\s150,000; from SAR\s100,000 on a person decides/);
    await says(page, "#inspector", /faisal is asked/);
    await page.click("#inspector .every summary");
    await says(page, "#inspector .rule-list", /Budget/);
    assert.equal(await page.locator("#inspector .rule-list > li").count(), 10);
    await page.click("#inspector .rule-list > li:nth-child(10) summary");
    await says(page, "#inspector .rule-list dl", /customer\.used\.messages/);
    await page.click("#inspector .reason-approve .link");
    await page.waitForFunction(() => document.activeElement?.id === "setting-requireHumanForHighValueDealsAbove");
    await page.keyboard.press("Control+a");
    await page.keyboard.type("200000");
    await says(page, "#inspector", /ALLOWED, TOLD/);
    await says(page, "#inspector .before", /ask/);
  }));

test("what differs can be shown alone", () =>
  withPage({}, async (page) => {
    await page.locator("#setting-requireHumanForHighValueDealsAbove").fill("20000");
    await says(page, ".change", /asked/);
    await page.click("text=Show only these");
    await page.waitForFunction(() => /^(\d+) of/.exec(document.querySelector(".filters output").textContent)?.[1] < 20);
    await page.locator(".row .was").first().waitFor();
    await page.waitForFunction(() => document.querySelectorAll(".row").length > 0 && document.querySelector(".row:not(.changed)") === null);
  }));

test("dragging over the picture zooms and filters, a double click shows all", () =>
  withPage({}, async (page) => {
    const box = await page.locator(".stage").boundingBox();
    await page.mouse.move(box.x + box.width * 0.4, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + 80, { steps: 4 });
    await page.mouse.up();
    await page.waitForFunction(() => Number(/^(\d+)/.exec(document.querySelector(".filters output").textContent)[1]) < 150);
    await page.locator(".stage").dblclick();
    await says(page, ".filters output", /^208 of 208 actions, 1 intervention$/);
  }));

test("hovering a row lights its mark, and clicking a mark chooses its row", () =>
  withPage({}, async (page) => {
    await page.hover(".row >> nth=2");
    await says(page, ".hint", /discover_leads/);
    const box = await page.locator(".stage").boundingBox();
    await page.mouse.move(box.x + 8, box.y + 26 + 48 - 6);
    await says(page, ".row.lit", /ledger.get_balance/);
    // The lock's square in the lane of Outreach.
    await page.click("#closer");
    await page.waitForTimeout(300);
    await page.mouse.click(box.x + box.width * 0.5, box.y + 26 + 3 * 48 + 6);
    await says(page, "#inspector", /LOCKED/);
    await page.waitForFunction(() => document.querySelectorAll('.row[aria-selected="true"]').length === 1);
  }));

test("the three days that ship, and a file of one's own", () =>
  withPage({}, async (page) => {
    await page.selectOption("#day-picker", "calm");
    await says(page, ".count-lock b", /^0$/);
    await page.selectOption("#day-picker", "week");
    await says(page, ".count-deny b", /^3$/);
    await page.locator('.tabs [role="tab"]:has-text("Approvals") .badge').waitFor();
    const records = [{ at: "2026-05-18T09:00:00Z", id: "x1", type: "send_message", agent: "mine", riskFactors: {} }];
    await openFile(page, "mine.json", JSON.stringify(records, null, 2));
    await says(page, ".lane-name", /mine/);
    assert.equal(await page.locator("#day-picker option:checked").innerText(), "mine.json");
  }));

test("kinds that the policy does not know are said, and can be told in the form", () =>
  withPage({}, async (page) => {
    await openFile(page, "mine.jsonl", '{"at": "2026-05-18T09:00:00Z", "id": "x1", "type": "fares.look_up", "agent": "mine"}\n{"at": "2026-05-18T09:01:00Z", "id": "x2", "type": "fares.sell", "agent": "mine"}\n');
    await says(page, ".unknown", /2 kinds of actions are unknown to this policy/);
    await page.click(".unknown .link");
    await page.selectOption('select[aria-label="Does fares.look_up read or write?"]', "read");
    await says(page, ".unknown", /1 kind of action is unknown/);
    await page.selectOption('[id="setting-actions-fares:2e:sell"]', "L1");
    await page.waitForFunction(() => document.querySelector(".unknown") === null);
    assert.equal((await counts(page)).allow > 0, true);
  }));

test("a file is dropped anywhere", () =>
  withPage({}, async (page) => {
    const data = await page.evaluateHandle(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(['{"at": "2026-05-18T09:00:00Z", "id": "x1", "type": "crm.x", "agent": "dropped"}\n'], "drop.jsonl"));
      return transfer;
    });
    await page.dispatchEvent("body", "dragover", { dataTransfer: data });
    await says(page, ".drop", /Drop a log/);
    await page.dispatchEvent("body", "drop", { dataTransfer: data });
    await says(page, ".lane-name", /dropped/);
  }));

test("a broken line is counted and shown, and the rest is decided", () =>
  withPage({}, async (page) => {
    const good = '{"at": "2026-05-18T09:00:00Z", "id": "x1", "type": "crm.x", "agent": "mine"}';
    await openFile(page, "broken.jsonl", `${good}\n{"at": "2026-05-18T09:00:01Z", "id": \n{"at": "2026-05-18T09:00:02Z", "id": 5, "type": "t", "agent": "a"}\n`);
    await says(page, "#broken summary", /2 lines could not be carried out/);
    await page.click("#broken summary");
    await says(page, "#broken li", /line 2/);
    await says(page, "#broken li", /id: expected/);
    await says(page, ".lane-name", /mine/);
  }));

test("a log of another format is named for what it is, and the day stays", () =>
  withPage({}, async (page) => {
    await openFile(page, "table.csv", "time,agent,action\n2026-05-12,sales,send\n");
    await says(page, "dialog", /“table.csv” is no log of actions.*It looks like a table \(CSV\)/);
    await page.keyboard.press("Escape");
    await openFile(page, "other.jsonl", '{"timestamp": 5, "level": "info", "message": "hello"}\n');
    await says(page, "dialog", /Its fields: timestamp, level and message/);
    await page.click("dialog button");
    await ready(page);
    assert.equal((await counts(page)).lock, 27);
  }));
