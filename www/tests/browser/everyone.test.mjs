// For everyone: axe finds nothing, keys alone do it all, and it looks as it should in light, dark, on a phone, in Arabic and on paper.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { require } from "../../tools/load.mjs";
import { counts, ready, says, screen, withPage } from "./page.mjs";

const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };

/** Whatever axe has against the page as it stands. */
async function check(page, where) {
  await page.evaluate(AXE);
  const violations = await page.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html, failureSummary }) => `${html.slice(0, 160)} (${failureSummary.split("\n")[1]?.trim()})`).join(" | ")}`);
  });
  assert.deepEqual(violations, [], where);
}

/** All that the page has to show, one after the other. */
async function visit(page, name, isNarrow) {
  await page.click("#closer");
  await page.click(".count-lock");
  await says(page, ".filters output", /^(27|٢٧)/);
  await page.click(".row >> nth=1");
  await page.waitForSelector("#inspector .reasons");
  if (!isNarrow) {
    await page.click("#inspector .every summary");
    await page.waitForSelector("#inspector .rule-list");
  }
  await check(page, `${name}: the day`);
  await page.screenshot({ path: screen(`${name}-day`) });
  await page.click("#inspector .inspector-head button");
  await page.locator(".filters .plain").click();
  if (isNarrow) await page.click("#tab-policy");
  for (const section of ["speed", "actions", "agents", "approvals", "anomaly", "general"]) await page.locator(`#section-${section} > summary`).click();
  await check(page, `${name}: the form`);
  if (isNarrow) await page.screenshot({ path: screen(`${name}-policy`), fullPage: true });
  await page.click("#panel-json");
  await page.waitForSelector(".policy .cm-content");
  await check(page, `${name}: the JSON`);
  await page.screenshot({ path: screen(`${name}-json`) });
  await page.click("#panel-form");
  await page.click("#tab-action");
  await page.waitForSelector("#action-verdict");
  await check(page, `${name}: one action`);
  await page.screenshot({ path: screen(`${name}-action`), fullPage: isNarrow });
  await page.click("#tab-compare");
  await page.selectOption("#compare-mode", "draft_and_approve");
  await page.click(".difference >> nth=0");
  await page.waitForSelector(".both .reasons");
  await check(page, `${name}: compare`);
  await page.screenshot({ path: screen(`${name}-compare`) });
  await page.click("#tab-approvals");
  await page.waitForSelector(".question");
  await check(page, `${name}: approvals`);
  await page.screenshot({ path: screen(`${name}-approvals`) });
}

test("light", () => withPage({}, (page) => visit(page, "light", false)));

test("dark", () => withPage({ colorScheme: "dark" }, (page) => visit(page, "dark", false)));

test("Arabic, from right to left", () =>
  withPage({ locale: "ar-SA" }, async (page) => {
    assert.deepEqual(await page.evaluate(() => [document.documentElement.lang, document.documentElement.dir]), ["ar", "rtl"]);
    await visit(page, "arabic", false);
  }));

test("a phone", () =>
  withPage(PHONE, async (page) => {
    await visit(page, "phone", true);
    await page.click("#tab-day");
    // A mark at the picture's edge, with its words beside it.
    for (const row of [0, 3, 8]) {
      await page.locator(".row").nth(row).dispatchEvent("pointerenter");
      await page.waitForSelector(".hint");
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)) <= 0, `row ${row}`);
      await page.locator(".row").nth(row).dispatchEvent("pointerleave");
    }
    await page.selectOption(".order", "effect down");
    await says(page, ".row .cell-effect", /locked/);
    await page.selectOption(".order", "at");
    for (const tab of ["day", "policy", "action", "compare", "approvals"]) {
      await page.click(`#tab-${tab}`);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(over <= 0, `${tab} is ${over} pixels too wide`);
    }
  }));

test("a phone in Arabic and in the dark", () => withPage({ ...PHONE, locale: "ar-SA", colorScheme: "dark" }, (page) => visit(page, "phone-arabic-dark", true)));

test("a tablet's width, and an edit that shows its ghosts", () =>
  withPage({ viewport: { width: 1024, height: 900 } }, async (page) => {
    await page.locator("#setting-autonomyMode").fill("2");
    await says(page, ".change", /asked/);
    await page.click(".row >> nth=3");
    await page.waitForSelector("#inspector .verdict");
    await check(page, "tablet");
    await page.screenshot({ path: screen("tablet-edit") });
  }));

