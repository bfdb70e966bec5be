import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fCdf } from '../../stages/kernels/f.ts';
import { fitLinear } from '../../stages/kernels/fit.ts';
import { coefficientTests, inference } from '../../stages/kernels/inference.ts';
import type { LinearFit } from '../../stages/kernels/linear-model.ts';
import { neweyWestMeat, repeatedPeriod } from '../../stages/kernels/meat.ts';
import type { Errors } from '../../stages/kernels/sandwich-meat.ts';
import { rowsWithoutSingletons } from '../../stages/kernels/singletons.ts';
import { waldF } from '../../stages/kernels/wald.ts';
import {
  Comparison,
  columnsOf,
  completeRows,
  type Data,
  effect,
  factor,
  numbers,
  type ReferenceCase,
  readData,
  referenceCases,
  subset,
} from './reference-case.ts';
import { errorsOf, type ReferenceInference, ruleOf } from './reference-inference.ts';

const COEF = 1e-8;
const SE = 1e-7;
const P = 1e-6;
const R2 = 1e-9;

const families = ['ols', 'did2x2', 'fe', 'did_twfe', 'fe_slopes', 'hac', 'conley', 'event_study'];

describe.each(referenceCases(families).map((c) => [c.id, c] as const))('%s', (_, c) => {
  const run = build(c);

  test('coefficients, fit and dropped columns are the reference’s', () => {
    const compared = new Comparison();
    compareFit(compared, c, run);
    compared.settle();
  });

  test.each(c.results.inference.map((i: ReferenceInference) => [i.label, i]) as [string, ReferenceInference][])(
    '%s errors are the reference’s',
    (_label, i) => {
      const compared = new Comparison();
      compareInference(compared, run, i);
      compared.settle();
    },
  );
});

interface Run {
  readonly data: Data;
  readonly original: number;
  readonly fit: LinearFit;
  readonly terms: readonly string[];
  readonly x: readonly string[];
}

