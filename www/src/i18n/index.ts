// Words and formats of a language.

import type { Effect, Reason, RuleReason } from "agent-interlock";
import { Format } from "./format.ts";
import type { Language } from "./language.ts";
import { messages as ar } from "./messages.ar.ts";
import { messages as en, type Messages } from "./messages.en.ts";
import { toldInArabic } from "./package.ar.ts";
import { sentences as arSentences } from "./reasons.ar.ts";
import { seen } from "./seen.ts";
import { type ReasonSentences, type Sentence, sentences as enSentences } from "./reasons.en.ts";

const MESSAGES: Record<Language, Messages> = { en, ar };
const SENTENCES: Record<Language, ReasonSentences> = { en: enSentences, ar: arSentences };

export interface Words {
  language: Language;
  m: Messages;
  f: Format;
  /** A reason in a sentence, beside what was decided in the end. */
  because: (reason: RuleReason, decided: Effect | null) => string;
  /** What the package has said, after its path; null where its own words are of this language, or are not known. */
  told: (code: string, words: string) => string | null;
}

/** A reason with the words of a log or a policy in it as they are. */
function seenIn(reason: RuleReason): RuleReason {
  return Object.fromEntries(Object.entries(reason).map(([name, value]) => [name, typeof value === "string" ? seen(value) : value])) as unknown as RuleReason;
}

let made: { key: string; words: Words } | undefined;

export function wordsOf(language: Language, zone: string): Words {
  const key = `${language} ${zone}`;
  if (made?.key !== key) {
    const f = new Format(language, zone);
    const because = (reason: RuleReason, decided: Effect | null) => {
      const sentence = SENTENCES[language][reason.code] as Sentence<Reason> | undefined;
      return sentence?.(seenIn(reason), f, decided === reason.effect) ?? seen(reason.text);
    };
    made = { key, words: { language, m: MESSAGES[language], f, because, told: language === "ar" ? toldInArabic : () => null } };
  }
  return made.words;
}
