// The parts of the command line that are easier to try alone.

import assert from "node:assert/strict";
import { test } from "node:test";

const part = (name) => import(new URL(`cli/${name}.js`, import.meta.resolve("agent-interlock/package.json")));
const { clip, fit, visible, visibleJson, width, wrap } = await part("text");
const { faultOf } = await part("fault");
const { LineSplitter } = await part("lines");
const { locate } = await part("locate");
const { LocalClock } = await part("local-time");
const { gauge } = await part("bars");
const { PLAIN, styleFor } = await part("style");
const { Several } = await part("several");

test("text is measured in the columns of a terminal", () => {
  const widths = {
    abc: 3,
    é: 1,
    "e\u0301": 1,
    ضَمان: 4,
    日本: 4,
    ｆｕｌｌ: 8,
    "👍🏽": 2,
    "❤️": 2,
    한국: 4,
    "✓●■»": 4,
    "": 0,
  };
  for (const [text, columns] of Object.entries(widths)) assert.equal(width(text), columns, text);
});

test("what is cut, padded and wrapped fits, and nothing else is lost", () => {
  for (const text of [
    "short",
    "日本語のテキスト",
    "مرحبا بالعالم كله",
    "a".repeat(50),
    "one two three four five six",
    "👍🏽👍🏽👍🏽👍🏽👍🏽👍🏽👍🏽",
  ]) {
    for (let columns = 2; columns < 30; columns += 1) {
      assert.ok(width(clip(text, columns)) <= columns);
      assert.equal(width(fit(text, columns)), columns);
      const lines = wrap(text, columns);
      for (const line of lines) assert.ok(width(line) <= columns, `${line} in ${columns}`);
      assert.equal(lines.join("").replaceAll(" ", ""), text.replaceAll(" ", ""));
    }
  }
  assert.equal(clip("日本語", 5), "日本…");
  assert.deepEqual(wrap("", 10), [""]);
});

test("everything that could disturb a terminal is shown, and nothing else changed", () => {
  assert.equal(
    visible("a\u001b[2J\r\n\u202e\u200b\u00ad\u2066\u{e0041}\u3164"),
    "a\\u{1b}[2J\\u{d}\\u{a}\\u{202e}\\u{200b}\\u{ad}\\u{2066}\\u{e0041}\\u{3164}",
  );
  assert.equal(visible("ضَـمان日本 ✓ é"), "ضَـمان日本 ✓ é");
  const value = { "k\u202e": ["\u009b\u{e0041}\u200b", "\n"] };
  assert.match(visibleJson(value), /^[ -~]*$/);
  assert.deepEqual(JSON.parse(visibleJson(value)), value);
});

test("a byte stream gives the same lines however it is cut", () => {
  const bytes = Buffer.from("\ufeffone\r\n\nتجربة\n\n最後");
  const whole = ["one\r", "", "تجربة", "", "最後"].map((text, index) => ({ number: index + 1, text }));
  for (let size = 1; size <= bytes.length; size += 1) {
    const splitter = new LineSplitter();
    const lines = [];
    for (let start = 0; start < bytes.length; start += size)
      lines.push(...splitter.push(bytes.subarray(start, start + size)));
    assert.deepEqual([...lines, ...splitter.end()], whole, `in pieces of ${size}`);
  }
});

/** The text that a spot marks. */
function marked(text, { line, column, length }) {
  return [...text.split("\n")[line - 1]].slice(column - 1, column - 1 + length).join("");
}

test("every field and item of a document is found by its path", () => {
  const document = {
    customerId: 'c "quoted" \\ \u202e',
    numbers: [1, [2, { deep: [null, true, "]}"] }], {}],
    "a b": { "c.d": 1, 'e"f': { "g\\h": -1.5e3 } },
    empty: [],
    tail: { tail: { tail: "last" } },
  };
  let seen = 0;
  function visit(value, path, text) {
    for (const [key, inner] of Object.entries(value)) {
      const isItem = Array.isArray(value);
      const isName = /^[A-Za-z_$][\w$]*$/.test(key);
      const step = isItem ? `[${key}]` : isName ? `.${key}` : `["${visible(key).replace(/[\\"]/g, "\\$&")}"]`;
      const found = marked(text, locate(text, path + step));
      const isContainer = typeof inner === "object" && inner !== null;
      if (!isItem) assert.ok(found.startsWith(JSON.stringify(key)), `${path + step}: ${found}`);
      if (!isContainer) assert.ok(found.endsWith(JSON.stringify(inner)), `${path + step}: ${found}`);
      seen += 1;
      if (isContainer) visit(inner, path + step, text);
    }
  }
  for (const indent of [undefined, 2, "\t"]) visit(document, "", JSON.stringify(document, null, indent));
  assert.equal(seen, 3 * 19);
});

