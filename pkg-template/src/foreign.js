// What an MCP SDK threw or returned, as plain data: the one place where objects of other people's classes are read. Only
// the fields that tell kinds of errors apart are looked at, inherited ones and getters too.

/** A result may hold many parts; those that follow say nothing about its kind. */
const MAX_PARTS = 1000;

/** @typedef {(value: any) => unknown} Read gives undefined for what is of another kind; may throw */

/** @type {Read} */
const text = (value) => (typeof value === "string" ? value : undefined);
/** @type {Read} */
const number = (value) => (typeof value === "number" ? value : undefined);
/** @type {Read} */
const textOrNumber = (value) => text(value) ?? number(value);

const foreign = fields({
  name: text,
  message: text,
  code: textOrNumber,
  status: number,
  statusCode: number,
  response: fields({ status: number }),
  data: fields({ status: number }),
  error: fields({ code: number, message: text }),
  content: parts(fields({ text })),
});

/**
 * Never throws: a field that cannot be read is one that is not there.
 * @param {unknown} value
 */
export function readForeign(value) {
  return text(value) ?? foreign(value) ?? {};
}

/**
 * @param {Record<string, Read>} shape
 * @returns {Read}
 */
function fields(shape) {
  const names = Object.keys(shape);
  return (value) => {
    if (typeof value !== "object" || value === null) return undefined;
    return Object.fromEntries(names.map((name) => [name, attempt(() => shape[name]?.(value[name]))]));
  };
}

/**
 * @param {Read} read
 * @returns {Read}
 */
function parts(read) {
  return (value) => {
    if (!Array.isArray(value)) return undefined;
    const length = Math.min(value.length, MAX_PARTS);
    return Array.from({ length }, (_, index) => attempt(() => read(value[index])) ?? {});
  };
}

/** @param {() => unknown} read */
function attempt(read) {
  try {
    return read();
  } catch {
    return undefined;
  }
}
