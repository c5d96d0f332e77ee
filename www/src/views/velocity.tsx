// How fast an agent acts, against the limits of three windows: as curves, and in figures for a moment that is looked at.

import { useEffect, useState } from "preact/hooks";
import { drawVelocity, largest, sharesAt, VELOCITY_HEIGHT } from "../charts/curves.ts";
import type { Scene } from "../charts/lanes.ts";
import { Canvas } from "../parts/canvas.tsx";
import { engine } from "../state/session.ts";
import { useStore } from "../state/store.ts";
import { useWords } from "../state/words.ts";
import type { Rates, RunResult } from "../worker/protocol.ts";
import { nameOf } from "./names.ts";

const RATE_POINTS = 1500;
const TIERS = ["tier_1", "tier_2", "tier_3"] as const;

export function Velocity({ run, scene, width, lane }: { run: RunResult; scene: Scene | null; width: number; lane: number | null }) {
  const { m, f } = useWords();
  const { velocity, velocityScope } = run.document;
  const rates = useRates(run, lane, scene?.range ?? null);
  const who = lane === null ? null : nameOf(run, run.agents[lane] ?? "");
  const title = velocityScope === "customer" ? m.day.velocityAll : who === null ? m.day.velocity : m.day.velocityOf(who);
  const limits = TIERS.map((tier) => m.day.limit(f.precise(velocity[tier].actionsPerMinute), f.number(velocity[tier].windowMinutes)));
  const peaks = rates?.shares.map((shares, tier) => m.day.ofLimit(f.percent(largest(shares)), limits[tier] ?? "")) ?? [];
  // Of the action that is pointed at, else of the one that is chosen.
  const time = useStore(({ hovered, selected }) => run.columns.at[hovered ?? selected ?? -1]);
  const shares = rates === null || time === undefined ? null : sharesAt(rates, time);
  return (
    <>
      <div class="gutter caption">
        <strong>{title}</strong>
        <ul class="legend" title={m.day.threshold}>
          {limits.map((limit, index) => {
            const share = shares?.[index] ?? 0;
            const { actionsPerMinute } = velocity[TIERS[index] ?? "tier_1"];
            return (
              <li key={index} class={share >= 1 ? "over" : ""}>
                <span class={`swatch tier-${index + 1}`} /> {shares === null ? limit : m.day.peak(f.number(share * actionsPerMinute), m.day.perMinute(f.precise(actionsPerMinute)))}
              </li>
            );
          })}
        </ul>
      </div>
      <div class="plot">
        {scene !== null && (
          <div role="img" aria-label={`${title}: ${m.day.atMost} ${f.list(peaks)}`}>
            <Canvas width={width} height={VELOCITY_HEIGHT} when={[scene, rates]} draw={(context) => drawVelocity(context, scene, rates)} />
          </div>
        )}
      </div>
    </>
  );
}

function useRates(run: RunResult, lane: number | null, range: [number, number] | null): Rates | null {
  const [rates, setRates] = useState<Rates | null>(null);
  const [from, to] = range ?? [0, 0];
  useEffect(() => {
    if (to === 0) return;
    let isStale = false;
    const agent = run.document.velocityScope === "customer" ? null : lane;
    engine.ask("rates", { run: run.id, agent, from, to, points: RATE_POINTS }).then(
      (answer) => { if (!isStale) setRates(answer); },
      () => { if (!isStale) setRates(null); },
    );
    return () => { isStale = true; };
  }, [run, lane, from, to]);
  return rates;
}
