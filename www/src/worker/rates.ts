// How fast an agent acts, for the picture: the package's own rule over the times of what it counts.

import { determineTier } from "agent-interlock";
import type { Pacer } from "./pause.ts";
import { KINDS, type Rates } from "./protocol.ts";
import { NONE, type Run } from "./run.ts";

const TIERS = ["tier_1", "tier_2", "tier_3"] as const;
/** All points together look at so many actions, give or take: where a window holds very many, there are fewer points. */
const MOST_LOOKS = 1_000_000;
const FEWEST_POINTS = 24;
/** The package takes no more. */
const MOST_EVENTS = 1_000_000;

/** At the actions of a span, or at `points` of them where they are more. `agent` is null for all. */
export async function rates(run: Run, agent: number | null, from: number, to: number, points: number, pacer: Pacer): Promise<Rates> {
  const { velocity } = run.result.document;
  const longest = Math.max(...TIERS.map((tier) => velocity[tier].windowMinutes)) * 60_000;
  const { times, since } = counted(run, agent, from - longest, to);
  const oldest = oldestOf(times, since, longest);
  const shown = times.findIndex((time) => time >= from);
  const first = shown === -1 ? times.length : shown;
  const stride = strideOf(oldest, first, points);
  const at: number[] = [];
  const shares: [number[], number[], number[]] = [[], [], []];
  for (let index = first; index < times.length; index += stride) {
    const now = Number(times[index]);
    const { signals } = determineTier({ events: times.slice(Math.max(Number(oldest[index]), index + 1 - MOST_EVENTS), index + 1), now, velocity });
    at.push(now);
    TIERS.forEach((tier, place) => shares[place]?.push(signals[tier].actionsPerMinute / velocity[tier].actionsPerMinute));
    if (pacer.isDue) await pacer.pause((index - first) / (times.length - first));
  }
  return {
    at: Float64Array.from(at),
    shares: [Float64Array.from(shares[0]), Float64Array.from(shares[1]), Float64Array.from(shares[2])],
  };
}

/** For each action, the first that is in the longest window with it. */
function oldestOf(times: readonly number[], since: readonly number[], longest: number): number[] {
  let oldest = 0;
  return times.map((now, index) => {
    oldest = Math.max(oldest, Number(since[index]));
    while (Number(times[oldest]) < now - longest) oldest += 1;
    return oldest;
  });
}

/** Every how many actions there is a point. */
function strideOf(oldest: readonly number[], first: number, points: number): number {
  const shown = oldest.length - first;
  let looks = 0;
  for (let index = first; index < oldest.length; index += 1) looks += index + 1 - Number(oldest[index]);
  const affordable = Math.max(FEWEST_POINTS, Math.floor((shown * MOST_LOOKS) / Math.max(1, looks)));
  return Math.max(1, Math.ceil(shown / Math.min(points, affordable)));
}

/** The times of what velocity counts, and for each the first that counts with it: an unlock clears what was before. */
function counted(run: Run, agent: number | null, from: number, to: number): { times: number[]; since: number[] } {
  const { kind, agent: agents, counts } = run.columns;
  const unlock = KINDS.indexOf("unlock");
  const times: number[] = [];
  const since: number[] = [];
  let cleared = 0;
  for (let row = 0; row < kind.length; row += 1) {
    if (kind[row] === unlock && agents[row] === (agent ?? NONE)) cleared = times.length;
    const time = Number(run.clock[row]);
    if (counts[row] === 0 || time < from || time > to || (agent !== null && agents[row] !== agent)) continue;
    times.push(time);
    since.push(cleared);
  }
  return { times, since };
}
