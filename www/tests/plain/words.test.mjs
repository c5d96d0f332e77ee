// Both languages have a sentence for each reason, and no sentence has a hole.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { load, PACKAGE } from "../../tools/load.mjs";

const en = await load("i18n/reasons.en.ts", "i18n/messages.en.ts", "i18n/format.ts", "i18n/index.ts", "state/settings.ts");
const ar = await load("i18n/reasons.ar.ts", "i18n/messages.ar.ts", "i18n/package.ar.ts");
const LANGUAGES = [["en", en], ["ar", ar]];

/** As the package's types list them. */
function codes() {
  const types = readFileSync(path.join(PACKAGE, "reasons.d.ts"), "utf8");
  const named = [...types.matchAll(/ReasonOf<\s*([^`>]*?)(?:, `[^`]*`|,\s*"[^"]*")?>/g)].flatMap(([, list]) => list.match(/"(\w+)"/g) ?? []);
  return [...new Set(named.map((name) => name.slice(1, -1)))].filter((name) => !name.startsWith("mode=")).sort();
}

const REASON = {
  mode: "manual", actionType: "x.y", value: 150000, currency: "SAR", threshold: 100000, sector: "tobacco", keyword: "100%", index: 3, maximum: 3,
  factor: "sector", dimension: "amount", score: 0.8, actionCount: 15, actionsPerMinute: 3, category: "auth", level: "L2", date: "2026-05-12",
  used: 1, cost: 2, cap: 2, retryAt: "2026-05-12T11:07:00Z",
};

test("each reason has a sentence in each language", () => {
  assert.ok(codes().length > 40, `${codes().length} codes were found`);
  for (const [name, { sentences }] of LANGUAGES) assert.deepEqual(Object.keys(sentences).sort(), codes(), name);
});

test("no sentence has a hole", () => {
  for (const [language, { sentences }] of LANGUAGES) {
    const format = new en.Format(language, "Asia/Riyadh");
    for (const code of codes()) {
      const sentence = sentences[code]({ ...REASON, code }, format);
      assert.doesNotMatch(sentence, /undefined|NaN|null|\[object/, `${language} ${code}: ${sentence}`);
      assert.ok(sentence.length > 8, `${language} ${code}: ${sentence}`);
    }
  }
});

test("a sentence says the amounts that it is about", () => {
  const format = new en.Format("en", "Asia/Riyadh");
  const words = en.sentences.high_value_deal({ ...REASON, code: "high_value_deal" }, format);
  assert.equal(words, "This deal is worth SAR\u00a0150,000; from SAR\u00a0100,000 on a person decides.");
});

test("numbers and times are as the language has them, on the policy's clock", () => {
  const instant = Date.parse("2026-05-12T11:07:12Z");
  assert.equal(new en.Format("en", "Asia/Riyadh").clock(instant), "14:07:12");
  assert.equal(new en.Format("ar", "Asia/Riyadh").clock(instant), "١٤:٠٧:١٢");
  assert.equal(new en.Format("ar", "Asia/Riyadh").number(1234.5), "١٬٢٣٤٫٥");
});

test("what was set is said as it was set", () => {
  const [en_, ar_] = LANGUAGES.map(([language]) => new en.Format(language, "Asia/Riyadh"));
  assert.equal(en_.money(12.345, "sar"), "SAR\u00a012.345");
  assert.match(ar_.money(38, "SAR"), /^.?٣٨.ر\.س/);
  assert.deepEqual([en_.currency("sar"), ar_.currency("SAR"), ar_.currency("SA")], ["SAR", "ر.س.", "SA"]);
  assert.equal(en_.signed(-59), "−59");
  assert.equal(ar_.hour(21), "٢١:٠٠");
  assert.equal(en_.date("2026-05-12"), "Tue, 12 May 2026");
  assert.equal(ar_.list(["أ", "ب", "ج"]), "أ، وب، وج");
});

test("a time says its day where it is not the first of its span", () => {
  const format = new en.Format("en", "Asia/Riyadh");
  const at = (text) => Date.parse(`${text}+03:00`);
  const night = [at("2026-05-11T21:36:00"), at("2026-05-12T08:00:00")];
  assert.deepEqual(night.map((instant) => format.stamp(instant, night)), ["21:36:00", "Tue 08:00"]);
  assert.equal(format.stamp(night[0], [night[0], at("2028-05-12T08:00:00")]), "Mon, 11 May 2026");
  assert.equal(format.days([night[1], night[1] + 3_600_000]), "Tue, 12 May 2026");
  assert.equal(format.days(night).replaceAll(/\s/g, " "), "Mon, 11 May – Tue, 12 May 2026");
});

test("a level beside something stricter does not say that it runs", () => {
  const reason = { ...REASON, code: "level", effect: "notify", rule: "level", text: "" };
  for (const [language, word] of [["en", /alone/], ["ar", /وحده/]]) {
    const { because } = en.wordsOf(language, "UTC");
    assert.doesNotMatch(because(reason, "notify"), word);
    assert.match(because(reason, "lock"), word);
  }
});

test("a thing that is counted has the form of its number", () => {
  const say = ([language, { messages }], count) => messages.day.broken(count, new en.Format(language, "UTC"));
  assert.deepEqual([0, 1, 2].map((count) => say(LANGUAGES[0], count)), ["0 lines could not be read", "1 line could not be read", "2 lines could not be read"]);
  assert.deepEqual([1, 2, 3, 11, 100].map((count) => say(LANGUAGES[1], count)), [
    "سطر واحد تعذّرت قراءته", "سطران تعذّرت قراءتهما", "٣ أسطر تعذّرت قراءتها", "١١ سطرًا تعذّرت قراءتها", "١٠٠ سطر تعذّرت قراءتها",
  ]);
  const format = new en.Format("en", "UTC");
  assert.match(en.sentences.messages_per_day_would_exceed({ used: 1, cost: 1, cap: 1 }, format), /It needs 1 message; of the day's 1, 1 is used\./);
});

/** Each set of forms that a language has written out. */
function formsOf({ messages, sentences }) {
  const all = [];
  const format = new Proxy({}, { get: (_, name) => (name === "counted" ? (_count, forms) => all.push(forms) && "x" : () => "x") });
  const walk = (value) => {
    if (typeof value === "function") value(...Array.from({ length: Math.max(0, value.length - 1) }, () => 1), format);
    else if (typeof value === "object" && "other" in value) all.push(value);
    else if (typeof value === "object") Object.values(value).forEach(walk);
  };
  walk(messages);
  for (const sentence of Object.values(sentences)) sentence(REASON, format);
  return all;
}

test("English has two forms of what is counted, Arabic six", () => {
  const [english, arabic] = [formsOf(en), formsOf(ar)];
  assert.ok(english.length > 12 && arabic.length > 12, `${english.length} ${arabic.length}`);
  for (const forms of english) assert.ok("one" in forms, JSON.stringify(forms));
  for (const forms of arabic) assert.deepEqual(Object.keys(forms), ["zero", "one", "two", "few", "many", "other"], JSON.stringify(forms));
});

test("both languages have the same messages, of the same kind", () => {
  const walk = (left, right, place) => {
    assert.equal(typeof right, typeof left, place);
    if (typeof left === "string") assert.ok(right.trim() !== "", place);
    if (typeof left === "object" && !("other" in left)) {
      assert.deepEqual(Object.keys(right).sort(), Object.keys(left).sort(), place);
      for (const key of Object.keys(left)) walk(left[key], right[key], `${place}.${key}`);
    }
  };
  walk(en.messages, ar.messages, "messages");
});

test("Arabic is Arabic", () => {
  const latin = [];
  const digits = [];
  const walk = (value, place) => {
    if (typeof value === "string" && !/[\u0600-\u06ff]/.test(value)) latin.push(place);
    if (typeof value === "string" && /[0-9]/.test(value)) digits.push(place);
    if (typeof value === "object") for (const [key, inner] of Object.entries(value)) walk(inner, `${place}.${key}`);
  };
  walk(ar.messages, "");
  // A key to press, names of encodings.
  assert.deepEqual(digits.sort(), [".day.chartHelp", ".foreign.binary"]);
  assert.deepEqual(latin.sort(), [".direction", ".neighbour.working", ".otherLanguage", ".panel.json"]);
});

test("each reason knows the setting that would change it, and the policy has that setting", () => {
  const { defaultPolicy } = en.library;
  const document = defaultPolicy("noor");
  for (const code of codes()) {
    const setting = en.settingOf({ ...REASON, code }, "send_message");
    if (setting === null) continue;
    const found = setting.split(/[.[]/).reduce((inner, part) => inner?.[part.replaceAll(/["\]]/g, "")], document);
    assert.notEqual(found, undefined, `${code}: ${setting}`);
  }
});

/** What the package says of a policy that is wrong. */
function wrong(policy) {
  try {
    new ar.library.Policy(JSON.parse(JSON.stringify(policy)));
  } catch ({ code, path, message }) {
    return [code, message.slice(path.length + 2)];
  }
  return assert.fail(JSON.stringify(policy));
}

test("what is commonly wrong with a policy is told in Arabic", () => {
  const told = (patch) => ar.toldInArabic(...wrong({ customerId: "x", ...patch }));
  assert.equal(told({ customerId: undefined }), "هذا الحقل مطلوب وغير موجود.");
  assert.equal(told({ autonomymode: "manual" }), "حقل غير معروف. أقرب حقل معروف: autonomyMode");
  assert.equal(told({ budget: { maxMessagesPerDay: -5 } }), "المطلوب عدد من 0 فأكثر.");
  assert.equal(told({ budget: { maxCostPerDay: -5 } }), "المطلوب عدد من 0 فأكثر.");
  assert.equal(ar.toldInArabic("invalid_policy", "expected a finite number above 0, got 0"), "المطلوب عدد أكبر من 0.");
  assert.equal(told({ customerId: "" }), "المطلوب اسم.");
  assert.equal(told({ quietHours: { start: 25, end: 8 } }), "المطلوب عدد من 0 إلى 23.");
  assert.match(told({ autonomyMode: "m" }), /`manual`, `suggest_only`/);
  assert.equal(told({ confirmWrites: "yes" }), "المطلوب true أو false.");
  assert.equal(told({ blockedKeywords: "a" }), "المطلوب قائمة.");
  assert.equal(told({ timeZone: "Mars/X" }), "القيمة هنا ليست مما يُقبل.");
  assert.equal(ar.toldInArabic("internal", "something else"), null);
});

test("each warning is told in Arabic", () => {
  const types = readFileSync(path.join(PACKAGE, "lint.d.ts"), "utf8");
  const [, list] = /type WarningCode =([^;]+);/.exec(types);
  const codes = list.match(/\w+/g);
  assert.ok(codes.length >= 8);
  for (const code of codes) assert.match(ar.toldInArabic(code, "it says"), /[\u0600-\u06ff]/, code);
});
