// What a careful programmer would write in plain JavaScript for approval and budget: the peer that the engine is measured
// against. It checks nothing and folds nothing but case.

const OUTBOUND = new Set(["send_message", "book_meeting", "generate_proposal"]);

export function approvalPort(policy, actionType, risk) {
  const { autonomyMode: mode } = policy;
  if (mode === "manual" || mode === "suggest_only") return { required: true, reason: `autonomy_mode=${mode}` };
  if (mode === "draft_and_approve" && OUTBOUND.has(actionType)) {
    return { required: true, reason: "mode=draft_and_approve_requires_human_for_outbound" };
  }
  if (actionType === "send_message") {
    if (policy.requireHumanForFirstSend && risk.isFirstSendToAccount) return { required: true, reason: "first_send_to_account" };
    if (risk.dealValue >= policy.requireHumanForHighValueDealsAbove) {
      return { required: true, reason: `high_value_deal_sar=${risk.dealValue.toFixed(0)}` };
    }
    if (risk.containsLegalTopic && policy.requireHumanForLegalTopics) return { required: true, reason: "contains_legal_topic" };
    if (policy.blockedSectors.includes(risk.sector)) return { required: true, reason: `blocked_sector=${risk.sector}` };
    const text = risk.draftText.toLowerCase();
    for (const keyword of policy.blockedKeywords) {
      if (text.includes(keyword)) return { required: true, reason: `blocked_keyword=${keyword}` };
    }
    if (risk.consecutiveFollowupIndex >= policy.maxConsecutiveFollowups) {
      return { required: true, reason: "max_consecutive_followups_reached" };
    }
  }
  return { required: false, reason: null };
}

export function budgetPort(budget, usage) {
  if (usage.messagesToday >= budget.maxMessagesPerDay) return { within: false, reason: "messages_per_day_reached" };
  if (usage.llmTokensToday >= budget.maxLlmTokensPerDay) return { within: false, reason: "llm_tokens_per_day_reached" };
  if (usage.apiCallsToday >= budget.maxExternalApiCallsPerDay) return { within: false, reason: "api_calls_per_day_reached" };
  if (usage.costToday >= budget.maxCostPerDay) return { within: false, reason: "cost_sar_per_day_reached" };
  return { within: true, reason: null };
}
