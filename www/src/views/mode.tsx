// How far agents go by themselves: one slider, and what its neighbours would have done this day.

import { useEffect, useState } from "preact/hooks";
import { withValue } from "../state/document.ts";
import { fieldId } from "../state/jump.ts";
import { engine, setValue } from "../state/session.ts";
import { LONG_DAY, store, useStore } from "../state/store.ts";
import { useWords } from "../state/words.ts";
import type { RunResult } from "../worker/protocol.ts";
import { changesOf } from "./change.tsx";
import { useFaulty, useSetting, Wrong } from "./fields.tsx";

export const MODES = ["manual", "suggest_only", "draft_and_approve", "safe_autopilot", "full_autopilot"] as const;
type Mode = (typeof MODES)[number];
const IDLE_MILLISECONDS = 500;

export function Mode() {
  const { m } = useWords();
  const mode = useSetting<Mode>("autonomyMode") ?? "draft_and_approve";
  const place = Math.max(0, MODES.indexOf(mode));
  const faulty = useFaulty("autonomyMode");
  return (
    <div class="field mode">
      <label for={fieldId("autonomyMode")}>{m.settings.autonomyMode} <small dir="ltr">autonomyMode</small></label>
      <input
        type="range"
        id={fieldId("autonomyMode")}
        min={0}
        max={4}
        step={1}
        value={place}
        aria-valuetext={m.modes[mode]}
        {...faulty}
        onInput={({ currentTarget }) => setValue(["autonomyMode"], MODES[currentTarget.valueAsNumber])}
      />
      <Wrong path="autonomyMode" />
      <div class="stops" aria-hidden="true">
        {MODES.map((name) => <span key={name} class={name === mode ? "here" : ""} />)}
      </div>
      <p class="mode-name"><b>{m.modes[mode]}</b> {m.modeSays[mode]}</p>
      <Neighbours mode={mode} />
    </div>
  );
}

function Neighbours({ mode }: { mode: Mode }) {
  const words = useWords();
  const { m } = words;
  const run = useStore((state) => state.current);
  const place = MODES.indexOf(mode);
  const [freer, stricter] = [useWhatIf(MODES[place + 1]), useWhatIf(MODES[place - 1])];
  if (run === null || run.requests > LONG_DAY) return null;
  const line = (says: (mode: string) => string, other: Mode | undefined, result: RunResult | null) =>
    other !== undefined && (
      <li>
        {says(m.modes[other])}: {result === null ? m.neighbour.working : changesOf(run, result, words).join(m.comma) || m.neighbour.same}
      </li>
    );
  return (
    <ul class="neighbours">
      {line(m.neighbour.freer, MODES[place + 1], freer)}
      {line(m.neighbour.stricter, MODES[place - 1], stricter)}
    </ul>
  );
}

/** The same day in another mode, run when nothing else is to do. */
function useWhatIf(mode: Mode | undefined): RunResult | null {
  const current = useStore((state) => state.current);
  const [answer, setAnswer] = useState<{ of: RunResult; mode: Mode; result: RunResult } | null>(null);
  useEffect(() => {
    const { ran, day } = store.state;
    if (mode === undefined || current === null || ran === null || day === null || current.columns.at.length > LONG_DAY) return;
    const controller = new AbortController();
    const timer = setTimeout(() => {
      const policy = withValue(ran.policy, ["autonomyMode"], mode);
      engine.ask("run", { day: day.id, policy, edits: ran.edits }, { signal: controller.signal }).then(
        (result) => {
          // Its figures are all that is wanted.
          engine.forget(result.id);
          setAnswer({ of: current, mode, result });
        },
        () => undefined,
      );
    }, IDLE_MILLISECONDS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [current, mode]);
  return answer !== null && answer.of === current && answer.mode === mode ? answer.result : null;
}
