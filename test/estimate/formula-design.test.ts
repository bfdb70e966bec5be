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
