// The policy as form and as JSON: one document, two views.
import assert from "node:assert/strict";
import { test } from "node:test";
import { counts, openFile, policyOf, says, withPage } from "./page.mjs";

const editor = (page) => page.locator(".policy .cm-content");

async function openJson(page) {
  await page.click("#panel-json");
  await editor(page).waitFor();
}

/** Puts the cursor right after a text of the editor. */
async function after(page, text) {
  const line = page.locator(".policy .cm-line", { hasText: text }).first();
  await line.click();
  await page.keyboard.press("End");
}

test("what is set in the form stands in the JSON, and the rest as it was", () =>
  withPage({}, async (page) => {
    await page.locator("#setting-budget-maxCostPerDay").fill("20");
    await says(page, ".change", /later/);
    await openJson(page);
    await says(page, ".policy .cm-content", /"maxCostPerDay": 20/);
    assert.equal((await policyOf(page)).budget.maxMessagesPerDay, 150);
  }));

test("what is typed in the JSON stands in the form, and one undo takes it back in both", () =>
  withPage({}, async (page) => {
    await openJson(page);
    await after(page, '"autonomyMode": "safe_autopilot"');
    for (let count = 0; count < '"safe_autopilot",'.length; count += 1) await page.keyboard.press("Shift+ArrowLeft");
    await page.keyboard.insertText('"manual",');
    await says(page, ".change", /asked/);
    await page.click("#panel-form");
    assert.equal(await page.locator("#setting-autonomyMode").inputValue(), "0");
    await openJson(page);
    await editor(page).focus();
    await page.keyboard.press("Control+z");
    await says(page, ".policy .cm-content", /safe_autopilot/);
    await page.click("#panel-form");
    assert.equal(await page.locator("#setting-autonomyMode").inputValue(), "3");
  }));

test("a policy that is wrong says so at the field and at the line, and the last result stays", () =>
  withPage({}, async (page) => {
    await page.locator("#setting-budget-maxMessagesPerDay").fill("-5");
    await says(page, "#policy-problem", /policy\.budget\.maxMessagesPerDay/);
    await says(page, "#setting-budget-maxMessagesPerDay-fault", /a whole number from 0/);
    assert.equal(await page.getAttribute("#setting-budget-maxMessagesPerDay", "aria-describedby"), "setting-budget-maxMessagesPerDay-fault");
    assert.equal((await counts(page)).lock, 27);
    await openJson(page);
    await page.locator(".policy .cm-lintRange-error").waitFor();
    assert.equal(await page.locator(".policy .cm-lintRange-error").innerText(), "-5");
    await page.keyboard.press("Control+z");
    await page.waitForFunction(() => document.querySelector("#policy-problem") === null);
  }));

test("the day says itself that it is the last valid policy's, with a way to what is wrong", () =>
  withPage({}, async (page) => {
    const field = page.locator("#setting-budget-maxMessagesPerDay");
    await field.fill("-5");
    await says(page, ".change", /The policy is not valid; the result is that of the last valid one/);
    assert.doesNotMatch(await page.locator(".change").innerText(), /The same as/);
    await page.click("#tab-day");
    await page.click("#to-fault");
    await page.waitForFunction(() => document.activeElement?.id === "setting-budget-maxMessagesPerDay");
    await page.click("#undo");
    await says(page, ".change", /The same as the baseline/);
    await openJson(page);
    await after(page, '"autonomyMode"');
    await page.keyboard.press("Backspace");
    await says(page, ".change", /not valid/);
    await page.click("#panel-form");
    await page.click("#to-fault");
    await page.waitForFunction(() => document.activeElement?.closest(".policy .cm-content") && String(getSelection()).includes("quietHours"));
  }));

test("a number that is being typed anew is not told what was wrong with the one before", () =>
  withPage({}, async (page) => {
    const field = page.locator("#setting-budget-maxMessagesPerDay");
    await field.fill("-5");
    await page.waitForSelector("#setting-budget-maxMessagesPerDay-fault");
    await field.fill("");
    await page.waitForSelector("#setting-budget-maxMessagesPerDay-fault", { state: "detached" });
    assert.equal(await field.getAttribute("aria-invalid"), "false");
    await page.locator("#setting-maxConsecutiveFollowups").focus();
    await says(page, "#setting-budget-maxMessagesPerDay-fault", /a whole number from 0/);
  }));

