// The document that everything hangs on: a policy's text and what was put into the day. Form and JSON are two views of it.

import { applyEdits, modify, parseTree, type Node } from "jsonc-parser";
import type { Edit, Place } from "../worker/protocol.ts";

export interface Document {
  policy: string;
  edits: Edit[];
}

/** What is put in runs anew with every change, and goes into links. */
export const MOST_EDITS = 1000;

/** The edits with lines put in at a place, in their order. No id is one that `others` has: they would be taken for the same. */
export function withLines(edits: readonly Edit[], { after, before }: Place, lines: readonly string[], others: readonly Edit[]): Edit[] {
  const last = Math.max(0, ...[...edits, ...others].map(({ id }) => id));
  const added = lines.map((line, place) => ({ id: last + 1 + place, after, line }));
  const next = edits.findIndex(({ id }) => id === before);
  return next === -1 ? [...edits, ...added] : [...edits.slice(0, next), ...added, ...edits.slice(next)];
}

/** Whether the same was put into the day, as far as is known without looking into it. */
export function hasSameEdits(one: Document, other: Document): boolean {
  return one.edits === other.edits || one.edits.length + other.edits.length === 0;
}

const LAYOUT = { formattingOptions: { tabSize: 2, insertSpaces: true, eol: "\n" } };

/** `["budget", "maxCostPerDay"]` of `policy.budget.maxCostPerDay` or `budget.maxCostPerDay`; list items as numbers. */
export function segmentsOf(path: string): (string | number)[] {
  const segments: (string | number)[] = [];
  const pattern = /\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|([^.[\]]+)/g;
  for (const [, index, quoted, plain] of path.matchAll(pattern)) {
    if (index !== undefined) segments.push(Number(index));
    else segments.push(quoted === undefined ? String(plain) : (JSON.parse(`"${quoted}"`) as string));
  }
  return segments[0] === "policy" ? segments.slice(1) : segments;
}

/** The text with another value at a place; `undefined` takes it out. The rest stays as it was written. */
export function withValue(text: string, path: readonly (string | number)[], value: unknown): string {
  return applyEdits(text, modify(text, [...path], value, LAYOUT));
}

/** What stands in the text, as far as it can be read. */
export function valueOf(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function at(value: unknown, path: readonly (string | number)[]): unknown {
  let inner = value;
  for (const segment of path) {
    if (typeof inner !== "object" || inner === null || !Object.hasOwn(inner, segment)) return undefined;
    inner = (inner as Record<string | number, unknown>)[segment];
  }
  return inner;
}

/** Where a path stands in the text; its nearest known part where it does not. */
export function placeOf(text: string, path: readonly (string | number)[]): { offset: number; length: number } | null {
  const root = parseTree(text);
  if (root === undefined) return null;
  let node: Node = root;
  for (const segment of path) {
    const inner = child(node, segment);
    if (inner === undefined) break;
    node = inner;
  }
  if (node === root) return { offset: root.offset, length: 1 };
  return { offset: node.offset, length: node.length };
}

function child(node: Node, segment: string | number): Node | undefined {
  if (node.type === "array") return node.children?.[Number(segment)];
  const properties = (node.children ?? []).filter((property) => property.children?.[0]?.value === segment);
  const property = properties.at(-1);
  return property?.children?.[1] ?? property?.children?.[0];
}
