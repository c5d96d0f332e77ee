// What is always there: whose policy it is, undo, and the ways in and out.

import { useRef } from "preact/hooks";
import { seen } from "../i18n/seen.ts";
import { Icon } from "../parts/icons.tsx";
import { redo, undo } from "../state/session.ts";
import { store, useStore } from "../state/store.ts";
import { useSetting } from "./fields.tsx";
import type { MODES } from "./mode.tsx";
import { share } from "../state/share.ts";
import { useWords } from "../state/words.ts";
import { isDark } from "./looks.ts";
import { Downloads } from "./downloads.tsx";

export function Header() {
  const { m } = useWords();
  const customer = useSetting<string>("customerId") ?? "";
  const mode = useSetting<(typeof MODES)[number]>("autonomyMode");
  const [past, future] = [useStore((state) => state.past.length), useStore((state) => state.future.length)];
  const dark = useStore(isDark);
  const menu = useRef<HTMLDetailsElement>(null);
  return (
    <header class="top">
      <div class="brand">
        <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true"><path class="logo-a" d="M4 10a6 6 0 0 1 6-6h6v8h-4v8H4z" /><path class="logo-b" d="M28 22a6 6 0 0 1-6 6h-6v-8h4v-8h8z" /></svg>
        <div>
          <h1>{m.title}</h1>
          <p>{m.tagline}</p>
        </div>
      </div>
      <p class="whose"><bdi>{seen(customer)}</bdi>{mode !== undefined && <> <span aria-hidden="true">·</span> {m.modes[mode]}</>}</p>
      <div class="tools" role="toolbar" aria-label={m.title}>
        <button type="button" id="undo" disabled={past === 0} onClick={undo} title={`${m.header.undo} (Ctrl Z)`} aria-label={m.header.undo}><Icon name="undo" /></button>
        <button type="button" id="redo" disabled={future === 0} onClick={redo} title={`${m.header.redo} (Ctrl Y)`} aria-label={m.header.redo}><Icon name="redo" /></button>
        <button type="button" id="share" onClick={() => void share()} title={m.header.share}><Icon name="share" /> <span class="words">{m.header.share}</span></button>
        <details class="menu" ref={menu} onKeyDown={(event) => { if (event.key === "Escape") menu.current?.removeAttribute("open"); }}>
          <summary title={m.header.save}><Icon name="save" /> <span class="words">{m.header.save}</span></summary>
          <Downloads close={() => menu.current?.removeAttribute("open")} />
        </details>
        <button type="button" id="language" lang={store.state.language === "en" ? "ar" : "en"} onClick={() => store.set({ language: store.state.language === "en" ? "ar" : "en" })}>{m.otherLanguage}</button>
        <button type="button" id="theme" onClick={() => store.set({ theme: dark ? "light" : "dark" })} aria-label={dark ? m.header.light : m.header.dark} title={dark ? m.header.light : m.header.dark}><Icon name={dark ? "sun" : "moon"} /></button>
      </div>
    </header>
  );
}
