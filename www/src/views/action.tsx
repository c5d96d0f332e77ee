export function ActionTab() {
  return null;
}
