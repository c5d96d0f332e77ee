// Which settings of two policies in full are not the same.

import { at, isRecord } from "../state/document.ts";

export interface ChangedSetting {
  path: string;
  before: string;
  after: string;
}

export function changedSettings(before: unknown, after: unknown, path = ""): ChangedSetting[] {
  if (isRecord(before) && isRecord(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return names.flatMap((name) => changedSettings(at(before, [name]), at(after, [name]), path === "" ? name : `${path}.${name}`));
  }
  const [was, is] = [JSON.stringify(before) ?? "–", JSON.stringify(after) ?? "–"];
  return was === is ? [] : [{ path, before: was, after: is }];
}
