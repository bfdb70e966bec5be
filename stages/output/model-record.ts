/** A fitted model as tables and figures need it, read from the JSON of its record (LANGUAGE.md, `show --json`). */
import { numberOf } from '../columns/record.ts';
import type { Json, JsonRecord } from '../contract.ts';
import { fieldsOf, itemsOf, recordsOf, textOf } from './fields.ts';

/** One estimated term; NaN where a number is missing. */
export interface Term {
  readonly name: string;
  readonly estimate: number;
  readonly stdError: number;
  readonly statistic: number;
  readonly pValue: number;
  readonly low: number;
  readonly high: number;
  /** simultaneous band over all terms, NaN where there is none */
  readonly bandLow: number;
  readonly bandHigh: number;
  /** event studies: time relative to treatment */
  readonly period?: number;
}

export interface Model {
  readonly terms: readonly Term[];
  readonly outcome?: string;
  /** the part of the sample, of a model by group */
  readonly group?: string;
  /** absorbed effects as written: `city`, `province^year`, `state[year]`; none is said of an estimator that compares means */
  readonly absorbed: readonly string[] | undefined;
  readonly vcov: string;
  /** cluster variables, with their number of clusters where known */
  readonly clusters: readonly { readonly name: string; readonly levels: number }[];
  /** reference periods of an event study */
  readonly reference: readonly number[];
  /** share of the intervals, 0.95 unless the record says otherwise */
  readonly level: number;
  /** any number of the record by its path: `nobs`, `r2`, `f`, `iv.cragg_donald` */
  stat(name: string): number;
}

const periodIn = (term: JsonRecord): number | undefined => {
  if (typeof term.period === 'number') return term.period;
  const found = /^(?:rel_?time|event_?time|period)::(-?\d+)$/i.exec(textOf(term.term) ?? '');
  return found === null ? undefined : Number(found[1]);
};

function termOf(term: JsonRecord): Term {
  const period = periodIn(term);
  return {
    name: textOf(term.term) ?? '',
    estimate: numberOf(term.estimate),
    stdError: numberOf(term.std_error),
    statistic: numberOf(term.statistic),
    pValue: numberOf(term.p_value),
    low: numberOf(term.conf_low),
    high: numberOf(term.conf_high),
    bandLow: numberOf(term.band_low),
    bandHigh: numberOf(term.band_high),
    ...(period === undefined ? {} : { period }),
  };
}

const nameIn = (value: Json): string => textOf(value) ?? textOf(fieldsOf(value).name) ?? '';

/** A list of `{name, levels}`, or a mapping of names to counts. */
function clustersOf(value: Json | undefined): Model['clusters'] {
  if (Array.isArray(value)) return value.map((c: Json) => ({ name: nameIn(c), levels: numberOf(fieldsOf(c).levels) }));
  return Object.entries(fieldsOf(value)).map(([name, levels]) => ({ name, levels: numberOf(levels) }));
}

export function modelOf(record: Json): Model {
  const fields = fieldsOf(record);
  const outcome = textOf(fields.outcome);
  const group = textOf(fields.group);
  const reference = fields.reference;
  const level = numberOf(fields.level ?? fields.conf_level);
  return {
    terms: recordsOf(fields.terms).map(termOf),
    ...(outcome === undefined ? {} : { outcome }),
    ...(group === undefined ? {} : { group }),
    absorbed:
      fields.absorbed === undefined
        ? undefined
        : itemsOf(fields.absorbed)
            .map(nameIn)
            .filter((name) => name !== ''),
    vcov: textOf(fields.vcov_type) ?? '',
    clusters: clustersOf(fields.clusters).filter((c) => c.name !== ''),
    reference: (typeof reference === 'number' ? [reference] : itemsOf(reference)).map((r) => numberOf(r)),
    level: Number.isFinite(level) ? level : 0.95,
    stat: (name) => {
      const value = name.split('.').reduce<Json | undefined>((inner, key) => fieldsOf(inner)[key], record);
      return numberOf(typeof value === 'object' && value !== null ? fieldsOf(value).statistic : value);
    },
  };
}
