import { useWords } from "../state/words.ts";

/** A policy's text where the editor cannot be fetched. */
export function PlainJson({ label, text, onEdit }: { label: string; text: string; onEdit: (text: string) => void }) {
  const { m } = useWords();
  return (
    <>
      <p class="problem" role="alert">{m.panel.noEditor}</p>
      <textarea class="plain-json" dir="ltr" lang="en" spellcheck={false} rows={24} aria-label={label} value={text} onInput={({ currentTarget }) => onEdit(currentTarget.value)} />
    </>
  );
}
