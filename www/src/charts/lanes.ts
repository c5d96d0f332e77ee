// The picture of the day: a lane for each agent, in it a mark for each action, the stricter the higher.

import type { Difference, RunResult } from "../worker/protocol.ts";
import { type Bins, type Lane, laneNumbers } from "./bins.ts";
import { isSteering } from "../worker/rules.ts";
import { addMark } from "./marks.ts";
import type { Palette } from "./palette.ts";
import { ticks, type Zone } from "./zone.ts";

export const AXIS_HEIGHT = 26;

export interface Scene {
  run: RunResult;
  before: RunResult | null;
  difference: Difference | null;
  lanes: Lane[];
  bins: Bins;
  range: [number, number];
  zone: Zone;
  width: number;
  laneHeight: number;
  palette: Palette;
  tickLabel: (instant: number, step: number) => string;
  dayLabel: (instant: number) => string;
}

export function laneHeight(lanes: number): number {
  return lanes <= 4 ? 48 : lanes <= 6 ? 42 : 36;
}

export const xOf = ({ range: [from, to], width }: Pick<Scene, "range" | "width">, at: number): number => ((at - from) / (to - from)) * width;

/** The middle of the row of an effect within a lane. */
export function yOf(scene: Scene, lane: number, effect: number): number {
  const rows = (scene.laneHeight - 8) / 6;
  return AXIS_HEIGHT + lane * scene.laneHeight + 4 + rows * (5.5 - effect);
}

export function drawLanes(context: CanvasRenderingContext2D, scene: Scene): void {
  drawNights(context, scene, AXIS_HEIGHT, scene.lanes.length * scene.laneHeight);
  drawAxis(context, scene);
  drawGrid(context, scene);
  drawLocks(context, scene);
  drawGhosts(context, scene);
  drawMarks(context, scene);
  drawFlags(context, scene);
  drawCommands(context, scene);
}

/** Quiet hours and blocked dates. */
export function drawNights(context: CanvasRenderingContext2D, scene: Scene, top: number, height: number): void {
  const [from, to] = scene.range;
  const { quietHours, blockedDates } = scene.run.document;
  if (to - from > 90 * 86_400_000) return;
  const spans = quietHours === null ? [] : scene.zone.daily(quietHours, from, to);
  for (const date of blockedDates) {
    const [start, end] = scene.zone.day(date);
    if (end > from && start < to) spans.push([Math.max(start, from), Math.min(end, to)]);
  }
  context.fillStyle = scene.palette.night;
  for (const [start, end] of spans) context.fillRect(xOf(scene, start), top, xOf(scene, end) - xOf(scene, start), height);
}

function drawAxis(context: CanvasRenderingContext2D, scene: Scene): void {
  const { palette, zone, range, width } = scene;
  const { at, step } = ticks(zone, range[0], range[1], Math.max(2, Math.floor(width / 68)));
  context.font = `11px ${palette.font}`;
  context.textBaseline = "middle";
  context.textAlign = "center";
  context.strokeStyle = palette.line;
  context.lineWidth = 1;
  context.beginPath();
  for (const instant of at) {
    const x = Math.round(xOf(scene, instant)) + 0.5;
    context.moveTo(x, AXIS_HEIGHT - 4);
    context.lineTo(x, AXIS_HEIGHT + scene.lanes.length * scene.laneHeight);
    if (x < 16 || x > width - 16) continue;
    context.fillStyle = palette.muted;
    context.fillText(scene.tickLabel(instant, step), x, 10);
  }
  context.stroke();
  drawMidnights(context, scene, AXIS_HEIGHT - 6, scene.lanes.length * scene.laneHeight + 6);
}

export function drawMidnights(context: CanvasRenderingContext2D, scene: Scene, top: number, height: number): void {
  const { palette, zone, range } = scene;
  if (range[1] - range[0] > 60 * 86_400_000) return;
  context.strokeStyle = palette.muted;
  context.setLineDash([2, 3]);
  context.beginPath();
  for (const instant of zone.midnights(range[0], range[1])) {
    const x = Math.round(xOf(scene, instant)) + 0.5;
    context.moveTo(x, top);
    context.lineTo(x, top + height);
  }
  context.stroke();
  context.setLineDash([]);
}

function drawGrid(context: CanvasRenderingContext2D, scene: Scene): void {
  context.strokeStyle = scene.palette.line;
  context.beginPath();
  for (let lane = 0; lane <= scene.lanes.length; lane += 1) {
    const y = Math.round(AXIS_HEIGHT + lane * scene.laneHeight) + 0.5;
    context.moveTo(0, y);
    context.lineTo(scene.width, y);
  }
  context.stroke();
}

function drawLocks(context: CanvasRenderingContext2D, scene: Scene): void {
  const laneOf = laneNumbers(scene.lanes, scene.run.agents.length);
  const [from, to] = scene.range;
  for (const lock of scene.run.locks) {
    if (lock.to < from || lock.from > to) continue;
    const first = lock.agent < 0 ? 0 : (laneOf[lock.agent] ?? -1);
    if (first < 0) continue;
    const lanes = lock.agent < 0 ? scene.lanes.length : 1;
    const x = xOf(scene, Math.max(lock.from, from));
    const width = xOf(scene, Math.min(lock.to, to)) - x;
    hatch(context, scene, x, AXIS_HEIGHT + first * scene.laneHeight + 1, width, lanes * scene.laneHeight - 1);
  }
}

