// Which settings of two policies in full are not the same.

export interface ChangedSetting {
  path: string;
  before: string;
  after: string;
}

export function changedSettings(before: unknown, after: unknown, path = ""): ChangedSetting[] {
  if (isGroup(before) && isGroup(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    const inside = (group: Record<string, unknown>, name: string) => (Object.hasOwn(group, name) ? group[name] : undefined);
    return names.flatMap((name) => changedSettings(inside(before, name), inside(after, name), path === "" ? name : `${path}.${name}`));
  }
  const [was, is] = [JSON.stringify(before) ?? "–", JSON.stringify(after) ?? "–"];
  return was === is ? [] : [{ path, before: was, after: is }];
}

function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
