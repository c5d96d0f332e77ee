import { builtin } from "./drivers.js";

/** @typedef {{ host: string, pid: number, started: string }} Process */

/** @returns {Process} */
export function thisProcess() {
  const { pid = 0 } = /** @type {{ pid?: number }} */ (/** @type {any} */ (globalThis).process ?? {});
  return { host: hostName(), pid, started: startOf(pid) };
}

/**
 * Whether a process that holds a lease is known to have ended: it was of this machine, and is there no more. Whatever cannot be told is no.
 * @param {Process} process
 * @param {Process} own
 */
export function hasEnded({ host, pid, started }, own) {
  if (host === "" || host !== own.host || pid === 0) return false;
  if (!exists(pid)) return true;
  // The system gives numbers of ended processes to new ones.
  const start = startOf(pid);
  return started !== "" && start !== "" && start !== started;
}

function hostName() {
  try {
    return String(/** @type {any} */ (builtin("node:os"))?.hostname() ?? "");
  } catch {
    return "";
  }
}

/** @param {number} pid */
function exists(pid) {
  try {
    /** @type {any} */ (globalThis).process.kill(pid, 0);
    return true;
  } catch (error) {
    // Anything but "no such process" says nothing of that kind: it may be another user's, or this one may not ask.
    return /** @type {any} */ (error)?.code !== "ESRCH";
  }
}

/**
 * When a process began, in ticks since the machine did; empty where the system does not tell.
 * @param {number} pid
 * @returns {string}
 */
function startOf(pid) {
  try {
    const text = /** @type {string} */ (/** @type {any} */ (builtin("node:fs")).readFileSync(`/proc/${pid}/stat`, "latin1"));
    // The second field is a name in parentheses, and may hold anything.
    return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}
