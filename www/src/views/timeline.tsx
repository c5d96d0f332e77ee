// The picture of the day: lanes, speed and budgets over one axis of time, to be walked by keys and zoomed by dragging.

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { binned, extent, type Lane, lanesOf } from "../charts/bins.ts";
import { BUDGET_HEIGHT, type Dimension, drawBudget, drawVelocity, VELOCITY_HEIGHT } from "../charts/curves.ts";
import { AXIS_HEIGHT, drawLanes, laneHeight, type Scene, xOf } from "../charts/lanes.ts";
import { type Palette, paletteOf } from "../charts/palette.ts";
import { Zone } from "../charts/zone.ts";
import { useWords, type Words } from "../i18n/index.ts";
import { Canvas } from "../parts/canvas.tsx";
import { useWidth } from "../parts/size.ts";
import { engine, setRange } from "../state/session.ts";
import { store, useStore } from "../state/store.ts";
import type { Rates, RunResult } from "../worker/protocol.ts";
import { nameOf } from "./names.ts";
import { Overlay } from "./overlay.tsx";
import { walk } from "./walk.ts";

const RATE_POINTS = 1500;
const BUDGETS: readonly [Dimension, "maxMessagesPerDay" | "maxLlmTokensPerDay" | "maxExternalApiCallsPerDay" | "maxCostPerDay"][] = [
  ["messages", "maxMessagesPerDay"],
  ["llmTokens", "maxLlmTokensPerDay"],
  ["apiCalls", "maxExternalApiCallsPerDay"],
  ["amount", "maxCostPerDay"],
];

export function Timeline() {
  const run = useStore((state) => state.current);
  return run === null || run.columns.at.length === 0 ? null : <Picture run={run} />;
}

function Picture({ run }: { run: RunResult }) {
  const words = useWords();
  const { m, f } = words;
  const [place, width] = useWidth<HTMLDivElement>();
  const [scene, whole] = useScene(run, words, width, place);
  const lane = useLane(run, scene?.lanes ?? []);
  const rates = useRates(run, lane, scene?.range ?? null);
  const before = useStore((state) => state.before);
  const who = lane === null ? null : nameOf(run, run.agents[lane] ?? "");
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
      <div class="gutter caption">
        <strong>{run.document.velocityScope === "customer" ? m.day.velocityAll : who === null ? m.day.velocity : m.day.velocityOf(who)}</strong>
        <ul class="legend">
          {(["tier_1", "tier_2", "tier_3"] as const).map((tier, index) => (
            <li key={tier}>
              <span class={`swatch tier-${index + 1}`} /> {m.day.window(f.number(run.document.velocity[tier].windowMinutes))}
            </li>
          ))}
          <li><span class="swatch limit" /> {m.day.threshold}</li>
        </ul>
      </div>
      <div class="plot">{scene !== null && <Canvas width={width} height={VELOCITY_HEIGHT} when={[scene, rates]} draw={(context) => drawVelocity(context, scene, rates)} />}</div>
      {BUDGETS.map(([dimension, cap]) => (
        <BudgetRow key={dimension} run={run} before={before} scene={scene} width={width} dimension={dimension} cap={run.document.budget[cap]} words={words} />
      ))}
    </section>
  );
}

