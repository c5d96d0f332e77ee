// The package as installed: imported or required, as FORMAT says.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import process from "node:process";

export const format = process.env.FORMAT ?? "esm";
const required = createRequire(import.meta.url);

export const library = format === "cjs" ? required("agent-interlock") : await import("agent-interlock");

/** A development tool of the checkout. */
export const tool = createRequire(`${process.env.PROJECT}/package.json`);

export const POLICY = Object.freeze({ customerId: "noor", autonomyMode: "safe_autopilot" });

/** What a call throws. */
export function thrownBy(run) {
  try {
    run();
  } catch (error) {
    return error;
  }
  assert.fail("expected an InterlockError, and nothing was thrown");
}

/** Checks that a call is refused, and that the next one works all the same. */
export function refuses(run, { code = "invalid_input", path, message = /./ }) {
  const error = thrownBy(run);
  assert.ok(error instanceof library.InterlockError, `not an InterlockError: ${error?.stack}`);
  assert.ok(error instanceof Error);
  assert.equal(error.name, "InterlockError");
  assert.deepEqual({ code: error.code, path: error.path }, { code, path }, error.message);
  assert.match(error.message, message);
  if (path !== "") assert.ok(error.message.startsWith(`${path}: `), error.message);
  assert.equal(library.withinBudget({ usage: {} }).within, true);
}
