// The queue as it stood at the cursor's time: who is asked what, and what follows if somebody decides.

import type { Approval } from "agent-interlock";
import { useEffect, useState } from "preact/hooks";
import { seen } from "../i18n/seen.ts";
import { Icon, Mark } from "../parts/icons.tsx";
import { EngineError, isCancelled } from "../state/engine.ts";
import { decide, engine, showFault } from "../state/session.ts";
import { store, useStore } from "../state/store.ts";
import { useWords } from "../state/words.ts";
import type { Moment, Queue, RunResult } from "../worker/protocol.ts";
import { became } from "./became.ts";
import { creatorOf } from "./names.ts";
import { NoResult } from "./no-result.tsx";
import { Told } from "./told.tsx";

export function ApprovalsTab() {
  const { m, f } = useWords();
  const run = useStore((state) => state.current);
  const { queue, moment } = useQueue();
  const [outcome, setOutcome] = useState("");
  if (run === null) return <NoResult />;
  if (queue === null || moment === null) return <p class="quiet">{m.neighbour.working}</p>;
  const pending = queue.approvals.filter(({ status }) => status === "pending");
  const closed = queue.approvals.filter(({ status }) => status !== "pending").reverse();
  return (
    <section class="approvals" aria-label={m.approvals.title}>
      <h2>{m.approvals.title}</h2>
      <Cursor run={run} at={queue.at} />
      <p class="outcome" role="status">{outcome}</p>
      <h3>{m.approvals.pending} <span class="badge">{f.number(pending.length)}</span></h3>
      {pending.length === 0 && <p class="quiet">{m.approvals.none}</p>}
      <ul class="queue">{pending.map((approval) => <Pending key={approval.id} run={run} approval={approval} moment={moment} at={queue.at} tell={setOutcome} />)}</ul>
      {closed.length > 0 && <h3>{m.approvals.resolved}</h3>}
      <ul class="queue closed">{closed.map((approval) => <Closed key={approval.id} approval={approval} />)}</ul>
    </section>
  );
}

/** The time of the queue, to be moved. */
function Cursor({ run, at }: { run: RunResult; at: number }) {
  const { m, f } = useWords();
  const [first, last] = run.span;
  return (
    <label class="cursor">
      <b>{m.approvals.at(f.full(at))}</b>
      <input type="range" id="queue-time" min={first} max={last} step={1000} value={at} aria-valuetext={f.full(at)} onInput={({ currentTarget }) => store.set({ cursor: currentTarget.valueAsNumber })} />
    </label>
  );
}

/** At the time that was set, at the row that is chosen, else when the newest question arose of those that are open in the end. */
function useQueue(): { queue: Queue | null; moment: Moment | null } {
  const run = useStore((state) => state.current);
  const selected = useStore((state) => state.selected);
  const put = useStore((state) => state.cursor);
  const [queue, setQueue] = useState<Queue | null>(null);
  const [newest, setNewest] = useState<{ run: RunResult; at: number } | null>(null);
  // Of another day it says nothing.
  const cursor = put !== null && run !== null && put >= run.span[0] && put <= run.span[1] ? put : null;
  const begin = newest?.run === run ? newest?.at : run?.span[1];
  const moment: Moment | null = cursor !== null ? { at: cursor } : selected !== null ? { row: selected } : begin === undefined ? null : { at: begin };
  useEffect(() => {
    if (run === null || moment === null) return;
    const controller = new AbortController();
    engine.ask("approvals", { run: run.id, moment }, { signal: controller.signal }).then(
      (answer) => {
        if (controller.signal.aborted) return;
        const pending = answer.approvals.filter(({ status }) => status === "pending");
        setQueue(answer);
        store.set({ waiting: pending.length });
        if (cursor === null && selected === null && newest?.run !== run && pending.length > 0) setNewest({ run, at: Math.max(...pending.map(({ createdAt }) => Date.parse(createdAt))) });
      },
      (error: unknown) => { if (!isCancelled(error)) showFault(error); },
    );
    return () => controller.abort();
  }, [selected, cursor, run, begin]);
  return { queue, moment };
}

type Who = "creator" | "admin" | "stranger" | "agent" | "requester";

/** Whose part one can play; who may is the guard's to say. */
function personOf(who: Who, approval: Approval, run: RunResult): { id: string; role: string } {
  const creator = creatorOf(run, approval.agent);
  switch (who) {
    case "creator":
      return { id: creator ?? "nobody", role: "creator" };
    case "admin":
      return { id: "admin", role: "platform_admin" };
    case "stranger":
      return { id: "somebody", role: "colleague" };
    case "agent":
      return { id: approval.agent, role: "agent" };
    case "requester":
      return { id: approval.requestedBy ?? "nobody", role: "colleague" };
  }
}

interface PendingProps {
  run: RunResult;
  approval: Approval;
  moment: Moment;
  at: number;
  tell: (outcome: string) => void;
}

