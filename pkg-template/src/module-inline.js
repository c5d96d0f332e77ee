import wasm from "#wasm";
import { decode } from "./inline.js";

/** @type {WebAssembly.Module | undefined} */
let compiled;

/** The engine's code, compiled at the first call from the bytes that stand in this very file. */
export function engineModule() {
  compiled ??= new WebAssembly.Module(decode(wasm));
  return compiled;
}
