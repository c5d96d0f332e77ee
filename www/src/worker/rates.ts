// How fast an agent acts, for the picture: the package's own rule over the times of what it counts.

import { determineTier } from "agent-interlock";
import type { FullPolicyDocument } from "agent-interlock";
import type { Rates } from "./protocol.ts";
import type { Run } from "./run.ts";

const TIERS = ["tier_1", "tier_2", "tier_3"] as const;

/** At the actions of a span, or at `points` of them where they are more. `agent` is null for all. */
export function rates(run: Run, agent: number | null, from: number, to: number, points: number): Rates {
  const { velocity } = run.result.document;
  const longest = Math.max(...TIERS.map((tier) => velocity[tier].windowMinutes)) * 60_000;
  const times = counted(run, agent, from - longest, to);
  const first = times.findIndex((time) => time >= from);
  const shown = first === -1 ? 0 : times.length - first;
  const stride = Math.max(1, Math.ceil(shown / points));
  const at: number[] = [];
  const shares: [number[], number[], number[]] = [[], [], []];
  let oldest = 0;
  for (let index = first; index !== -1 && index < times.length; index += stride) {
    const now = Number(times[index]);
    while (Number(times[oldest]) < now - longest) oldest += 1;
    const { signals } = determineTier({ events: times.slice(oldest, index + 1), now, velocity });
    at.push(now);
    TIERS.forEach((tier, place) => shares[place]?.push(signals[tier].actionsPerMinute / velocity[tier].actionsPerMinute));
  }
  return {
    at: Float64Array.from(at),
    shares: [Float64Array.from(shares[0]), Float64Array.from(shares[1]), Float64Array.from(shares[2])],
  };
}

/** The times of what velocity counts: each action once, and no reads. What is counted in a decision the guard alone says; this is its picture. */
function counted(run: Run, agent: number | null, from: number, to: number): number[] {
  const { at, kind, agent: agents, type, rules } = run.columns;
  const reads = run.types.list.map((name) => isRead(run.result.document, name));
  const repeat = 1 << 3;
  const times: number[] = [];
  for (let row = 0; row < at.length; row += 1) {
    const time = Number(at[row]);
    if (kind[row] !== 0 || time < from || time > to || (agent !== null && agents[row] !== agent)) continue;
    if (reads[Number(type[row])] === true || (Number(rules[row]) & repeat) !== 0) continue;
    times.push(time);
  }
  return times;
}

/** An exact type wins over a prefix, and the longest prefix over shorter ones. */
function isRead({ actions }: FullPolicyDocument, type: string): boolean {
  const exact = actions[type];
  if (exact !== undefined) return exact.access === "read";
  const prefixes = Object.keys(actions).filter((key) => key.endsWith("*") && type.startsWith(key.slice(0, -1)));
  const longest = prefixes.sort((a, b) => b.length - a.length)[0];
  return longest !== undefined && actions[longest]?.access === "read";
}