test("keys alone: from the page's beginning to a setting that is changed for a reason", () =>
  withPage({}, async (page) => {
    const focus = async (id) => {
      for (let steps = 0; steps < 120; steps += 1) {
        if (await page.evaluate((selector) => document.activeElement?.matches(selector), id)) return;
        await page.keyboard.press("Tab");
      }
      assert.fail(`no key leads to ${id}`);
    };
    await focus(".stage");
    await page.keyboard.press("ArrowDown");
    await says(page, ".caption .legend", /[\d.]+ of 3\/min/);
    await says(page, "#inspector", /ASKS A PERSON/);
    for (let steps = 0; steps < 4; steps += 1) await page.keyboard.press("+");
    await page.waitForFunction(() => Number(/^(\d+)/.exec(document.querySelector(".filters output").textContent)[1]) < 60);
    assert.match(await page.getAttribute(".stage", "aria-valuetext"), /09:05:00, Outreach, send_whatsapp: ask/);
    await page.keyboard.press("0");
    await says(page, ".filters output", /^208 of 208 actions, 1 intervention$/);
    await focus(".grid");
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("PageDown");
    await page.waitForFunction(() => document.querySelector(".grid").getAttribute("aria-activedescendant") !== null);
    await page.keyboard.press("End");
    await says(page, "#inspector", /LATER/);
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement?.id === "inspector");
    await focus("#inspector .reason-defer .link");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement?.id === "setting-quietHours");
    await page.keyboard.press("ArrowDown");
    await says(page, ".change", /later|told/);
    await page.keyboard.press("Control+z");
    await says(page, ".change", /The same as the baseline/);
    await page.keyboard.press("Escape");
    await page.evaluate(() => document.querySelector("#tab-day").focus());
    await page.keyboard.press("ArrowRight");
    await page.waitForSelector("#action-verdict");
    await page.keyboard.press("ArrowRight");
    await page.waitForSelector(".compare");
  }));

test("what is read aloud by itself is a sentence, each label has its control, and the curve of speed has words", () =>
  withPage({}, async (page) => {
    const loud = () => page.evaluate(() => [...document.querySelectorAll("[role=status], [aria-live]")].filter((part) => part.querySelector("button, ul, ol, details") !== null).map((part) => part.className));
    await page.locator("#setting-autonomyMode").fill("2");
    await says(page, ".change [role=status]", /asked/);
    assert.deepEqual(await loud(), []);
    assert.match(await page.getAttribute(".plot [role=img]", "aria-label"), /^Speed of Outreach: at most \d+% of 0.8\/min · 15 min, \d+% of/);
    for (const section of ["speed", "actions", "agents", "approvals", "anomaly", "general"]) await page.locator(`#section-${section} > summary`).click();
    assert.deepEqual(await page.evaluate(() => [...document.querySelectorAll("label")].filter((label) => label.control === null).map((label) => label.textContent)), []);
    await page.click("#tab-action");
    await page.waitForSelector("#action-verdict[role=status]");
    assert.deepEqual(await loud(), []);
  }));

test("a drag that the system breaks off is over", () =>
  withPage({}, async (page) => {
    const stage = page.locator(".stage");
    const box = await stage.boundingBox();
    await page.mouse.move(box.x + 200, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + 300, box.y + 60, { steps: 3 });
    await stage.dispatchEvent("pointercancel");
    await page.mouse.move(box.x + 400, box.y + 60, { steps: 3 });
    await page.mouse.up();
    await page.waitForTimeout(300);
    assert.match(await page.innerText(".filters output"), /^208 of 208/);
  }));

test("an edit leaves everything where it is, and a tab begins at its top", () =>
  withPage({}, async (page) => {
    const top = (selector) => page.locator(selector).first().evaluate((element) => element.getBoundingClientRect().top);
    const [picture, field] = [await top(".picture"), await top("#setting-budget-maxMessagesPerDay")];
    await page.locator("#setting-autonomyMode").fill("2");
    await says(page, ".change", /asked/);
    assert.equal(await top(".picture"), picture);
    await page.locator("#setting-budget-maxMessagesPerDay").fill("-5");
    await page.waitForSelector("#policy-problem");
    assert.equal(await top("#setting-budget-maxMessagesPerDay"), field + (await page.evaluate(() => -document.querySelector("#policy-body").scrollTop)));
    await page.locator(".body").evaluate((body) => body.scrollTo(0, 400));
    await page.click("#tab-action");
    await page.waitForFunction(() => document.querySelector("#tab-body").scrollTop === 0);
  }));

