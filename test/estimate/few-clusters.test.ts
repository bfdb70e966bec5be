import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { regress } from '../../stages/estimate/regress.ts';
import { derive } from '../../stages/prepare/derive.ts';
import { filter } from '../../stages/prepare/filter.ts';
import { declareStage, fixtures, near, readTable, record, referenceTable, runStage, type Value } from '../stage-lab.ts';

interface Clustered {
  readonly data: string;
  readonly formula: string;
  readonly cluster: string;
  readonly weights: string | null;
  readonly groups: number;
  readonly coef: readonly number[];
  readonly CR2: { readonly se: readonly number[]; readonly df: readonly number[]; readonly p: readonly number[] };
  readonly CR3: { readonly se: readonly number[]; readonly df: readonly number[] };
}

interface Leveraged {
  readonly data: string;
  readonly formula: string;
  readonly weights: string | null;
  readonly HC2: readonly number[];
  readonly HC3: readonly number[];
}

const fromR = JSON.parse(readFileSync(join(fixtures, 'linear-clusters.json'), 'utf8')) as {
  readonly clusters: readonly Clustered[];
  readonly leverages: readonly Leveraged[];
};

async function tableOf(data: string): Promise<Value> {
  const table = await referenceTable(data);
  const through = async (type: typeof derive | typeof filter, params: object) => {
    const ran = await runStage(type as typeof derive, { from: 'x', ...params }, { from: table });
    expect(ran.faults).toEqual([]);
    return ran.outputs.table as Value;
  };
  if (data === 'castle') return through(derive, { columns: { wt: 'popwt / 1000' } });
  return data === 'wagepan_unbal' ? through(filter, { keep: 'nr < 1500' }) : table;
}

const modelOf = async (one: { data: string; formula: string; weights: string | null }, vcov: unknown, more = {}) => {
  const { data, formula, weights } = one;
  const params = { from: 'x', formula, vcov, ...(weights === null ? {} : { weights }), ...more };
  const ran = await runStage(regress, params, { from: await tableOf(data) });
  expect(ran.faults).toEqual([]);
  return record(ran.outputs.model) as {
    vcov_type: string;
    terms: { term: string; estimate: number; std_error: number; p_value: number; df: number }[];
    clusters: { levels: number }[];
  };
};

const same = (got: number, want: number | undefined, tolerance: number, what: string): void =>
  expect(near(got, want as number, tolerance), `${what}: ${got} and ${want}`).toBe(true);

describe('errors for few clusters are those of clubSandwich', () => {
  for (const c of fromR.clusters)
    test(`${c.formula}, by ${c.cluster}${c.weights === null ? '' : ', weighted'}`, async () => {
      const second = await modelOf(c, { CR2: c.cluster });
      expect(second.vcov_type).toBe(`CR2: ${c.cluster}`);
      expect(second.clusters[0]?.levels).toBe(c.groups);
      expect(second.terms.length).toBe(c.coef.length);
      second.terms.forEach((t, j) => {
        same(t.estimate, c.coef[j], 1e-8, 'estimate');
        same(t.std_error, c.CR2.se[j], 1e-7, 'CR2');
        same(t.df, c.CR2.df[j], 1e-6, 'degrees of freedom');
        same(t.p_value, c.CR2.p[j], 1e-6, 'p');
      });
      const third = await modelOf(c, { CR3: c.cluster });
      third.terms.forEach((t, j) => {
        same(t.std_error, c.CR3.se[j], 1e-7, 'CR3');
        same(t.df, c.CR3.df[j], 1e-6, 'degrees of freedom of CR3');
      });
    });

  test('the jackknife is CR3 less the factor of its clusters', async () => {
    const one = { data: 'grunfeld', formula: 'inv ~ value + capital | firm + year', weights: null };
    const [third, jackknife] = [await modelOf(one, { CR3: 'firm' }), await modelOf(one, { jackknife: 'firm' })];
    third.terms.forEach((t, j) => same(t.std_error * Math.sqrt(0.9), jackknife.terms[j]?.std_error, 1e-8, 'jackknife'));
  });
});

describe('HC2 and HC3 with absorbed effects are those of dummies', () => {
  for (const c of fromR.leverages)
    test(`${c.formula}${c.weights === null ? '' : ', weighted'}`, async () => {
      for (const kind of ['HC2', 'HC3'] as const) {
        const { terms } = await modelOf(c, kind);
        terms.forEach((t, j) => same(t.std_error, c[kind][j], 1e-7, kind));
      }
    });
});

