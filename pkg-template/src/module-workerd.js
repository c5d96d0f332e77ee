// Workers may not compile bytes at run time; there the bundler hands over a compiled module.
import compiled from "#wasm";

export function engineModule() {
  return compiled;
}
