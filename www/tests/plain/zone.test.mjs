// Local time for drawing, in zones whose clocks change in every way that there is.
import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "../../tools/load.mjs";

const { DAY, HOUR, ticks, Zone } = await load("charts/zone.ts");

const ZONES = [
  "UTC", "Asia/Riyadh", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Africa/Cairo", "Africa/Casablanca", "Asia/Beirut", "Atlantic/Azores", "Pacific/Kiritimati",
  // Set forward at midnight, which is not there then, or back to it, which is there twice.
  "America/Santiago", "America/Havana", "America/Asuncion",
];
const [FROM, TO] = [Date.UTC(2022, 8, 1), Date.UTC(2024, 3, 20)];

test("a midnight is the first instant of its date, and each date has one", () => {
  for (const name of ZONES) {
    const zone = new Zone(name);
    const { format } = new Intl.DateTimeFormat("en-CA", { timeZone: name, year: "numeric", month: "2-digit", day: "2-digit" });
    const midnights = zone.midnights(FROM, TO);
    const dates = midnights.map((instant) => format(instant));
    midnights.forEach((instant, index) => assert.ok(format(instant - 1) < dates[index], `${name} ${new Date(instant).toISOString()}`));
    dates.forEach((date, index) => assert.equal(Date.parse(date), Date.parse(dates[0]) + index * DAY, `${name} ${date}`));
    assert.ok(midnights.length > 590, name);
  }
});

test("an instant comes back from its local time, but for the second of two that look alike", () => {
  for (const name of ZONES) {
    const zone = new Zone(name);
    for (let instant = FROM; instant < TO; instant += 17_777_000) {
      const back = zone.instant(zone.local(instant));
      assert.ok(back <= instant, name);
      assert.equal(zone.local(back), zone.local(instant), name);
    }
  }
});

test("a blocked date begins where its clocks begin it", () => {
  const [from, to] = new Zone("America/Santiago").day("2022-09-11");
  assert.equal(new Date(from).toISOString(), "2022-09-11T04:00:00.000Z");
  assert.equal((to - from) / HOUR, 23);
  const [begin, end] = new Zone("America/Havana").day("2022-11-06");
  assert.equal(new Date(begin).toISOString(), "2022-11-06T04:00:00.000Z");
  assert.equal((end - begin) / HOUR, 25);
});

test("a night is as long as the clocks make it", () => {
  const nights = (name, from) => new Zone(name).daily({ start: 21, end: 8 }, from, from + DAY).map(([start, end]) => (end - start) / HOUR);
  assert.deepEqual(nights("Europe/Berlin", Date.UTC(2026, 2, 28, 12)), [10]);
  assert.deepEqual(nights("America/Santiago", Date.UTC(2022, 8, 10, 16)), [10]);
  const [[start]] = new Zone("America/Santiago").daily({ start: 0, end: 8 }, Date.UTC(2022, 8, 11), Date.UTC(2022, 8, 12));
  assert.equal(new Date(start).toISOString(), "2022-09-11T04:00:00.000Z");
});

test("an axis has ticks to its end, however long it is", () => {
  for (const years of [0.001, 0.1, 1, 3, 10, 50, 500]) {
    const [from, to] = [FROM, FROM + years * 365 * DAY];
    const { at, step } = ticks(new Zone("America/Santiago"), from, to, 12);
    assert.ok(at.length >= 3 && at.length <= 13, `${years}: ${at.length}`);
    assert.ok(to - at.at(-1) < step + HOUR, `${years} years end at ${new Date(at.at(-1)).toISOString()}`);
    assert.equal(new Set(at).size, at.length);
  }
});

test("times beyond what there is stop nobody, and a year half typed is that year", () => {
  const zone = new Zone("Asia/Riyadh");
  for (const instant of [-1e17, -1, 0, 1e17, Infinity]) assert.ok(Number.isFinite(zone.offset(instant)), `${instant}`);
  const typed = Date.parse("0202-05-12T14:07:00Z");
  assert.equal(zone.local(zone.instant(typed)), typed);
});
