// node benches/bench.mjs PACKAGE: ratios in one run. CPU time, the median of several rounds, engine and peer in turn.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

import { approvalPort, budgetPort } from "./port.mjs";

const folder = resolve(process.argv[2] ?? "pkg");
const entry = pathToFileURL(resolve(folder, "index.js")).href;
const { Guard, Policy, Replay, determineTier, requiresApproval } = await import(entry);

const ROUNDS = 7;
const median = (numbers) => numbers.sort((a, b) => a - b)[numbers.length >> 1];

/** Nanoseconds of CPU a call, by the kind of call, measured in turn. */
function measure(calls, times) {
  const rounds = Object.fromEntries(Object.keys(calls).map((name) => [name, []]));
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [name, run] of Object.entries(calls)) {
      const before = process.cpuUsage();
      for (let index = 0; index < times; index += 1) run(index);
      const { user, system } = process.cpuUsage(before);
      // The first round warms up.
      if (round > 0) rounds[name].push(((user + system) * 1000) / times);
    }
  }
  return Object.fromEntries(Object.entries(rounds).map(([name, numbers]) => [name, median(numbers)]));
}

const time = (ns) => (ns < 1000 ? `${ns.toFixed(0)} ns` : ns < 1e6 ? `${(ns / 1000).toFixed(1)} us` : `${(ns / 1e6).toFixed(1)} ms`);
const row = (what, ours, peer, target = "") => console.log(`${what.padEnd(46)} ${ours.padStart(10)} ${peer.padStart(22)}  ${target}`);

const LATIN = { syllables: "ba co di fu ge hi jo ku la me ni po ra so ti".split(" "), filler: "we can show your team the plan this week " };
const ARABIC = { syllables: "با تو جي حر خا دو ري زم سا شو صي ضم طا ظو عي".split(" "), filler: "يمكننا أن نعرض على فريقكم الخطة هذا الأسبوع " };

/** Different words of four syllables each. */
const wordsOf = ({ syllables }, count) =>
  Array.from({ length: count }, (_, index) => [1, 7, 61, 421].map((step) => syllables[Math.floor((index * 11) / step + step) % 15]).join("") + syllables[index % 15][0] + index);

/** A text in which the words begin but do not end, so that no search can pass over it by first letters alone. */
const almost = (words, { filler }) =>
  Array.from({ length: 200 }, (_, index) => `${words[(index * 7) % words.length].slice(0, 3 + (index % 5))} ${filler.slice(index % 20, (index % 20) + 10)} `).join("");

function decisions(keywords, length, times, target, script = LATIN) {
  const words = wordsOf(script, keywords);
  const document = {
    customerId: "bench",
    autonomyMode: "safe_autopilot",
    blockedSectors: ["gaming", "tobacco"],
    blockedKeywords: words,
  };
  const policy = new Policy(document);
  const draftText = almost(words, script).slice(0, length);
  const requests = Array.from({ length: 1000 }, (_, index) => ({
    actionType: "send_message",
    riskFactors: {
      isFirstSendToAccount: false,
      dealValue: index,
      containsLegalTopic: false,
      sector: "banking",
      draftText,
      consecutiveFollowupIndex: 1,
    },
  }));
  const usage = { messagesToday: 3, llmTokensToday: 100, apiCallsToday: 5, costToday: 1.5 };
  const full = policy.document;
  const pattern = new RegExp(words.join("|"), "i");
  if (pattern.test(draftText)) throw new Error("the draft must hold none of the words");
  const { engine, port, regexp } = measure(
    {
      engine: (index) => {
        const request = requests[index % 1000];
        return !policy.requiresApproval(request).required && policy.withinBudget({ usage }).within;
      },
      port: (index) => {
        const { actionType, riskFactors } = requests[index % 1000];
        return !approvalPort(full, actionType, riskFactors).required && budgetPort(full.budget, usage).within;
      },
      regexp: (index) => pattern.test(requests[index % 1000].riskFactors.draftText),
    },
    times,
  );
  const text = length === 0 ? "no text" : `${keywords}${script === ARABIC ? " Arabic" : ""} x ${length}`;
  const peer = keywords < 100 ? `${(engine / port).toFixed(1)} x port (${time(port)})` : `${(engine / regexp).toFixed(1)} x RegExp (${time(regexp)})`;
  row(`approval + budget, ${text}`, time(engine), peer, target);
  policy.free();
}

/** Per event, as the rate is what one cares about. */
function tiers() {
  const now = Date.UTC(2026, 2, 20, 9);
  const numbers = Array.from({ length: 10_000 }, (_, index) => now - 600_000 + index * 60);
  const texts = numbers.map((number) => new Date(number).toISOString());
  const since = [15, 10, 5].map((minutes) => now - minutes * 60_000);
  const count = (events) => since.map((from) => events.reduce((counted, event) => counted + (event >= from ? 1 : 0), 0));
  const { number, text, portNumber, portText } = measure(
    {
      number: () => determineTier({ events: numbers, now }),
      text: () => determineTier({ events: texts, now }),
      portNumber: () => count(numbers),
      portText: () => count(texts.map((event) => Date.parse(event))),
    },
    20,
  );
  const each = (ns) => time(ns / numbers.length);
  row("determineTier, an event, numbers", each(number), `${(number / portNumber).toFixed(1)} x port (${each(portNumber)})`, "3 ns");
  row("determineTier, an event, RFC 3339", each(text), `${(text / portText).toFixed(1)} x port (${each(portText)})`, "60 ns");
}

