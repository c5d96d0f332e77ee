// The colours of the page, for canvases: read from its style sheet, so that there is one place for both.

import { EFFECTS } from "../worker/protocol.ts";

export interface Palette {
  effects: string[];
  ink: string;
  muted: string;
  line: string;
  surface: string;
  night: string;
  accent: string;
  ghost: string;
  danger: string;
  tiers: string[];
  font: string;
}

export function paletteOf(element: Element): Palette {
  const style = getComputedStyle(element);
  const of = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    effects: EFFECTS.map((name) => of(`mark-${name}`)),
    ink: of("ink"),
    muted: of("muted"),
    line: of("line"),
    surface: of("surface"),
    night: of("night"),
    accent: of("accent"),
    ghost: of("ghost"),
    danger: of("danger"),
    tiers: [of("tier-1"), of("tier-2"), of("tier-3")],
    font: style.fontFamily,
  };
}
