// Two policies on one day: differences first, what B allows and A refuses before all others.

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Icon, Mark } from "../parts/icons.tsx";
import { compareWith, type Group, groupsOf, recompare, SIDES, type Side, stopComparing } from "../state/compare.ts";
import { policyIn } from "../state/days.ts";
import { withValue } from "../state/document.ts";
import { editPolicy } from "../state/session.ts";
import { type Comparison as Compared, store, useStore } from "../state/store.ts";
import { useWords } from "../state/words.ts";
import { EFFECTS, type Effect, type RunResult } from "../worker/protocol.ts";
import { RULES } from "../worker/rules.ts";
import { ReasonItem, useDetail } from "./inspector.tsx";
import { MODES } from "./mode.tsx";
import { OtherEditor } from "./other-editor.tsx";
import { nameOf } from "./names.ts";
import { Told } from "./told.tsx";

const SHOWN = 50;

export function CompareTab() {
  const { m } = useWords();
  const other = useStore((state) => state.other);
  const current = useStore((state) => state.current);
  useEffect(() => {
    if (store.state.other !== null && store.state.comparison?.a !== current) void recompare();
  }, [current, other === null]);
  return (
    <section class="compare" aria-label={m.compare.title}>
      <h2>{m.compare.title}</h2>
      <p class="quiet">{m.compare.intro}</p>
      <Choose />
      {other !== null && <Comparison />}
    </section>
  );
}

function Choose() {
  const { m } = useWords();
  const other = useStore((state) => state.other);
  const name = useStore((state) => state.otherName);
  const [isEditing, setIsEditing] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const { document } = store.state;
  const use = (policy: string, called: string) => {
    setIsEditing(false);
    void compareWith(policy, called);
  };
  return (
    <div class="choose">
      <p><b>{m.compare.b}:</b> {other === null ? m.compare.none : <bdi>{name}</bdi>}</p>
      <div class="choices">
        <button type="button" onClick={() => use(store.state.baseline.policy, m.compare.useBaseline)}>{m.compare.useBaseline}</button>
        <select aria-label={m.compare.choose} value="" id="compare-mode" onChange={({ currentTarget }) => {
          const mode = currentTarget.value as (typeof MODES)[number];
          currentTarget.value = "";
          use(withValue(document.policy, ["autonomyMode"], mode), m.compare.useMode(m.modes[mode]));
        }}>
          <option value="" disabled>{m.compare.useMode("…")}</option>
          {MODES.map((mode) => <option key={mode} value={mode}>{m.compare.useMode(m.modes[mode])}</option>)}
        </select>
        <button type="button" onClick={() => input.current?.click()}><Icon name="open" /> {m.compare.useFile}</button>
        <input ref={input} id="other-file" type="file" accept=".json,application/json" class="hidden" tabIndex={-1} aria-label={m.compare.useFile} onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          if (file !== undefined) void policyIn(file).then((text) => text !== null && use(text, file.name));
          currentTarget.value = "";
        }} />
        <button type="button" aria-pressed={isEditing} onClick={() => {
          if (other === null) void compareWith(document.policy, m.compare.b);
          setIsEditing(!isEditing);
        }}>{other === null ? m.compare.useText : m.compare.edit}</button>
        {other !== null && <button type="button" onClick={() => editPolicy(other, "")}>{m.compare.adopt}</button>}
        {other !== null && <button type="button" class="plain" onClick={stopComparing}>{m.compare.close}</button>}
      </div>
      {isEditing && other !== null && <OtherEditor />}
    </div>
  );
}

function Comparison() {
  const { m, f } = useWords();
  const checked = useStore((state) => state.otherChecked);
  const comparison = useStore((state) => state.comparison);
  const groups = useMemo(() => (comparison === null ? [] : groupsOf(comparison)), [comparison]);
  if (checked !== null && !checked.ok) return <p class="problem" role="alert"><code dir="ltr">{checked.path}</code> <Told {...checked} /></p>;
  if (comparison === null) return null;
  const { b, difference } = comparison;
  const count = difference.rows.length + difference.removed.length;
  if (count === 0) return <p role="status">{m.compare.same}</p>;
  return (
    <>
      <p class="total" role="status">{m.compare.total(count, b.requests + difference.removed.length, f)}</p>
      {SIDES.map((side) => <SideGroups key={side} comparison={comparison} side={side} groups={groups.filter((group) => group.side === side)} />)}
      <Matrix moves={difference.moves} />
    </>
  );
}

function SideGroups({ comparison, side, groups }: { comparison: Compared; side: Side; groups: Group[] }) {
  const { m, f } = useWords();
  if (groups.length === 0) return null;
  const count = groups.reduce((sum, { places }) => sum + places.length, 0);
  return (
    <section class={`side side-${side}`}>
      <h3>{m.compare[side]} <span class="badge">{f.number(count)}</span></h3>
      {groups.map((group, index) => <RuleGroup key={group.rule} comparison={comparison} group={group} isOpen={index === 0 && (side === "allowedByB" || side === "refusedByB")} />)}
    </section>
  );
}

