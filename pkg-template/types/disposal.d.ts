/** `Symbol.dispose`, where the user's `lib` knows it; elsewhere no name at all. */
type DisposeKey = SymbolConstructor extends { readonly dispose: infer Key extends symbol } ? Key : never;

/** What a `using` declaration needs, without asking for a newer `lib` of those who do not use it. */
export type Disposal = Record<DisposeKey, () => void>;
