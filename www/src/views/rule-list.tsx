// Every rule of the guard: what it looked at and what it said.

import type { ExplainedRule, Explanation } from "agent-interlock";
import { useEffect, useState } from "preact/hooks";
import { seen } from "../i18n/seen.ts";
import { Mark } from "../parts/icons.tsx";
import { isCancelled } from "../state/engine.ts";
import { engine } from "../state/session.ts";
import { useWords, type Words } from "../state/words.ts";
import type { Effect, Fault, Moment, RunResult } from "../worker/protocol.ts";

/** Of the action of a row, as it was asked at its time. */
export function RuleList({ run, row }: { run: RunResult; row: number }) {
  const { m } = useWords();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details class="every" open={isOpen} onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
      <summary>{m.inspector.every}</summary>
      {isOpen && <Asked run={run} row={row} />}
    </details>
  );
}

function Asked({ run, row }: { run: RunResult; row: number }) {
  const { m } = useWords();
  const { explanation, fault, done } = useExplanation(run, row, null, 0);
  if (fault !== null) return <p class="fault" lang="en" dir="ltr">{fault.message}</p>;
  if (explanation === null) return <p class="quiet">{m.neighbour.working} {done > 0.01 && <progress value={done} max={1} aria-label={m.day.working} />}</p>;
  return <Rules explanation={explanation} />;
}

/** What the guard says of a record, or of a row's own, at a moment: a row, or an instant where `row` is null. */
export function useExplanation(run: RunResult, row: number | null, record: string | null, at: number) {
  const [answer, setAnswer] = useState<{ explanation: Explanation | null; fault: Fault | null; done: number }>({ explanation: null, fault: null, done: 0 });
  useEffect(() => {
    const controller = new AbortController();
    const moment: Moment = row === null ? { at } : { row };
    const onProgress = (done: number) => setAnswer((before) => ({ ...before, done }));
    engine.ask("explain", { run: run.id, moment, record }, { signal: controller.signal, onProgress }).then(
      (explained) => {
        if (controller.signal.aborted) return;
        setAnswer("explanation" in explained ? { ...explained, fault: null, done: 1 } : { explanation: null, ...explained, done: 1 });
      },
      (error: unknown) => {
        if (isCancelled(error) || controller.signal.aborted) return;
        setAnswer({ explanation: null, fault: { code: "internal", path: "", message: String(error) }, done: 1 });
      },
    );
    return () => controller.abort();
  }, [run, row, record, at]);
  return answer;
}

export function Rules({ explanation }: { explanation: Explanation }) {
  return (
    <ol class="rule-list">
      {explanation.rules.map((rule) => <Rule key={rule.rule} rule={rule} decided={explanation.decision.effect} />)}
    </ol>
  );
}

function Rule({ rule, decided }: { rule: ExplainedRule; decided: Effect }) {
  const words = useWords();
  const { m, because } = words;
  const facts = rule.read === null ? [] : flattened(rule.read, words);
  return (
    <li class={rule.effect === null ? "calm" : ""}>
      <details>
        <summary>
          {rule.effect === null ? <span class="dot" aria-hidden="true" /> : <Mark effect={rule.effect} />}
          <b>{m.rules[rule.rule] ?? rule.rule}</b>
          <span class="said">{!rule.applies ? m.inspector.notAsked : rule.reasons.length === 0 ? m.inspector.quiet : rule.effect !== null && m.effects[rule.effect]}</span>
        </summary>
        {rule.reasons.map((reason) => <p key={reason.text} class="said">{because(reason, decided)}</p>)}
        {facts.length > 0 && (
          <dl aria-label={m.inspector.read}>
            {facts.map(([name, value]) => (
              <div key={name}>
                <dt><code dir="ltr">{name}</code></dt>
                <dd><bdi>{value}</bdi></dd>
              </div>
            ))}
          </dl>
        )}
      </details>
    </li>
  );
}

/** What a rule read, a line for each value; what is absent is left out. */
function flattened(read: unknown, words: Words, prefix = ""): [string, string][] {
  if (typeof read !== "object" || read === null) return [[prefix, said(read, words)]];
  return Object.entries(read).flatMap(([name, value]): [string, string][] => {
    const path = prefix === "" ? name : `${prefix}.${name}`;
    return value === null ? [[path, words.m.form.none]] : flattened(value, words, path);
  });
}

function said(value: unknown, { m, f }: Words): string {
  if (typeof value === "boolean") return value ? m.yes : m.no;
  return typeof value === "number" ? f.precise(value) : seen(String(value));
}
