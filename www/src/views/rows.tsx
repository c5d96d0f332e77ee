// The table of the day: as many rows as there are, of which only those in sight are there.

import type { TargetedEvent, TargetedKeyboardEvent } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Mark } from "../parts/icons.tsx";
import { useNarrow } from "../parts/size.ts";
import { engine, setQuery } from "../state/session.ts";
import { NO_QUERY, store, useStore } from "../state/store.ts";
import { useWords } from "../state/words.ts";
import { firstWhere } from "../worker/first.ts";
import { EFFECTS, type Query, type RowView, type RunResult } from "../worker/protocol.ts";
import { RULES } from "../worker/rules.ts";
import { drawnHeight, inSight, revealed, type Table } from "./scroll.ts";
import { nameOf } from "./names.ts";

const SORTABLE = [["at", "time"], ["agent", "agent"], ["type", "type"], ["effect", "effect"]] as const;

export function Rows() {
  const { m } = useWords();
  const run = useStore((state) => state.current);
  const found = useStore((state) => state.found);
  if (run === null) return null;
  return (
    <section class="rows" aria-label={m.table.label}>
      <Filters run={run} found={found} />
      <Grid run={run} found={found ?? new Uint32Array()} />
    </section>
  );
}

function Filters({ run, found }: { run: RunResult; found: Uint32Array | null }) {
  const { m, f } = useWords();
  const query = useStore((state) => state.query);
  const isNarrow = useNarrow();
  const [text, setText] = useState(query.text);
  useEffect(() => {
    if (text === query.text) return;
    const timer = setTimeout(() => setQuery({ text }), 150);
    return () => clearTimeout(timer);
  }, [text]);
  useEffect(() => setText(query.text), [query.text]);
  const interventions = useMemo(() => found?.filter((row) => run.columns.kind[row] !== 0).length ?? 0, [found]);
  const isFiltered = query.effects.length > 0 || query.rule !== null || query.agent !== null || query.text !== "" || query.changedOnly;
  return (
    <div class="filters" role="search">
      <input type="search" value={text} placeholder={m.table.search} aria-label={m.table.search} onInput={({ currentTarget }) => setText(currentTarget.value)} />
      <select aria-label={m.table.rule} value={query.rule ?? ""} onChange={({ currentTarget }) => setQuery({ rule: (currentTarget.value || null) as Query["rule"] })}>
        <option value="">{m.table.allRules}</option>
        {RULES.map((rule) => <option key={rule} value={rule}>{m.rules[rule]}</option>)}
      </select>
      <select aria-label={m.table.agentFilter} value={query.agent ?? ""} onChange={({ currentTarget }) => setQuery({ agent: currentTarget.value || null })}>
        <option value="">{m.table.allAgents}</option>
        {run.agents.slice(0, 500).map((agent) => <option key={agent} value={agent}>{nameOf(run, agent)}</option>)}
      </select>
      {isNarrow && <Order query={query} />}
      {isFiltered && (
        <button type="button" class="plain" onClick={() => setQuery({ ...NO_QUERY, sort: query.sort, descending: query.descending })}>{m.table.clear}</button>
      )}
      <output class="quiet" aria-live="polite">{found !== null && m.table.shown(found.length - interventions, run.requests, interventions, f)}</output>
    </div>
  );
}

/** The order, where there are no columns to press. */
function Order({ query: { sort, descending } }: { query: Query }) {
  const { m } = useWords();
  const choose = (value: string) => {
    const [chosen, down] = value.split(" ");
    setQuery({ sort: chosen as Query["sort"], descending: down !== undefined });
  };
  return (
    <select class="order" aria-label={m.table.order} value={descending ? `${sort} down` : sort} onChange={({ currentTarget }) => choose(currentTarget.value)}>
      {SORTABLE.flatMap(([name, label]) => [<option key={name} value={name}>{m.table[label]} ↑</option>, <option key={`${name} down`} value={`${name} down`}>{m.table[label]} ↓</option>])}
    </select>
  );
}

function Grid({ run, found }: { run: RunResult; found: Uint32Array }) {
  const { m } = useWords();
  const query = useStore((state) => state.query);
  const selected = useStore((state) => state.selected);
  const { scroller, table, top, onScroll } = useScroller(found.length);
  const { from, to, shift } = inSight(table, top);
  const rows = useRowViews(run, found, from, to);
  const place = useMemo(() => (selected === null ? -1 : positionOf(found, selected, query)), [found, selected]);
  useEffect(() => {
    const element = scroller.current;
    if (element !== null && place >= 0) element.scrollTop = revealed(table, place, element.scrollTop);
  }, [place]);
  return (
    <div
      class="grid"
      role="grid"
      tabIndex={0}
      ref={scroller}
      onScroll={onScroll}
      aria-label={m.table.label}
      aria-rowcount={found.length + 1}
      aria-colcount={5}
      aria-activedescendant={place >= from && place < to ? `row-${place}` : undefined}
      onKeyDown={(event) => walk(event, found, place, table)}
    >
      <Head query={query} />
      <div class="grid-body" role="rowgroup">
        {found.length === 0 && <div role="row"><p class="nothing" role="gridcell">{m.table.nothing}</p></div>}
        <div class="grid-space" role="presentation" style={{ height: `${drawnHeight(table)}px` }}>
          <div class="grid-window" role="presentation" style={{ transform: `translateY(${shift}px)` }}>
            {Array.from({ length: Math.max(0, to - from) }, (_, offset) => (
              <Row key={from + offset} index={from + offset} view={rows.get(found[from + offset] as number)} run={run} isSelected={found[from + offset] === selected} height={table.rowHeight} />
            ))}
          </div>
        </div>
      </div>
    </div>
  );
}

