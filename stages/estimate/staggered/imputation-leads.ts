/**
 * Leads of the imputation estimator: dummies of the chosen periods before adoption in the regression on untreated rows alone, so
 * that effects after adoption cannot leak into them. Source: Borusyak, Jaravel & Spiess (2024), §4.4, test 2.
 */
import type { Table } from '../../columns/table.ts';
import type { Fault, Note } from '../../contract.ts';
import type { DesignColumn } from '../design.ts';
import type { EventStudySpec } from '../event-study-spec.ts';
import { type FittedModel, fitSpec, isFaults } from '../linear-fit.ts';
import { type JointTest, jointTest, pickEstimates } from './estimates.ts';
import { periodName } from './event-record.ts';
import type { Influenced } from './predicted-effects.ts';
import { FITTED, type UntreatedOutcome } from './untreated-outcome.ts';

export interface Lead extends Influenced {
  readonly period: number;
}

export interface Leads {
  readonly list: readonly Lead[];
  readonly test: JointTest | undefined;
  readonly notes: readonly Note[];
}

const NONE: Leads = { list: [], test: undefined, notes: [] };

export function leadsOf(table: Table, spec: EventStudySpec, u: UntreatedOutcome): Leads | readonly Fault[] {
  const wanted = wantedLeads(spec);
  if (wanted === undefined) return NONE;
  const mask = new Uint8Array(table.rows);
  const relative = new Float64Array(table.rows).fill(Number.NaN);
  u.rows.forEach((row, i) => {
    if (u.role[i] !== FITTED) return;
    mask[row] = 1;
    relative[row] = (u.time[i] as number) - (u.cohort[i] as number);
  });
  const periods = new Map<string, number>();
  const lead = (rows: Int32Array): readonly DesignColumn[] => {
    const own = Float64Array.from(rows, (r) => relative[r] as number);
    const found = [...new Set(own.filter((k) => wanted(k)))].sort((a, b) => a - b);
    return found.map((k) => {
      periods.set(periodName(k), k);
      return { name: periodName(k), values: own.map((o) => (o === k ? 1 : 0)) };
    });
  };
  const errors = { type: 'cluster' as const, by: [u.clusterName.split('^')] };
  // singletons among the untreated rows have been judged before
  const model = fitSpec(table, { ...spec.linear, errors, singletons: 'keep' }, { mask, lead });
  if (!isFaults(model)) return fromModel(model, { periods, u });
  return model.every((fault) => TOO_LITTLE.has(fault.code))
    ? { ...NONE, notes: [{ code: 'CN2963', args: {} }] }
    : model;
}

/** Too few rows, too few clusters, an outcome that does not vary: the effects after adoption do not rest on this regression. */
const TOO_LITTLE: ReadonlySet<string> = new Set(['CE2411', 'CE2412', 'CE2415']);

/** Which periods are leads: those of `pretrends`, or those inside the window. */
function wantedLeads({ options, window }: EventStudySpec): ((k: number) => boolean) | undefined {
  const { pretrends = 'window', anticipation = 0 } = options;
  const last = -1 - anticipation;
  if (pretrends === 'window') return window === 'all' ? undefined : (k) => k >= window[0] && k <= last;
  if (typeof pretrends === 'number') return pretrends === 0 ? undefined : (k) => k >= last - pretrends + 1 && k <= last;
  return (k) => pretrends.includes(k);
}

/**
 * The leads' influence by cluster, scaled so that its variance is the one that the regression reports with its small-sample
 * factor: with it their covariance with the effects after adoption can be had.
 */
function fromModel(
  model: FittedModel,
  { periods, u }: { periods: ReadonlyMap<string, number>; u: UntreatedOutcome },
): Leads {
  const { fit, names, coef, vcov } = model;
  const k = fit.terms;
  const clusterOf = new Map(Array.from(u.rows, (row, i) => [row, u.clusters.codes[i] as number]));
  const chosen = names.flatMap((name, j) => (periods.has(name) ? [j] : []));
  const list = chosen.map((j): Lead => {
    const influence = new Float64Array(u.clusters.levels);
    for (let a = 0; a < k; a++) {
      const b = fit.bread[j * k + a] as number;
      const column = fit.design[a] as Float64Array;
      for (let i = 0; i < fit.n; i++) {
        const c = clusterOf.get(model.rows[i] as number) as number;
        const e = (fit.residuals[i] as number) * (fit.weights?.[i] ?? 1);
        influence[c] = (influence[c] as number) + b * (column[i] as number) * e;
      }
    }
    const raw = influence.reduce((s, v) => s + v * v, 0);
    const factor = raw > 0 ? Math.sqrt((vcov[j * k + j] as number) / raw) : 0;
    const name = names[j] as string;
    return {
      name,
      period: periods.get(name) as number,
      estimate: coef[j] as number,
      influence: influence.map((v) => v * factor),
    };
  });
  const all = { names, estimate: coef, vcov, df: model.inference.dfT };
  const dropped: Note[] = model.dropped.map(({ term, reason }) => ({ code: 'CN2403', args: { term, reason } }));
  return {
    list,
    test: jointTest(pickEstimates(all, chosen)),
    notes: dropped.filter((n) => periods.has(String(n.args.term))),
  };
}
