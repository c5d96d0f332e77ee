// An instant, written as a clock in the policy's zone shows it.

import { useMemo } from "preact/hooks";
import { Zone } from "../charts/zone.ts";

export function LocalTime({ id, value, zone: name, onChange }: { id: string; value: number; zone: string; onChange: (instant: number) => void }) {
  const zone = useMemo(() => new Zone(name), [name]);
  const text = new Date(zone.local(value)).toISOString().slice(0, 19);
  return (
    <input
      type="datetime-local"
      id={id}
      step={1}
      dir="ltr"
      value={text}
      onInput={({ currentTarget }) => {
        const local = Date.parse(`${currentTarget.value}Z`);
        if (!Number.isNaN(local)) onChange(zone.instant(local));
      }}
    />
  );
}