function Pending({ run, approval, moment, at, tell }: PendingProps) {
  const words = useWords();
  const { m, f } = words;
  const creator = creatorOf(run, approval.agent);
  const [who, setWho] = useState<Who>(creator === null ? "admin" : "creator");
  const [admin, setAdmin] = useState("admin");
  const [comment, setComment] = useState("");
  const [asksAgain, setAsksAgain] = useState(true);
  const [refusal, setRefusal] = useState<EngineError | null>(null);
  const roles: Who[] = [...(creator === null ? [] : (["creator"] as const)), "admin", "stranger", "agent", ...(approval.requestedBy === null ? [] : (["requester"] as const))];
  const person = who === "admin" ? { id: admin, role: "platform_admin" } : personOf(who, approval, run);
  const say = async (decision: "approve" | "reject") => {
    const before = store.state.document.edits;
    try {
      const isPut = await decide(run, moment, { approvalId: approval.id, by: person, decision, ...(comment === "" ? {} : { comment }) }, asksAgain);
      setRefusal(null);
      if (!isPut) return;
      // What became of it is to be seen at the same time as the question.
      store.set({ cursor: at });
      tell(await became(approval, at, store.state.document.edits.filter((edit) => !before.includes(edit)), words));
    } catch (error) {
      setRefusal(error instanceof EngineError ? error : new EngineError({ code: "internal", path: "", message: String(error) }));
    }
  };
  return (
    <li class="question">
      <Question approval={approval} />
      <ul class="reasons-short">{approval.reasons.map((reason) => <Because key={reason.text} reason={reason} />)}</ul>
      <p class="small">{m.approvals.votes(f.number(approval.votes.length), f.number(run.document.approvals.quorum))} · {m.approvals.expires(f.full(Date.parse(approval.expiresAt)))}</p>
      {approval.votes.length > 0 && <Votes approval={approval} />}
      <div class="decide">
        <label>
          {m.approvals.as}{" "}
          <select value={who} onChange={({ currentTarget }) => setWho(currentTarget.value as Who)}>
            {roles.map((role) => <option key={role} value={role}>{m.approvals.who[role]}{role === "admin" ? "" : ` (${seen(personOf(role, approval, run).id)})`}</option>)}
          </select>
        </label>
        {who === "admin" && <input type="text" dir="auto" aria-label={m.approvals.who.admin} value={admin} onInput={({ currentTarget }) => setAdmin(currentTarget.value)} />}
        <input type="text" dir="auto" placeholder={m.approvals.comment} aria-label={m.approvals.comment} value={comment} onInput={({ currentTarget }) => setComment(currentTarget.value)} />
        <button type="button" class="primary" onClick={() => void say("approve")}>{m.approvals.approve}</button>
        <button type="button" class="danger" onClick={() => void say("reject")}>{m.approvals.reject}</button>
      </div>
      <label class="check"><input type="checkbox" checked={asksAgain} onChange={({ currentTarget }) => setAsksAgain(currentTarget.checked)} /> {m.approvals.asksAgain}</label>
      {refusal !== null && <p class="problem" role="alert"><b>{m.approvals.refused}:</b> <Told code={refusal.code} path={refusal.path} message={refusal.message} /></p>}
    </li>
  );
}

function Question({ approval }: { approval: Approval }) {
  const { f, m } = useWords();
  return (
    <>
      <p class="what">
        <time title={m.utc(f.utc(Date.parse(approval.createdAt)))}>{f.full(Date.parse(approval.createdAt))}</time> <bdi>{seen(approval.agentName)}</bdi> {m.approvals.asks} <code>{approval.type}</code>
      </p>
      <pre dir="ltr" class="args" tabIndex={0}>{seen(JSON.stringify(approval.args))}</pre>
    </>
  );
}

function Because({ reason }: { reason: Approval["reasons"][number] }) {
  const { because } = useWords();
  return <li><Mark effect={reason.effect} /> {because(reason, "approve")}</li>;
}

function Votes({ approval }: { approval: Approval }) {
  const { m, f } = useWords();
  return (
    <ul class="votes">
      {approval.votes.map((vote) => (
        <li key={vote.by}>
          <Icon name={vote.decision === "approve" ? "plus" : "close"} /> <bdi>{seen(vote.by)}</bdi>: {vote.decision === "approve" ? m.approvals.approve : m.approvals.reject}{m.comma}{f.full(Date.parse(vote.at))} {vote.comment !== null && <q>{seen(vote.comment)}</q>}
        </li>
      ))}
    </ul>
  );
}

function Closed({ approval }: { approval: Approval }) {
  const { m } = useWords();
  return (
    <li class={`question is-${approval.status}`}>
      <p class="status">{m.approvals.status[approval.status]}</p>
      <Question approval={approval} />
      {approval.votes.length > 0 && <Votes approval={approval} />}
    </li>
  );
}
