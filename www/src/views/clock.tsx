// A day's hours as a ring, the quiet ones filled: midnight on top.

import { useWords } from "../state/words.ts";

const point = (hour: number, radius: number) => {
  const angle = (hour / 24) * Math.PI * 2 - Math.PI / 2;
  return `${(Math.cos(angle) * radius).toFixed(2)} ${(Math.sin(angle) * radius).toFixed(2)}`;
};

export function Clock({ hours }: { hours: { start: number; end: number } | null }) {
  const { f } = useWords();
  const length = hours === null ? 0 : hours.end > hours.start ? hours.end - hours.start : hours.end + 24 - hours.start;
  return (
    <svg class="clock" viewBox="-52 -52 104 104" width="92" height="92" aria-hidden="true">
      <circle r="34" class="ring" />
      {hours !== null && length < 24 && <path class="arc" d={`M${point(hours.start, 34)}A34 34 0 ${length > 12 ? 1 : 0} 1 ${point(hours.start + length, 34)}`} />}
      {length === 24 && <circle r="34" class="arc" />}
      {[0, 6, 12, 18].map((hour) => {
        const [x, y] = point(hour, 46).split(" ");
        return <text key={hour} x={x} y={y} text-anchor="middle" dominant-baseline="central">{f.number(hour)}</text>;
      })}
    </svg>
  );
}
