// Kinds of actions that the policy does not know: a log of one's own has them at first.

import { useMemo } from "preact/hooks";
import { jumpTo } from "../state/jump.ts";
import { useStore } from "../state/store.ts";
import { useWords } from "../state/words.ts";
import type { RunResult } from "../worker/protocol.ts";

/** The types of which the guard said so. */
export function unknownTypes({ columns: { code, type }, codes, types }: Pick<RunResult, "columns" | "codes" | "types">): string[] {
  const unknown = codes.indexOf("unknown_action_type");
  const found = new Set<number>();
  if (unknown >= 0) code.forEach((one, row) => { if (one === unknown) found.add(type[row] as number); });
  return [...found].map((number) => types[number] ?? "").sort();
}

export function Unknown() {
  const { m, f } = useWords();
  const run = useStore((state) => state.current);
  const count = useMemo(() => (run === null ? 0 : unknownTypes(run).length), [run]);
  if (count === 0) return null;
  return <p class="unknown">{m.day.unknown(count, f)} <button type="button" class="link" onClick={() => jumpTo("actions")}>{m.day.sayWhat}</button></p>;
}
