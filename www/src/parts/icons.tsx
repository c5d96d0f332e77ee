// The few pictures of the page, drawn with the text's colour.

import { PATHS } from "../charts/marks.ts";
import { EFFECTS, type Effect } from "../worker/protocol.ts";

/** The mark of an effect, as it stands in the picture of the day. */
export function Mark({ effect }: { effect: Effect }) {
  return (
    <svg class={`mark mark-${effect}`} viewBox="-9 -9 18 18" width="12" height="12" aria-hidden="true">
      <path d={PATHS[EFFECTS.indexOf(effect)]} />
    </svg>
  );
}

const SHAPES = {
  undo: "M8 5 4 9l4 4M4 9h8a5 5 0 0 1 0 10h-2",
  redo: "m12 5 4 4-4 4m4-4H8a5 5 0 0 0 0 10h2",
  pin: "M10 3v9m-4 0h8l-1.5-3V4h-5v5zM10 12v6",
  share: "M7 12.5 13 16M13 6 7 9.5M15 5.5a2 2 0 1 1-4 0 2 2 0 0 1 4 0zm-6 5.5a2 2 0 1 1-4 0 2 2 0 0 1 4 0zm6 5.5a2 2 0 1 1-4 0 2 2 0 0 1 4 0z",
  save: "M10 3v10m-4-4 4 4 4-4M4 16h12",
  sun: "M10 6.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM10 2v2m0 12v2M2 10h2m12 0h2M4.5 4.5l1.4 1.4m8.2 8.2 1.4 1.4m0-11-1.4 1.4m-8.2 8.2-1.4 1.4",
  moon: "M16 12.5A6.5 6.5 0 0 1 7.5 4a6.5 6.5 0 1 0 8.500 8.500z",
  print: "M6 8V3h8v5M6 14H4V8h12v6h-2M6 12h8v5H6z",
  close: "m5 5 10 10M15 5 5 15",
  open: "M3 6h5l2 2h7v8H3zM3 9h14",
  zoomOut: "M9 4a5 5 0 1 0 0 10A5 5 0 0 0 9 4zm3.500 8.500L17 17M6.500 9h5",
  jump: "M5 10h10m-4-4 4 4-4 4",
  plus: "M10 4v12M4 10h12",
};

export function Icon({ name }: { name: keyof typeof SHAPES }) {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
      <path d={SHAPES[name]} fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" />
    </svg>
  );
}
