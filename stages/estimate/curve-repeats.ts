/** Models of a curve that are the same once the terms that drop out of them are gone. */
import type { Note } from '../contract.ts';

/** What is left of an estimated model. */
export interface LeftOver {
  /** rows, outcome, errors and kept regressors: the same in models that are the same */
  readonly key: string;
  /** terms that dropped out */
  readonly dropped: readonly string[];
}

export interface Repeats {
  /** for each model the number of the first that is the same, from 0; undefined where it is the first */
  readonly of: readonly (number | undefined)[];
  readonly notes: readonly Note[];
}

const MOST_NAMES = 8;

export function repeatsOf(models: readonly (LeftOver | undefined)[]): Repeats {
  const first = new Map<string, number>();
  const of = models.map((model, i) => {
    if (model === undefined) return undefined;
    const known = first.get(model.key);
    if (known === undefined) first.set(model.key, i);
    return known;
  });
  // models that were written twice, without a term that drops out, are no surprise
  const gone = new Map<string, Set<string>>();
  for (const { key, dropped } of models.filter((m) => m !== undefined))
    if (dropped.length > 0) gone.set(key, new Set([...(gone.get(key) ?? []), ...dropped]));
  const rows = of.flatMap((at, i) => (at !== undefined && gone.has(models[i]?.key ?? '') ? [i] : []));
  if (rows.length === 0) return { of, notes: [] };
  const terms = [...new Set(rows.flatMap((i) => [...(gone.get(models[i]?.key ?? '') ?? [])]))];
  return {
    of,
    notes: [{ code: 'CN2595', args: { rows: rows.length, total: models.length, terms: terms.slice(0, MOST_NAMES) } }],
  };
}
