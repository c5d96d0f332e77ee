// Which rows of a table are in sight. Browsers make no element much taller than MAX_HEIGHT: longer tables are drawn shorter than they are, and a
// pixel of the scroll bar is more than one of theirs.

export const MAX_HEIGHT = 12_000_000;
/** Rows beyond the edges that are there already. */
const AHEAD = 12;

export interface Table {
  rows: number;
  rowHeight: number;
  /** Of the part that is in sight. */
  height: number;
}

export function drawnHeight({ rows, rowHeight }: Table): number {
  return Math.min(rows * rowHeight, MAX_HEIGHT);
}

/** How many pixels of rows one of the scroll bar is. */
function stretchOf(table: Table): number {
  const [full, drawn] = [table.rows * table.rowHeight, drawnHeight(table)];
  return drawn === full ? 1 : (full - table.height) / Math.max(1, drawn - table.height);
}

/** The rows to draw, and how far down the first of them stands. */
export function inSight(table: Table, top: number): { from: number; to: number; shift: number } {
  const { rows, rowHeight, height } = table;
  const stretch = stretchOf(table);
  const first = Math.max(0, Math.min(Math.floor((top * stretch) / rowHeight), rows - Math.floor(height / rowHeight)));
  const from = Math.max(0, first - AHEAD);
  const to = Math.min(rows, first + Math.ceil(height / rowHeight) + AHEAD);
  return { from, to, shift: stretch === 1 ? from * rowHeight : top - (top * stretch - from * rowHeight) };
}

/** Where to scroll so that a row is in sight; where it is already, nothing moves. */
export function revealed(table: Table, index: number, top: number): number {
  const stretch = stretchOf(table);
  const [begin, end] = [index * table.rowHeight, (index + 1) * table.rowHeight];
  if (begin < top * stretch) return Math.floor(begin / stretch);
  if (end > top * stretch + table.height) return Math.ceil((end - table.height) / stretch);
  return top;
}
