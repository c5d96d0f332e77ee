// Language, direction and colours of the whole page: set before anything is drawn with them.

import { type State, store } from "../state/store.ts";
import { wordsOf, zoneNow } from "../state/words.ts";

const system = matchMedia("(prefers-color-scheme: dark)");

export function isDark({ theme }: Pick<State, "theme">): boolean {
  return theme === "dark" || (theme === "system" && system.matches);
}

export function showLooks(): void {
  const show = () => {
    const { language } = store.state;
    const { m } = wordsOf(language, zoneNow());
    const root = document.documentElement;
    const theme = isDark(store.state) ? "dark" : "light";
    if (root.dataset["theme"] !== theme) root.dataset["theme"] = theme;
    if (root.lang === language && document.title === m.title) return;
    root.lang = language;
    root.dir = m.direction;
    document.title = m.title;
  };
  show();
  store.subscribe(show);
  system.addEventListener("change", show);
}
