// Words and formats of the language that is chosen.

import type { Reason } from "agent-interlock";
import { type Language, store, useStore } from "../state/store.ts";
import { Format } from "./format.ts";
import { messages as ar } from "./messages.ar.ts";
import { messages as en, type Messages } from "./messages.en.ts";
import { sentences as arSentences } from "./reasons.ar.ts";
import { type ReasonSentences, sentences as enSentences } from "./reasons.en.ts";

const MESSAGES: Record<Language, Messages> = { en, ar };
export const SENTENCES: Record<Language, ReasonSentences> = { en: enSentences, ar: arSentences };

export interface Words {
  language: Language;
  m: Messages;
  f: Format;
  /** A reason in a sentence. */
  because: (reason: Reason) => string;
}

let made: { key: string; words: Words } | undefined;

export function wordsOf(language: Language, zone: string): Words {
  const key = `${language} ${zone}`;
  if (made?.key !== key) {
    const f = new Format(language, zone);
    const because = (reason: Reason) => {
      const sentence = SENTENCES[language][reason.code] as ((reason: Reason, format: Format) => string) | undefined;
      return sentence?.(reason, f) ?? reason.text;
    };
    made = { key, words: { language, m: MESSAGES[language], f, because } };
  }
  return made.words;
}

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
