// The runaway: a loop in one agent. Tier 1 at 14:03, tier 2 at 14:05, locked at 14:07; a person resets it at 14:31.
import { Day } from "./clock.mjs";
import { ACTIONS, account, message } from "./shared.mjs";

const DATE = "2026-05-12";
const done = { outcome: "succeeded" };

const policy = {
  customerId: "noor-trading",
  autonomyMode: "safe_autopilot",
  quietHours: { start: 21, end: 8 },
  budget: { maxMessagesPerDay: 150, maxLlmTokensPerDay: 120000, maxExternalApiCallsPerDay: 200, maxCostPerDay: 38 },
  budgetScope: "spending",
  requireHumanForHighValueDealsAbove: 100000,
  blockedSectors: ["tobacco", "gambling"],
  blockedKeywords: ["guarantee", "ضمان", "final price", "100%"],
  actions: {
    ...ACTIONS,
    discover_leads: { cost: { apiCalls: 2, amount: 0.4 } },
    enrich_lead: { cost: { apiCalls: 1, amount: 0.9 } },
    "support.*": { level: "L1" },
    "support.reply": { outbound: true, messaging: true, factors: { draftText: "/text", containsLegalTopic: "/legal" } },
    "ledger.*": { access: "read", level: "L1" },
    "ledger.close_day": { access: "write", level: "L3" },
  },
  agents: {
    prospecting: { name: "Prospector", creator: "huda" },
    outreach: { name: "Outreach", creator: "faisal" },
    support: { name: "Service desk", creator: "reem" },
    finance: { name: "Collections", creator: "omar" },
  },
};

export function runaway() {
  const day = new Day(DATE);
  finance(day);
  prospecting(day);
  support(day);
  outreachAsUsual(day);
  theLoop(day);
  evening(day);
  return { policy, log: day.records };
}

function finance(day) {
  ["06:30", "09:00", "12:00", "15:00", "18:00"].forEach((time) => {
    day.ask(time, "finance", "ledger.get_balance", { account: "SAB operating" });
    day.ask([time, 18], "finance", "ledger.list_overdue", { olderThanDays: 14 });
  });
  day.ask("18:40", "finance", "ledger.close_day", { date: DATE });
}

function prospecting(day) {
  ["07:10", "08:35", "10:05", "11:25", "13:10", "15:20", "16:40"].forEach((time, round) => {
    day.ask(time, "prospecting", "discover_leads", { query: "cloud kitchens", region: ["Riyadh", "Jeddah", "Tabuk"][round % 3], limit: 25 }, done);
    for (let lead = 0; lead < 4; lead += 1) {
      const args = { account: account(round * 4 + lead), sources: ["registry", "maps"] };
      day.ask([time, 260 + lead * 240], "prospecting", "enrich_lead", args, { ...done, cost: { apiCalls: 1, amount: 0.9, llmTokens: 1100 } });
    }
  });
  // One lead is in a sector that only a person writes to.
  day.ask("11:58", "prospecting", "send_whatsapp", { account: "Qimma Tobacco", body: "Hello, may we show you our plan?", isNew: false, dealValue: 9000 }, { riskFactors: { sector: "Tobacco", draftText: "Hello, may we show you our plan?", dealValue: 9000 } });
}

function support(day) {
  for (let number = 0; number < 44; number += 1) {
    const minutes = 8 * 60 + 6 + Math.floor(number * 15.4 + ((number * number * 7) % 9));
    const clock = `${Math.floor(minutes / 60)}:${minutes % 60}`;
    day.ask(clock, "support", "support.get_ticket", { ticket: 4100 + number }, { ...done, access: "read" });
    const legal = number === 20;
    const text = legal ? "About your lawyer's letter: we will answer it in writing." : number % 2 === 0 ? "Thank you, the courier comes tomorrow." : "شكرًا لكم، يصل المندوب غدًا.";
    day.ask([clock, 95], "support", "support.reply", { ticket: 4100 + number, text, legal }, { ...(legal ? {} : done), cost: { messages: 1, llmTokens: 700 } });
  }
}

function outreachAsUsual(day) {
  ["08:20", "08:52", "09:31", "10:12", "10:44", "11:20", "12:05", "12:41", "13:17", "13:36"].forEach((time, number) => {
    day.ask(time, "outreach", "send_whatsapp", message(number), { ...done, cost: { messages: 1, amount: 0.28, llmTokens: 820 } });
  });
  day.ask("09:05", "outreach", "send_whatsapp", message(1, { dealValue: 150000, body: "The offer for all twelve branches is ready." }));
  day.ask("10:26", "outreach", "send_whatsapp", message(5, { isNew: true }));
  day.ask("12:22", "outreach", "send_whatsapp", message(9, { body: "We guarantee the delivery within two days." }));
  day.ask("12:52", "outreach", "send_whatsapp", message(10, { body: "هذا ضـمان منا لمدة سنتين." }));
}

/** Seconds from 13:50, so that each tier is reached when the story says. */
const LOOP = [
  120, 300, 420, 510, 600, 660, 680, 700, 720, 740, 760, 780, 810, 840, 870, 900,
  990, 996, 1003, 1009, 1014, 1018, 1021, 1024,
];

function theLoop(day) {
  const follow = (seconds, number) =>
    day.ask(["13:50", seconds], "outreach", "crm.update_contact", { contact: 7301, note: `retry ${number}`, stage: "follow-up" }, { ...done, after: 2 });
  LOOP.forEach(follow);
  // Locked by now; it keeps asking.
  for (let number = 0; number < 26; number += 1) {
    const seconds = 1040 + Math.floor(number * 50 + ((number * 13) % 17));
    day.ask(["13:50", seconds], "outreach", "crm.update_contact", { contact: 7301, note: `retry ${LOOP.length + number}`, stage: "follow-up" });
  }
  day.add("14:31", { kind: "unlock", agent: "outreach", by: { id: "faisal", role: "creator" }, reason: "a loop in the follow-up job, stopped" });
}

function evening(day) {
  ["14:52", "15:41", "16:28", "17:33", "19:06", "20:15"].forEach((time, number) => {
    day.ask(time, "outreach", "send_whatsapp", message(number + 4), { ...done, cost: { messages: 1, amount: 0.28, llmTokens: 820 } });
  });
  ["21:12", "21:55", "22:30"].forEach((time, number) => {
    day.ask(time, "outreach", "send_whatsapp", message(number + 2, { body: `Good evening, here is the summary of today (${number + 1}).` }));
  });
}
