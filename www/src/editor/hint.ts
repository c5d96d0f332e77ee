// What a field or a word means, for who points at it.

import type { EditorView, Tooltip } from "@codemirror/view";
import { getLocation } from "jsonc-parser";
import { schemaAt, wordsOf } from "./schema.ts";

export function hint(view: EditorView, position: number): Tooltip | null {
  const text = view.state.doc.toString();
  const { path, isAtPropertyKey, previousNode } = getLocation(text, position);
  if (previousNode === undefined || position < previousNode.offset || position > previousNode.offset + previousNode.length) return null;
  const node = schemaAt(path);
  if (node === undefined) return null;
  const word = isAtPropertyKey ? undefined : wordsOf(node).find(({ value }) => value === previousNode.value);
  const about = word?.about ?? node.description;
  if (about === undefined) return null;
  return {
    pos: previousNode.offset,
    end: previousNode.offset + previousNode.length,
    above: true,
    create: () => ({ dom: card(path, about) }),
  };
}

function card(path: readonly (string | number)[], about: string): HTMLElement {
  const dom = document.createElement("div");
  dom.className = "schema-hint";
  const name = document.createElement("code");
  name.textContent = path.join(".");
  const words = document.createElement("p");
  words.textContent = about;
  dom.append(name, words);
  return dom;
}
