// The policy, as a form or as JSON: two views of one document.

import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../parts/icons.tsx";
import { segmentsOf } from "../state/document.ts";
import { idOf, jumpTo, jumpToFault } from "../state/jump.ts";
import { openPolicy } from "../state/days.ts";
import { store, useStore } from "../state/store.ts";
import { useWords } from "../state/words.ts";
import { Form } from "./form.tsx";
import { Json } from "./json.tsx";
import { Told } from "./told.tsx";

export function PolicyPanel() {
  const { m } = useWords();
  const panel = useStore((state) => state.panel);
  const jump = useStore((state) => state.jump);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (jump === null || store.state.panel !== "form") return;
    // After the section is open.
    requestAnimationFrame(() => showField(jump.path));
  }, [jump, panel]);
  return (
    <section class="policy" id="policy" aria-label={m.panel.title}>
      <div class="panel-head">
        <div role="tablist" aria-label={m.panel.title} class="switch">
          {(["form", "json"] as const).map((name) => (
            <button
              key={name}
              type="button"
              role="tab"
              id={`panel-${name}`}
              aria-selected={panel === name}
              aria-controls="policy-body"
              tabIndex={panel === name ? 0 : -1}
              onClick={() => store.set({ panel: name })}
              onKeyDown={(event) => {
                if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
                store.set({ panel: name === "form" ? "json" : "form" });
                document.querySelector<HTMLElement>(`#panel-${name === "form" ? "json" : "form"}`)?.focus();
              }}
            >
              {m.panel[name]}
            </button>
          ))}
        </div>
        <button type="button" class="plain" onClick={() => input.current?.click()}><Icon name="open" /> {m.panel.open}</button>
        <input ref={input} id="policy-file" type="file" accept=".json,application/json" class="hidden" tabIndex={-1} aria-label={m.panel.open} onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          if (file !== undefined) void openPolicy(file);
          currentTarget.value = "";
        }} />
      </div>
      <Problems />
      <div id="policy-body" role="tabpanel" aria-labelledby={`panel-${panel}`} class={`panel-${panel}`} tabIndex={-1}>{panel === "form" ? <Form /> : <Json />}</div>
    </section>
  );
}

/** What is wrong with the policy, or hardly meant. */
function Problems() {
  const { m, f } = useWords();
  const checked = useStore((state) => state.checked);
  if (checked === null) return null;
  if (!checked.ok) {
    return (
      <div class="problem" role="alert" id="policy-problem">
        <p>{m.form.invalid}</p>
        <p><code dir="ltr">{checked.path}</code> <Told {...checked} /></p>
        {checked.path !== "" && <button type="button" class="link" onClick={() => jumpToFault(checked.path)}><Icon name="jump" /> {m.form.goThere}</button>}
      </div>
    );
  }
  if (checked.warnings.length === 0) return null;
  return (
    <details class="warnings">
      <summary>{m.form.warnings}: {f.number(checked.warnings.length)}</summary>
      <ul>
        {checked.warnings.map(({ code, path, message }) => (
          <li key={`${code} ${path}`}>
            <Told code={code} path={path} message={message} />{" "}
            <button type="button" class="link" onClick={() => jumpTo(path)}><code>{path.replace("policy.", "")}</code></button>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** The nearest field that the form has for a path, with its section opened. */
function showField(path: string): void {
  const parts = segmentsOf(path);
  const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
  for (let length = parts.length; length > 0; length -= 1) {
    const field = document.getElementById(idOf(parts.slice(0, length)));
    if (field === null) continue;
    field.closest("details")?.setAttribute("open", "");
    field.scrollIntoView({ block: "center", behavior: isStill ? "auto" : "smooth" });
    (field.matches("input, select, button") ? field : field.querySelector<HTMLElement>("input, select, button"))?.focus({ preventScroll: true });
    if (!isStill) field.closest(".field")?.animate([{ background: "var(--flash)" }, { background: "transparent" }], 1600);
    return;
  }
}
