// What the three days have in common: the company, its agents and what they may do.

export const ACTIONS = {
  send_whatsapp: {
    outbound: true,
    messaging: true,
    factors: { draftText: "/body", isFirstSendToAccount: "/isNew", dealValue: "/dealValue" },
    cost: { messages: 1, amount: 0.28 },
  },
  "crm.get_*": { access: "read", level: "L1" },
  "crm.*": { level: "L1" },
};

export const ACCOUNTS = [
  "Sahab Supermarkets", "Najd Logistics", "مطاعم الديوان", "Tuwaiq Hospital Group", "Red Sea Dive Club", "مخابز السنابل",
  "Qimma Fitness", "Dar Al Qalam Schools", "Hail Cold Storage", "شركة أفق للمقاولات", "Madar Electronics", "Yanbu Marine Supply",
];

const DRAFTS = [
  "Good morning, the plan we spoke of is attached. Would Tuesday suit you?",
  "صباح الخير، أرفقنا الخطة التي تحدثنا عنها. هل يناسبكم يوم الثلاثاء؟",
  "Your order was shipped today and arrives on Thursday.",
  "تم شحن طلبكم اليوم ويصل يوم الخميس إن شاء الله.",
  "A short reminder of our call tomorrow at ten.",
  "تذكير قصير بمكالمتنا غدًا عند العاشرة.",
];

export function draft(number) {
  return DRAFTS[number % DRAFTS.length];
}

export function account(number) {
  return ACCOUNTS[number % ACCOUNTS.length];
}

/** A message to an account that is known. */
export function message(number, more = {}) {
  return { account: account(number), body: draft(number), isNew: false, dealValue: 4000 + ((number * 7919) % 38000), ...more };
}
