import { rerunAll } from "../state/session.ts";
import { isToRunAgain, useStore } from "../state/store.ts";
import { useWords } from "../state/words.ts";

/** What hangs on the day's result, while there is none: whether it is on its way. */
export function NoResult() {
  const { m } = useWords();
  const isIdle = useStore(isToRunAgain);
  if (!isIdle) return <p class="quiet">{m.day.noResult}</p>;
  return <p class="quiet">{m.day.noResult} <button type="button" onClick={() => void rerunAll()}>{m.day.run}</button></p>;
}
