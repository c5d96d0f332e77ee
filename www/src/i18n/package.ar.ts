// ما تقوله الحزمة بالإنجليزية: what it says of policies and decisions in words of its own, in Arabic where its code or the shape of its words tells what it is.

import type { WarningCode } from "agent-interlock";

const WARNINGS: Record<WarningCode, string> = {
  zero_cap: "الحد صفر: ما يقيّده لا يُنفَّذ أبدًا.",
  broad_keyword: "كلمة قصيرة توجد في كل نص تقريبًا: اكتب كلمات كاملة.",
  redundant_keyword: "كلمة لا تضيف شيئًا: كل نص فيه هذه الكلمة فيه كلمة أخرى من القائمة.",
  quiet_all_day: "ساعات الهدوء هي اليوم كله: لا تُرسل رسالة أبدًا.",
  unmapped_factors: "نوع رسائل بلا عوامل خطر: إن لم يذكرها النظام انتظرت كل رسالة شخصًا.",
  unreachable_action: "لا يقع تحت هذا المدخل أي نوع من الإجراءات.",
  velocity_tiers_inverted: "الدرجة الأشد تبدأ عند سرعة لا تزيد على سرعة الدرجة الأخف.",
  agent_as_creator: "المسؤول هنا وكيل، ولا يوافق وكيل على شيء: سمِّ شخصًا.",
};

const CODES: Record<string, string> = {
  ...WARNINGS,
  not_found: "لا طلب موافقة بهذا المعرّف.",
  not_authorized: "لا يبتّ في الأمر إلا منشئ الوكيل أو مدير المنصة.",
  already_resolved: "بُتَّ في الأمر من قبل.",
  expired: "سقط السؤال: فات وقته.",
};

/** By how the package's words begin or end, after their path. */
const SHAPES: readonly (readonly [RegExp, string])[] = [
  [/^whoever requested an action/, "من طلب الإجراء لا يبتّ فيه."],
  [/^nobody knows who requested this/, "لا يُعرف من طلب هذا، ومن طلبه لا يوافق عليه."],
  [/^this person has decided on it before/, "بتَّ هذا الشخص في الأمر من قبل."],
  [/^required, but left out$/, "هذا الحقل مطلوب وغير موجود."],
  [/^unknown field .*the nearest known one is `([^`]+)`$/, "حقل غير معروف. أقرب حقل معروف: $1"],
  [/^unknown field/, "حقل غير معروف."],
  [/^expected an? (?:whole )?(?:number|hour) from (-?[\d.]+) to 9007199254740991, got/, "المطلوب عدد من $1 فأكثر."],
  [/^expected an? (?:whole )?(?:number|hour) from (-?[\d.]+) to (-?[\d.]+), got/, "المطلوب عدد من $1 إلى $2."],
  [/^expected a finite number of at least (-?[\d.]+), got/, "المطلوب عدد من $1 فأكثر."],
  [/^expected a finite number above (-?[\d.]+), got/, "المطلوب عدد أكبر من $1."],
  [/^expected a finite number, got/, "المطلوب عدد."],
  [/^expected a name, got/, "المطلوب اسم."],
  [/^expected one of (.+), got/, "المطلوب إحدى هذه الكلمات: $1"],
  [/^expected true or false, got/, "المطلوب true أو false."],
  [/^expected a string, got/, "المطلوب نص."],
  [/^expected a plain object, got/, "المطلوب كائن JSON."],
  [/^expected an array, got/, "المطلوب قائمة."],
  [/^expected .*, got/, "القيمة هنا ليست مما يُقبل."],
];

export function toldInArabic(code: string, words: string): string | null {
  for (const [shape, told] of SHAPES) {
    const found = shape.exec(words);
    if (found !== null) return told.replace("$1", found[1] ?? "").replace("$2", found[2] ?? "");
  }
  return Object.hasOwn(CODES, code) ? (CODES[code] ?? null) : null;
}
