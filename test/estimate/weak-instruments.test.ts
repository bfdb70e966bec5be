import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { regress } from '../../stages/estimate/regress.ts';
import { noncentralChiSquareQuantile, noncentralChiSquareUpper } from '../../stages/kernels/noncentral-chi-square.ts';
import { derive } from '../../stages/prepare/derive.ts';
import { declareStage, fixtures, near, record, referenceTable, runStage, type Value } from '../stage-lab.ts';

interface Estimate {
  readonly k: number;
  readonly coef: readonly number[];
  readonly se: readonly number[];
}

interface FromR {
  readonly formula: string;
  readonly errors: string;
  readonly weights: string | null;
  readonly endogenous: number;
  readonly liml: Estimate;
  readonly fuller: Estimate;
  readonly '2sls': Estimate;
  readonly effective?: { readonly statistic: number; readonly df: number; readonly critical: readonly number[] };
  readonly sets?: Readonly<Record<string, readonly (number | string)[]>>;
}

const cases = JSON.parse(readFileSync(join(fixtures, 'linear-instruments.json'), 'utf8')) as readonly FromR[];

let table: Value;

beforeAll(async () => {
  const codes = Array.from({ length: 9 }, (_, i) => `${i + 1} * reg66${i + 1}`).join(' + ');
  const ran = await runStage(derive, { from: 'x', columns: { region: codes } }, { from: await referenceTable('card') });
  expect(ran.faults).toEqual([]);
  table = ran.outputs.table as Value;
});

const run = async (params: object) => {
  const ran = await runStage(regress, { from: 'x', ...params }, { from: table });
  expect(ran.faults).toEqual([]);
  return record(ran.outputs.model);
};

const paramsOf = ({ formula, errors, weights }: FromR) => ({
  formula,
  vcov: errors === 'iid' || errors === 'HC1' ? errors : { cluster: errors },
  ...(weights === null ? {} : { weights }),
});

const same = (got: number, want: number | undefined, tolerance: number, what: string): void =>
  expect(near(got, want as number, tolerance), `${what}: ${got} and ${want}`).toBe(true);

const nameOf = (c: FromR): string => `${c.formula}, ${c.errors}${c.weights === null ? '' : ', weighted'}`;

describe('LIML and Fuller are those written out in R', () => {
  for (const [i, c] of cases.entries())
    test(`${i + 1}: ${nameOf(c)}`, async () => {
      for (const method of ['liml', 'fuller', '2sls'] as const) {
        const { iv, terms } = await run({ ...paramsOf(c), 'iv-method': method });
        expect(iv.method).toBe(method);
        same(iv.k, c[method].k, 1e-9, `k of ${method}`);
        const fitted = terms.filter((t: { term: string }) => t.term.startsWith('fit_'));
        expect(fitted.length).toBe(c.endogenous);
        fitted.forEach((t: { estimate: number; std_error: number }, j: number) => {
          same(t.estimate, c[method].coef[j], 1e-8, `${method} estimate`);
          same(t.std_error, c[method].se[j], 1e-7, `${method} error`);
        });
      }
    });
});

describe('what goes with weak instruments is that written out in R', () => {
  for (const [i, c] of cases.entries())
    test(`${i + 1}: ${nameOf(c)}`, async () => {
      for (const [level, ends] of Object.entries(c.sets ?? { 0.95: [] })) {
        const { iv } = await run({ ...paramsOf(c), level: Number(level) });
        if (c.effective === undefined) {
          expect(iv.effective_f).toBeUndefined();
          expect(iv.anderson_rubin.confidence).toBeUndefined();
          continue;
        }
        same(iv.effective_f.statistic, c.effective.statistic, 1e-8, 'effective F');
        same(iv.effective_f.df, c.effective.df, 1e-8, 'effective degrees of freedom');
        iv.effective_f.critical.forEach(({ value }: { value: number }, j: number) => {
          same(value, c.effective?.critical[j], 1e-8, 'critical value');
        });
        const got = iv.anderson_rubin.confidence.flatMap((s: { low: unknown; high: unknown }) => [s.low, s.high]);
        expect(got.length, `${level}: ${got} and ${ends}`).toBe(ends.length);
        ends.forEach((end, j) => {
          if (typeof end === 'string') expect(got[j]).toBe(end);
          else same(got[j], end, 1e-8, `end at ${level}`);
        });
      }
    });

  test('an instrument that says nothing leaves every value possible', async () => {
    const { iv } = await run({ formula: 'lwage ~ exper + black | educ ~ reg663', vcov: 'HC1' });
    const set = iv.anderson_rubin.confidence;
    expect(set[0].low).toBe('-Inf');
    expect(set.at(-1).high).toBe('Inf');
  });

  test('instruments that contradict each other may leave none, without a set thinner than can be seen being lost', async () => {
    const { iv } = await run({
      formula: 'lwage ~ exper | educ ~ fatheduc + motheduc + reg661 + reg664 + reg669 + black',
      vcov: 'HC1',
    });
    expect(iv.hansen.p_value).toBeLessThan(1e-6);
    expect(iv.anderson_rubin.confidence).toEqual([]);
  });

  test('HC3 and corrected clusters: the set stands on errors that the reduced form has', async () => {
    for (const vcov of ['HC3', { CR2: 'region' }]) {
      const { iv } = await run({ formula: cases[0]?.formula, vcov });
      expect(iv.anderson_rubin.confidence.length).toBe(1);
      expect(iv.anderson_rubin.confidence[0].low).toBeGreaterThan(0.1);
    }
  });
});

describe('mistakes', () => {
  const codes = (params: object) =>
    declareStage(regress, { from: 'x', ...params }, { from: table }).faults.map((f) => [f.code, f.param]);

  test('a method for instruments that are not there', () => {
    expect(codes({ formula: 'lwage ~ educ', 'iv-method': 'liml' })).toEqual([['CE2754', ['iv-method']]]);
  });

  test('resampling is of two-stage least squares', () => {
    const formula = cases[0]?.formula;
    const bootstrap = { bootstrap: { cluster: 'region' } };
    expect(codes({ formula, 'iv-method': 'liml', vcov: bootstrap })).toEqual([['CE2605', ['iv-method']]]);
    expect(codes({ formula, 'iv-method': '2sls', vcov: bootstrap })).toEqual([]);
  });
});

test('quantiles of the noncentral χ² are those of R’s qchisq', () => {
  // qchisq(0.95, df, ncp): 0.95 of N(0,1)² around √10, and values of R 4
  for (const [df, ncp, want] of [
    [1, 10, 23.108511206566481],
    [1, 20, 37.417561545697538],
  ] as const)
    same(noncentralChiSquareQuantile(0.05, df, ncp), want, 1e-8, `${df}, ${ncp}`);
  for (const [df, ncp] of [
    [2.5, 25],
    [40, 800],
  ] as const)
    same(noncentralChiSquareUpper(noncentralChiSquareQuantile(0.05, df, ncp), df, ncp), 0.05, 1e-12, 'round trip');
});