function build(c: ReferenceCase): Run {
  const { spec, results } = c;
  const x = regressors(c);
  const fe: string[] = spec.fe ?? [];
  const used = [spec.y, ...x.flatMap(columnsOf), ...fe.flatMap(columnsOf), ...(spec.weights ? [spec.weights] : [])];
  const all = readData(c.dataset);
  let data = subset(all, completeRows(all, used));
  const removal = spec.singleton_and_perfect_fit_removal;
  if (fe.length > 0 && removal !== 'none') {
    const rows = rowsWithoutSingletons(fe.map((name) => factor(data, name.replace(/\[.*/, ''))));
    if (rows !== undefined) data = subset(data, Array.from(rows));
  }
  const fit = fitLinear({
    y: numbers(data, spec.y),
    x: x.map((term) => numbers(data, term)),
    effects: fe.map((name) => effect(data, name)),
    intercept: '(Intercept)' in results.coef,
    ...(spec.weights && { weights: numbers(data, spec.weights) }),
  });
  const terms = [...(fit.hasConstant ? ['(Intercept)'] : []), ...Array.from(fit.kept, (j) => x[j]!)];
  return { data, original: all.rows, fit, terms, x };
}

function regressors(c: ReferenceCase): string[] {
  const { spec, results } = c;
  const estimated = Object.keys(results.coef).filter((term) => term !== '(Intercept)');
  if (results.dropped_collinear === undefined) return estimated;
  return (
    spec.x ??
    spec.formula
      .split('~')[1]
      .split('+')
      .map((s: string) => s.trim())
  );
}

function compareFit(compared: Comparison, c: ReferenceCase, { fit, terms, x, original, data }: Run): void {
  const want = c.results;
  compared.named('coef', terms, fit.coef, want.coef, COEF);
  compared.number('nobs', fit.n, want.nobs, {});
  if (want.nobs_original !== undefined) {
    compared.number('nobs_original', original, want.nobs_original, {});
  }
  const exact: [string, number][] = [
    ['ssr', fit.ssr],
    ['sigma2', fit.sigma2],
    ['sigma', Math.sqrt(fit.sigma2)],
    ['rmse_ssr_over_n', fit.rmse],
    ['loglik', want.n_params_K === undefined ? fit.logLik : fit.logLikUnweighted],
    ['aic', -2 * fit.logLik + 2 * (fit.terms + 1)],
    ['bic', -2 * fit.logLik + Math.log(fit.n) * (fit.terms + 1)],
  ];
  for (const [name, got] of exact)
    if (want[name] !== undefined) compared.number(name, got, want[name], { relative: COEF });
  const shares: [string, number][] = [
    ['r2', fit.r2],
    ['adj_r2', fit.adjR2],
    ['within_r2', fit.withinR2],
    ['within_adj_r2', fit.withinAdjR2],
  ];
  for (const [name, got] of shares)
    if (want[name] !== undefined) compared.number(name, got, want[name], { absolute: R2 });
  if (want.n_params_K !== undefined) compared.number('K', fit.parameters, want.n_params_K, {});
  if (want.n_dropped_collinear !== undefined)
    compared.number('dropped', fit.dropped.length, want.n_dropped_collinear, {});
  if (want.dropped_collinear !== undefined) {
    expect(fit.dropped.map((d) => x[d.column])).toEqual(want.dropped_collinear);
  }
  if (want.F !== undefined) {
    compared.number('F', fit.f.stat, want.F.stat, { relative: SE });
    compared.number('F p', fCdf(fit.f.stat, fit.f.df1, fit.f.df2, 'upper'), want.F.p, { relative: P });
    expect([fit.f.df1, fit.f.df2]).toEqual([want.F.df1, want.F.df2]);
  }
  for (const [name, size] of Object.entries(want.fe_sizes ?? {})) {
    compared.number(`levels of ${name}`, factor(data, name).levels, size as number, {});
  }
  compareJointTests(compared, c, { fit, terms, x, original, data });
}

function compareJointTests(compared: Comparison, c: ReferenceCase, { fit, terms, data }: Run): void {
  const cluster: Errors | undefined = c.spec.cluster && { type: 'cluster', by: [factor(data, c.spec.cluster)] };
  for (const [name, want] of Object.entries(c.results)) {
    const errors: Errors | undefined = name.endsWith('_F_iid')
      ? { type: 'iid' }
      : name.endsWith('_F_cluster')
        ? cluster
        : undefined;
    if (errors === undefined) continue;
    const { terms_regex, stat_F, p, df1, df2 } = want as Record<string, number> & { terms_regex: string };
    const pattern = new RegExp(terms_regex);
    const chosen = Int32Array.from(terms.keys()).filter((j) => pattern.test(terms[j]!));
    const of = inference(fit, errors)!;
    const got = waldF(fit.coef, of.vcov, chosen);
    compared.number(`${name} stat`, got.stat, stat_F!, { relative: SE });
    compared.number(`${name} p`, fCdf(got.stat, got.df1, of.dfT, 'upper'), p!, { relative: P });
    expect([got.df1, of.dfT]).toEqual([df1, df2]);
  }
}

function compareInference(compared: Comparison, { fit, terms, data }: Run, want: ReferenceInference): void {
  const of = inference(fit, errorsOf(want, data), ruleOf(want))!;
  const tests = coefficientTests(fit.coef, of);
  compared.named('se', terms, of.se, want.se, SE);
  compared.named('t', terms, tests.t, want.t, SE);
  compared.named('p', terms, tests.p, want.p, P);
  if (want.ci95_low !== undefined) compared.named('low', terms, tests.low, want.ci95_low, 1e-6);
  if (want.ci95_high !== undefined) compared.named('high', terms, tests.high, want.ci95_high, 1e-6);
  compared.number('df_t', of.dfT, want.df_t, {});
  if (want.df_K !== undefined) compared.number('df_K', of.dfK, want.df_K, {});
  if (want.G !== undefined) compared.number('G', Math.min(...of.groups), want.G, {});
  const k = terms.length;
  want.vcov?.forEach((row, a) => {
    row.forEach((value, b) => {
      const size = of.se[a]! * of.se[b]!;
      compared.number(`vcov ${a},${b}`, of.vcov[a * k + b]!, value, { absolute: 1e-7 * size });
    });
  });
}

describe('Newey–West in panels', () => {
  // each unit is seen in two periods of its own that follow each other, all scores 1: n + Σ_u 2 · (1 − 1/2)
  test('of many units and many periods, few of them together', () => {
    const units = 100_000;
    const codes = Int32Array.from({ length: 2 * units }, (_, i) => i >> 1);
    const panel = {
      unit: { codes, levels: units },
      time: { codes: codes.map((u, i) => u + (i & 1)), levels: units + 1 },
    };
    const ones = new Float64Array(2 * units).fill(1);
    expect(repeatedPeriod(panel)).toBe(-1);
    expect(neweyWestMeat([ones], ones, panel, 1)[0]).toBe(300_000);
  });

  test('is the sum over all pairs of rows of one unit', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(fc.nat(3), fc.nat(6)), { minLength: 1, maxLength: 20, selector: (r) => r.join() }),
        fc.nat(8),
        (rows, lags) => {
          const unit = { codes: Int32Array.from(rows, ([u]) => u), levels: 4 };
          const time = { codes: Int32Array.from(rows, ([, t]) => t), levels: 7 };
          const x = Float64Array.from(rows, (_, i) => Math.sin(i + 1));
          let sum = 0;
          rows.forEach(([u, t], i) => {
            rows.forEach(([other, then], j) => {
              const lag = Math.abs(t - then);
              if (u === other && lag <= lags) sum += (1 - lag / (lags + 1)) * x[i]! * x[j]!;
            });
          });
          const meat = neweyWestMeat([x], new Float64Array(rows.length).fill(1), { unit, time }, lags)[0]!;
          expect(Math.abs(meat - sum)).toBeLessThan(1e-12);
          const again = [...rows, rows[0]!];
          const doubled = {
            unit: { codes: Int32Array.from(again, ([u]) => u), levels: 4 },
            time: { codes: Int32Array.from(again, ([, t]) => t), levels: 7 },
          };
          expect([repeatedPeriod({ unit, time }), repeatedPeriod(doubled)]).toEqual([-1, rows.length]);
        },
      ),
    );
  });
});
