// A week with approvals: on Sunday two people agree to a plan, on Monday one says no and the rest of a plan is skipped, on Tuesday a question
// lapses with one voice of two, on Wednesday the money is spent before two, and what waited runs on Thursday.
import { Day } from "./clock.mjs";
import { ACTIONS, account, message } from "./shared.mjs";

const DATES = ["2026-05-17", "2026-05-18", "2026-05-19", "2026-05-20", "2026-05-21"];
const done = { outcome: "succeeded" };
const huda = { id: "huda", role: "creator" };
const layla = { id: "layla", role: "platform_admin" };

const policy = {
  customerId: "noor-trading",
  autonomyMode: "safe_autopilot",
  quietHours: { start: 21, end: 8 },
  budget: { maxMessagesPerDay: 80, maxLlmTokensPerDay: 90000, maxExternalApiCallsPerDay: 200, maxCostPerDay: 60 },
  budgetScope: "spending",
  approvals: { expiresAfterMinutes: 600, quorum: 2 },
  blockedKeywords: ["guarantee", "ضمان"],
  actions: {
    ...ACTIONS,
    generate_proposal: { cost: { amount: "/estimate" } },
    "support.reply": { outbound: true, messaging: true, level: "L1", factors: { draftText: "/text" } },
    "invoice.refund": { level: "L3", cost: { amount: 1 } },
  },
  agents: {
    campaigns: { name: "Campaigns", creator: "huda" },
    renewals: { name: "Renewals", creator: "omar" },
    support: { name: "Service desk", creator: "reem" },
  },
};

export function week() {
  const days = DATES.map((date) => new Day(date));
  days.forEach(everyday);
  const [sunday, monday, tuesday, wednesday, thursday] = days;
  agreed(sunday);
  rejected(monday);
  lapsed(tuesday, wednesday);
  spent(wednesday, thursday);
  refunds(monday, thursday);
  return { policy, log: days.flatMap((day) => day.records) };
}

/** What happens on each of them. */
function everyday(day, number) {
  ["08:25", "09:50", "11:15", "12:35", "14:20", "16:05", "17:40"].forEach((time, turn) => {
    const ticket = 900 + number * 20 + turn;
    day.ask(time, "support", "classify_reply", { ticket }, { ...done, cost: { llmTokens: 240 } });
    day.ask([time, 80], "support", "support.reply", { ticket, text: turn % 2 === 0 ? "Thank you, we have changed the date." : "شكرًا لكم، تم تغيير الموعد." }, { ...done, cost: { messages: 1, llmTokens: 620 } });
  });
  ["08:50", "13:05", "15:30"].forEach((time, turn) => {
    day.ask(time, "renewals", "compute_health", { account: account(number * 3 + turn) }, done);
    day.ask([time, 240], "renewals", "send_whatsapp", message(number * 3 + turn), { ...done, cost: { messages: 1, amount: 0.28, llmTokens: 700 } });
  });
}

/** Four steps, in order: a draft, a first message that people agree to, a meeting and a proposal. */
function plan(id, to) {
  const step = (index) => ({ group: { id, index, size: 4 }, id: `${id}-${index}` });
  return {
    draft: (day, time) => day.ask(time, "campaigns", "draft_message", { account: to }, { ...step(0), ...done, cost: { llmTokens: 1500 } }),
    send: (day, time, more = {}) => day.ask(time, "campaigns", "send_whatsapp", { account: to, body: "Good morning, may we show you our plan for the summer?", isNew: true, dealValue: 24000 }, { ...step(1), requestedBy: "yara", ...more }),
    meet: (day, time, more = {}) => day.ask(time, "campaigns", "book_meeting", { account: to, minutes: 30 }, { ...step(2), ...more }),
    propose: (day, time, more = {}) => day.ask(time, "campaigns", "generate_proposal", { account: to, estimate: 4 }, { ...step(3), ...more }),
  };
}

function vote(day, time, actionId, by, decision, comment) {
  day.add(time, { kind: "resolve", actionId, by, decision, ...(comment === undefined ? {} : { comment }) });
}

function agreed(day) {
  const summer = plan("summer-sahab", "Sahab Supermarkets");
  summer.draft(day, "09:00");
  const id = summer.send(day, "09:12");
  // The next steps come too early: they wait behind the message.
  summer.meet(day, "09:20");
  vote(day, "09:41", id, huda, "approve", "good draft");
  vote(day, "10:05", id, layla, "approve");
  summer.send(day, "10:06", done);
  summer.meet(day, "10:20", done);
  summer.propose(day, "10:45", done);
}

function rejected(day) {
  const summer = plan("summer-tuwaiq", "Tuwaiq Hospital Group");
  summer.draft(day, "10:10");
  const id = summer.send(day, "10:24");
  vote(day, "11:20", id, layla, "reject", "they asked us not to write before June");
  summer.send(day, "11:30");
  summer.meet(day, "11:35");
  summer.propose(day, "11:40");
}

function lapsed(tuesday, wednesday) {
  const summer = plan("summer-yanbu", "Yanbu Marine Supply");
  summer.draft(tuesday, "15:40");
  const id = summer.send(tuesday, "16:00");
  vote(tuesday, "16:45", id, huda, "approve");
  // Ten hours later nobody else has answered; asked again in the morning, it is a new question.
  summer.send(wednesday, "09:05");
}

function spent(wednesday, thursday) {
  const proposal = (number, estimate) => [{ account: account(number), estimate }, { id: `proposal-${number}` }];
  ["08:40", "09:30", "10:20", "11:05", "11:50", "12:30", "13:10", "13:45", "14:40", "15:50", "16:30"].forEach((time, number) => {
    const isLate = number > 5;
    const [args, step] = proposal(number, isLate ? 10 : 6 + (number % 4) * 2);
    wednesday.ask(time, "renewals", "generate_proposal", args, { ...step, ...(isLate ? {} : done) });
    if (isLate) thursday.ask(["08:10", (number - 6) * 420], "renewals", "generate_proposal", args, { ...step, ...done });
  });
}

function refunds(monday, thursday) {
  const first = monday.ask("13:30", "support", "invoice.refund", { invoice: "INV-2207", amount: 180 }, { id: "refund-2207", requestedBy: "client-31" });
  vote(monday, "13:50", first, { id: "reem", role: "creator" }, "approve");
  vote(monday, "14:10", first, layla, "approve", "checked with the bank");
  monday.ask("14:12", "support", "invoice.refund", { invoice: "INV-2207", amount: 180 }, { id: "refund-2207", requestedBy: "client-31", ...done });
  thursday.ask("12:20", "support", "invoice.refund", { invoice: "INV-2301", amount: 640 }, { id: "refund-2301", requestedBy: "client-8" });
}
