export { InterlockError } from "./error.js";
export { Guard } from "./guard.js";
export { Policy, parsePolicy } from "./policy.js";
export { Replay } from "./replay.js";
export { defaultPolicy, determineTier, isInQuietHours, requiresApproval, withinBudget } from "./rules.js";
