// What may be written at the cursor: names and words of the schema, with what they mean.

import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { findNodeAtLocation, getLocation, parseTree } from "jsonc-parser";
import { beginningOf, propertiesOf, type SchemaNode, schemaAt, wordsOf } from "./schema.ts";

export function complete(context: CompletionContext): CompletionResult | null {
  const text = context.state.doc.toString();
  const word = context.matchBefore(/"?[\w$.*-]*/);
  if (word === null || (word.from === word.to && !context.explicit)) return null;
  const { path, isAtPropertyKey } = getLocation(text, context.pos);
  const options = isAtPropertyKey ? names(text, path.slice(0, -1), context.pos) : values(path);
  // A closing quote that stands there already is written over.
  const to = text[context.pos] === '"' ? context.pos + 1 : context.pos;
  return options.length === 0 ? null : { from: word.from, to, options, validFor: /^"?[\w$.*-]*$/ };
}

function names(text: string, path: (string | number)[], cursor: number): Completion[] {
  const node = schemaAt(path);
  if (node === undefined) return [];
  const there = namesAt(text, path, cursor);
  const rest = text.slice(cursor).replace(/^[\w$.*-]*"?/, "");
  const hasValue = /^\s*:/.test(rest);
  // Another property follows, and nothing between the two.
  const comma = /^\s*"/.test(rest) ? "," : "";
  return propertiesOf(node)
    .filter(([name]) => !there.has(name))
    .map(([name, inner]) => ({
      label: `"${name}"`,
      displayLabel: name,
      apply: hasValue ? `"${name}"` : `"${name}": ${beginningOf(inner)}${comma}`,
      info: inner.description ?? "",
      type: "property",
    }));
}

/** The names that the object has already, but for the one that is being written. */
function namesAt(text: string, path: (string | number)[], cursor: number): Set<unknown> {
  const root = parseTree(text);
  const object = root === undefined ? undefined : findNodeAtLocation(root, path);
  const keys = (object?.children ?? []).map((property) => property.children?.[0]);
  return new Set(keys.filter((key) => key !== undefined && (cursor < key.offset || cursor > key.offset + key.length)).map((key) => key?.value));
}

function values(path: (string | number)[]): Completion[] {
  const node: SchemaNode | undefined = schemaAt(path);
  if (node === undefined) return [];
  return wordsOf(node).map(({ value, about }) => ({ label: JSON.stringify(value), info: about ?? "", type: "enum" }));
}