function freeFunction() {
  const document = { customerId: "bench", autonomyMode: "safe_autopilot", budget: { maxMessagesPerDay: 5 }, blockedKeywords: ["a", "b"] };
  const { plain } = measure({ plain: () => requiresApproval({ actionType: "score_deal", policy: document }) }, 500);
  row("requiresApproval with a plain document", time(plain), "", "60 us");
}

function guards() {
  const policy = { customerId: "bench", autonomyMode: "safe_autopilot", quietHours: null, budget: { maxLlmTokensPerDay: 1e12 } };
  const now = Date.UTC(2026, 2, 20, 9);
  let id = 0;
  const run = (guard) => () => {
    id += 1;
    guard.request({ id: `a${id}`, type: "score_deal", agent: "sales", args: { account: "acc-12", step: 3 } }, { now });
    guard.report({ actionId: `a${id}`, outcome: "succeeded" }, { now });
  };
  const [withAudit, without] = [new Guard({ policy }), new Guard({ policy, audit: false })];
  const { audit, plain } = measure({ audit: run(withAudit), plain: run(without) }, 2000);
  row("guard: request and its report, with audit", time(audit), "", "");
  row("guard: request and its report, audit: false", time(plain), "", "");
}

/** A run is a request and its report, and what the gate does around them. */
async function gates() {
  const policy = { customerId: "bench", autonomyMode: "safe_autopilot", quietHours: null, budget: { maxLlmTokensPerDay: 1e12 } };
  const { createGate } = await import(pathToFileURL(resolve(folder, "gate.js")).href);
  const [guard, gate] = [new Guard({ policy }), await createGate({ policy })];
  let id = 0;
  const action = () => ({ id: `a${(id += 1)}`, type: "score_deal", agent: "sales", args: { account: "acc-12", step: 3 } });
  const calls = {
    guard: () => {
      guard.request(action());
      guard.report({ actionId: `a${id}`, outcome: "succeeded" });
    },
    gate: () => gate.run(action(), () => 1),
  };
  const rounds = { guard: [], gate: [] };
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [name, run] of Object.entries(calls)) {
      const before = process.cpuUsage();
      for (let times = 0; times < 2000; times += 1) await run();
      const { user, system } = process.cpuUsage(before);
      if (round > 0) rounds[name].push((user + system) / 2);
    }
  }
  const [bare, whole] = [median(rounds.guard), median(rounds.gate)];
  row("gate.run, memory store", time(whole), `${time(whole - bare)} over both calls`, "40 us over request");
  await gate.close();
}

function replays() {
  const lines = Array.from({ length: 5000 }, (_, index) =>
    JSON.stringify({ at: Date.UTC(2026, 2, 20, 9) + index * 60_000, id: `a${index}`, type: "score_deal", agent: "sales", args: { step: index % 8 } }),
  );
  let replay;
  const { line } = measure(
    {
      line: (index) => {
        if (index === 0) replay = new Replay({ policy: { customerId: "bench" } });
        replay.line(lines[index]);
      },
    },
    lines.length,
  );
  row("replay, a line", time(line), `${Math.round(1e9 / line)} lines/s`, "100,000 lines/s");
}

/** Milliseconds from the start of a process to its end; ours less an empty one's, pair by pair. */
function coldStart() {
  const run = (script) => {
    const before = process.hrtime.bigint();
    spawnSync(process.execPath, ["--input-type=module", "-e", script], { stdio: "ignore" });
    return Number(process.hrtime.bigint() - before) / 1e6;
  };
  const first = `import { requiresApproval } from ${JSON.stringify(entry)}; requiresApproval({actionType: "send_message", policy: {customerId: "c"}});`;
  const pairs = Array.from({ length: 21 }, () => [run(first), run("")]);
  const extra = median(pairs.map(([ours, empty]) => ours - empty));
  const empty = median(pairs.map(([, empty]) => empty));
  row("first decision in a fresh process, over nothing", `${extra.toFixed(1)} ms`, `(nothing: ${empty.toFixed(0)} ms)`, "15 ms");
}

function sizes() {
  for (const name of ["engine.wasm", "index.js"]) {
    const bytes = readFileSync(resolve(folder, name));
    const kb = (buffer) => `${(buffer.length / 1024).toFixed(0)} KB`;
    row(name, kb(bytes), `${kb(gzipSync(bytes, { level: 9 }))} gzip, ${kb(brotliCompressSync(bytes))} br`, name === "engine.wasm" ? "120 KB gzip" : "165 KB br");
  }
}

console.log(`node ${process.version}, ${process.arch}; CPU time, medians of ${ROUNDS} rounds\n`);
row("", "measured", "against", "aimed at");
decisions(2, 0, 20_000, "2.0 x port");
decisions(5, 200, 10_000, "1.2 x port");
decisions(100, 2000, 1000, "0.8 x RegExp");
decisions(1000, 2000, 1000, "as 100 are");
decisions(100, 2000, 1000, "1.0 x RegExp", ARABIC);
tiers();
freeFunction();
guards();
await gates();
replays();
coldStart();
sizes();
