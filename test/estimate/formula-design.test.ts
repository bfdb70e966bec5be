import { describe, expect, test } from 'vitest';
import { regress } from '../../stages/estimate/regress.ts';
import { record, referenceTable, runStage, valuesOf } from '../stage-lab.ts';

const fitted = async (formula: string) => {
  const table = await referenceTable('mtcars');
  const ran = await runStage(regress, { from: 'x', formula }, { from: table });
  expect(ran.faults).toEqual([]);
  return { table, terms: record(ran.outputs.model).terms as { term: string; estimate: number }[] };
};

describe('a factor without an intercept', () => {
  test('keeps all its levels: their coefficients are the groups’ means', async () => {
    const { table, terms } = await fitted('mpg ~ 0 + factor(cyl)');
    const mpg = valuesOf(table, 'mpg') as number[];
    const cyl = valuesOf(table, 'cyl') as number[];
    for (const level of [4, 6, 8]) {
      const group = mpg.filter((_, i) => cyl[i] === level);
      const mean = group.reduce((s, x) => s + x, 0) / group.length;
      expect(terms.find((t) => t.term === `cyl::${level}`)?.estimate).toBeCloseTo(mean, 10);
    }
  });

  test('the second factor leaves its lowest level out, and so does the first beside an intercept or an effect', async () => {
    const names = async (formula: string) => (await fitted(formula)).terms.map((t) => t.term);
    expect(await names('mpg ~ 0 + factor(cyl) + factor(am)')).toEqual(['cyl::4', 'cyl::6', 'cyl::8', 'am::1']);
    expect(await names('mpg ~ factor(cyl)')).toEqual(['(Intercept)', 'cyl::6', 'cyl::8']);
    expect(await names('mpg ~ 0 + factor(cyl) | gear')).toEqual(['cyl::6', 'cyl::8']);
  });
});

describe('arithmetic in a term', () => {
  const byHand = async (formula: string, of: (row: (name: string) => number) => number) => {
    const { table, terms } = await fitted(formula);
    const column = (name: string, i: number) => valuesOf(table, name)[i] as number;
    const x = Array.from({ length: 32 }, (_, i) => of((name) => column(name, i)));
    const y = Array.from({ length: 32 }, (_, i) => column('mpg', i));
    const [mx, my] = [x, y].map((v) => v.reduce((s, e) => s + e, 0) / 32) as [number, number];
    const slope =
      x.reduce((s, v, i) => s + (v - mx) * ((y[i] as number) - my), 0) / x.reduce((s, v) => s + (v - mx) ** 2, 0);
    expect(terms[1]?.estimate).toBeCloseTo(slope, 10);
    return terms[1]?.term;
  };

  test('is worked out as written, and printed back', async () => {
    expect(await byHand('mpg ~ I(2 * hp - wt)', (v) => 2 * v('hp') - v('wt'))).toBe('I(2 * hp - wt)');
    expect(await byHand('mpg ~ I(hp / (wt + 1))', (v) => v('hp') / (v('wt') + 1))).toBe('I(hp / (wt + 1))');
    expect(await byHand('mpg ~ log(hp + 1)', (v) => Math.log(v('hp') + 1))).toBe('log(hp + 1)');
    expect(await byHand('mpg ~ I((hp - wt)^2)', (v) => (v('hp') - v('wt')) ** 2)).toBe('I((hp - wt)^2)');
    expect(await byHand('mpg ~ I(hp - (wt - qsec))', (v) => v('hp') - v('wt') + v('qsec'))).toBe('I(hp - (wt - qsec))');
    expect(await byHand('mpg ~ I(-hp)', (v) => -v('hp'))).toBe('I(-1 * hp)');
  });
});

describe('products', () => {
  test('stand after main effects, so of collinear terms the product is dropped', async () => {
    const { terms } = await fitted('mpg ~ wt * hp + qsec');
    expect(terms.map((t) => t.term)).toEqual(['(Intercept)', 'wt', 'hp', 'qsec', 'wt:hp']);
  });

  test('of two factors in i() are dummies of the combinations there are, the first left out', async () => {
    const { table, terms } = await fitted('mpg ~ i(cyl, i.am)');
    const mean = (cyl: number, am: number) => {
      const [c, a, y] = ['cyl', 'am', 'mpg'].map((name) => valuesOf(table, name) as number[]) as [
        number[],
        number[],
        number[],
      ];
      const group = y.filter((_, i) => c[i] === cyl && a[i] === am);
      return group.reduce((s, v) => s + v, 0) / group.length;
    };
    expect(terms).toHaveLength(6);
    for (const { term, estimate } of terms.slice(1)) {
      const [cyl, am] = /cyl::(\d):am::(\d)/.exec(term)?.slice(1) ?? [];
      expect(estimate).toBeCloseTo(mean(Number(cyl), Number(am)) - mean(4, 0), 9);
    }
  });
});
