/** Messages: their languages, their texts and what fills them. */

export type Lang = 'en' | 'zh';

/** Values that fill the `{placeholders}` of a message in the catalogue. Lists are joined as the language joins them. */
export type FaultArgs = Readonly<Record<string, string | number | readonly string[]>>;

/** What a message says of what is wrong. `{name}` puts in an argument of the fault. */
export interface Message {
  readonly en: string;
  readonly zh: string;
}

/**
 * One message: what is wrong, and what to do.
 * `{suggestion}` (help only) becomes "did you mean 'x'?" or the list of names that exist, from `args.name` and `args.known`.
 * `doc` is the page in `docs/errors.md`: the cause and the cure in two or three sentences.
 */
export interface Entry extends Message {
  readonly help?: { readonly en: string; readonly zh: string };
  readonly doc?: { readonly en: string; readonly zh: string };
}

export const entries = <const T extends Readonly<Record<string, Entry>>>(table: T): T => table;