test('an unknown cluster is found in the params; a constant beside effects is not corrected', async () => {
  const table = await tableOf('grunfeld');
  const faults = (params: object) =>
    declareStage(regress, { from: 'x', y: 'inv', x: 'value', absorb: 'firm', ...params }, { from: table }).faults.map(
      (f) => [f.code, f.param],
    );
  expect(faults({ vcov: { CR2: 'frm' } })).toEqual([['CE2001', ['vcov', 'CR2']]]);
  expect(faults({ vcov: { CR2: 'firm' }, constant: true })).toEqual([['CE2605', ['constant']]]);
});

test('a cluster that is fitted perfectly says nothing of the errors, whatever the weights of its rows', async () => {
  // rows of a and b have a coefficient each: c alone is left, which is one degree of freedom
  const rows = ['a,1,0,2.5,0.3,1', 'a,2.5,0,1,0.9,2', 'b,0,1,2,0.4,-1', 'b,0,3.5,4,0.7,0.2'];
  const more = [0.2, 1.9, -0.7, 3.1, 1.2].map((x, i) => `c,0,0,${x + (i % 3)},${1 + i / 7},${x}`);
  const table = await readTable(['g,a,b,y,w,x', ...rows, ...more].join('\n'));
  const termsOf = async (kind: string) => {
    const params = { from: 'x', y: 'y', x: ['x', 'a', 'b'], absorb: 'g', weights: 'w', vcov: { [kind]: 'g' } };
    return record((await runStage(regress, params, { from: table })).outputs.model).terms as { df: number }[];
  };
  for (const t of await termsOf('CR2')) expect(Math.abs(t.df - 1), `${t.df}`).toBeLessThan(1e-9);
  // (I - H)⁻¹ keeps the scores of c at zero, the root under weights does not
  for (const t of await termsOf('CR3')) expect(t).toMatchObject({ std_error: 0, df: null });
});

test('a term without an error has no degrees of freedom, and those of the joint test are of the others', async () => {
  // every cluster has a mean of its own, and x is around 0 in each: of the means nothing is left to vary
  const rows = ['a', 'b', 'c'].flatMap((g, k) =>
    [-2, -1, 0.5, 2.5].map(
      (x, i) => `${g},${x},${k === 0 ? 1 : 0},${k === 1 ? 1 : 0},${k + x + Math.sin(7 * (4 * k + i))}`,
    ),
  );
  const from = await readTable(['g,x,a,b,y', ...rows].join('\n'));
  const params = { from: 'x', y: 'y', x: ['x', 'a', 'b'], vcov: { CR2: 'g' } };
  const { terms, f } = record((await runStage(regress, params, { from })).outputs.model);
  const [constant, x, a, b] = terms;
  for (const t of [constant, a, b]) expect(t).toMatchObject({ std_error: 0, df: null, p_value: null });
  expect(x.df).toBeGreaterThan(1);
  expect(f.df1).toBe(1);
  expect(near(f.df2, x.df, 1e-12)).toBe(true);
  expect(near(f.p_value, x.p_value, 1e-9)).toBe(true);
});

interface KClass {
  readonly coef: readonly number[];
  readonly HC2: readonly number[];
  readonly HC3: readonly number[];
  readonly CR2: { readonly se: readonly number[]; readonly df: readonly number[] };
  readonly CR3: { readonly se: readonly number[]; readonly df: readonly number[] };
}

const kClasses = JSON.parse(readFileSync(join(fixtures, 'linear-k-class.json'), 'utf8')) as readonly {
  readonly data: string;
  readonly formula: string;
  readonly cluster: string;
  readonly weights: string | null;
  readonly liml: KClass;
  readonly fuller: KClass;
}[];

describe('leverages of LIML and Fuller are those of the projection on the second stage, written out in R', () => {
  for (const c of kClasses)
    for (const method of ['liml', 'fuller'] as const)
      test(`${c.formula}, ${method}${c.weights === null ? '' : ', weighted'}`, async () => {
        const { coef, HC2, HC3, ...corrected } = c[method];
        const termsOf = async (vcov: unknown) =>
          (await modelOf(c, vcov, { 'iv-method': method })).terms.filter((t) => t.term.startsWith('fit_'));
        for (const [variant, errors] of Object.entries({ HC2, HC3 })) {
          const terms = await termsOf(variant);
          expect(terms.length).toBe(coef.length);
          terms.forEach((t, j) => {
            same(t.estimate, coef[j], 1e-8, 'estimate');
            same(t.std_error, errors[j], 1e-7, variant);
          });
        }
        for (const [kind, { se, df }] of Object.entries(corrected))
          (await termsOf({ [kind]: c.cluster })).forEach((t, j) => {
            same(t.std_error, se[j], 1e-7, kind);
            same(t.df, df[j], 1e-6, `degrees of freedom of ${kind}`);
          });
      });
});
