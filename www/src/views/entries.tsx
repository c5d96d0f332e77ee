// Kinds of actions and agents: entries that a policy has by name.

import { useMemo, useState } from "preact/hooks";
import { seen } from "../i18n/seen.ts";
import { fieldId, idOf } from "../state/jump.ts";
import { setValue } from "../state/session.ts";
import { useStore } from "../state/store.ts";
import { useWords } from "../state/words.ts";
import { useSetting } from "./fields.tsx";
import { entryOf } from "./names.ts";
import { unknownTypes } from "./unknown.tsx";

const SHOWN = 60;

export function levelOptions(levels: Record<"L1" | "L2" | "L3", string>): Record<string, string> {
  return Object.fromEntries(Object.entries(levels).map(([level, words]) => [level, `${level}: ${words}`]));
}

type Kinds = Record<string, { level?: string; access?: string }>;

/** Each kind that the policy names or the day has; first what the policy does not know. */
export function ActionKinds() {
  const kinds = useSetting<Kinds>("actions") ?? {};
  const run = useStore((state) => state.current);
  const unknown = useMemo(() => (run === null ? [] : unknownTypes(run)), [run]);
  const named = Object.keys(kinds).filter((type) => type.endsWith("*") || run?.types.includes(type));
  const known = [...new Set([...named, ...(run?.types ?? [])])].filter((type) => !unknown.includes(type)).sort();
  return (
    <div class="entries" id={fieldId("actions")} tabIndex={-1}>
      {[...unknown, ...known].slice(0, SHOWN).map((type) => <Kind key={type} type={type} kind={entryOf(kinds, type)} isUnknown={unknown.includes(type)} />)}
    </div>
  );
}

function Kind({ type, kind, isUnknown }: { type: string; kind: Kinds[string] | undefined; isUnknown: boolean }) {
  const { m } = useWords();
  const put = (field: "level" | "access", value: string) => setValue(["actions", type, field], value || undefined);
  return (
    <div class="entry kind">
      <code dir="ltr">{seen(type)}</code>
      {isUnknown && <span class="tag">{m.form.unknownKind}</span>}
      <select id={idOf(["actions", type])} aria-label={m.form.level(seen(type))} value={kind?.level ?? ""} onChange={({ currentTarget }) => put("level", currentTarget.value)}>
        {kind === undefined && <option value="">{m.form.default}</option>}
        {Object.entries(levelOptions(m.form.levels)).map(([level, words]) => <option key={level} value={level}>{words}</option>)}
      </select>
      <select aria-label={m.form.access(seen(type))} value={kind?.access ?? ""} onChange={({ currentTarget }) => put("access", currentTarget.value)}>
        {kind === undefined && <option value="">{m.form.default}</option>}
        <option value="read">{m.action.read}</option>
        <option value="write">{m.action.write}</option>
      </select>
    </div>
  );
}

type AgentEntries = Record<string, { name?: string; creator?: string | null }>;

export function Agents() {
  const { m } = useWords();
  const agents = useSetting<AgentEntries>("agents") ?? {};
  const inDay = useStore((state) => state.current?.agents);
  const ids = [...new Set([...Object.keys(agents), ...(inDay ?? [])])].slice(0, SHOWN);
  const [id, setId] = useState("");
  return (
    <div class="entries" id={fieldId("agents")} tabIndex={-1}>
      {ids.map((agent) => <Agent key={agent} id={agent} agent={entryOf(agents, agent)} />)}
      <form class="add" onSubmit={(event) => { event.preventDefault(); if (id.trim() !== "") setValue(["agents", id.trim()], {}); setId(""); }}>
        <input type="text" dir="auto" aria-label={m.form.newAgent} placeholder={m.form.newAgent} value={id} onInput={({ currentTarget }) => setId(currentTarget.value)} />
        <button type="submit">{m.form.add}</button>
      </form>
    </div>
  );
}

function Agent({ id, agent: { name = "", creator } = {} }: { id: string; agent: AgentEntries[string] | undefined }) {
  const { m } = useWords();
  const put = (field: "name" | "creator", value: string) => setValue(["agents", id, field], value === "" ? undefined : value);
  return (
    <div class="entry agent">
      <code dir="ltr">{seen(id)}</code>
      <label>
        <small>{m.form.name}</small>
        <input type="text" dir="auto" data-policy aria-label={m.form.agentName(seen(id))} value={name === id ? "" : name} onInput={({ currentTarget }) => put("name", currentTarget.value)} />
      </label>
      <label>
        <small>{m.form.creator}</small>
        <input type="text" dir="auto" data-policy aria-label={m.form.agentCreator(seen(id))} value={creator ?? ""} onInput={({ currentTarget }) => put("creator", currentTarget.value)} />
      </label>
    </div>
  );
}