test("a table of what differs is left again, also where nothing does any more", () =>
  withPage({}, async (page) => {
    await page.locator("#setting-requireHumanForHighValueDealsAbove").fill("5000");
    await page.click(".change >> text=Show only these");
    await page.waitForFunction(() => document.querySelector('.change [aria-pressed="true"]') !== null);
    await page.click("#undo");
    await says(page, ".change", /The same as the baseline/);
    await page.click(".change >> text=Show all");
    await page.waitForSelector(".row .cell-time time");
  }));

test("text that is no JSON is marked where it breaks, and the form waits", () =>
  withPage({}, async (page) => {
    await openJson(page);
    await after(page, '"autonomyMode"');
    await page.keyboard.press("Backspace");
    await page.locator(".policy .cm-lintRange-error").first().waitFor();
    await says(page, "#policy-problem", /not valid/);
    await page.click("#panel-form");
    await says(page, ".policy", /The JSON has a mistake in it/);
    await page.click("#undo");
    await page.locator("#setting-autonomyMode").waitFor();
  }));

test("what is wrong is said at each kind of control", () =>
  withPage({}, async (page) => {
    for (const [wrong, id] of [
      [{ confirmWrites: "yes" }, "confirmWrites"], [{ autonomyMode: "wild" }, "autonomyMode"], [{ currency: "x" }, "currency"], [{ unknownActions: "x" }, "unknownActions"],
      [{ blockedKeywords: ["a", ""] }, "blockedKeywords"], [{ velocity: { tier_1: { actionsPerMinute: -1 } } }, "velocity-tier_1-actionsPerMinute"],
    ]) {
      await openFile(page, "policy.json", JSON.stringify({ customerId: "noor", ...wrong }), "#policy-file");
      await page.waitForSelector(`#setting-${id}-fault`, { state: "attached" });
      assert.equal(await page.getAttribute(`#setting-${id}`, "aria-describedby"), `setting-${id}-fault`, id);
      assert.equal(await page.getAttribute(`#setting-${id}`, "aria-invalid"), "true", id);
    }
  }));

test("a misspelt field names the nearest one", () =>
  withPage({}, async (page) => {
    await openFile(page, "policy.json", '{"customerId": "noor", "autonomymode": "manual"}', "#policy-file");
    await says(page, "#policy-problem", /autonomyMode/);
    await page.click("#undo");
    await page.waitForFunction(() => document.querySelector("#policy-problem") === null);
  }));

test("a policy with the line ends of another system shows no line that it does not have", () =>
  withPage({}, async (page) => {
    const text = '{\r\n  "customerId": "noor",\r\n  "autonomyMode": "manual"\r\n}\r\n';
    await openFile(page, "policy.json", text, "#policy-file");
    await openJson(page);
    await says(page, ".policy .cm-content", /noor/);
    const lines = () => page.locator(".policy .cm-line").allInnerTexts();
    assert.deepEqual((await lines()).map((line) => line.trim()), ["{", '"customerId": "noor",', '"autonomyMode": "manual"', "}", ""]);
    await after(page, '"customerId": "noor"');
    await page.keyboard.press("Enter");
    await page.keyboard.insertText('"currency": "USD",');
    await page.click("#panel-form");
    await page.click("#panel-json");
    await says(page, ".policy .cm-content", /USD/);
    assert.equal((await lines()).length, 6);
  }));

