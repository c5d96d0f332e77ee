export type Language = "en" | "ar";

/** A counted thing, by the form that its number asks for; `#` is the number. English has two of them, Arabic all six. */
export type Forms = { readonly [Form in Exclude<Intl.LDMLPluralRule, "other">]?: string } & { readonly other: string };
