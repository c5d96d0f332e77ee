// A canvas that is as wide as its place and as sharp as the screen, drawn anew when what it shows has changed.

import { useEffect, useRef } from "preact/hooks";

interface CanvasProps {
  height: number;
  width: number;
  draw: (context: CanvasRenderingContext2D) => void;
  /** Drawn anew when any of these is another one. */
  when: readonly unknown[];
  class?: string;
}

export function Canvas({ height, width, draw, when, class: name }: CanvasProps) {
  const reference = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = reference.current;
    const context = canvas?.getContext("2d");
    if (!canvas || !context || width === 0) return;
    const ratio = Math.max(1, window.devicePixelRatio);
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    draw(context);
  }, [width, height, ...when]);
  return <canvas ref={reference} class={name} style={{ width: `${width}px`, height: `${height}px` }} aria-hidden="true" />;
}
