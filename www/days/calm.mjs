// A calm day: two agents, one first message to a new account, one message that waits for the morning.
import { Day } from "./clock.mjs";
import { ACTIONS, account, message } from "./shared.mjs";

const DATE = "2026-05-11";
const done = { outcome: "succeeded" };

const policy = {
  customerId: "noor-trading",
  autonomyMode: "safe_autopilot",
  quietHours: { start: 21, end: 8 },
  budget: { maxMessagesPerDay: 60, maxLlmTokensPerDay: 120000, maxExternalApiCallsPerDay: 200, maxCostPerDay: 40 },
  budgetScope: "spending",
  blockedKeywords: ["guarantee", "ضمان"],
  actions: { ...ACTIONS, discover_leads: { cost: { apiCalls: 2, amount: 0.3 } }, enrich_lead: { cost: { apiCalls: 1, amount: 0.45 } } },
  agents: { prospecting: { name: "Prospector", creator: "huda" }, support: { name: "Service desk", creator: "reem" } },
};

export function calm() {
  const day = new Day(DATE);
  research(day);
  answers(day);
  evening(day);
  const next = new Day("2026-05-12");
  next.ask("08:00", "support", "send_whatsapp", lateMessage, { id: "support-late", ...done });
  return { policy, log: [...day.records, ...next.records] };
}

function research(day) {
  ["08:10", "10:40", "13:20", "15:50"].forEach((time, round) => {
    day.ask(time, "prospecting", "discover_leads", { query: "second branch opening", region: ["Riyadh", "Jeddah", "Hail", "Dammam"][round] }, done);
    for (let lead = 0; lead < 4; lead += 1) {
      const [hours, minutes] = time.split(":").map(Number);
      const clock = `${hours}:${minutes + 4 + lead * 5}`;
      day.ask(clock, "prospecting", "enrich_lead", { account: account(round * 4 + lead), sources: ["registry", "maps"] }, { ...done, cost: { apiCalls: 1, amount: 0.45, llmTokens: 900 } });
    }
  });
  day.ask("11:45", "prospecting", "draft_message", { account: "Red Sea Dive Club" }, { ...done, cost: { llmTokens: 1400 } });
  // Nothing was ever sent to this account: a person decides.
  day.ask("11:52", "prospecting", "send_whatsapp", message(4, { isNew: true, body: "Hello, we help dive schools with their bookings. May we show you how?" }));
}

function answers(day) {
  ["08:31", "09:02", "09:40", "10:15", "10:58", "11:36", "12:20", "13:41", "14:26", "15:05", "15:47", "16:33", "17:12", "18:04", "19:20"].forEach((time, number) => {
    day.ask(time, "support", "classify_reply", { account: account(number), subject: "delivery" }, { ...done, cost: { llmTokens: 260 } });
    day.ask([time, 70], "support", "send_whatsapp", message(number), { ...done, cost: { messages: 1, amount: 0.28, llmTokens: 640 } });
  });
}

const lateMessage = message(7, { body: "تم استلام ملاحظتكم وسنعود إليكم صباحًا." });

function evening(day) {
  day.ask("20:15", "support", "compute_health", { account: account(2), openTickets: 1 }, done);
  // After nine nothing goes out; the same action comes again at eight.
  day.ask("21:36", "support", "send_whatsapp", lateMessage, { id: "support-late" });
}
