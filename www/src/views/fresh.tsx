// Everything that is kept here is thrown away: asked first, since nothing brings it back.

import { useState } from "preact/hooks";
import { openShipped } from "../state/days.ts";
import { forgetWork } from "../state/keep.ts";
import { useWords } from "../state/words.ts";
import { Dialog } from "./dialog.tsx";

export function Fresh() {
  const { m } = useWords();
  const [asks, setAsks] = useState(false);
  const close = () => setAsks(false);
  const begin = () => {
    close();
    forgetWork();
    void openShipped("runaway");
  };
  return (
    <div class="foot">
      <button type="button" class="link" id="fresh" onClick={() => setAsks(true)}>{m.fresh.title}</button>
      {asks && <Dialog title={m.fresh.title} close={close} closeWords={m.fresh.stay} act={[m.fresh.begin, begin]}><p>{m.fresh.asks}</p></Dialog>}
    </div>
  );
}
