import { download } from "../state/save.ts";
import { openFormer } from "../state/start.ts";
import { useStore } from "../state/store.ts";
import { useWords } from "../state/words.ts";

export function Downloads({ close }: { close: () => void }) {
  const { m } = useWords();
  const hasFormer = useStore((state) => state.hasFormer);
  return (
    <ul class="menu-list">
      {(["policy", "jsonl", "csv", "audit", "log"] as const).map((what) => (
        <li key={what}><button type="button" id={`save-${what}`} onClick={() => { close(); void download(what); }}>{m.save[what]}</button></li>
      ))}
      <li><button type="button" onClick={() => { close(); window.print(); }}>{m.header.print}</button></li>
      {hasFormer && <li class="apart"><button type="button" id="former" onClick={() => { close(); void openFormer(); }}>{m.header.former}</button></li>}
    </ul>
  );
}
