// Times as they stand in a log, and a log that is put in their order.

const OFFSET = "+03:00";

/** Riyadh's `date` at `time`, and some seconds later: `2026-05-12T14:07:00+03:00`. */
export function at(date, time, seconds = 0) {
  const [hours, minutes, more = 0] = time.split(":").map(Number);
  const total = hours * 3600 + minutes * 60 + more + seconds;
  const two = (value) => String(Math.floor(value)).padStart(2, "0");
  return `${date}T${two(total / 3600)}:${two((total / 60) % 60)}:${two(total % 60)}${OFFSET}`;
}

export class Day {
  #records = [];
  #numbers = new Map();

  constructor(date) {
    this.date = date;
  }

  /** An agent asks; where `outcome` is given it is reported some seconds later. Gives the action's id. */
  ask(time, agent, type, args, { outcome, after = 4, requestedBy, ...more } = {}) {
    const number = (this.#numbers.get(agent) ?? 0) + 1;
    this.#numbers.set(agent, number);
    const id = more.id ?? `${agent}-${this.date.slice(5).replace("-", "")}-${String(number).padStart(3, "0")}`;
    this.add(time, { id, type, agent, ...(requestedBy === undefined ? {} : { requestedBy }), args, ...more });
    if (outcome !== undefined) this.report(time, id, outcome, after);
    return id;
  }

  report(time, actionId, outcome, after = 4) {
    const said = typeof outcome === "string" ? { outcome } : outcome;
    this.add(time, { kind: "report", actionId, ...said }, after);
  }

  add(time, record, seconds = 0) {
    const [clock, second = 0] = Array.isArray(time) ? time : [time];
    this.#records.push({ at: at(this.date, clock, second + seconds), ...record });
  }

  /** In order of time; what was written first stands first. */
  get records() {
    return this.#records.map((record, index) => ({ record, index }))
      .sort((a, b) => (a.record.at < b.record.at ? -1 : a.record.at > b.record.at ? 1 : a.index - b.index))
      .map(({ record }) => record);
  }
}
