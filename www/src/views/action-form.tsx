// The fields of an action that is tried: what is left empty is not said.

import { useMemo } from "preact/hooks";
import { COSTS, type Draft, FACTORS } from "../state/draft.ts";
import { useWords } from "../state/words.ts";
import type { RunResult } from "../worker/protocol.ts";
import { LocalTime } from "./local-time.tsx";
import { nameOf } from "./names.ts";

interface FormProps {
  run: RunResult;
  draft: Draft;
  change: (patch: Partial<Draft>) => void;
}

export function ActionForm({ isBroken, ...props }: FormProps & { isBroken: boolean }) {
  const { draft, change } = props;
  const { m } = useWords();
  return (
    <div class="action-form">
      <Who {...props} />
      <label class="tall">
        <span>{m.action.args} <small dir="ltr">args</small></span>
        <textarea id="action-args" dir="ltr" rows={5} spellcheck={false} aria-invalid={isBroken} aria-describedby={isBroken ? "action-args-fault" : undefined} value={draft.args} onInput={({ currentTarget }) => change({ args: currentTarget.value })} />
      </label>
      {isBroken && <span class="fault" id="action-args-fault">{m.action.badArgs}</span>}
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
      <Treatment draft={draft} change={change} />
      <details>
        <summary>{m.action.group}</summary>
        {(["id", "index", "size"] as const).map((name) => (
          <Factor key={name} name={`group.${name}`} kind={name === "id" ? "text" : "number"} value={draft.group[name]} label={m.action.fields[`group${name[0]?.toUpperCase()}${name.slice(1)}`] ?? name} onChange={(value) => change({ group: { ...draft.group, [name]: value } })} />
        ))}
      </details>
    </div>
  );
}

/** What is asked for, by whom and when. */
function Who({ run, draft, change }: FormProps) {
  const { m } = useWords();
  const types = useMemo(() => [...new Set([...run.types, ...Object.keys(run.document.actions).filter((type) => !type.endsWith("*"))])].sort(), [run]);
  return (
    <>
      <Word name="type" label={m.action.type} list="action-types" draft={draft} change={change} />
      <Word name="agent" label={m.action.agent} list="action-agents" draft={draft} change={change} />
      <datalist id="action-types">{types.slice(0, 500).map((type) => <option key={type} value={type} />)}</datalist>
      <datalist id="action-agents">{run.agents.slice(0, 500).map((agent) => <option key={agent} value={agent}>{nameOf(run, agent)}</option>)}</datalist>
      <label class="pair">
        <span>{m.action.at} <small dir="ltr">at</small></span>
        <LocalTime id="action-at" value={draft.time} zone={run.document.timeZone} onChange={(time) => change({ time })} />
      </label>
    </>
  );
}

function Word({ name, label, list, draft, change }: Omit<FormProps, "run"> & { name: "id" | "type" | "agent" | "requestedBy"; label: string; list?: string }) {
  return (
    <label class="pair">
      <span>{label} <small dir="ltr">{name}</small></span>
      <input type="text" id={`action-${name}`} dir="auto" spellcheck={false} list={list} value={draft[name]} onInput={({ currentTarget }) => change({ [name]: currentTarget.value })} />
    </label>
  );
}

function Treatment({ draft, change }: Omit<FormProps, "run">) {
  const { m } = useWords();
  const check = (name: "needsInterrupt" | "human", label: string | undefined) => (
    <label class="check"><input type="checkbox" checked={draft[name]} onChange={({ currentTarget }) => change({ [name]: currentTarget.checked })} /> {label}</label>
  );
  return (
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
      {check("needsInterrupt", m.action.fields["needsInterrupt"])}
      {check("human", m.action.human)}
      <Word name="requestedBy" label={m.action.requestedBy} draft={draft} change={change} />
      <Word name="id" label={m.action.id} draft={draft} change={change} />
    </details>
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
