// One action: a form, and beside it what the guard would say of it, as it is typed.

import { useEffect, useMemo, useState } from "preact/hooks";
import { useWords } from "../i18n/index.ts";
import { Mark } from "../parts/icons.tsx";
import { COSTS, type Draft, draftOf, FACTORS, recordOf } from "../state/draft.ts";
import { putIntoDay } from "../state/session.ts";
import { store, useStore } from "../state/store.ts";
import type { RunResult } from "../worker/protocol.ts";
import { ReasonItem } from "./inspector.tsx";
import { LocalTime } from "./local-time.tsx";
import { Rules, useExplanation } from "./rule-list.tsx";
import { nameOf } from "./names.ts";

export function ActionTab() {
  const { m } = useWords();
  const run = useStore((state) => state.current);
  if (run === null || run.columns.at.length === 0) return <p class="quiet">{m.day.empty}</p>;
  return <Trying run={run} />;
}

const FIRST = JSON.stringify({
  id: "try-1",
  type: "send_message",
  args: {},
  riskFactors: { dealValue: 150000, draftText: "The offer is ready.", isFirstSendToAccount: false },
});

function Trying({ run }: { run: RunResult }) {
  const { m } = useWords();
  const given = useStore((state) => state.draft);
  const [draft, setDraft] = useState<Draft>(() => begun(run, given));
  useEffect(() => {
    if (given !== null) setDraft(begun(run, given));
  }, [given]);
  const record = useMemo(() => recordOf(draft), [draft]);
  const change = (patch: Partial<Draft>) => setDraft({ ...draft, ...patch });
  return (
    <section class="trying" aria-label={m.action.title}>
      <div>
        <h2>{m.action.title}</h2>
        <p class="quiet">{m.action.intro}</p>
        <Fields run={run} draft={draft} change={change} isBroken={record === null} />
      </div>
      <div class="answer">{record !== null && <Answer run={run} draft={draft} record={record} />}</div>
    </section>
  );
}

/** A record that somebody took from the day, under an id of its own; else a first example at the cursor's time. */
function begun(run: RunResult, given: string | null): Draft {
  const { selected } = store.state;
  const { at, agent } = run.columns;
  const time = (selected === null ? undefined : at[selected]) ?? at[Math.floor(at.length / 2)] ?? 0;
  if (given === null) return { ...draftOf(FIRST, time), agent: run.agents[agent[selected ?? 0] ?? 0] ?? "agent" };
  const draft = draftOf(given, Date.parse((JSON.parse(given) as { at: string }).at));
  return { ...draft, id: `${draft.id}-try` };
}

interface FieldsProps {
  run: RunResult;
  draft: Draft;
  change: (patch: Partial<Draft>) => void;
  isBroken: boolean;
}

function Fields({ run, draft, change, isBroken }: FieldsProps) {
  const { m } = useWords();
  const types = useMemo(() => [...new Set([...run.types, ...Object.keys(run.document.actions).filter((type) => !type.endsWith("*"))])].sort(), [run]);
  const text = (name: "id" | "type" | "agent" | "requestedBy", label: string, list?: string) => (
    <label class="pair">
      <span>{label} <small dir="ltr">{name}</small></span>
      <input type="text" id={`action-${name}`} dir="auto" spellcheck={false} list={list} value={draft[name]} onInput={({ currentTarget }) => change({ [name]: currentTarget.value })} />
    </label>
  );
  return (
    <div class="action-form">
      {text("type", m.action.type, "action-types")}
      {text("agent", m.action.agent, "action-agents")}
      <datalist id="action-types">{types.slice(0, 500).map((type) => <option key={type} value={type} />)}</datalist>
      <datalist id="action-agents">{run.agents.slice(0, 500).map((agent) => <option key={agent} value={agent}>{nameOf(run, agent)}</option>)}</datalist>
      <label class="pair">
        <span>{m.action.at} <small dir="ltr">at</small></span>
        <LocalTime id="action-at" value={draft.time} zone={run.document.timeZone} onChange={(time) => change({ time })} />
      </label>
      <label class="tall">
        <span>{m.action.args} <small dir="ltr">args</small></span>
        <textarea id="action-args" dir="ltr" rows={5} spellcheck={false} aria-invalid={isBroken} value={draft.args} onInput={({ currentTarget }) => change({ args: currentTarget.value })} />
        {isBroken && <span class="fault">{m.action.badArgs}</span>}
      </label>
      <fieldset>
        <legend>{m.action.factors} <small dir="ltr">riskFactors</small></legend>
        {Object.entries(FACTORS).map(([name, kind]) => (
          <Factor key={name} name={name} kind={kind} value={draft.riskFactors[name] ?? ""} onChange={(value) => change({ riskFactors: { ...draft.riskFactors, [name]: value } })} />
        ))}
      </fieldset>
      <details>
        <summary>{m.action.costs}</summary>
        {COSTS.map((name) => <Factor key={name} name={name} kind="number" value={draft.cost[name] ?? ""} onChange={(value) => change({ cost: { ...draft.cost, [name]: value } })} />)}
      </details>
      <details>
        <summary>{m.action.scores}{m.comma}{m.action.extra}</summary>
        <Factor name="riskScore" kind="score" value={draft.riskScore} onChange={(riskScore) => change({ riskScore })} />
        <Factor name="impactScore" kind="score" value={draft.impactScore} onChange={(impactScore) => change({ impactScore })} />
        <label class="pair">
          <span>{m.action.fields["access"]} <small dir="ltr">access</small></span>
          <select value={draft.access} onChange={({ currentTarget }) => change({ access: currentTarget.value })}>
            <option value="">{m.action.asPolicy}</option>
            <option value="read">{m.action.read}</option>
            <option value="write">{m.action.write}</option>
          </select>
        </label>
        <label class="check"><input type="checkbox" checked={draft.needsInterrupt} onChange={({ currentTarget }) => change({ needsInterrupt: currentTarget.checked })} /> {m.action.fields["needsInterrupt"]}</label>
        <label class="check"><input type="checkbox" checked={draft.human} onChange={({ currentTarget }) => change({ human: currentTarget.checked })} /> {m.action.human}</label>
        {text("requestedBy", m.action.requestedBy)}
        {text("id", m.action.id)}
      </details>
      <details>
        <summary>{m.action.group}</summary>
        {(["id", "index", "size"] as const).map((name) => (
          <Factor key={name} name={`group.${name}`} kind={name === "id" ? "text" : "number"} value={draft.group[name]} label={m.action.fields[`group${name[0]?.toUpperCase()}${name.slice(1)}`] ?? name} onChange={(value) => change({ group: { ...draft.group, [name]: value } })} />
        ))}
      </details>
    </div>
  );
}

