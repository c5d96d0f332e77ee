// Local time for drawing: where midnights and hours lie on an axis of instants. What is quiet is decided by the engine.

import type { QuietHours } from "agent-interlock";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

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
    const quarter = Math.floor(instant / 900_000);
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

  /** The instant at which its clocks show `local`, itself written as if it were UTC. */
  instant(local: number): number {
    const guess = local - this.offset(local);
    return local - this.offset(guess);
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
      if (instant >= from) days.push(instant);
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

/** Round local times, at most `most` of them, and how far they are apart. */
export function ticks(zone: Zone, from: number, to: number, most: number): { at: number[]; step: number } {
  const step = STEPS.find((candidate) => (to - from) / candidate <= most) ?? 91 * DAY;
  const at: number[] = [];
  for (let local = Math.ceil(zone.local(from) / step) * step; at.length <= most + 2; local += step) {
    const instant = zone.instant(local);
    if (instant > to) break;
    if (instant >= from) at.push(instant);
  }
  return { at, step };
}

export { DAY, HOUR };
