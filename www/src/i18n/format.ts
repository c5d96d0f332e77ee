// Numbers, amounts and times as a language has them; times on the clock of the policy's zone.

import type { Forms, Language } from "./language.ts";

const TAGS: Record<Language, string> = { en: "en-GB", ar: "ar-u-nu-arab-ca-gregory" };

export class Format {
  readonly tag: string;
  readonly zone: string;
  readonly #number: Intl.NumberFormat;
  readonly #precise: Intl.NumberFormat;
  readonly #compact: Intl.NumberFormat;
  readonly #percent: Intl.NumberFormat;
  readonly #signed: Intl.NumberFormat;
  readonly #twoDigits: Intl.NumberFormat;
  readonly #plural: Intl.PluralRules;
  readonly #currency: "code" | "symbol";
  readonly #clock: Intl.DateTimeFormat;
  readonly #minute: Intl.DateTimeFormat;
  readonly #day: Intl.DateTimeFormat;
  readonly #weekday: Intl.DateTimeFormat;
  readonly #date: Intl.DateTimeFormat;
  readonly #dated: Intl.DateTimeFormat;
  readonly #month: Intl.DateTimeFormat;
  readonly #full: Intl.DateTimeFormat;
  readonly #calendar: Intl.DateTimeFormat;
  readonly #list: Intl.ListFormat;

  constructor(language: Language, zone: string) {
    this.tag = TAGS[language];
    this.zone = zone;
    const times = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(this.tag, { timeZone: zone, hourCycle: "h23", ...options });
    this.#number = new Intl.NumberFormat(this.tag, { maximumFractionDigits: 2 });
    this.#precise = new Intl.NumberFormat(this.tag, { maximumFractionDigits: 6 });
    this.#compact = new Intl.NumberFormat(this.tag, { notation: "compact", maximumFractionDigits: 1 });
    this.#percent = new Intl.NumberFormat(this.tag, { style: "percent", maximumFractionDigits: 0 });
    this.#signed = new Intl.NumberFormat(this.tag, { signDisplay: "exceptZero", maximumFractionDigits: 2 });
    this.#twoDigits = new Intl.NumberFormat(this.tag, { minimumIntegerDigits: 2 });
    this.#currency = language === "ar" ? "symbol" : "code";
    this.#plural = new Intl.PluralRules(this.tag);
    this.#clock = times({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
    this.#minute = times({ hour: "2-digit", minute: "2-digit" });
    this.#day = times({ weekday: "short", day: "numeric", month: "short" });
    this.#weekday = times({ weekday: "short", hour: "2-digit", minute: "2-digit" });
    this.#date = times({ day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
    this.#dated = times({ weekday: "short", day: "numeric", month: "short", year: "numeric" });
    this.#month = times({ month: "short", year: "numeric" });
    this.#full = times({ weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit" });
    this.#calendar = new Intl.DateTimeFormat(this.tag, { timeZone: "UTC", weekday: "short", day: "numeric", month: "short", year: "numeric" });
    this.#list = new Intl.ListFormat(this.tag, { type: language === "ar" ? "unit" : "conjunction" });
  }

  number = (value: number): string => this.#number.format(value);
  precise = (value: number): string => this.#precise.format(value);
  compact = (value: number): string => (Math.abs(value) < 10_000 ? this.#number.format(value) : this.#compact.format(value));
  percent = (value: number): string => this.#percent.format(value);
  signed = (value: number): string => this.#signed.format(value).replace("-", "−");
  /** As many digits as were set: SAR 38, SAR 12.345. */
  money = (value: number, currency: string): string =>
    new Intl.NumberFormat(this.tag, { style: "currency", currency, currencyDisplay: this.#currency, minimumFractionDigits: 0, maximumFractionDigits: 6 }).format(value);
  /** The currency alone, as it stands beside an amount; what is half typed stands as it is. */
  currency = (code: string): string => {
    if (!/^[A-Za-z]{3}$/.test(code)) return code;
    const parts = new Intl.NumberFormat(this.tag, { style: "currency", currency: code, currencyDisplay: this.#currency }).formatToParts(0);
    return parts.find(({ type }) => type === "currency")?.value ?? code;
  };
  /** "1 line", "2 lines": of what is counted, the form that the number asks for. */
  counted = (count: number, forms: Forms): string => (forms[count === 0 && forms.zero !== undefined ? "zero" : this.#plural.select(count)] ?? forms.other).replace("#", this.number(count));
  /** 14:07:12 */
  clock = (instant: number): string => this.#clock.format(instant);
  /** 14:07 */
  minute = (instant: number): string => this.#minute.format(instant);
  /** Tue 12 May */
  day = (instant: number): string => this.#day.format(instant);
  /** A date that no clock belongs to: `2026-05-12`. */
  date = (date: string): string => this.#calendar.format(Date.parse(date));
  /** The days of a span: Tue, 12 May 2026; Sun, 17 May – Thu, 21 May 2026. */
  days = ([from, to]: readonly [number, number]): string => this.#dated.formatRange(from, to);
  /** As much of it as tells it from others of a span: 14:07:12 on its first day, Wed 14:07, 20 May 14:07, 20 May 2026. */
  stamp = (instant: number, [from, to]: readonly [number, number]): string => {
    if (to - from <= 26 * 3_600_000 && this.day(instant) === this.day(from)) return this.clock(instant);
    if (to - from <= 7 * 86_400_000) return this.#weekday.format(instant);
    return (to - from <= 300 * 86_400_000 ? this.#date : this.#dated).format(instant);
  };
  /** With the date, the zone beside it. */
  full = (instant: number): string => this.#full.format(instant);
  list = (items: Iterable<string>): string => this.#list.format(items);
  /** For who hovers over a local time. */
  utc = (instant: number): string => new Date(instant).toISOString().replace(/\.000Z$/, "Z");
  tick = (instant: number, step: number): string => {
    if (step > 31 * 86_400_000) return this.#month.format(instant);
    return step >= 86_400_000 ? this.day(instant) : step < 60_000 ? this.clock(instant) : this.minute(instant);
  };
  /** 21:00, an hour of any day. */
  hour = (hour: number): string => `${this.#twoDigits.format(hour)}:${this.#twoDigits.format(0)}`;
}