function RuleGroup({ comparison, group, isOpen }: { comparison: Compared; group: Group; isOpen: boolean }) {
  const { m, f } = useWords();
  const [open, setOpen] = useState(isOpen);
  const [shown, setShown] = useState(SHOWN);
  const rule = RULES[group.rule];
  return (
    <details open={open} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{m.compare.byRule(rule === undefined ? m.compare.noRule : (m.rules[rule] ?? rule), f.number(group.places.length))}</summary>
      {open && (
        <ul class="differences">
          {group.places.slice(0, shown).map((place) => (group.side === "missingInB" ? <MissingRow key={place} comparison={comparison} row={place} /> : <DifferenceRow key={place} comparison={comparison} place={place} />))}
          {group.places.length > shown && <li><button type="button" class="plain" onClick={() => setShown(shown + 500)}>{m.compare.more(f.number(group.places.length - shown))}</button></li>}
        </ul>
      )}
    </details>
  );
}

function DifferenceRow({ comparison: { a, b, difference }, place }: { comparison: Compared; place: number }) {
  const { m, f } = useWords();
  const [isOpen, setIsOpen] = useState(false);
  const [rowA, rowB] = [difference.before[place] as number, difference.rows[place] as number];
  const { at, agent, type } = b.columns;
  return (
    <li>
      <button type="button" class="difference" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
        <time title={m.utc(f.utc(at[rowB] as number))}>{f.stamp(at[rowB] as number, b.span)}</time>
        <bdi>{nameOf(b, b.agents[agent[rowB] as number] ?? "")}</bdi>
        <code>{b.types[type[rowB] as number]}</code>
        <span class="ab"><Result letter={m.compare.letters[0] ?? ""} run={a} row={rowA} /> <Icon name="jump" /> <Result letter={m.compare.letters[1] ?? ""} run={b} row={rowB} /></span>
      </button>
      {isOpen && <div class="both"><Why run={a} row={rowA} letter={m.compare.letters[0] ?? ""} /><Why run={b} row={rowB} letter={m.compare.letters[1] ?? ""} /></div>}
    </li>
  );
}

/** What B could not carry out, and why, as far as the list of such lines goes. */
function MissingRow({ comparison: { a, b }, row }: { comparison: Compared; row: number }) {
  const { m, f } = useWords();
  const [isOpen, setIsOpen] = useState(false);
  const detail = useDetail(a, isOpen ? row : null)?.detail ?? null;
  const { at, agent, type } = a.columns;
  const message = detail === null ? undefined : b.broken.find(({ line }) => line === (detail.line ?? 0))?.message;
  return (
    <li>
      <button type="button" class="difference" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
        <time title={m.utc(f.utc(at[row] as number))}>{f.stamp(at[row] as number, a.span)}</time>
        <bdi>{nameOf(a, a.agents[agent[row] as number] ?? "")}</bdi>
        <code>{a.types[type[row] as number]}</code>
        <span class="ab"><Result letter={m.compare.letters[0] ?? ""} run={a} row={row} /> <Icon name="jump" /> <Result letter={m.compare.letters[1] ?? ""} run={b} row={-1} /></span>
      </button>
      {isOpen && <div class="both"><Why run={a} row={row} letter={m.compare.letters[0] ?? ""} />{message !== undefined && <p class="problem" lang="en" dir="ltr"><code>{message}</code></p>}</div>}
    </li>
  );
}

function Result({ letter, run, row }: { letter: string; run: RunResult; row: number }) {
  const { m } = useWords();
  const effect: Effect | undefined = EFFECTS[run.columns.effect[row] ?? 255];
  return effect === undefined ? <span>{letter}: –</span> : <span class={`word-${effect}`}>{letter}: <Mark effect={effect} /> {m.effects[effect]}</span>;
}

function Why({ run, row, letter }: { run: RunResult; row: number; letter: string }) {
  const { m } = useWords();
  const detail = useDetail(run, row)?.detail ?? null;
  if (detail === null || detail.effect === null) return null;
  return (
    <div>
      <p class={`verdict verdict-${detail.effect}`}>{letter} <Mark effect={detail.effect} /> {m.effectTag[detail.effect]}</p>
      {detail.reasons.length === 0 ? <p>{m.inspector.none}</p> : <ul class="reasons">{detail.reasons.map((reason) => <ReasonItem key={reason.text} reason={reason} type={detail.type} decided={detail.effect} />)}</ul>}
    </div>
  );
}

/** From which result to which, as a table. */
function Matrix({ moves }: { moves: number[] }) {
  const { m, f } = useWords();
  return (
    <details class="matrix">
      <summary>{m.compare.matrix}</summary>
      <table>
        <thead>
          <tr><td /> {EFFECTS.map((effect) => <th key={effect} scope="col">{m.compare.letters[1]}: {m.effects[effect]}</th>)}</tr>
        </thead>
        <tbody>
          {EFFECTS.map((from, row) => (
            <tr key={from}>
              <th scope="row">{m.compare.letters[0]}: {m.effects[from]}</th>
              {EFFECTS.map((to, column) => <td key={to}>{(moves[row * 6 + column] ?? 0) === 0 ? "" : f.number(moves[row * 6 + column] ?? 0)}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
