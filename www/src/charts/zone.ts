// Local time for drawing: where midnights and hours lie on an axis of instants. What is quiet is decided by the engine.

import type { QuietHours } from "agent-interlock";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** The last instant that the package knows; its first is 0. */
const LAST = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** A time zone's clock. */
export class Zone {
  readonly #format: Intl.DateTimeFormat;
  readonly #offsets = new Map<number, number>();

  constructor(readonly name: string) {
    this.#format = new Intl.DateTimeFormat("en-US", {
      timeZone: name, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric",
    });
  }

  /** What its clocks are ahead of UTC, in milliseconds. */
  offset(instant: number): number {
    const quarter = Math.floor(Math.max(0, Math.min(LAST, instant)) / 900_000);
    const known = this.#offsets.get(quarter);
    if (known !== undefined) return known;
    const parts: Record<string, number> = {};
    for (const { type, value } of this.#format.formatToParts(quarter * 900_000)) parts[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    const offset = Date.UTC(year, month - 1, day, hour, minute, second) - quarter * 900_000;
    if (this.#offsets.size > 20_000) this.#offsets.clear();
    this.#offsets.set(quarter, offset);
    return offset;
  }

  /**
   * The instant at which its clocks show `local`, itself written as if it were UTC: the first of two where they are set back, and
   * where they are set forward past it, the instant at which they are.
   */
  instant(local: number): number {
    // Clocks are not set twice within two days.
    const offsets = [this.offset(local - DAY), this.offset(local + DAY)] as const;
    for (const offset of offsets) if (this.offset(local - offset) === offset) return local - offset;
    let [early, late] = [local - Math.max(...offsets), local - Math.min(...offsets)];
    while (late - early > 1) {
      const middle = Math.floor((early + late) / 2);
      if (this.offset(middle) === offsets[0]) early = middle;
      else late = middle;
    }
    return late;
  }

  local(instant: number): number {
    return instant + this.offset(instant);
  }

  /** The midnights of a span. */
  midnights(from: number, to: number): number[] {
    const days: number[] = [];
    const first = Math.floor(this.local(from) / DAY) * DAY;
    for (let local = first; days.length < 800; local += DAY) {
      const instant = this.instant(local);
      if (instant > to) break;
      if (instant >= from && instant !== days.at(-1)) days.push(instant);
    }
    return days;
  }

  /** Hours of the clock that come back each day, as spans of instants. */
  daily({ start, end }: QuietHours, from: number, to: number): [number, number][] {
    const spans: [number, number][] = [];
    const length = (end > start ? end - start : end + 24 - start) * HOUR;
    const first = Math.floor(this.local(from) / DAY) * DAY - DAY;
    for (let day = first; spans.length < 800; day += DAY) {
      const begin = this.instant(day + start * HOUR);
      if (begin > to) break;
      const finish = this.instant(day + start * HOUR + length);
      if (finish > from) spans.push([Math.max(begin, from), Math.min(finish, to)]);
    }
    return spans;
  }

  /** A local day, `2026-05-12`, as a span of instants. */
  day(date: string): [number, number] {
    const local = Date.parse(`${date}T00:00:00Z`);
    return [this.instant(local), this.instant(local + DAY)];
  }
}

const STEPS = [1000, 5000, 15_000, 60_000, 300_000, 900_000, HOUR / 2, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY, 28 * DAY];

/** Round local times, some `most` of them at most, and how far they are apart. */
export function ticks(zone: Zone, from: number, to: number, most: number): { at: number[]; step: number } {
  const fits = (step: number) => (to - from) / step <= most;
  let step = STEPS.find(fits) ?? 91 * DAY;
  while (!fits(step)) step *= 2;
  const at: number[] = [];
  for (let local = Math.ceil(zone.local(from) / step) * step; at.length <= most + 2; local += step) {
    const instant = zone.instant(local);
    if (instant > to) break;
    // In an hour that the clocks leave out, two of them are one.
    if (instant >= from && instant !== at.at(-1)) at.push(instant);
  }
  return { at, step };
}

export { DAY, HOUR };