test("where text of its own is typed, undo is the browser's, and the policy stays", () =>
  withPage({}, async (page) => {
    await page.locator("#setting-maxConsecutiveFollowups").fill("7");
    await page.click("#section-agents summary");
    await page.click("#tab-action");
    for (const input of ['input[aria-label="id of an agent"]', "#action-agent", "#setting-blockedKeywords"]) {
      await page.focus(input);
      const before = await page.inputValue(input);
      await page.keyboard.type("x");
      await page.keyboard.press("Control+z");
      assert.equal(await page.inputValue(input), before, input);
      assert.equal(await page.locator("#setting-maxConsecutiveFollowups").inputValue(), "7", input);
    }
    await page.focus("#setting-maxConsecutiveFollowups");
    await page.keyboard.press("Control+z");
    await page.waitForFunction(() => document.querySelector("#setting-maxConsecutiveFollowups").value !== "7");
  }));

test("the editor of B has an undo of its own", () =>
  withPage({}, async (page) => {
    await page.locator("#setting-maxConsecutiveFollowups").fill("7");
    await page.click("#tab-compare");
    await page.click("text=Write one");
    const other = page.locator(".editor.other .cm-content");
    await other.click();
    await page.keyboard.press("Control+Home");
    await page.keyboard.insertText("xyz");
    await says(page, ".editor.other .cm-content", /xyz/);
    for (let times = 0; times < 3; times += 1) await page.keyboard.press("Control+z");
    await page.waitForFunction(() => !document.querySelector(".editor.other .cm-content").textContent.includes("xyz"));
    assert.equal(await page.locator("#setting-maxConsecutiveFollowups").inputValue(), "7");
  }));

test("names and words are completed with what they mean", () =>
  withPage({}, async (page) => {
    await openJson(page);
    await after(page, '"autonomyMode"');
    await page.keyboard.press("Enter");
    await page.keyboard.type('"confirmW');
    await says(page, ".cm-tooltip-autocomplete", /confirmWrites/);
    await says(page, ".cm-completionInfo", /Every write needs a person/);
    // The editor takes no choice in the moment in which its list opens.
    await page.waitForTimeout(250);
    await page.keyboard.press("Enter");
    await says(page, ".policy .cm-content", /"confirmWrites": false/);
    await page.keyboard.type(",");
    await page.keyboard.press("Enter");
    await page.keyboard.type('"defaultLevel": "L');
    await says(page, ".cm-tooltip-autocomplete", /"L3"/);
  }));

test("a field says what it means to who points at it", () =>
  withPage({}, async (page) => {
    await openJson(page);
    await page.locator(".policy .cm-line", { hasText: '"budgetScope"' }).locator("span").first().hover();
    await says(page, ".schema-hint", /budgetScope.*Which actions wait once a cap is reached/);
  }));

test("what is hardly meant is said, with a way to it", () =>
  withPage({}, async (page) => {
    await page.selectOption("#setting-quietHours", "8");
    await says(page, ".warnings", /Hardly meant/);
    await page.click(".warnings summary");
    await page.click(".warnings .link");
    await page.waitForFunction(() => document.activeElement?.id === "setting-quietHours");
  }));

test("words, sectors, days, agents and levels are added and taken away", () =>
  withPage({}, async (page) => {
    await page.fill("#setting-blockedKeywords", "promise");
    await page.keyboard.press("Enter");
    await page.click('button[aria-label="Remove guarantee"]');
    await page.click("#section-actions summary");
    await page.selectOption('[id="setting-actions-crm:2e:update_contact"]', "L3");
    await page.click("#section-agents summary");
    await page.fill('input[aria-label="Who answers for outreach"]', "huda");
    await page.click("text=No quiet hours");
    const policy = await policyOf(page);
    assert.deepEqual(policy.blockedKeywords, ["ضمان", "final price", "100%", "promise"]);
    assert.equal(policy.actions["crm.update_contact"].level, "L3");
    assert.equal(policy.agents.outreach.creator, "huda");
    assert.equal(policy.quietHours, null);
    await says(page, ".count-defer b", /^0$/);
  }));

test("the neighbours of the mode tell what they would have done", () =>
  withPage({}, async (page) => {
    await says(page, ".neighbours", /One step freer \(full autopilot\): nothing would be different this day/);
    await says(page, ".neighbours", /One step stricter \(draft and approve\): −59 told, \+59 asked/);
  }));
