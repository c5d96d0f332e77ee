// The package in a Worker, where bytes cannot be compiled at run time.
import { InterlockError, isInQuietHours, Policy, withinBudget } from "agent-interlock";
import { createGate } from "gate";

export default {
  async test() {
    const gate = await createGate({ policy: { customerId: "noor", autonomyMode: "safe_autopilot" } });
    const run = () => gate.run({ id: "a1", type: "book_meeting", agent: "sales" }, () => "booked");
    expect((await run()).result === "booked", "the gate runs what may run");
    expect((await run()).code === "already_executed", "and once");
    await gate.close();
    const policy = new Policy({ customerId: "noor", autonomyMode: "safe_autopilot", blockedKeywords: ["guarantee"] });
    const { reason } = policy.requiresApproval({ actionType: "send_message", riskFactors: { draftText: "ＧＵＡＲＡＮＴＥＥ" } });
    expect(reason === "blocked_keyword=guarantee", reason);
    expect(isInQuietHours({ at: "2026-05-18T19:30:00Z", policy }), "22:30 in Riyadh is quiet");
    try {
      withinBudget({ usage: { costToday: -1 } });
    } catch (error) {
      expect(error instanceof InterlockError && error.path === "usage.costToday", error);
      return;
    }
    throw new Error("a negative cost was taken");
  },
};

function expect(holds, what) {
  if (!holds) throw new Error(`unexpected: ${what}`);
}
