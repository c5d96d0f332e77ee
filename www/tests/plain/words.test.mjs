// Both languages have a sentence for each reason, and no sentence has a hole.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { load, PACKAGE } from "../../tools/load.mjs";

const en = await load("i18n/reasons.en.ts", "i18n/messages.en.ts", "i18n/format.ts", "state/settings.ts");
const ar = await load("i18n/reasons.ar.ts", "i18n/messages.ar.ts");
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
  assert.equal(words, "This deal is worth SAR 150,000; from SAR 100,000 on a person decides.");
});

test("numbers and times are as the language has them, on the policy's clock", () => {
  const instant = Date.parse("2026-05-12T11:07:12Z");
  assert.equal(new en.Format("en", "Asia/Riyadh").clock(instant), "14:07:12");
  assert.equal(new en.Format("ar", "Asia/Riyadh").clock(instant), "١٤:٠٧:١٢");
  assert.equal(new en.Format("ar", "Asia/Riyadh").number(1234.5), "١٬٢٣٤٫٥");
});

test("both languages have the same messages, of the same kind", () => {
  const walk = (left, right, place) => {
    assert.equal(typeof right, typeof left, place);
    if (typeof left === "string") assert.ok(right.trim() !== "", place);
    if (typeof left === "object") {
      assert.deepEqual(Object.keys(right).sort(), Object.keys(left).sort(), place);
      for (const key of Object.keys(left)) walk(left[key], right[key], `${place}.${key}`);
    }
  };
  walk(en.messages, ar.messages, "messages");
});

test("Arabic is Arabic", () => {
  const latin = [];
  const walk = (value, place) => {
    if (typeof value === "string" && !/[\u0600-\u06ff]/.test(value)) latin.push(place);
    if (typeof value === "object") for (const [key, inner] of Object.entries(value)) walk(inner, `${place}.${key}`);
  };
  walk(ar.messages, "");
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