interface FactorProps {
  name: string;
  kind: "boolean" | "number" | "text" | "long" | "score";
  value: string;
  label?: string;
  onChange: (value: string) => void;
}

function Factor({ name, kind, value, label, onChange }: FactorProps) {
  const { m } = useWords();
  const words = <span>{label ?? m.action.fields[name] ?? name} <small dir="ltr">{name}</small></span>;
  if (kind === "long") return <label class="tall">{words}<textarea dir="auto" rows={2} value={value} onInput={({ currentTarget }) => onChange(currentTarget.value)} /></label>;
  return (
    <label class="pair">
      {words}
      {kind === "boolean" ? (
        <select value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
          <option value="">–</option>
          <option value="true">{m.yes}</option>
          <option value="false">{m.no}</option>
        </select>
      ) : kind === "text" ? (
        <input type="text" dir="auto" value={value} onInput={({ currentTarget }) => onChange(currentTarget.value)} />
      ) : (
        <input type="number" dir="ltr" step={kind === "score" ? 0.05 : "any"} min={kind === "score" ? 0 : undefined} max={kind === "score" ? 1 : undefined} value={value} onInput={({ currentTarget }) => onChange(currentTarget.value)} />
      )}
    </label>
  );
}

function Answer({ run, draft, record }: { run: RunResult; draft: Draft; record: string }) {
  const { m, f } = useWords();
  const { explanation, fault } = useExplanation("current", null, record, draft.time);
  const [isPut, setIsPut] = useState(false);
  useEffect(() => setIsPut(false), [record]);
  if (fault !== null) return <div class="problem" role="status"><p lang="en" dir="ltr"><code>{fault.message}</code></p></div>;
  if (explanation === null) return null;
  const { decision, cost, approvers } = explanation;
  const costs = COSTS.filter((name) => cost[name] > 0).map((name) => (name === "amount" ? f.money(cost.amount, run.document.currency) : f.counted(cost[name], m.action.cost[name])));
  return (
    <section aria-label={m.action.decision}>
      <p class={`verdict verdict-${decision.effect}`} id="action-verdict" role="status"><Mark effect={decision.effect} /> {m.effectTag[decision.effect]}</p>
      <p class="meaning">{m.effectsLong[decision.effect]}</p>
      {decision.reasons.length === 0 ? <p>{m.inspector.none}</p> : <ul class="reasons">{decision.reasons.map((reason) => <ReasonItem key={reason.text} reason={reason} type={draft.type} />)}</ul>}
      {decision.deferUntil !== null && <p>{m.inspector.later(f.full(Date.parse(decision.deferUntil)))}</p>}
      {decision.effect === "approve" && (
        <p>{approvers.creator === null ? m.inspector.nobody : m.inspector.asked(approvers.creator)} {approvers.quorum > 1 && m.action.quorum(approvers.quorum, f)} {approvers.separationOfDuties && m.settings["approvals.separationOfDuties"]}</p>
      )}
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
