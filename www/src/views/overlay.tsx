// What lies over the picture and moves often: the cursor, the mark that is looked at, the span that is being dragged.

import { addMark } from "../charts/marks.ts";
import { laneNumbers } from "../charts/bins.ts";
import { AXIS_HEIGHT, type Scene, xOf, yOf } from "../charts/lanes.ts";
import { Canvas } from "../parts/canvas.tsx";
import { useStore } from "../state/store.ts";
import { useWords } from "../state/words.ts";
import { EFFECTS } from "../worker/protocol.ts";
import { nameOf } from "./names.ts";

export function Overlay({ scene, span }: { scene: Scene; span: [number, number] | null }) {
  const selected = useStore((state) => state.selected);
  const hovered = useStore((state) => state.hovered);
  const height = AXIS_HEIGHT + scene.lanes.length * scene.laneHeight + 1;
  const draw = (context: CanvasRenderingContext2D) => {
    if (selected !== null) drawRow(context, scene, selected, true);
    if (hovered !== null) drawRow(context, scene, hovered, false);
    if (span !== null) drawSpan(context, scene, span, height);
  };
  return (
    <>
      <Canvas class="overlay" width={scene.width} height={height} when={[scene, selected, hovered, span]} draw={draw} />
      {hovered !== null && span === null && <Hint scene={scene} row={hovered} />}
    </>
  );
}

function placeOf(scene: Scene, row: number): { x: number; y: number; effect: number } | null {
  const { at, agent, effect } = scene.run.columns;
  const lane = laneNumbers(scene.lanes, scene.run.agents.length)[agent[row] as number] ?? -1;
  const what = effect[row];
  if (lane < 0 || what === undefined || what > 5) return null;
  return { x: xOf(scene, at[row] as number), y: yOf(scene, lane, what), effect: what };
}

function drawRow(context: CanvasRenderingContext2D, scene: Scene, row: number, isSelected: boolean): void {
  const place = placeOf(scene, row);
  if (place === null) return;
  const { palette } = scene;
  context.strokeStyle = palette.ink;
  context.lineWidth = 1;
  if (isSelected) {
    context.beginPath();
    context.moveTo(Math.round(place.x) + 0.5, AXIS_HEIGHT - 6);
    context.lineTo(Math.round(place.x) + 0.5, AXIS_HEIGHT + scene.lanes.length * scene.laneHeight);
    context.stroke();
  }
  context.beginPath();
  addMark(context, place.effect, place.x, place.y, 6.5);
  context.fillStyle = palette.effects[place.effect] ?? "";
  context.fill();
  context.lineWidth = 2;
  context.strokeStyle = isSelected ? palette.ink : palette.surface;
  context.stroke();
}

function drawSpan(context: CanvasRenderingContext2D, scene: Scene, [from, to]: [number, number], height: number): void {
  const [left, right] = [xOf(scene, from), xOf(scene, to)];
  context.globalAlpha = 0.16;
  context.fillStyle = scene.palette.accent;
  context.fillRect(left, 0, right - left, height);
  context.globalAlpha = 1;
  context.strokeStyle = scene.palette.accent;
  context.strokeRect(left + 0.5, 0.5, right - left, height - 1);
}

function Hint({ scene, row }: { scene: Scene; row: number }) {
  const { m, f } = useWords();
  const place = placeOf(scene, row);
  if (place === null) return null;
  const { at, agent, type } = scene.run.columns;
  const effect = EFFECTS[place.effect] ?? "allow";
  const side = place.x > scene.width / 2 ? { right: `${scene.width - place.x + 12}px` } : { left: `${place.x + 12}px` };
  return (
    <div class="hint" style={{ ...side, maxWidth: `${Math.max(place.x, scene.width - place.x) - 16}px`, top: `${Math.max(0, place.y - 16)}px` }} aria-hidden="true">
      <span class="time">{f.stamp(at[row] as number, scene.run.span)}</span> <bdi>{nameOf(scene.run, scene.run.agents[agent[row] as number] ?? "")}</bdi>{" "}
      <code>{scene.run.types[type[row] as number] ?? ""}</code> <b class={`word-${effect}`}>{m.effects[effect]}</b>
    </div>
  );
}
