// Words and formats as they are chosen, for whoever says something.

import { type Words, wordsOf } from "../i18n/index.ts";
import { store, useStore } from "./store.ts";

/** The zone of the day that is shown: times are on its clock. */
export function zoneNow(): string {
  const { current, checked } = store.state;
  return current?.document.timeZone ?? (checked?.ok ? checked.document.timeZone : "UTC");
}

export function useWords(): Words {
  const language = useStore((state) => state.language);
  const zone = useStore(zoneNow);
  return wordsOf(language, zone);
}

export { type Words, wordsOf };
