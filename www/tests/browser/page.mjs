// The built page in Chromium, with what every test wants of it: nothing goes wrong beside, and nothing leaves the machine.
import assert from "node:assert/strict";
import path from "node:path";
import process from "node:process";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { require } from "../../tools/load.mjs";
import { serve } from "../../tools/server.mjs";

const { chromium } = require("playwright-core");
export const DIST = fileURLToPath(new URL("../../dist/", import.meta.url));
const SWITCHES = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
  "--disable-sync",
];
/** A machine with other work takes its time. */
const PATIENCE = 60_000;

let server;
let browser;

before(async () => {
  server = await serve(DIST, { base: "/some/where/" });
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM, headless: true, args: SWITCHES });
});

after(async () => {
  await browser?.close();
  await server?.close();
});

/**
 * Opens the page, runs `use` on it, and checks that nothing went wrong beside.
 * @param {object} options for the context; `hash` for the address; `faults: false` where some are expected
 */
export async function withPage({ hash = "", faults: strict = true, colorScheme = "light", ...options }, use) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 1000 }, locale: "en-GB", colorScheme, acceptDownloads: true, ...options });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const faults = [];
  const page = await watched(context, faults);
  page.setDefaultTimeout(PATIENCE);
  try {
    await page.goto(`${server.url}${hash}`);
    await ready(page);
    await use(page, { url: server.url, context });
  } finally {
    await context.close();
  }
  if (strict) assert.deepEqual(faults, []);
}

async function watched(context, faults) {
  const page = await context.newPage();
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("console", (message) => { if (message.type() === "error" || message.type() === "warning") faults.push(`console: ${message.text()}`); });
  page.on("requestfailed", (request) => faults.push(`failed: ${request.url()}`));
  page.on("request", (request) => { if (!request.url().startsWith(server.url) && !/^(data|blob):/.test(request.url())) faults.push(`left: ${request.url()}`); });
  return page;
}

/** The day is there, and so are the reasons of its rows. */
export async function ready(page) {
  await page.waitForSelector(".count b");
  await page.waitForSelector(".row .cell-time time");
}

/** The six figures, by effect. */
export async function counts(page) {
  const texts = await page.locator(".count b").allInnerTexts();
  const names = ["allow", "notify", "approve", "defer", "deny", "lock"];
  return Object.fromEntries(texts.map((text, index) => [names[index], Number(text.replaceAll(",", ""))]));
}

/** Waits until the page says something. */
export async function says(page, selector, pattern) {
  await page.waitForFunction(
    ([place, source]) => [...document.querySelectorAll(place)].some((element) => new RegExp(source, "s").test(element.textContent ?? "")),
    [selector, pattern.source],
  );
}

export async function openFile(page, name, body, input = "#log-file") {
  const buffer = typeof body === "string" ? Buffer.from(body) : body;
  await page.setInputFiles(input, { name, mimeType: "application/json", buffer });
}

/** Larger than a test may hand over in memory: a file. */
export async function openPath(page, file, input = "#log-file") {
  await page.setInputFiles(input, file);
}

/** The policy's text, as the page keeps it. */
export async function policyOf(page) {
  return page.evaluate(() => {
    dispatchEvent(new Event("pagehide"));
    return JSON.parse(JSON.parse(localStorage.getItem("interlock-simulator.work")).policy);
  });
}

export function screen(name) {
  return path.join(process.env.SCREENS, `${name}.png`);
}

/** A log of any length: five agents, calm and bursts; with `reports`, what became of each action. */
export function log(actions, { reports = false } = {}) {
  const lines = [];
  let time = Date.UTC(2026, 2, 1, 5);
  const types = ["discover_leads", "enrich_lead", "send_message", "classify_reply", "draft_message", "book_meeting"];
  for (let number = 0; number < actions; number += 1) {
    time += number % 97 < 12 ? 4000 : 55_000;
    const type = types[(number * 7) % types.length];
    const risk = type === "send_message" ? `,"riskFactors":{"dealValue":${(number * 131) % 140_000},"draftText":"about the plan for this week","sector":"retail"}` : "";
    lines.push(`{"at":"${new Date(time).toISOString()}","id":"a${number}","type":"${type}","agent":"agent-${number % 5}","args":{"account":"acc-${number % 4000}","step":${number % 8}}${risk}}`);
    if (reports) lines.push(`{"at":"${new Date(time + 900).toISOString()}","kind":"report","actionId":"a${number}","outcome":"succeeded"}`);
  }
  return lines;
}
