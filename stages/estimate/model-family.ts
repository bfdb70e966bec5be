/** Models on the same rows with the same effects and weights: sample, effects, demeaned columns and their products are made once. */
import type { Table } from '../columns/table.ts';
import type { SmallSample } from '../kernels/dof.ts';
import type { Effect } from '../kernels/effects.ts';
import { compact } from '../kernels/factor-codes.ts';
import { assemble } from '../kernels/fit.ts';
import { isSteady, totalWeight } from '../kernels/fit-statistics.ts';
import { inference, isRounding, smallSample } from '../kernels/inference.ts';
import { leastSquares } from '../kernels/least-squares.ts';
import type { Errors } from '../kernels/sandwich-meat.ts';
import {
  type GroupedScores,
  groupedScores,
  type SharedColumns,
  type SharedFit,
  sharedColumns,
  sharedFit,
} from '../kernels/shared-fits.ts';
import { commonEffects } from './common-work.ts';
import { factorOf, numbersOn } from './design.ts';
import type { EffectTerm } from './term.ts';

/** What one model of a family says of its coefficient of interest. */
export interface Tested {
  readonly estimate: number;
  readonly std_error: number;
  readonly df: number;
  /** regressors that did not drop out, by their numbers among the columns */
  readonly kept: readonly number[];
}

export type Untested = { readonly reason: 'dropped' | 'too few rows' | 'the outcome does not vary' | 'no leverages' };

export interface FamilySource {
  readonly table: Table;
  readonly rows: Int32Array;
  readonly effects: readonly EffectTerm[];
  readonly weights: string | undefined;
  readonly intercept: boolean;
  readonly rule: SmallSample;
  /** outcomes and regressors of all members, over the rows */
  readonly columns: readonly Float64Array[];
}

interface PreparedErrors {
  readonly errors: Errors;
  /** levels of the one dimension of clusters */
  readonly groups: readonly number[];
  /** squared scores by group, when the covariance of one coefficient needs no more */
  readonly scores?: GroupedScores;
}

export class ModelFamily {
  readonly n: number;
  private readonly shared: SharedColumns;
  private readonly mass: number;
  private readonly rule: SmallSample;
  private readonly known = new Map<object, PreparedErrors>();
  private readonly degrees = new Map<PreparedErrors, Map<number, ReturnType<typeof smallSample>>>();

  constructor({ table, rows, effects, weights, intercept, rule, columns }: FamilySource) {
    this.n = rows.length;
    this.rule = rule;
    const made = effects.map((e) => effectOn(table, e, rows));
    const own = weights === undefined ? undefined : numbersOn(weights, table, rows);
    this.mass = totalWeight(rows.length, own);
    this.shared = sharedColumns({
      columns,
      intercept,
      effects: made,
      ...commonEffects(table.memo, made, rows.length, own),
      ...(own && { weights: own }),
    });
  }

  /** Tests the coefficient of the first of `x`. `errors` are cached by identity. */
  test(y: number, x: readonly number[], errors: Errors): Tested | Untested {
    const outcome = this.shared.columns[y];
    if (outcome === undefined || isSteady(outcome.squares, outcome.mean, this.mass))
      return { reason: 'the outcome does not vary' };
    const prepared = this.prepare(errors);
    const fit = sharedFit(this.shared, y, x);
    const direct = fit !== undefined && (errors.type === 'iid' || prepared.scores !== undefined);
    return direct ? this.fromProducts(fit, x, prepared) : this.onRows(y, x, errors);
  }

  private prepare(errors: Errors): PreparedErrors {
    const found = this.known.get(errors);
    if (found !== undefined) return found;
    const made = this.prepared(errors);
    this.known.set(errors, made);
    return made;
  }

  private prepared(errors: Errors): PreparedErrors {
    const [by, second] = errors.type === 'cluster' ? errors.by : [];
    if (by !== undefined && second === undefined) {
      const groups = compact(by);
      return { errors, groups: [groups.levels], scores: groupedScores(this.shared, groups) };
    }
    const plain = errors.type === 'hc' && errors.variant < 2;
    return { errors, groups: [], ...(plain ? { scores: groupedScores(this.shared) } : {}) };
  }

  private fromProducts(fit: SharedFit, x: readonly number[], prepared: PreparedErrors): Tested | Untested {
    if (fit.kept[0] !== x[0]) return { reason: 'dropped' };
    if (this.n <= fit.parameters) return { reason: 'too few rows' };
    const { factor, dfT } = this.smallSample(fit, prepared);
    const bread = fit.breadRow(0);
    const { errors, groups, scores } = prepared;
    const plain = scores === undefined ? ((bread[0] as number) * fit.ssr) / (this.n - 1) : scores(fit, bread);
    const variance = plain * factor * this.perGroup(errors, groups);
    const total = (this.shared.columns[fit.y] as SharedColumns['columns'][number]).squares;
    const size = { bread: bread[0] as number, total, rest: fit.ssr / this.n, errors };
    const std_error = isRounding(variance, size) ? 0 : Math.sqrt(variance);
    return { estimate: fit.coef[0] as number, std_error, df: dfT, kept: [...fit.kept] };
  }

  /** The rule's G/(G − 1), or n/(n − 1) for HC1. */
  private perGroup(errors: Errors, groups: readonly number[]): number {
    if (!this.rule.adjustG || errors.type === 'iid') return 1;
    if (errors.type === 'hc') return errors.variant === 1 ? this.n / (this.n - 1) : 1;
    const [g = Number.NaN] = groups;
    return g / (g - 1);
  }

  private smallSample(fit: SharedFit, prepared: PreparedErrors): ReturnType<typeof smallSample> {
    let byTerms = this.degrees.get(prepared);
    if (byTerms === undefined) this.degrees.set(prepared, (byTerms = new Map()));
    let found = byTerms.get(fit.terms);
    if (found === undefined) {
      const model = { n: this.n, terms: fit.terms, effects: this.shared.effects };
      found = smallSample(model, prepared.errors, prepared.groups, this.rule);
      byTerms.set(fit.terms, found);
    }
    return found;
  }

  /** On the demeaned columns themselves, with refinement and the whole covariance. */
  private onRows(y: number, x: readonly number[], errors: Errors): Tested | Untested {
    const { columns, weights, effects, hasConstant, absorber } = this.shared;
    const outcome = columns[y] as (typeof columns)[number];
    const regressors = x.map((j) => columns[j] as (typeof columns)[number]);
    const projection = leastSquares(
      outcome.column,
      regressors.map((c) => c.column),
      regressors.map((c) => c.norm),
      weights,
    );
    const fit = assemble(
      { effects, ...(weights && { weights }) },
      { y: outcome, x: regressors, inside: absorber, hasConstant, projection },
    );
    if (fit.kept[0] !== 0) return { reason: 'dropped' };
    if (this.n <= fit.parameters) return { reason: 'too few rows' };
    const found = inference(fit, errors, this.rule);
    if (found === undefined) return { reason: 'no leverages' };
    const at = fit.hasConstant ? 1 : 0;
    return {
      estimate: fit.coef[at] as number,
      std_error: found.se[at] as number,
      df: found.dfOf?.[at] || found.dfT,
      kept: Array.from(fit.kept, (j) => x[j] as number),
    };
  }
}

const effectOn = (table: Table, effect: EffectTerm, rows: Int32Array): Effect => ({
  ...factorOf(table, effect.columns, rows),
  ...(effect.slopes.length === 0
    ? {}
    : { slopes: effect.slopes.map((s) => numbersOn(s, table, rows)), slopeOnly: effect.slopeOnly }),
});
