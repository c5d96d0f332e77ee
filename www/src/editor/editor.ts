// The JSON editor: CodeMirror with the policy's schema. Of the page's policy it keeps no history: the page has one for both views.

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { bracketMatching, foldGutter, HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { EditorState, type Extension, Transaction } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, hoverTooltip, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { parse, type ParseError, printParseErrorCode } from "jsonc-parser";
import { placeOf, segmentsOf } from "../state/document.ts";
import type { Checked } from "../worker/protocol.ts";
import { complete } from "./complete.ts";
import { hint } from "./hint.ts";

export interface EditorHost {
  onEdit: (text: string) => void;
  /** The page's, where the text is part of what it undoes; else the editor has one of its own. */
  history?: { undo: () => void; redo: () => void };
}

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--code-name)" },
  { tag: tags.string, color: "var(--code-text)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--code-value)" },
  { tag: tags.punctuation, color: "var(--muted)" },
]);

export class PolicyEditor {
  readonly #view: EditorView;

  constructor(place: HTMLElement, text: string, label: string, host: EditorHost) {
    const onChange = EditorView.updateListener.of((update) => {
      const isTyped = update.transactions.some((transaction) => transaction.docChanged && transaction.annotation(Transaction.remote) !== true);
      if (isTyped) host.onEdit(update.state.doc.toString());
    });
    this.#view = new EditorView({
      parent: place,
      state: EditorState.create({
        doc: text,
        extensions: [
          lineNumbers(), foldGutter(), drawSelection(), indentOnInput(), bracketMatching(), closeBrackets(), highlightActiveLine(), lintGutter(),
          json(), syntaxHighlighting(colours), autocompletion({ override: [complete], icons: false }), hoverTooltip(hint),
          historyOf(host),
          keymap.of([
            ...closeBracketsKeymap, ...completionKeymap, ...lintKeymap, ...defaultKeymap,
            // Escape, then Tab leaves the editor: nobody is held in it.
            indentWithTab,
          ]),
          EditorState.tabSize.of(2),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0", spellcheck: "false" }),
          onChange,
        ],
      }),
    });
  }

  /** What the other view or an undo has made of the text. The cursor stays where it was. */
  show(made: string): void {
    const now = this.#view.state.doc.toString();
    // The editor knows one end of a line.
    const text = made.replaceAll(/\r\n?/g, "\n");
    if (now === text) return;
    let from = 0;
    while (from < now.length && now[from] === text[from]) from += 1;
    let [end, other] = [now.length, text.length];
    while (end > from && other > from && now[end - 1] === text[other - 1]) [end, other] = [end - 1, other - 1];
    this.#view.dispatch({ changes: { from, to: end, insert: text.slice(from, other) }, annotations: Transaction.remote.of(true) });
  }

  /** What the package has to say of the policy, at its place. */
  mark(checked: Checked | null): void {
    const text = this.#view.state.doc.toString();
    this.#view.dispatch(setDiagnostics(this.#view.state, checked === null ? [] : diagnostics(text, checked)));
  }

  /** To a setting; of the policy as a whole, to where it is no JSON. */
  goTo(path: string): void {
    const text = this.#view.state.doc.toString();
    const segments = segmentsOf(path);
    const [broken] = segments.length === 0 ? syntaxErrors(text) : [];
    const place = broken === undefined ? placeOf(text, segments) : { offset: broken.from, length: broken.to - broken.from };
    if (place === null) return;
    this.#view.dispatch({ selection: { anchor: place.offset, head: place.offset + place.length }, effects: EditorView.scrollIntoView(place.offset, { y: "center" }) });
    this.#view.focus();
  }

  destroy(): void {
    this.#view.destroy();
  }
}

function historyOf({ history: page }: EditorHost): Extension {
  if (page === undefined) return [history(), keymap.of(historyKeymap)];
  const run = (command: () => void) => () => {
    command();
    return true;
  };
  return keymap.of([{ key: "Mod-z", run: run(page.undo) }, { key: "Mod-y", run: run(page.redo) }, { key: "Mod-Shift-z", run: run(page.redo) }]);
}

function diagnostics(text: string, checked: Checked): Diagnostic[] {
  if (!checked.ok) {
    const broken = syntaxErrors(text);
    return broken.length > 0 ? broken : [diagnostic(text, checked.path, checked.message, "error")];
  }
  return checked.warnings.map(({ path, message }) => diagnostic(text, path, message, "warning"));
}

function syntaxErrors(text: string): Diagnostic[] {
  const errors: ParseError[] = [];
  parse(text, errors, { allowTrailingComma: false, disallowComments: true });
  return errors.slice(0, 20).map(({ error, offset, length }) => ({
    from: Math.min(offset, text.length),
    to: Math.min(offset + Math.max(1, length), text.length),
    severity: "error",
    message: words(printParseErrorCode(error)),
  }));
}

/** `ColonExpected` is "colon expected". */
function words(code: string): string {
  return code.replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase();
}

function diagnostic(text: string, path: string, message: string, severity: "error" | "warning"): Diagnostic {
  const place = placeOf(text, segmentsOf(path)) ?? { offset: 0, length: 0 };
  return { from: place.offset, to: Math.min(text.length, place.offset + place.length), severity, message };
}
