// What the package says in words of its own, which are English; before them what they mean, in a language that is another.

import { useWords } from "../state/words.ts";

export function Told({ code, path, message }: { code: string; path: string; message: string }) {
  const { told } = useWords();
  const words = message.startsWith(`${path}: `) ? message.slice(path.length + 2) : message;
  const meaning = told(code, words);
  return (
    <>
      {meaning !== null && <><bdi>{meaning}</bdi> </>}
      <span lang="en" dir="ltr" class={meaning === null ? "" : "small"}>{words}</span>
    </>
  );
}
