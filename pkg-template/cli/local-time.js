// Instants as people of the policy's zone read them.

/**
 * @typedef {object} Local
 * @property {string} date such as 2026-05-12
 * @property {string} time such as 08:00:05
 * @property {number} halfHour of the day, 0 to 47
 */

export class LocalClock {
  #parts;
  #minute = "";
  #date = "";
  #hourAndMinute = "";

  /** @param {string} timeZone an IANA name */
  constructor(timeZone) {
    this.#parts = new Intl.DateTimeFormat("en-CA", {
      timeZone,
      calendar: "iso8601",
      numberingSystem: "latn",
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
    });
  }

  /**
   * @param {string} at as the engine writes it: `YYYY-MM-DDTHH:MM:SS[.ffffff]Z`
   * @returns {Local}
   */
  read(at) {
    // Zones are whole minutes from UTC, and asking Intl is slow: once a minute of the log is enough.
    const minute = at.slice(0, 16);
    if (minute !== this.#minute) this.#convert(minute);
    const time = `${this.#hourAndMinute}:${at.slice(17, 19)}`;
    const halfHour = Number(time.slice(0, 2)) * 2 + Math.floor(Number(time.slice(3, 5)) / 30);
    return { date: this.#date, time, halfHour };
  }

  /** @param {string} minute */
  #convert(minute) {
    const parts = this.#parts.formatToParts(new Date(`${minute}Z`));
    /** @type {(type: string) => string} */
    const part = (type) => parts.find((each) => each.type === type)?.value ?? "";
    this.#minute = minute;
    this.#date = `${part("year").padStart(4, "0")}-${part("month")}-${part("day")}`;
    this.#hourAndMinute = `${part("hour")}:${part("minute")}`;
  }

  /**
   * An instant, said on a date: the time alone where it is of that date, with the weekday within the next six days.
   * @param {string} date
   * @param {string} at
   */
  from(date, at) {
    const local = this.read(at);
    const time = local.time.endsWith(":00") ? local.time.slice(0, 5) : local.time;
    if (local.date === date) return time;
    const days = (Date.parse(local.date) - Date.parse(date)) / 86_400_000;
    const name = dayName(local.date);
    return `${days > 0 && days < 7 ? name.slice(0, 3) : `${name} ${local.date.slice(0, 4)}`} ${time}`;
  }
}

const DAY = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", weekday: "short", day: "numeric", month: "short" });

/**
 * Such as "Tue 12 May".
 * @param {string} date
 */
export function dayName(date) {
  return DAY.format(new Date(`${date}T00:00Z`)).replace(",", "");
}

const LONG_DAY = new Intl.DateTimeFormat("en-GB", {
  timeZone: "UTC",
  weekday: "long",
  day: "numeric",
  month: "long",
  year: "numeric",
});

/**
 * Such as "Tuesday 12 May 2026".
 * @param {string} date
 */
export function longDayName(date) {
  return LONG_DAY.format(new Date(`${date}T00:00Z`)).replace(",", "");
}