function BudgetRow({ run, before, scene, width, dimension, cap, words: { m, f } }: {
  run: RunResult; before: RunResult | null; scene: Scene | null; width: number; dimension: Dimension; cap: number; words: Words;
}) {
  const peak = run.budgets.reduce((most, sample) => Math.max(most, sample[dimension]), 0);
  const isOver = peak >= cap;
  const differs = useStore((state) => state.difference !== null && state.difference.rows.length > 0);
  const ghosts = differs && before !== null ? before.budgets : [];
  return (
    <>
      <div class="gutter budget-name">
        <span>{m.day.budgets[dimension]}</span>
        <span class={isOver ? "over" : "quiet"}>{m.day.peak(f.compact(peak), dimension === "amount" ? f.money(cap, run.document.currency) : f.compact(cap))}</span>
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
    <button type="button" class="lane-name" style={{ height: `${height}px` }} aria-pressed={isShown} onClick={() => store.set({ lane: lane.agents[0] ?? null })} title={lane.name ?? ""}>
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

function useRates(run: RunResult, lane: number | null, range: [number, number] | null): Rates | null {
  const [rates, setRates] = useState<Rates | null>(null);
  const [from, to] = range ?? [0, 0];
  useEffect(() => {
    if (to === 0) return;
    let isStale = false;
    const agent = run.document.velocityScope === "customer" ? null : lane;
    engine.ask("rates", { slot: "current", agent, from, to, points: RATE_POINTS }).then(
      (answer) => { if (!isStale) setRates(answer); },
      () => { if (!isStale) setRates(null); },
    );
    return () => { isStale = true; };
  }, [run, lane, from, to]);
  return rates;
}

/** The lanes as something to point at, drag over and walk by keys. */
function Stage({ scene, whole, words: { m, f }, children }: { scene: Scene; whole: [number, number]; words: Words; children: preact.ComponentChildren }) {
  const { run } = scene;
  const drag = useRef<number | null>(null);
  const [span, setSpan] = useState<[number, number] | null>(null);
  const selected = useStore((state) => state.selected);
  const time = selected === null ? scene.range[0] : (run.columns.at[selected] ?? scene.range[0]);
  const timeAt = (event: PointerEvent) => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    return scene.range[0] + ((event.clientX - box.left) / box.width) * (scene.range[1] - scene.range[0]);
  };
  const down = (event: PointerEvent) => {
    if (event.button !== 0 || event.pointerType === "touch") return;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    drag.current = timeAt(event);
  };
  const move = (event: PointerEvent) => {
    if (drag.current !== null) {
      const now = timeAt(event);
      if (Math.abs(xOf(scene, now) - xOf(scene, drag.current)) > 4) setSpan([Math.min(drag.current, now), Math.max(drag.current, now)]);
      return;
    }
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    store.set({ hovered: nearest(scene, event.clientX - box.left, event.clientY - box.top) });
  };
  const up = (event: PointerEvent) => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    if (span !== null) setRange(span);
    else {
      const row = nearest(scene, event.clientX - box.left, event.clientY - box.top);
      if (row !== null) store.set({ selected: row });
    }
    drag.current = null;
    setSpan(null);
  };
  return (
    <div
      class="stage"
      role="slider"
      tabIndex={0}
      aria-label={`${m.day.chartLabel(run.requests, run.agents.length, f)} ${m.day.chartHelp}`}
      aria-valuemin={whole[0]}
      aria-valuemax={whole[1]}
      aria-valuenow={time}
      aria-valuetext={selected === null ? "" : spoken(run, selected, m, f)}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerLeave={() => store.set({ hovered: null })}
      onKeyDown={(event) => walk(event, run, scene.range, whole)}
      onDblClick={() => setRange(null)}
    >
      {children}
      <Overlay scene={scene} span={span} />
    </div>
  );
}

function spoken(run: RunResult, row: number, m: Words["m"], f: Words["f"]): string {
  const { at, agent, type, effect } = run.columns;
  const name = (["allow", "notify", "approve", "defer", "deny", "lock"] as const)[effect[row] as number];
  return `${[f.stamp(at[row] as number, run.span), nameOf(run, run.agents[agent[row] as number] ?? ""), run.types[type[row] as number] ?? ""].join(m.comma)}: ${name === undefined ? "" : m.effects[name]}`;
}

/** The action nearest to a point, within some pixels. */
function nearest(scene: Scene, x: number, y: number): number | null {
  const { at, kind, agent, effect } = scene.run.columns;
  const lane = Math.floor((y - AXIS_HEIGHT) / scene.laneHeight);
  const agents = new Set(scene.lanes[lane]?.agents ?? []);
  const [from, to] = [x - 7, x + 7].map((edge) => scene.range[0] + (edge / scene.width) * (scene.range[1] - scene.range[0])) as [number, number];
  const rows = (scene.laneHeight - 8) / 6;
  let [best, distance] = [-1, Infinity];
  for (let row = 0; row < at.length; row += 1) {
    const time = at[row] as number;
    if (kind[row] !== 0 || time < from || time > to || !agents.has(agent[row] as number)) continue;
    const away = Math.abs(xOf(scene, time) - x) + 0.6 * Math.abs(AXIS_HEIGHT + lane * scene.laneHeight + 4 + rows * (5.5 - (effect[row] as number)) - y);
    if (away < distance) [best, distance] = [row, away];
  }
  return best < 0 ? null : best;
}
