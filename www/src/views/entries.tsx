// Kinds of actions and agents: entries that a policy has by name.

import { useState } from "preact/hooks";
import { fieldId, idOf } from "../state/jump.ts";
import { setValue } from "../state/session.ts";
import { useStore } from "../state/store.ts";
import { useWords } from "../state/words.ts";
import { useSetting } from "./fields.tsx";
import { entryOf } from "./names.ts";

const SHOWN = 60;

export function levelOptions(levels: Record<"L1" | "L2" | "L3", string>): Record<string, string> {
  return Object.fromEntries(Object.entries(levels).map(([level, words]) => [level, `${level}: ${words}`]));
}

/** The level of each kind that the policy names or the day has. */
export function ActionLevels() {
  const { m } = useWords();
  const entries = useSetting<Record<string, { level?: string; messaging?: boolean }>>("actions") ?? {};
  const seen = useStore((state) => state.current?.types);
  const named = Object.keys(entries).filter((type) => type.endsWith("*") || seen?.includes(type));
  const types = [...new Set([...named, ...(seen ?? [])])].sort().slice(0, SHOWN);
  return (
    <div class="entries" id={fieldId("actions")} tabIndex={-1}>
      {types.map((type) => (
        <label key={type} class="entry">
          <code dir="ltr">{type}</code>
          <select
            id={idOf(["actions", type])}
            aria-label={m.form.level(type)}
            value={entryOf(entries, type)?.level ?? ""}
            onChange={({ currentTarget }) => setValue(["actions", type, "level"], currentTarget.value || undefined)}
          >
            {entryOf(entries, type) === undefined && <option value="">{m.form.default}</option>}
            {Object.entries(levelOptions(m.form.levels)).map(([level, words]) => <option key={level} value={level}>{words}</option>)}
          </select>
        </label>
      ))}
    </div>
  );
}

export function Agents() {
  const { m } = useWords();
  const agents = useSetting<Record<string, { name?: string; creator?: string | null }>>("agents") ?? {};
  const seen = useStore((state) => state.current?.agents);
  const ids = [...new Set([...Object.keys(agents), ...(seen ?? [])])].slice(0, SHOWN);
  const [id, setId] = useState("");
  const put = (agent: string, field: "name" | "creator", value: string) => setValue(["agents", agent, field], value === "" ? undefined : value);
  return (
    <div class="entries" id={fieldId("agents")} tabIndex={-1}>
      {ids.map((agent) => {
        const { name = "", creator } = entryOf(agents, agent) ?? {};
        return (
          <div key={agent} class="entry agent">
            <code dir="ltr">{agent}</code>
            <input type="text" dir="auto" data-policy aria-label={m.form.agentName(agent)} placeholder={m.form.name} value={name === agent ? "" : name} onInput={({ currentTarget }) => put(agent, "name", currentTarget.value)} />
            <input type="text" dir="auto" data-policy aria-label={m.form.agentCreator(agent)} placeholder={m.form.creator} value={creator ?? ""} onInput={({ currentTarget }) => put(agent, "creator", currentTarget.value)} />
          </div>
        );
      })}
      <form class="add" onSubmit={(event) => { event.preventDefault(); if (id.trim() !== "") setValue(["agents", id.trim()], {}); setId(""); }}>
        <input type="text" dir="auto" aria-label={m.form.newAgent} placeholder={m.form.newAgent} value={id} onInput={({ currentTarget }) => setId(currentTarget.value)} />
        <button type="submit">{m.form.add}</button>
      </form>
    </div>
  );
}
