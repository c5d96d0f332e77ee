// The lanes as something to point at, drag over and walk by keys.

import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { AXIS_HEIGHT, type Scene, xOf } from "../charts/lanes.ts";
import { setRange } from "../state/session.ts";
import { store, useStore } from "../state/store.ts";
import type { Words } from "../state/words.ts";
import { EFFECTS, type RunResult } from "../worker/protocol.ts";
import { nameOf } from "./names.ts";
import { Overlay } from "./overlay.tsx";
import { walk } from "./walk.ts";

export function Stage({ scene, whole, words: { m, f }, children }: { scene: Scene; whole: [number, number]; words: Words; children: ComponentChildren }) {
  const { run } = scene;
  const { span, ...pointer } = usePointer(scene);
  const selected = useStore((state) => state.selected);
  const time = selected === null ? scene.range[0] : (run.columns.at[selected] ?? scene.range[0]);
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
      {...pointer}
      onKeyDown={(event) => walk(event, run, scene.range, whole)}
      onDblClick={() => setRange(null)}
    >
      {children}
      <Overlay scene={scene} span={span} />
    </div>
  );
}

/** A span that is dragged zooms; a click chooses; what is under the pointer is lit. */
function usePointer(scene: Scene) {
  const drag = useRef<number | null>(null);
  const [span, setSpan] = useState<[number, number] | null>(null);
  const pointOf = (event: PointerEvent) => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    return { x, y, time: scene.range[0] + (x / box.width) * (scene.range[1] - scene.range[0]) };
  };
  const stop = () => {
    drag.current = null;
    setSpan(null);
  };
  return {
    span,
    onPointerDown: (event: PointerEvent) => {
      if (event.button !== 0 || event.pointerType === "touch") return;
      (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
      drag.current = pointOf(event).time;
    },
    onPointerMove: (event: PointerEvent) => {
      const { x, y, time } = pointOf(event);
      if (drag.current === null) store.set({ hovered: nearest(scene, x, y) });
      else if (Math.abs(xOf(scene, time) - xOf(scene, drag.current)) > 4) setSpan([Math.min(drag.current, time), Math.max(drag.current, time)]);
    },
    onPointerUp: (event: PointerEvent) => {
      const { x, y } = pointOf(event);
      const row = span === null ? nearest(scene, x, y) : null;
      if (span !== null) setRange(span);
      else if (row !== null) store.set({ selected: row });
      stop();
    },
    onPointerCancel: stop,
    onPointerLeave: () => store.set({ hovered: null }),
  };
}

function spoken(run: RunResult, row: number, m: Words["m"], f: Words["f"]): string {
  const { at, agent, type, effect } = run.columns;
  const name = EFFECTS[effect[row] as number];
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
