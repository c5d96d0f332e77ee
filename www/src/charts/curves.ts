// Velocity against its thresholds, and budgets against their caps: the same axis as the lanes above them.

import type { BudgetSample, Rates } from "../worker/protocol.ts";
import { drawMidnights, drawNights, type Scene, xOf } from "./lanes.ts";

export const VELOCITY_HEIGHT = 72;
export const BUDGET_HEIGHT = 31;
/** The threshold's line stands at this part of the height. */
const THRESHOLD_AT = 0.62;

export type Dimension = Exclude<keyof BudgetSample, "at" | "date">;
/** A rate that nothing follows is drawn for a while, and is nothing long after. */
const [HELD, GAP] = [300_000, 900_000];

export function drawVelocity(context: CanvasRenderingContext2D, scene: Scene, rates: Rates | null): void {
  const { palette, width } = scene;
  drawNights(context, scene, 0, VELOCITY_HEIGHT);
  drawMidnights(context, scene, 0, VELOCITY_HEIGHT);
  const top = rates === null ? 1.5 : Math.max(1.5, ...rates.shares.map(largest));
  const scale = Math.min(1 / top, THRESHOLD_AT);
  const y = (share: number) => VELOCITY_HEIGHT - 3 - share * scale * (VELOCITY_HEIGHT - 8);
  context.strokeStyle = palette.danger;
  context.setLineDash([5, 4]);
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(0, y(1));
  context.lineTo(width, y(1));
  context.stroke();
  context.setLineDash([]);
  if (rates === null) return;
  rates.shares.forEach((shares, tier) => {
    context.strokeStyle = palette.tiers[tier] ?? "";
    context.lineWidth = tier === 2 ? 2 : 1.4;
    context.beginPath();
    stairs(context, scene, rates.at, shares, y);
    context.stroke();
  });
}

export function largest(values: Float64Array): number {
  let most = 0;
  for (const value of values) if (value > most) most = value;
  return most;
}

/** The rates of the three windows at an instant, as they are drawn. */
export function sharesAt({ at, shares }: Rates, time: number): number[] {
  const after = at.findIndex((one) => one > time);
  const last = (after === -1 ? at.length : after) - 1;
  const isHeld = last >= 0 && (time - (at[last] as number) <= HELD || (after !== -1 && (at[after] as number) - (at[last] as number) <= GAP));
  return shares.map((values) => (isHeld ? (values[last] as number) : 0));
}

/** A rate holds from one action to the next, and is nothing long after. */
function stairs(context: CanvasRenderingContext2D, scene: Scene, at: Float64Array, values: Float64Array, y: (value: number) => number): void {
  let last = -1;
  context.moveTo(0, y(0));
  for (let index = 0; index < at.length; index += 1) {
    const x = xOf(scene, at[index] as number);
    const gap = last < 0 ? 0 : (at[index] as number) - (at[last] as number);
    if (last >= 0 && gap > GAP) {
      const from = xOf(scene, (at[last] as number) + HELD);
      context.lineTo(from, y(values[last] as number));
      context.lineTo(from, y(0));
      context.lineTo(x, y(0));
    } else if (last >= 0) context.lineTo(x, y(values[last] as number));
    else context.lineTo(x, y(0));
    context.lineTo(x, y(values[index] as number));
    last = index;
  }
  if (last < 0) return;
  context.lineTo(xOf(scene, (at[last] as number) + HELD), y(values[last] as number));
  context.lineTo(xOf(scene, (at[last] as number) + HELD), y(0));
  context.lineTo(scene.width, y(0));
}

export function drawBudget(
  context: CanvasRenderingContext2D,
  scene: Scene,
  samples: readonly BudgetSample[],
  ghosts: readonly BudgetSample[],
  dimension: Dimension,
  cap: number,
): void {
  const { palette, width } = scene;
  drawNights(context, scene, 0, BUDGET_HEIGHT);
  drawMidnights(context, scene, 0, BUDGET_HEIGHT);
  const most = samples.reduce((high, sample) => Math.max(high, sample[dimension]), 0);
  const top = Math.max(cap, most, 1e-9) * 1.06;
  const y = (value: number) => BUDGET_HEIGHT - 2 - (value / top) * (BUDGET_HEIGHT - 6);
  if (ghosts.length > 0) {
    context.strokeStyle = palette.ghost;
    context.lineWidth = 1.2;
    context.setLineDash([2, 2]);
    context.beginPath();
    outline(context, scene, ghosts, dimension, y);
    context.stroke();
    context.setLineDash([]);
  }
  context.fillStyle = palette.accent;
  context.strokeStyle = palette.accent;
  context.lineWidth = 1.4;
  context.beginPath();
  outline(context, scene, samples, dimension, y);
  context.stroke();
  context.lineTo(width, BUDGET_HEIGHT);
  context.lineTo(0, BUDGET_HEIGHT);
  context.globalAlpha = 0.18;
  context.fill();
  context.globalAlpha = 1;
  context.strokeStyle = palette.danger;
  context.setLineDash([5, 4]);
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(0, y(cap));
  context.lineTo(width, y(cap));
  context.stroke();
  context.setLineDash([]);
}

/** What is used stays used until the next local midnight. */
function outline(context: CanvasRenderingContext2D, scene: Scene, samples: readonly BudgetSample[], dimension: Dimension, y: (value: number) => number): void {
  let [value, date, at] = [0, "", scene.range[0]];
  context.moveTo(0, y(0));
  for (const sample of samples) {
    if (date !== "" && sample.date !== date) {
      const [midnight] = scene.zone.midnights(at, sample.at).slice(0, 1);
      const x = xOf(scene, midnight ?? sample.at);
      context.lineTo(x, y(value));
      context.lineTo(x, y(0));
      value = 0;
    }
    const x = xOf(scene, sample.at);
    context.lineTo(x, y(value));
    context.lineTo(x, y(sample[dimension]));
    [value, date, at] = [sample[dimension], sample.date, sample.at];
  }
  context.lineTo(xOf(scene, scene.range[1]), y(value));
}
