// One action: a form, and beside it what the guard would say of it, as it is typed.

import { useEffect, useMemo, useState } from "preact/hooks";
import { Mark } from "../parts/icons.tsx";
import { begun, COSTS, type Draft, recordOf } from "../state/draft.ts";
import { putIntoDay } from "../state/session.ts";
import { store, useStore } from "../state/store.ts";
import { useWords } from "../state/words.ts";
import type { RunResult } from "../worker/protocol.ts";
import { ActionForm } from "./action-form.tsx";
import { Outcome, ReasonItem } from "./inspector.tsx";
import { NoResult } from "./no-result.tsx";
import { Told } from "./told.tsx";
import { Rules, useExplanation } from "./rule-list.tsx";

export function ActionTab() {
  const { m } = useWords();
  const run = useStore((state) => state.current);
  if (run === null) return <NoResult />;
  if (run.columns.at.length === 0) return <p class="quiet">{m.day.empty}</p>;
  return <Trying run={run} />;
}

function Trying({ run }: { run: RunResult }) {
  const { m } = useWords();
  const given = useStore((state) => state.draft);
  const [draft, setDraft] = useState<Draft>(() => begun(run, store.state.selected, given));
  useEffect(() => {
    if (given !== null) setDraft(begun(run, store.state.selected, given));
  }, [given]);
  const record = useMemo(() => recordOf(draft), [draft]);
  const change = (patch: Partial<Draft>) => setDraft({ ...draft, ...patch });
  return (
    <section class="trying" aria-label={m.action.title}>
      <div>
        <h2>{m.action.title}</h2>
        <p class="quiet">{m.action.intro}</p>
        <ActionForm run={run} draft={draft} change={change} isBroken={record === null} />
      </div>
      <div class="answer">{record !== null && <Answer run={run} draft={draft} record={record} />}</div>
    </section>
  );
}


function Answer({ run, draft, record }: { run: RunResult; draft: Draft; record: string }) {
  const { m, f } = useWords();
  const { explanation, fault } = useExplanation(run, null, record, draft.time);
  const [isPut, setIsPut] = useState(false);
  useEffect(() => setIsPut(false), [record]);
  if (fault !== null) return <p class="problem" role="status"><code dir="ltr">{fault.path}</code> <Told {...fault} /></p>;
  if (explanation === null) return null;
  const { decision, cost } = explanation;
  const costs = COSTS.filter((name) => cost[name] > 0).map((name) => (name === "amount" ? f.money(cost.amount, run.document.currency) : f.counted(cost[name], m.action.cost[name])));
  return (
    <section aria-label={m.action.decision}>
      <p class={`verdict verdict-${decision.effect}`} id="action-verdict" role="status"><Mark effect={decision.effect} /> {m.effectTag[decision.effect]}</p>
      <p class="meaning">{m.effectsLong[decision.effect]}</p>
      {decision.reasons.length === 0 ? <p>{m.inspector.none}</p> : <ul class="reasons">{decision.reasons.map((reason) => <ReasonItem key={reason.text} reason={reason} type={draft.type} decided={decision.effect} />)}</ul>}
      <Outcome run={run} agent={draft.agent} {...decision} />
      <p>{m.action.costs}: {costs.length === 0 ? m.action.nothing : f.list(costs)}</p>
      <div class="buttons start">
        <button type="button" class="primary" id="put" disabled={isPut} onClick={() => { setIsPut(true); void putIntoDay(record, draft.time); }}>{m.action.put}</button>
      </div>
      <p class="small">{isPut ? m.action.putDone : m.action.when}</p>
      <h3>{m.inspector.every}</h3>
      <Rules explanation={explanation} />
    </section>
  );
}
