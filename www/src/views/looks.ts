// Language, direction and colours of the whole page: set before anything is drawn with them.

import { wordsOf, zoneNow } from "../i18n/index.ts";
import { store } from "../state/store.ts";

export function showLooks(): void {
  const show = () => {
    const { language, theme } = store.state;
    const { m } = wordsOf(language, zoneNow());
    const root = document.documentElement;
    if (root.dataset["theme"] !== theme) root.dataset["theme"] = theme;
    if (root.lang === language && document.title === m.title) return;
    root.lang = language;
    root.dir = m.direction;
    document.title = m.title;
  };
  show();
  store.subscribe(show);
}
