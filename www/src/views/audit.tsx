export function AuditDialog(_: { file: Blob }) {
  return null;
}
