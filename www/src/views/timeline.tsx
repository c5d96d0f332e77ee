// The picture of the day: lanes, speed and budgets over one axis of time, to be walked by keys and zoomed by dragging.

import { useEffect, useMemo, useState } from "preact/hooks";
import { binned, extent, type Lane, lanesOf } from "../charts/bins.ts";
import { BUDGET_HEIGHT, type Dimension, drawBudget } from "../charts/curves.ts";
import { AXIS_HEIGHT, drawLanes, laneHeight, type Scene } from "../charts/lanes.ts";
import { type Palette, paletteOf } from "../charts/palette.ts";
import { Zone } from "../charts/zone.ts";
import { seen } from "../i18n/seen.ts";
import { Canvas } from "../parts/canvas.tsx";
import { useWidth } from "../parts/size.ts";
import { COSTS } from "../state/draft.ts";
import { CAPS } from "../state/settings.ts";
import { store, useStore } from "../state/store.ts";
import { useWords, type Words } from "../state/words.ts";
import type { RunResult } from "../worker/protocol.ts";
import { nameOf } from "./names.ts";
import { Stage } from "./stage.tsx";
import { Velocity } from "./velocity.tsx";

export function Timeline() {
  const run = useStore((state) => state.current);
  return run === null || run.columns.at.length === 0 ? null : <Picture run={run} />;
}

function Picture({ run }: { run: RunResult }) {
  const words = useWords();
  const { m } = words;
  const [place, width] = useWidth<HTMLDivElement>();
  const [scene, whole] = useScene(run, words, width, place);
  const lane = useLane(run, scene?.lanes ?? []);
  const before = useStore((state) => state.before);
  return (
    <section class="picture" aria-label={m.tabs.day}>
      <div class="gutter" style={{ paddingBlockStart: `${AXIS_HEIGHT}px` }}>
        {scene?.lanes.map((one) => <LaneName key={one.name ?? ""} lane={one} run={run} height={scene.laneHeight} isShown={lane !== null && one.agents[0] === lane} />)}
      </div>
      <div class="plot" ref={place}>
        {scene !== null && (
          <Stage scene={scene} whole={whole} words={words}>
            <Canvas width={width} height={AXIS_HEIGHT + scene.lanes.length * scene.laneHeight + 1} when={[scene]} draw={(context) => drawLanes(context, scene)} />
          </Stage>
        )}
      </div>
      <Velocity run={run} scene={scene} width={width} lane={lane} />
      {COSTS.map((dimension) => (
        <BudgetRow key={dimension} run={run} before={before} scene={scene} width={width} dimension={dimension} cap={run.document.budget[CAPS[dimension]]} words={words} />
      ))}
    </section>
  );
}

function BudgetRow({ run, before, scene, width, dimension, cap, words: { m, f } }: {
  run: RunResult; before: RunResult | null; scene: Scene | null; width: number; dimension: Dimension; cap: number; words: Words;
}) {
  // As the cap was then: the log may have set another.
  const { used: peak, cap: capThen } = run.peaks[dimension];
  const isOver = peak >= capThen;
  const isOneDay = run.budgets[0]?.date === run.budgets.at(-1)?.date;
  const said = dimension === "amount" ? m.day.peak(f.money(peak, run.document.currency), f.precise(capThen)) : m.day.peak(f.compact(peak), f.compact(capThen));
  const differs = useStore((state) => state.difference !== null && state.difference.rows.length > 0);
  const ghosts = differs && before !== null ? before.budgets : [];
  return (
    <>
      <div class="gutter budget-name">
        <span>{m.day.budgets[dimension]}</span>
        <span class={isOver ? "over" : "quiet"} title={isOneDay ? "" : m.day.busiest(said)}>{isOneDay ? said : m.day.most(said)}</span>
      </div>
      <div class="plot">
        {scene !== null && (
          <Canvas width={width} height={BUDGET_HEIGHT} when={[scene, ghosts]} draw={(context) => drawBudget(context, scene, run.budgets, ghosts, dimension, cap)} />
        )}
      </div>
    </>
  );
}

function LaneName({ lane, run, height, isShown }: { lane: Lane; run: RunResult; height: number; isShown: boolean }) {
  const { m, f } = useWords();
  const name = lane.name === null ? m.day.others(lane.agents.length, f) : nameOf(run, lane.name);
  return (
    <button type="button" class="lane-name" style={{ height: `${height}px` }} aria-pressed={isShown} onClick={() => store.set({ lane: lane.agents[0] ?? null })} title={seen(lane.name ?? "")}>
      <bdi>{name}</bdi>
      <small>{f.number(lane.count)}</small>
    </button>
  );
}

/** Everything that the canvases draw from, made once for each result, span and width. */
function useScene(run: RunResult, { f }: Words, width: number, place: { current: HTMLElement | null }): [Scene | null, [number, number]] {
  const chosen = useStore((state) => state.range);
  const before = useStore((state) => state.before);
  const difference = useStore((state) => state.difference);
  const palette = usePalette(place);
  const whole = useMemo(() => extent(run), [run]);
  const lanes = useMemo(() => lanesOf(run), [run]);
  const scene = useMemo(() => {
    if (width === 0 || palette === null) return null;
    const range = chosen ?? whole;
    const bins = binned(run, lanes, range, width);
    const labels = { tickLabel: f.tick, dayLabel: f.day };
    return { run, before, difference, lanes, bins, range, zone: new Zone(run.document.timeZone), width, laneHeight: laneHeight(lanes.length), palette, ...labels };
  }, [run, before, difference, lanes, whole, chosen, width, palette, f]);
  return [scene, whole];
}

function usePalette(place: { current: HTMLElement | null }): Palette | null {
  const theme = useStore((state) => state.theme);
  const [palette, setPalette] = useState<Palette | null>(null);
  useEffect(() => {
    const read = () => setPalette(paletteOf(place.current ?? document.documentElement));
    read();
    const media = matchMedia("(prefers-color-scheme: dark)");
    media.addEventListener("change", read);
    return () => media.removeEventListener("change", read);
  }, [theme]);
  return palette;
}

/** Whose speed is drawn: the chosen one's, else whoever came closest to a lock. */
function useLane(run: RunResult, lanes: readonly Lane[]): number | null {
  const chosen = useStore((state) => state.lane);
  const fastest = useMemo(() => {
    let [best, tier] = [lanes[0]?.agents[0] ?? null, 0];
    run.columns.tier.forEach((reached, row) => {
      if (reached > tier) [best, tier] = [run.columns.agent[row] as number, reached];
    });
    return best;
  }, [run, lanes.length]);
  return chosen !== null && chosen < run.agents.length ? chosen : fastest;
}
