// One row of the day, explained: what decided, what the rules read, and which setting would change it.

import { useEffect, useState } from "preact/hooks";
import { seen } from "../i18n/seen.ts";
import { Icon, Mark } from "../parts/icons.tsx";
import { settingOf } from "../state/settings.ts";
import { jumpTo } from "../state/jump.ts";
import { engine, removeEdit } from "../state/session.ts";
import { store, useStore } from "../state/store.ts";
import { useWords } from "../state/words.ts";
import type { Effect, RowDetail, RuleReason, RunResult } from "../worker/protocol.ts";
import { RuleList } from "./rule-list.tsx";
import { effectBefore } from "./rows.tsx";
import { creatorOf, nameOf } from "./names.ts";

export function Inspector() {
  const { m } = useWords();
  const run = useStore((state) => state.current);
  const selected = useStore((state) => state.selected);
  const explained = useDetail(run, selected);
  return (
    <aside class="inspector" id="inspector" tabIndex={-1} aria-label={m.inspector.title}>
      <div class="inspector-head">
        <h2>{m.inspector.title}</h2>
        {selected !== null && (
          <button type="button" class="plain icon-only" aria-label={m.inspector.close} onClick={() => store.set({ selected: null })}><Icon name="close" /></button>
        )}
      </div>
      {explained !== null ? <Detail {...explained} /> : <p class="quiet">{m.inspector.empty}</p>}
    </aside>
  );
}

/** What stands in a row, with the result that it is of: the one before stays until the new one comes. */
export function useDetail(run: RunResult | null, row: number | null): { run: RunResult; detail: RowDetail } | null {
  const [detail, setDetail] = useState<{ run: RunResult; detail: RowDetail } | null>(null);
  useEffect(() => {
    if (run === null || row === null) {
      setDetail(null);
      return;
    }
    let isStale = false;
    engine.ask("detail", { run: run.id, row }).then(
      (answer) => { if (!isStale) setDetail({ run, detail: answer }); },
      () => { if (!isStale) setDetail(null); },
    );
    return () => { isStale = true; };
  }, [run, row]);
  return detail;
}

function Detail({ run, detail }: { run: RunResult; detail: RowDetail }) {
  const { m, f } = useWords();
  const was = useStore((state) => effectBefore(state.difference, state.before, detail.row));
  const isRequest = detail.kind === "request";
  return (
    <>
      <p class="when">
        <time dateTime={new Date(detail.at).toISOString()} title={m.utc(f.utc(detail.at))}>{f.full(detail.at)}</time>
      </p>
      <p class="what">
        <bdi>{nameOf(run, detail.agent)}</bdi> {isRequest ? <code>{detail.type}</code> : <em>{m.kinds[detail.kind]}</em>}
      </p>
      {detail.effect !== null && (
        <p class={`verdict verdict-${detail.effect}`}>
          <Mark effect={detail.effect} /> {m.effectTag[detail.effect]}
        </p>
      )}
      {detail.effect !== null && <p class="meaning">{m.effectsLong[detail.effect]}</p>}
      {was !== null && <p class="before">{m.inspector.was}: <b class={`word-${was}`}>{m.effects[was]}</b></p>}
      {isRequest ? <Reasons detail={detail} /> : <p>{m.inspector.command}</p>}
      {isRequest && <Outcome run={run} {...detail} />}
      {isRequest && <RuleList run={run} row={detail.row} />}
      <Record detail={detail} />
    </>
  );
}

/** First what decided, then what else was said. */
function Reasons({ detail: { reasons, effect, type } }: { detail: RowDetail }) {
  const { m } = useWords();
  const deciding = reasons.filter((reason) => reason.effect === effect);
  const others = reasons.filter((reason) => reason.effect !== effect);
  if (reasons.length === 0) return <p>{m.inspector.none}</p>;
  return (
    <>
      <h3>{m.inspector.reasons}</h3>
      <ul class="reasons">{deciding.map((reason) => <ReasonItem key={reason.text} reason={reason} type={type} decided={effect} />)}</ul>
      {others.length > 0 && <h3>{m.inspector.others}</h3>}
      {others.length > 0 && <ul class="reasons">{others.map((reason) => <ReasonItem key={reason.text} reason={reason} type={type} decided={effect} />)}</ul>}
    </>
  );
}

export function ReasonItem({ reason, type, decided }: { reason: RuleReason; type: string; decided: Effect | null }) {
  const { m, f, because } = useWords();
  const setting = settingOf(reason, type);
  return (
    <li class={`reason reason-${reason.effect}`}>
      <p><Mark effect={reason.effect} /> {because(reason, decided)}</p>
      <p class="small">
        {m.rules[reason.rule]} · <code>{seen(reason.text)}</code>
        {reason.until !== undefined && <> · {m.inspector.until(f.full(Date.parse(reason.until)))}</>}
      </p>
      {setting !== null && (
        <button type="button" class="link" onClick={() => jumpTo(setting)}>
          <Icon name="jump" /> {m.inspector.setting} <code>{setting}</code>
        </button>
      )}
    </li>
  );
}

/** When it may run, and who is asked or told. What waits for its time may wait for a person too. */
export function Outcome({ run, agent, effect, reasons, deferUntil }: Pick<RowDetail, "agent" | "effect" | "reasons" | "deferUntil"> & { run: RunResult }) {
  const { m, f } = useWords();
  const creator = creatorOf(run, agent);
  const { quorum, separationOfDuties } = run.document.approvals;
  const isAsked = effect === "approve" || (effect === "defer" && reasons.some((reason) => reason.effect === "approve"));
  const time = deferUntil === null ? null : f.full(Date.parse(deferUntil));
  return (
    <>
      {time !== null && <p>{isAsked ? m.inspector.laterAsked(time, creator === null ? null : seen(creator)) : m.inspector.later(time)}</p>}
      {isAsked && <p>{creator === null ? m.inspector.nobody : m.inspector.asked(seen(creator))} {quorum > 1 && m.action.quorum(quorum, f)} {separationOfDuties && m.settings["approvals.separationOfDuties"]}</p>}
      {effect === "notify" && creator !== null && <p>{m.inspector.told(seen(creator))}</p>}
    </>
  );
}

function Record({ detail }: { detail: RowDetail }) {
  const { m, f } = useWords();
  let pretty = detail.record;
  try {
    pretty = JSON.stringify(JSON.parse(detail.record), null, 2);
  } catch {
    // It is shown as it is.
  }
  return (
    <details class="record">
      <summary>{m.inspector.record}: {detail.line === null ? m.inspector.insertedHere : m.inspector.lineOf(f.number(detail.line))}</summary>
      <pre dir="ltr" tabIndex={0}>{pretty.replaceAll(/[^\n]+/g, seen)}</pre>
      {detail.inserted && <button type="button" onClick={() => removeEdit(detail.row)}>{m.inspector.remove}</button>}
      {detail.kind === "request" && (
        <button type="button" onClick={() => store.set({ tab: "action", draft: detail })}>{m.inspector.copy}</button>
      )}
    </details>
  );
}
