// A share of a whole as a bar.

/**
 * `█████░░░`: what is not nothing is at least visible, and only the whole is full.
 * @param {number} value
 * @param {number} whole
 * @param {number} columns
 * @returns {{filled: string, rest: string}}
 */
export function gauge(value, whole, columns) {
  const filled = cells(whole > 0 ? value / whole : 1, columns);
  return { filled: "█".repeat(filled), rest: "░".repeat(columns - filled) };
}

/**
 * @param {number} share
 * @param {number} columns
 */
function cells(share, columns) {
  if (share <= 0) return 0;
  return share >= 1 ? columns : Math.min(columns - 1, Math.max(1, Math.round(share * columns)));
}
