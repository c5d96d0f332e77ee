// The hours in which no message goes out, as the policy's clock shows them.

/** @import {QuietHours} from "agent-interlock" */

/**
 * For drawing alone: what is quiet is decided by the engine.
 * @param {QuietHours | null} hours
 * @param {number} hour 0 to 23
 */
export function isQuiet(hours, hour) {
  if (hours === null) return false;
  const { start, end } = hours;
  return start < end ? hour >= start && hour < end : hour >= start || hour < end;
}
