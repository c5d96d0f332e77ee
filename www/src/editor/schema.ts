// The policy's JSON Schema, asked for what may stand at a place. It uses a small part of JSON Schema; what is wrong in a policy is said by the
// package itself, so that the schema serves completion and hints alone.

import schema from "agent-interlock/policy.schema.json";

export interface SchemaNode {
  $ref?: string;
  description?: string;
  type?: string | string[];
  const?: unknown;
  default?: unknown;
  properties?: Record<string, SchemaNode>;
  additionalProperties?: boolean | SchemaNode;
  items?: SchemaNode;
  oneOf?: SchemaNode[];
  anyOf?: SchemaNode[];
}

const root = schema as SchemaNode & { $defs: Record<string, SchemaNode> };

/** With what it refers to; a description nearer to the place goes before. */
export function resolved(node: SchemaNode): SchemaNode {
  if (node.$ref === undefined) return node;
  const { $ref, ...nearer } = node;
  return { ...resolved(root.$defs[$ref.replace("#/$defs/", "")] ?? {}), ...nearer };
}

/** Itself and its alternatives. */
function shapes(node: SchemaNode): SchemaNode[] {
  const whole = resolved(node);
  return [whole, ...(whole.anyOf ?? []).flatMap(shapes)];
}

/** What the schema says of a path; nothing where it does not know it. */
export function schemaAt(path: readonly (string | number)[]): SchemaNode | undefined {
  let node: SchemaNode | undefined = root;
  for (const segment of path) {
    node = child(node, segment);
    if (node === undefined) return undefined;
  }
  return resolved(node);
}

function child(node: SchemaNode, segment: string | number): SchemaNode | undefined {
  for (const shape of shapes(node)) {
    if (typeof segment === "number" && shape.items !== undefined) return shape.items;
    const own = shape.properties?.[segment];
    if (own !== undefined) return own;
    if (typeof shape.additionalProperties === "object") return shape.additionalProperties;
  }
  return undefined;
}

export function propertiesOf(node: SchemaNode): [string, SchemaNode][] {
  return shapes(node).flatMap((shape) => Object.entries(shape.properties ?? {}));
}

export interface Word {
  value: unknown;
  about: string | undefined;
}

/** The values that may be written out: words, true and false, null. */
export function wordsOf(node: SchemaNode): Word[] {
  return shapes(node).flatMap((shape) => {
    const types = [shape.type ?? []].flat();
    return [
      ...(shape.oneOf ?? []).map((word) => ({ value: word.const, about: word.description })),
      ...(shape.const === undefined ? [] : [{ value: shape.const, about: shape.description }]),
      ...(types.includes("boolean") ? [{ value: true, about: undefined }, { value: false, about: undefined }] : []),
      ...(types.includes("null") ? [{ value: null, about: undefined }] : []),
    ];
  });
}

/** What is written first where nothing stands yet. */
export function beginningOf(node: SchemaNode): string {
  const whole = resolved(node);
  if (whole.default !== undefined) return JSON.stringify(whole.default);
  const types = shapes(node).flatMap((shape) => [shape.type ?? []].flat());
  const [word] = wordsOf(node);
  if (types.includes("object")) return "{}";
  if (types.includes("array")) return "[]";
  if (word !== undefined) return JSON.stringify(word.value);
  return types.includes("string") ? '""' : "0";
}