/** The part of the table that is in sight, as somebody scrolls it or its place changes. */
function useScroller(rows: number) {
  const scroller = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(400);
  const rowHeight = useNarrow() ? 62 : 34;
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight - (element.firstElementChild?.clientHeight ?? 0)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const onScroll = ({ currentTarget }: TargetedEvent<HTMLDivElement>) => setTop(currentTarget.scrollTop);
  return { scroller, table: { rows, rowHeight, height }, top, onScroll };
}

/** By keys from row to row; the buttons above them have keys of their own. */
function walk(event: TargetedKeyboardEvent<HTMLDivElement>, found: Uint32Array, place: number, { rowHeight, height }: Table): void {
  if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
  const page = Math.max(1, Math.floor(height / rowHeight) - 1);
  const go = (index: number) => {
    const row = found[Math.max(0, Math.min(found.length - 1, index))];
    if (row !== undefined) store.set({ selected: row });
  };
  const steps: Record<string, () => void> = {
    ArrowDown: () => go(place + 1),
    ArrowUp: () => go(place - 1),
    PageDown: () => go(place + page),
    PageUp: () => go(place - page),
    Home: () => go(0),
    End: () => go(found.length - 1),
    Enter: () => document.querySelector<HTMLElement>("#inspector")?.focus(),
  };
  const step = steps[event.key];
  if (step === undefined) return;
  event.preventDefault();
  step();
}

function Head({ query: { sort: sorted, descending } }: { query: Query }) {
  const { m } = useWords();
  return (
    <div class="grid-head" role="row" aria-rowindex={1}>
      {SORTABLE.map(([sort, label]) => (
        <div key={sort} role="columnheader" aria-sort={sorted !== sort ? "none" : descending ? "descending" : "ascending"} class={`cell-${label}`}>
          <button type="button" aria-label={m.table.sortBy(m.table[label])} onClick={() => setQuery({ sort, descending: sorted === sort && !descending })}>
            {m.table[label]} <span aria-hidden="true">{sorted !== sort ? "" : descending ? "↓" : "↑"}</span>
          </button>
        </div>
      ))}
      <div role="columnheader" class="cell-why">{m.table.why}</div>
    </div>
  );
}

/** By time it is found by halving, else by looking. */
function positionOf(found: Uint32Array, row: number, { sort, descending }: Query): number {
  if (sort !== "at" || descending) return found.indexOf(row);
  const place = firstWhere(found.length, (place) => (found[place] as number) >= row);
  return found[place] === row ? place : -1;
}

/** What stands in the rows in sight; those that were there a moment ago stay until the new ones come. */
function useRowViews(run: RunResult, found: Uint32Array, from: number, to: number): Map<number, RowView> {
  const [views, setViews] = useState(new Map<number, RowView>());
  useEffect(() => {
    let isStale = false;
    engine.ask("rows", { run: run.id, rows: [...found.slice(from, to)] }).then(
      (rows) => { if (!isStale) setViews(new Map(rows.map((view) => [view.row, view]))); },
      () => undefined,
    );
    return () => { isStale = true; };
  }, [run, found, from, to]);
  return views;
}

function Row({ index, view, run, isSelected, height }: { index: number; view: RowView | undefined; run: RunResult; isSelected: boolean; height: number }) {
  const { m, f, because } = useWords();
  const was = useStore((state) => (view === undefined ? null : effectBefore(state.difference, state.before, view.row)));
  const isLit = useStore(({ hovered }) => hovered !== null && hovered === view?.row);
  const style = { height: `${height}px` };
  if (view === undefined) return <div role="row" id={`row-${index}`} aria-rowindex={index + 2} class="row" style={style}><div role="gridcell" class="cell-why" /></div>;
  const reason = view.reasons.find(({ effect }) => effect === view.effect) ?? view.reasons[0];
  return (
    <div
      role="row"
      id={`row-${index}`}
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      class={`row ${view.kind === "request" ? "" : "command"} ${was === null ? "" : "changed"} ${isLit ? "lit" : ""}`}
      style={style}
      onClick={() => store.set({ selected: view.row })}
      onPointerEnter={() => view.kind === "request" && store.set({ hovered: view.row })}
      onPointerLeave={() => store.set({ hovered: null })}
    >
      <div role="gridcell" class="cell-time"><time dateTime={new Date(view.at).toISOString()} title={m.utc(f.utc(view.at))}>{f.stamp(view.at, run.span)}</time></div>
      <div role="gridcell" class="cell-agent"><bdi>{nameOf(run, view.agent)}</bdi></div>
      <div role="gridcell" class="cell-type">
        {view.kind === "request" ? <code>{view.type}</code> : <em>{m.kinds[view.kind]}</em>}
        {view.inserted && <span class="tag">{m.table.inserted}</span>}
      </div>
      <div role="gridcell" class="cell-effect">
        {view.effect !== null && <span class={`word-${view.effect}`}><Mark effect={view.effect} /> {m.effects[view.effect]}</span>}
        {was !== null && <span class="was">{m.table.was(m.effects[was])}</span>}
      </div>
      <div role="gridcell" class="cell-why">{reason === undefined ? "" : because(reason, view.effect)}</div>
    </div>
  );
}

type Before = typeof store.state;

export function effectBefore(difference: Before["difference"], before: Before["before"], row: number) {
  if (difference === null || before === null) return null;
  const { rows } = difference;
  const place = firstWhere(rows.length, (place) => (rows[place] as number) >= row);
  if (rows[place] !== row) return null;
  return EFFECTS[before.columns.effect[difference.before[place] as number] ?? 255] ?? null;
}
