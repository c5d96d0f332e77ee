/** Anything JSON can say. A `Date` in what you hand over comes back as text. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };
