// الأسباب بالعربية، جملةً لكل رمز.

import type { ReasonSentences } from "./reasons.en.ts";
import type { Format } from "./format.ts";
import type { Forms } from "./language.ts";
import { messages } from "./messages.ar.ts";

const { cost: COST } = messages.action;

const MODES: Record<string, string> = { manual: "يدوي", suggest_only: "اقتراحات فقط" };
const FACTORS: Record<string, string> = {
  isFirstSendToAccount: "هل هي أول رسالة إلى هذا الحساب",
  dealValue: "قيمة الصفقة",
  containsLegalTopic: "هل تتناول أمرًا قانونيًا",
  sector: "قطاع الحساب",
  draftText: "نص المسودة",
  consecutiveFollowupIndex: "رقم المتابعة",
};
const DIMENSIONS: Record<string, string> = { messages: "الرسائل", llmTokens: "الرموز النصية", apiCalls: "الاستدعاءات", amount: "المال" };
const CATEGORIES: Record<string, string> = { validation: "رُفض لأنه غير صحيح", auth: "غير مصرّح به", unknown: "لسبب غير معروف" };

const would = (what: Forms, used: number, cost: number, cap: number, { counted, number }: Format) =>
  `المطلوب ${counted(cost, what)}، وقد استُهلك ${number(used)} من حدّ اليوم ${number(cap)}.`;

