// The package in a real browser.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import process from "node:process";
import { after, before, test } from "node:test";
import { serve } from "./server.mjs";

const { chromium } = createRequire(`${process.env.PROJECT}/package.json`)("playwright-core");

let server;
let browser;

before(async () => {
  server = await serve();
  const switches = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
  ];
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM, headless: true, args: switches });
});

after(async () => {
  await browser?.close();
  server?.close();
});

/** Opens the page, runs `use` on it, and checks that nothing went wrong beside. */
async function withPage(policy, use) {
  const page = await browser.newPage();
  const faults = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("requestfailed", (request) => faults.push(request.url()));
  await page.goto(`${server.origin}/index.html${policy === undefined ? "" : `?policy=${encodeURIComponent(policy)}`}`);
  try {
    await use(page);
  } finally {
    await page.close();
  }
  assert.deepEqual(faults, []);
}

test("a page decides", () =>
  withPage(undefined, async (page) => {
    const result = await page.evaluate(async () => {
      const { InterlockError, Policy } = await import("/package/index.js");
      const policy = new Policy({ customerId: "noor", autonomyMode: "safe_autopilot", blockedKeywords: ["ضمان"] });
      const approval = policy.requiresApproval({ actionType: "send_message", riskFactors: { draftText: "ضـمان" } });
      let error;
      try {
        policy.withinBudget({ usage: { costToday: NaN } });
      } catch (caught) {
        error = { ours: caught instanceof InterlockError, path: caught.path };
      }
      return { approval, error, quiet: policy.isInQuietHours({ at: "2026-05-18T19:30:00Z" }) };
    });
    assert.equal(result.approval.reason, "blocked_keyword=ضمان");
    assert.deepEqual(result.error, { ours: true, path: "usage.costToday" });
    assert.equal(result.quiet, true);
  }));

test("its time zones and its folding are those of the contract", () =>
  withPage(undefined, async (page) => {
    const failures = await page.evaluate(async () => {
      const library = await import("/package/index.js");
      const wrong = [];
      for (const file of ["zones", "folding", "quiet_hours", "requires_approval"]) {
        const text = await (await fetch(`/vectors/${file}.jsonl`)).text();
        for (const line of text.split("\n").filter((line) => line !== "")) {
          const { fn, input, expected } = JSON.parse(line);
          const result = library[fn](input);
          const same = typeof expected === "object" ? Object.keys(expected).every((key) => result[key] === expected[key]) : result === expected;
          if (!same) wrong.push(line);
        }
      }
      return wrong;
    });
    assert.deepEqual(failures, []);
  }));

test("objects of an iframe are plain data", () =>
  withPage(undefined, async (page) => {
    const [plain, refused] = await page.evaluate(async () => {
      const { withinBudget } = await import("/package/index.js");
      const { contentWindow } = document.querySelector("iframe");
      const plain = withinBudget(contentWindow.eval("({ usage: { costToday: 500 } })")).within;
      try {
        withinBudget({ usage: contentWindow });
      } catch (error) {
        return [plain, error.name];
      }
    });
    assert.deepEqual([plain, refused], [false, "InterlockError"]);
  }));

test("a worker decides", () =>
  withPage(undefined, async (page) => {
    const answer = await page.evaluate(() => {
      const worker = new Worker("/worker.js", { type: "module" });
      return new Promise((resolve, reject) => {
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = ({ message }) => reject(new Error(message));
        worker.postMessage({ usage: { messagesToday: 200 } });
      });
    });
    assert.equal(answer.reason, "messages_per_day_reached");
  }));

const decide = async () => {
  const { withinBudget } = await import("/package/index.js");
  try {
    return withinBudget({ usage: {} }).within;
  } catch (error) {
    return `${error.name} ${error.code}: ${error.message}`;
  }
};

test("a page that allows WebAssembly and nothing else unsafe decides", () =>
  withPage("default-src 'self'; img-src data:; script-src 'self' 'wasm-unsafe-eval'", async (page) => {
    assert.equal(await page.evaluate(decide), true);
  }));

test("a page that forbids WebAssembly is told so at the call", () =>
  withPage("default-src 'self'; img-src data:", async (page) => {
    assert.match(await page.evaluate(decide), /^InterlockError internal: .*wasm-unsafe-eval/);
  }));
