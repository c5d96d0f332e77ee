// A shape for each effect: told apart without colour, on a canvas and as SVG alike.

/** Draws around a point; `size` is half its width. */
type Draw = (context: CanvasRenderingContext2D, x: number, y: number, size: number) => void;

const polygon = (context: CanvasRenderingContext2D, points: readonly (readonly [number, number])[]): void => {
  points.forEach(([x, y], index) => (index === 0 ? context.moveTo(x, y) : context.lineTo(x, y)));
  context.closePath();
};

/** In the order of EFFECTS: circle, triangle, diamond, bar, cross, square. */
const SHAPES: readonly Draw[] = [
  (context, x, y, size) => {
    context.moveTo(x + size, y);
    context.arc(x, y, size * 0.92, 0, Math.PI * 2);
  },
  (context, x, y, size) => polygon(context, [[x, y - size], [x + size, y + size * 0.85], [x - size, y + size * 0.85]]),
  (context, x, y, size) => polygon(context, [[x, y - size * 1.2], [x + size * 1.2, y], [x, y + size * 1.2], [x - size * 1.2, y]]),
  (context, x, y, size) => context.rect(x - size * 1.15, y - size * 0.5, size * 2.3, size),
  (context, x, y, size) => {
    const [far, near] = [size, size * 0.38];
    polygon(context, [
      [x - far, y - far + near], [x - far + near, y - far], [x, y - near], [x + far - near, y - far], [x + far, y - far + near], [x + near, y],
      [x + far, y + far - near], [x + far - near, y + far], [x, y + near], [x - far + near, y + far], [x - far, y + far - near], [x - near, y],
    ]);
  },
  (context, x, y, size) => context.rect(x - size * 0.95, y - size * 0.95, size * 1.9, size * 1.9),
];

export function addMark(context: CanvasRenderingContext2D, effect: number, x: number, y: number, size: number): void {
  SHAPES[effect]?.(context, x, y, size);
}

/** The same shapes, in a box from -8 to 8. */
export const PATHS: readonly string[] = [
  "M6.4 0A6.4 6.4 0 1 1-6.4 0 6.4 6.4 0 1 1 6.4 0Z",
  "M0-6.5 7 6-7 6Z",
  "M0-7.6 7.6 0 0 7.6-7.6 0Z",
  "M-7.5-3.2H7.5V3.2H-7.5Z",
  "M-6.5-4-4-6.5 0-2.5 4-6.5 6.5-4 2.5 0 6.5 4 4 6.5 0 2.5-4 6.5-6.5 4-2.5 0Z",
  "M-6-6H6V6H-6Z",
];