test("the table is sorted by keys", () =>
  withPage({}, async (page) => {
    await page.focus(".grid");
    for (let column = 0; column < 4; column += 1) await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.textContent.trim()), "Result");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelector('[aria-sort="ascending"]')?.textContent.includes("Result"));
    await page.keyboard.press("Enter");
    await says(page, '[aria-sort="descending"]', /Result/);
    await says(page, ".row .cell-effect", /locked/);
    assert.equal(await page.locator('.row[aria-selected="true"]').count(), 0);
  }));

test("the language changes in place, with its digits", () =>
  withPage({}, async (page) => {
    await page.click("#language");
    await says(page, ".count-lock b", /^٢٧$/);
    assert.equal(await page.evaluate(() => document.documentElement.dir), "rtl");
    await page.fill(".filters input[type=search]", "tobacco");
    await says(page, ".row .cell-why", /لا يراسله إلا شخص/);
    await page.click("#language");
    await says(page, ".row .cell-why", /only a person writes to/);
  }));

test("on paper: the summary, the picture and the differences on a page or two", () =>
  withPage({}, async (page) => {
    await page.locator("#setting-autonomyMode").fill("2");
    await says(page, ".change", /asked/);
    await page.emulateMedia({ media: "print" });
    await says(page, ".paper", /Log: The runaway, \d+ records · Policy: [0-9a-f]{64}/);
    await says(page, ".paper li", /^autonomyMode: "safe_autopilot" → "draft_and_approve"$/);
    await says(page, ".facts", /Tue, 12 May 2026/);
    await page.screenshot({ path: screen("print") });
    const pdf = (await page.pdf({ format: "A4" })).toString("latin1");
    const pages = [...pdf.matchAll(/\/Type\s*\/Page\b/g)].length;
    assert.ok(pages >= 1 && pages <= 2, `${pages} pages`);
    assert.equal(await page.locator(".policy").isVisible(), false);
    assert.equal(await page.locator(".picture").isVisible(), true);
  }));

/** What moves while a reason leads to its setting, far down the form: animations, and the places in the window where the setting is seen on its way. */
async function motion(page) {
  // What is told above the setting a moment later would move it too: both neighbours of the mode stand first.
  await says(page, ".neighbours", /nothing would be different this day.*−59 told/s);
  await page.click(".count-lock");
  await says(page, ".filters output", /^27/);
  await page.click(".row:has(.word-lock) >> nth=0");
  await page.waitForSelector("#inspector .reason .link");
  return page.evaluate(async () => {
    const places = new Set();
    let animations = 0;
    document.querySelector("#inspector .reason .link").click();
    for (let frame = 0; frame < 40; frame += 1) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      animations = Math.max(animations, document.getAnimations().length);
      const { activeElement } = document;
      if (activeElement.id.startsWith("setting-")) places.add(Math.round(activeElement.getBoundingClientRect().top));
    }
    return { animations, places: places.size, isThere: document.activeElement.id.startsWith("setting-velocity") };
  });
}

test("whoever wants less motion gets none", async () => {
  await withPage({}, async (page) => {
    const { animations, places, isThere } = await motion(page);
    assert.ok(isThere && animations > 0 && places > 1, `${animations} animations, ${places} places`);
  });
  await withPage({ reducedMotion: "reduce" }, async (page) => assert.deepEqual(await motion(page), { animations: 0, places: 1, isThere: true }));
});

test("forced colours keep the page", () =>
  withPage({ forcedColors: "active" }, async (page) => {
    await ready(page);
    assert.equal((await counts(page)).lock, 27);
    const painted = (selector) => page.locator(selector).first().evaluate((element) => getComputedStyle(element).forcedColorAdjust);
    for (const selector of [".swatch", ".meter span", ".badge"]) assert.equal(await painted(selector), "none", selector);
    const tab = (selector) => page.locator(selector).evaluate((element) => getComputedStyle(element).outlineStyle);
    assert.deepEqual([await tab("#tab-day"), await tab("#tab-action")], ["solid", "none"]);
    await page.screenshot({ path: screen("forced-colours") });
  }));
