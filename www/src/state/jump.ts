import { segmentsOf, valueOf } from "./document.ts";
import { store } from "./store.ts";

/** Opens the policy at a setting: the form has each under an id of its path. */
export function jumpTo(path: string): void {
  store.set({ jump: { path, time: performance.now() }, showsPolicy: true });
}

/** To what is wrong with the policy. Where its text is no JSON, the form has no field for it. */
export function jumpToFault(path: string): void {
  if (valueOf(store.state.document.policy) === null) store.set({ panel: "json" });
  jumpTo(path);
}

export function fieldId(path: string): string {
  return idOf(segmentsOf(path));
}

/** Another one for each setting: what an id should not have in it is written by its number. */
export function idOf(segments: readonly (string | number)[]): string {
  return `setting-${segments.join("-").replaceAll(/[^\w-]/gu, (letter) => `:${letter.codePointAt(0)?.toString(16)}:`)}`;
}
