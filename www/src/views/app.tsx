// The page as a whole: policy on one side, the day in the middle, the reasons on the other.

import { useEffect, useRef } from "preact/hooks";
import { useNarrow } from "../parts/size.ts";
import { engine, redo, undo } from "../state/session.ts";
import { LONG_DAY, store, type Tab, useStore } from "../state/store.ts";
import { useWords } from "../state/words.ts";
import { ActionTab } from "./action.tsx";
import { ApprovalsTab } from "./approvals.tsx";
import { CompareTab } from "./compare.tsx";
import { Day } from "./day.tsx";
import { Dialogs } from "./dialogs.tsx";
import { Drop } from "./drop.tsx";
import { Header } from "./header.tsx";
import { Inspector } from "./inspector.tsx";
import { PolicyPanel } from "./policy.tsx";
import { Task } from "./task.tsx";

/** How many wait is worth knowing on every tab, but not worth walking through a long log. */
function useWaiting(): void {
  const run = useStore((state) => state.current);
  useEffect(() => {
    const last = run?.columns.at.at(-1);
    if (run === null || last === undefined || run.columns.at.length > LONG_DAY || store.state.tab === "approvals") return;
    const controller = new AbortController();
    engine.ask("approvals", { run: run.id, moment: { at: last } }, { signal: controller.signal }).then(
      ({ approvals }) => store.set({ waiting: approvals.filter(({ status }) => status === "pending").length }),
      () => undefined,
    );
    return () => controller.abort();
  }, [run]);
}

const TABS: readonly Tab[] = ["day", "action", "compare", "approvals"];

export function App() {
  const showsPolicy = useStore((state) => state.showsPolicy);
  const hasSelection = useStore((state) => state.selected !== null);
  const tab = useStore((state) => state.tab);
  const isNarrow = useNarrow();
  useEffect(() => {
    document.addEventListener("keydown", shortcuts);
    return () => document.removeEventListener("keydown", shortcuts);
  }, []);
  return (
    <div data-tab={tab} class={`app ${isNarrow ? "narrow" : "wide"} ${showsPolicy ? "on-policy" : "on-day"} ${hasSelection ? "has-selection" : ""}`}>
      <Header />
      <PolicyPanel />
      <main>
        <Tabs isNarrow={isNarrow} />
        <Body />
      </main>
      <Inspector />
      <Task />
      <Dialogs />
      <Drop />
    </div>
  );
}

function Tabs({ isNarrow }: { isNarrow: boolean }) {
  const { m, f } = useWords();
  const tab = useStore((state) => state.tab);
  const showsPolicy = useStore((state) => state.showsPolicy);
  const waiting = useStore((state) => state.waiting);
  useWaiting();
  const names: (Tab | "policy")[] = isNarrow ? ["day", "policy", "action", "compare", "approvals"] : [...TABS];
  const here = isNarrow && showsPolicy ? "policy" : tab;
  const go = (name: Tab | "policy") => store.set(name === "policy" ? { showsPolicy: true } : { tab: name, showsPolicy: false });
  const onKeyDown = (event: KeyboardEvent) => {
    const forward = m.direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const next = names[(names.indexOf(here) + (event.key === forward ? 1 : names.length - 1)) % names.length] ?? "day";
    go(next);
    document.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={m.title} onKeyDown={onKeyDown}>
      {names.map((name) => (
        <button key={name} type="button" role="tab" id={`tab-${name}`} aria-selected={here === name} aria-controls={name === "policy" ? "policy" : "tab-body"} tabIndex={here === name ? 0 : -1} onClick={() => go(name)}>
          {m.tabs[name]}
          {name === "approvals" && waiting > 0 && <span class="badge">{f.number(waiting)}</span>}
        </button>
      ))}
    </div>
  );
}

function Body() {
  const tab = useStore((state) => state.tab);
  const views = { day: Day, action: ActionTab, compare: CompareTab, approvals: ApprovalsTab };
  const View = views[tab];
  const showsPolicy = useStore((state) => state.showsPolicy);
  const place = useRef<HTMLDivElement>(null);
  // Each tab begins at its top, where the page scrolls as well as where the tab does.
  useEffect(() => {
    place.current?.scrollTo(0, 0);
    scrollTo(0, 0);
  }, [tab, showsPolicy]);
  return (
    <div ref={place} id="tab-body" class={`body body-${tab}`} role="tabpanel" aria-labelledby={`tab-${tab}`} tabIndex={-1}>
      <View />
    </div>
  );
}

/** Where something is typed that is not the policy itself. */
const OWN_TEXT = "textarea, input:not([data-policy], [type=checkbox], [type=range], [type=file])";

/** One key undoes, wherever one is; where text is typed into an input of its own, the browser's undo stays. */
function shortcuts(event: KeyboardEvent): void {
  if (!(event.ctrlKey || event.metaKey) || event.defaultPrevented) return;
  if (event.target instanceof Element && event.target.matches(OWN_TEXT)) return;
  const key = event.key.toLowerCase();
  if (key === "z" && !event.shiftKey) undo();
  else if (key === "y" || (key === "z" && event.shiftKey)) redo();
  else return;
  event.preventDefault();
}
