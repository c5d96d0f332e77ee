// A million actions on a thousand pixels: which marks are there to draw at all. One pass over typed arrays.

import type { RunResult } from "../worker/protocol.ts";

export const MAX_LANES = 10;
/** Pixels between two marks of the same lane and effect. */
const BIN_PIXELS = 3;

export interface Lane {
  /** Indexes into `agents`; more than one where there are too many agents for a lane each. */
  agents: number[];
  name: string | null;
  count: number;
}

export interface Flag {
  lane: number;
  at: number;
  tier: number;
}

export interface Bins {
  columns: number;
  pixels: number;
  /** How many, by lane, effect and column: `(lane * 6 + effect) * columns + column`. */
  counts: Uint32Array;
  flags: Flag[];
}

/** Lanes in the order in which agents come up; the busiest have one of their own. */
export function lanesOf(run: RunResult): Lane[] {
  const counts = new Float64Array(run.agents.length);
  const { agent, kind } = run.columns;
  for (let row = 0; row < agent.length; row += 1) if (kind[row] === 0) counts[agent[row] as number] = (counts[agent[row] as number] ?? 0) + 1;
  const active = run.agents.map((name, number) => ({ name, number, count: counts[number] ?? 0 })).filter(({ count }) => count > 0);
  if (active.length <= MAX_LANES) return active.map(({ name, number, count }) => ({ agents: [number], name, count }));
  const busiest = new Set([...active].sort((a, b) => b.count - a.count).slice(0, MAX_LANES - 1));
  const rest = active.filter((one) => !busiest.has(one));
  const own = active.filter((one) => busiest.has(one)).map(({ name, number, count }) => ({ agents: [number], name, count }));
  return [...own, { agents: rest.map(({ number }) => number), name: null, count: rest.reduce((sum, { count }) => sum + count, 0) }];
}

export function laneNumbers(lanes: readonly Lane[], agents: number): Int16Array {
  const numbers = new Int16Array(agents).fill(-1);
  lanes.forEach((lane, number) => lane.agents.forEach((agent) => (numbers[agent] = number)));
  return numbers;
}

export function binned(run: RunResult, lanes: readonly Lane[], [from, to]: [number, number], width: number): Bins {
  const columns = Math.max(1, Math.ceil(width / BIN_PIXELS));
  const counts = new Uint32Array(lanes.length * 6 * columns);
  const laneOf = laneNumbers(lanes, run.agents.length);
  const tierOf = new Uint8Array(run.agents.length);
  const flags: Flag[] = [];
  const { at, effect, agent, kind, tier } = run.columns;
  const scale = columns / Math.max(1, to - from);
  for (let row = 0; row < at.length; row += 1) {
    if (kind[row] !== 0) continue;
    const [time, who, reached] = [at[row] as number, agent[row] as number, tier[row] as number];
    const lane = laneOf[who] as number;
    const isInside = time >= from && time <= to;
    if (reached !== tierOf[who]) {
      if (isInside && reached > (tierOf[who] ?? 0) && flags.length < 400) flags.push({ lane, at: time, tier: reached });
      tierOf[who] = reached;
    }
    if (!isInside) continue;
    const column = Math.min(columns - 1, Math.floor((time - from) * scale));
    const place = (lane * 6 + (effect[row] as number)) * columns + column;
    counts[place] = (counts[place] as number) + 1;
  }
  return { columns, pixels: width / columns, counts, flags };
}

/** The span of all rows, with a little room on both sides. */
export function extent({ span: [from, to] }: RunResult): [number, number] {
  const room = Math.max(30_000, (to - from) * 0.015);
  return [from - room, to + room];
}
