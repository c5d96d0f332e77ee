// Signs that nobody sees, made visible: an id with one in it is not what it looks like.

/** Controls and formats (among them those that turn the direction of text around), line ends, and letters that are blank. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u034f\u115f\u1160\u2800\u3164\uffa0]/gu;

export function seen(text: string): string {
  return text.replaceAll(UNSEEN, (sign) => `⟨U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}⟩`);
}