export const sentences: ReasonSentences = {
  autonomy_mode: ({ mode }) => `في وضع «${MODES[mode] ?? mode}» لا يُنفَّذ شيء تلقائيًا.`,
  outbound_requires_human: () => "في هذا الوضع يُجيز شخصٌ كل ما يخرج من الشركة.",
  unknown_action_type: ({ actionType }) => `السياسة لا تعرف النوع «${actionType}».`,
  first_send_to_account: () => "لم يُرسَل شيء إلى هذا الحساب من قبل: يقرّر شخصٌ في أول رسالة.",
  high_value_deal: ({ value, currency, threshold }, { money }) =>
    `قيمة هذه الصفقة ${money(value, currency)}، وابتداءً من ${money(threshold, currency)} يقرّر شخصٌ.`,
  contains_legal_topic: () => "تتناول أمرًا قانونيًا: يقرّر شخصٌ.",
  blocked_sector: ({ sector }) => `قطاع الحساب «${sector}» لا يراسله إلا شخص.`,
  blocked_keyword: ({ keyword }) => `في المسودة كلمة محظورة: «${keyword}».`,
  max_consecutive_followups_reached: ({ index, maximum }, { number }) =>
    `هذه المتابعة رقم ${number(index)} دون رد، وابتداءً من ${number(maximum)} يقرّر شخصٌ.`,
  risk_factors_missing: () => "هذه رسالة ولم يذكر أحدٌ عوامل خطرها: يقرّر شخصٌ.",
  risk_factor_missing: ({ factor }) => `لا تذكر معطياتها ${FACTORS[factor] ?? factor}، والسياسة تطلب ذلك.`,
  cost_missing: ({ dimension }) => `لا تذكر معطياتها التكلفة (${DIMENSIONS[dimension]})، والسياسة تطلب ذلك.`,
  agent_locked: () => "الوكيل مقفل حتى يفتحه شخص.",
  customer_locked: () => "كل شيء مقفل حتى يفتحه شخص.",
  critical_risk: ({ score }, { number }) => `الخطر والأثر معًا بالغان (${number(score)} من ١): قُفل الوكيل.`,
  systemic_anomaly: () => "أرقام الوكيل أرقامُ عطل: قُفل.",
  velocity_tier_3: ({ actionCount, actionsPerMinute }, { counted, number }) =>
    `سرعة مفرطة: ${counted(actionCount, { zero: "لا إجراءات", one: "إجراء واحد", two: "إجراءان", few: "# إجراءات", many: "# إجراءً", other: "# إجراء" })} بمعدل ${number(actionsPerMinute)} في الدقيقة. قُفل الوكيل.`,
  too_many_agents: () => "لا متّسع لمراقبة وكيل آخر.",
  already_granted: () => "سُمح به من قبل، ولم يُبلَّغ بعدُ عمّا آل إليه.",
  already_executed: () => "نُفِّذ من قبل، ولا يُنفَّذ مرتين.",
  outcome_unknown: () => "ربما نُفِّذ فعلًا: على شخصٍ أن يتحقق ويُبلِّغ.",
  retry_not_before: ({ retryAt }, { full }) => `فشل، ويمكن إعادة المحاولة ابتداءً من ${full(Date.parse(retryAt))}.`,
  not_retryable: ({ category }) => `فشل ولن تفيد إعادة المحاولة: ${CATEGORIES[category] ?? category}.`,
  retries_exhausted: () => "فشل مرات أكثر من أن تُعاد محاولته.",
  duplicate_action: () => "نُفِّذ الشيء نفسه قبل قليل.",
  too_many_in_flight: () => "لهذا الوكيل إجراءات جارية كثيرة لم يُبلَّغ عنها.",
  snapshot_full: () => "لا متّسع لتذكّر إجراء آخر.",
  paused_behind: ({ index }, { number }) => `على الخطوة ${number(index)} من الخطة أن تنجح أولًا.`,
  skipped_after: ({ index }, { number }) => `الخطوة ${number(index)} من الخطة لن تحدث، فلا تحدث هذه أيضًا.`,
  group_ended: () => "انتهت الخطة.",
  approval_rejected: () => "رفضه شخصٌ.",
  too_many_pending: () => "تنتظر أسئلة كثيرة لهذا الوكيل جوابًا.",
  level: ({ level }, _format, decides) => {
    if (decides) return level === "L2" ? "يُنفَّذ ويُبلَّغ منشئ الوكيل (المستوى L2)." : "يُسأل منشئ الوكيل أولًا (المستوى L3).";
    return level === "L2" ? "مستواه وحده (L2) كان سيسمح بتنفيذه مع إبلاغ منشئ الوكيل." : "مستواه وحده (L3) كان سيقتضي سؤال منشئ الوكيل أولًا.";
  },
  confirmation_required: () => "يؤكّد شخصٌ كل إجراء من هذا النوع.",
  quiet_hours: () => "ساعات هدوء: لا تُرسل رسالة الآن.",
  blocked_date: ({ date }, { date: said }) => `لا تُرسل رسائل في ${said(date)}.`,
  never_allowed: () => "لا وقت متاح له خلال ٤٠٠ يوم.",
  messages_per_day_reached: ({ cap }, { number }) => `استُهلكت رسائل اليوم كلها: ${number(cap)}.`,
  llm_tokens_per_day_reached: ({ cap }, { number }) => `استُهلكت الرموز النصية لليوم كلها: ${number(cap)}.`,
  api_calls_per_day_reached: ({ cap }, { number }) => `استُهلكت استدعاءات اليوم كلها: ${number(cap)}.`,
  cost_per_day_reached: ({ currency, cap }, { money }) => `أُنفقت ميزانية اليوم كلها: ${money(cap, currency)}.`,
  messages_per_day_would_exceed: ({ used, cost, cap }, format) => would(COST.messages, used, cost, cap, format),
  llm_tokens_per_day_would_exceed: ({ used, cost, cap }, format) => would(COST.llmTokens, used, cost, cap, format),
  api_calls_per_day_would_exceed: ({ used, cost, cap }, format) => would(COST.apiCalls, used, cost, cap, format),
  cost_per_day_would_exceed: ({ used, cost, cap, currency }, { money }) =>
    `المطلوب ${money(cost, currency)}، وقد أُنفق ${money(used, currency)} من حدّ اليوم ${money(cap, currency)}.`,
  exceeds_cap: ({ dimension }) => `يحتاج من ${DIMENSIONS[dimension]} إلى أكثر مما في يوم كامل.`,
};
