// CommonJS gets the same types by `require`.
import interlock = require("agent-interlock");

const policy: interlock.Policy = new interlock.Policy({ customerId: "noor" });
const { required }: interlock.ApprovalRequirement = policy.requiresApproval({ actionType: "send_message" });
// @ts-expect-error a policy has a customer
new interlock.Policy({});
console.log(required);