function hatch(context: CanvasRenderingContext2D, { palette }: Scene, x: number, y: number, width: number, height: number): void {
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.strokeStyle = palette.effects[5] ?? "";
  context.globalAlpha = 0.32;
  context.lineWidth = 1.2;
  context.beginPath();
  for (let at = x - height; at < x + width; at += 7) {
    context.moveTo(at, y + height);
    context.lineTo(at + height, y);
  }
  context.stroke();
  context.globalAlpha = 0.9;
  context.lineWidth = 2;
  context.strokeRect(x, y, width, height);
  context.restore();
}

function drawMarks(context: CanvasRenderingContext2D, scene: Scene): void {
  const { bins, lanes, palette } = scene;
  for (let effect = 0; effect < 6; effect += 1) {
    context.beginPath();
    for (let lane = 0; lane < lanes.length; lane += 1) {
      const base = (lane * 6 + effect) * bins.columns;
      const y = yOf(scene, lane, effect);
      for (let column = 0; column < bins.columns; column += 1) {
        const count = bins.counts[base + column] as number;
        if (count > 0) addMark(context, effect, (column + 0.5) * bins.pixels, y, Math.min(4.6, 3.1 + Math.log10(count) * 0.8));
      }
    }
    context.fillStyle = palette.effects[effect] ?? "";
    context.fill();
  }
}

/** What the baseline decided where it is something else now: an outline where the mark was. */
function drawGhosts(context: CanvasRenderingContext2D, scene: Scene): void {
  const { before, difference, run } = scene;
  if (before === null || difference === null) return;
  const laneOf = laneNumbers(scene.lanes, run.agents.length);
  const drawn = new Set<number>();
  context.strokeStyle = scene.palette.ghost;
  context.lineWidth = 1.3;
  context.beginPath();
  for (let index = 0; index < difference.rows.length; index += 1) {
    const place = difference.before[index] as number;
    const row = difference.rows[index] as number;
    const effect = before.columns.effect[place];
    const lane = laneOf[run.columns.agent[row] as number] ?? -1;
    if (effect === undefined || effect > 5 || lane < 0) continue;
    const x = Math.round(xOf(scene, run.columns.at[row] as number));
    const id = (lane * 6 + effect) * 10_000 + x;
    if (x < -5 || x > scene.width + 5 || drawn.has(id)) continue;
    drawn.add(id);
    addMark(context, effect, x, yOf(scene, lane, effect), 3.6);
  }
  context.stroke();
}

/** Flags that would cover each other are one, of the highest tier. */
function apart(scene: Scene): { lane: number; x: number; tier: number }[] {
  const shown: { lane: number; x: number; tier: number }[] = [];
  for (const { lane, at, tier } of scene.bins.flags) {
    const x = Math.round(xOf(scene, at));
    const near = shown.find((flag) => flag.lane === lane && Math.abs(x - flag.x) < 14);
    if (near === undefined) shown.push({ lane, x, tier });
    else if (tier > near.tier) Object.assign(near, { x, tier });
  }
  return shown;
}

function drawFlags(context: CanvasRenderingContext2D, scene: Scene): void {
  const { palette } = scene;
  context.font = `600 9px ${palette.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const { lane, x, tier } of apart(scene)) {
    const top = AXIS_HEIGHT + lane * scene.laneHeight + 1;
    context.strokeStyle = palette.tiers[tier - 1] ?? "";
    context.fillStyle = palette.tiers[tier - 1] ?? "";
    context.lineWidth = 1.4;
    context.beginPath();
    context.moveTo(x + 0.5, top);
    context.lineTo(x + 0.5, top + scene.laneHeight - 2);
    context.stroke();
    context.fillRect(x, top, 11, 11);
    context.fillStyle = palette.surface;
    context.fillText(String(tier), x + 5.5, top + 6);
  }
}

/** What people did: a notch at the foot of the lane. */
function drawCommands(context: CanvasRenderingContext2D, scene: Scene): void {
  const { at, kind, agent } = scene.run.columns;
  const laneOf = laneNumbers(scene.lanes, scene.run.agents.length);
  context.fillStyle = scene.palette.ink;
  context.beginPath();
  for (let row = 0; row < at.length; row += 1) {
    if (!isSteering(kind[row] as number)) continue;
    const x = xOf(scene, at[row] as number);
    if (x < 0 || x > scene.width) continue;
    const lane = laneOf[agent[row] as number] ?? -1;
    const y = AXIS_HEIGHT + (lane < 0 ? scene.lanes.length : lane + 1) * scene.laneHeight;
    context.moveTo(x, y - 9);
    context.lineTo(x + 4.5, y - 1);
    context.lineTo(x - 4.5, y - 1);
    context.closePath();
  }
  context.fill();
}
