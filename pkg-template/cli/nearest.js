// The known word that somebody most likely meant.

/**
 * @param {string} given
 * @param {string[]} known
 * @returns {string | undefined} undefined only where nothing is known
 */
export function nearest(given, known) {
  const scored = known.map((word) => ({ word, distance: distance(given.toLowerCase(), word.toLowerCase()) }));
  return scored.sort((a, b) => a.distance - b.distance)[0]?.word;
}

/**
 * The edits between two words (Levenshtein), row by row.
 * @param {string} from
 * @param {string} to
 */
function distance(from, to) {
  let above = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const substituted = Number(above[column - 1]) + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(substituted, Number(above[column]) + 1, Number(current[column - 1]) + 1));
    }
    above = current;
  }
  return Number(above[to.length]);
}
