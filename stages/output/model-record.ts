/** A fitted model as tables and figures need it, read from the JSON of its record (LANGUAGE.md, `show --json`). */
import { numberOf } from '../columns/record.ts';
import type { Json, JsonRecord } from '../contract.ts';
import { fieldsOf, itemsOf, recordsOf, textOf } from './fields.ts';

/** One estimated term; NaN where a number is missing. */
export interface Term {
  readonly name: string;
  /** its name in the record, where an instrumented regressor is called `fit_` and its own name there */
  readonly alias?: string;
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
  /** names of the terms that were left out as collinear */
  readonly dropped: readonly string[];
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

/** @param plain the name without `fit_`, of an instrumented regressor: its rows are those of the variable */
function termOf(term: JsonRecord, plain: string | undefined): Term {
  const period = periodIn(term);
  const name = textOf(term.term) ?? '';
  return {
    name: plain ?? name,
    ...(plain === undefined ? {} : { alias: name }),
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

/** By the record's name the regressor that was instrumented, unless the model has a term of that name. */
function instrumentedIn(record: JsonRecord): ReadonlyMap<string, string> {
  const names = new Set(recordsOf(record.terms).map((t) => textOf(t.term)));
  const endogenous = itemsOf(fieldsOf(record.iv).endogenous).flatMap((name) => textOf(name) ?? []);
  return new Map(endogenous.filter((name) => !names.has(name)).map((name) => [`fit_${name}`, name]));
}

const nameIn = (value: Json): string => textOf(value) ?? textOf(fieldsOf(value).name) ?? '';

/** A list of `{name, levels}`, or a mapping of names to counts. */
function clustersOf(value: Json | undefined): Model['clusters'] {
  if (Array.isArray(value)) return value.map((c: Json) => ({ name: nameIn(c), levels: numberOf(fieldsOf(c).levels) }));
  return Object.entries(fieldsOf(value)).map(([name, levels]) => ({ name, levels: numberOf(levels) }));
}

export function modelOf(record: Json): Model {
  const fields = fieldsOf(record);
  const plain = instrumentedIn(fields);
  const outcome = textOf(fields.outcome);
  const group = textOf(fields.group);
  const reference = fields.reference;
  const level = numberOf(fields.level ?? fields.conf_level);
  return {
    terms: recordsOf(fields.terms).map((term) => termOf(term, plain.get(textOf(term.term) ?? ''))),
    ...(outcome === undefined ? {} : { outcome }),
    ...(group === undefined ? {} : { group }),
    dropped: recordsOf(fields.dropped).flatMap((d) => textOf(d.term) ?? []),
    absorbed:
      fields.absorbed === undefined
        ? undefined
        : itemsOf(fields.absorbed)
            .map(nameIn)
            .filter((name) => name !== ''),
    vcov: textOf(fields.vcov_type) ?? '',
    clusters: clustersOf(fields.clusters).filter((c) => c.name !== ''),
    // leads of the two-stage estimator are means of residuals: the period that is left out is compared with no other
    reference:
      fields.estimator === 'two-stage'
        ? []
        : (typeof reference === 'number' ? [reference] : itemsOf(reference)).map((r) => numberOf(r)),
    level: Number.isFinite(level) ? level : 0.95,
    stat: (name) => {
      const value = name.split('.').reduce<Json | undefined>((inner, key) => fieldsOf(inner)[key], record);
      return numberOf(typeof value === 'object' && value !== null ? fieldsOf(value).statistic : value);
    },
  };
}