test("the nearest container is found for what is not there", () => {
  const text = '{"budget": {"maxCostPerDay": 1},\n "quiet_hours_riyadh": [21, 8]}';
  assert.equal(marked(text, locate(text, ".budget.maxMessagesPerDay")), '"budget"');
  assert.equal(marked(text, locate(text, ".quietHours.start")), '"quiet_hours_riyadh"');
  assert.equal(marked(text, locate(text, ".nothing.at.all")), "{");
  assert.deepEqual(locate(text, ""), { line: 1, column: 1, length: 1 });
});

test("only bad input is a fault of the text", () => {
  const bug = new TypeError("a bug");
  assert.throws(() => faultOf("{}", bug, ""), bug);
});

test("instants are read in the zone of the policy, over its changes too", () => {
  const clock = new LocalClock("America/New_York");
  const read = (at) => Object.values(clock.read(at)).join(" ");
  assert.equal(read("2026-03-08T06:59:59Z"), "2026-03-08 01:59:59 3");
  assert.equal(read("2026-03-08T07:00:00.5Z"), "2026-03-08 03:00:00 6");
  assert.equal(read("2026-11-01T05:30:00Z"), "2026-11-01 01:30:00 3");
  assert.equal(read("2026-11-01T06:30:00Z"), "2026-11-01 01:30:00 3");
  assert.equal(
    Object.values(new LocalClock("Asia/Kathmandu").read("2026-01-01T18:15:07Z")).join(" "),
    "2026-01-02 00:00:07 0",
  );
});

test("a later instant is said as shortly as it is clear", () => {
  const clock = new LocalClock("Asia/Riyadh");
  assert.equal(clock.from("2026-05-12", "2026-05-12T05:00:00Z"), "08:00");
  assert.equal(clock.from("2026-05-12", "2026-05-12T05:00:07Z"), "08:00:07");
  assert.equal(clock.from("2026-05-12", "2026-05-13T05:00:00Z"), "Wed 08:00");
  assert.equal(clock.from("2026-05-12", "2026-05-18T05:00:00Z"), "Mon 08:00");
  assert.equal(clock.from("2026-05-12", "2026-05-19T05:00:00Z"), "Tue 19 May 2026 08:00");
});

test("a gauge is empty at nothing alone and full at the whole alone", () => {
  const filled = (value, whole) => gauge(value, whole, 10).filled.length;
  assert.deepEqual(
    [filled(0, 100), filled(0.001, 100), filled(50, 100), filled(99.9, 100), filled(100, 100), filled(250, 100)],
    [0, 1, 5, 9, 10, 10],
  );
  assert.equal(filled(0, 0), 10);
  assert.equal(Object.values(gauge(3, 7, 10)).join("").length, 10);
});

test("colour is for terminals, unless somebody says otherwise", () => {
  const terminal = { isTTY: true };
  const coloured = (stream, options, environment) => styleFor(stream, options, environment) !== PLAIN;
  assert.equal(coloured(terminal, {}, {}), true);
  assert.equal(coloured(terminal, {}, { NO_COLOR: "1" }), false);
  assert.equal(coloured(terminal, {}, { NO_COLOR: "" }), true);
  assert.equal(coloured(terminal, {}, { TERM: "dumb" }), false);
  assert.equal(coloured(terminal, { "no-color": true }, { FORCE_COLOR: "1" }), false);
  assert.equal(coloured({}, {}, {}), false);
  assert.equal(coloured({}, {}, { FORCE_COLOR: "1", NO_COLOR: "1" }), true);
  assert.equal(coloured({}, { color: true }, { NO_COLOR: "1" }), true);
});

test("several lines are counted by agent, the busiest first", () => {
  const all = ["a", "b", "b"].reduce(
    (several, agent, index) => Several.add(several, agent, `08:0${index}:00`),
    undefined,
  );
  assert.deepEqual([all.count, all.first, all.until, all.whose], [3, "08:00:00", " until 08:02", "b 2, a 1"]);
  const one = Several.add(undefined, "a", "08:00:00");
  assert.deepEqual([one.count, one.until, one.whose], [1, "", "a"]);
  assert.equal(Several.add(Several.add(undefined, "a", "08:00:00", true), "a", "08:00:01").told, 1);
});
