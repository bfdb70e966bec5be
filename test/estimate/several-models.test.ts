import { describe, expect, test } from 'vitest';
import { regress } from '../../stages/estimate/regress.ts';
import { severalModels } from '../../stages/estimate/several-models.ts';
import { declareStage, referenceTable } from '../stage-lab.ts';

const casesOf = (params: Parameters<typeof severalModels>[0]) => severalModels(params)?.map((c) => [c.name, c.params]);
const written = (formula: string) =>
  severalModels({ formula })?.map((c) => [c.name, String(c.params.formula)] as const);
const formulas = (formula: string) =>
  written(formula)?.map(
    ([name, text]) =>
      `${name}: ${text
        .replace(/\s*\+\s*/g, ' + ')
        .replace(/\s+/g, ' ')
        .trim()}`,
  );

describe('several models in one stage', () => {
  test('one model is left alone', () => {
    expect(casesOf({ y: 'a', x: ['b', 'i(sw_1)'], controls: 'c' })).toBeUndefined();
    expect(formulas('log(y) ~ x + i(year, ref = c(2000, 2001)) | city')).toBeUndefined();
    expect(formulas('y ~ `sw(a)` + x')).toBeUndefined();
  });

  for (const [formula, want] of [
    ['c(y1, log(y2)) ~ x', ['y1: y1 ~ x', 'log(y2): log(y2) ~ x']],
    ['y ~ x + sw(a, b + c)', ['1: y ~ x + a', '2: y ~ x + b + c']],
    ['y ~ x + csw0(a, i(t, ref = 1))', ['1: y ~ x + 1', '2: y ~ x + a', '3: y ~ x + a + i(t, ref = 1)']],
    ['y ~ x | csw0(id, t)', ['1: y ~ x | 0', '2: y ~ x | id', '3: y ~ x | id + t']],
    ['y ~ mvsw(a, b)', ['1: y ~ 1', '2: y ~ a', '3: y ~ b', '4: y ~ a + b']],
    ['c(p, q) ~ sw(a, b) | id | e ~ sw(z, w)', ['p,1,1: p ~ a | id | e ~ z', 'p,1,2: p ~ a | id | e ~ w']],
  ] as const)
    test(formula, () => {
      expect(formulas(formula)?.slice(0, want.length)).toEqual(want);
      // what is kept stands where it was written, so that a mistake in it is shown there
      for (const [, text] of written(formula) ?? [])
        for (const { 0: word, index } of text.matchAll(/[a-z0-9]{2,}|[02-9a-z]/g))
          expect(formula.startsWith(word, index) || word === '0', `${word} in ${text}`).toBe(true);
    });

  test('the structured form: a list of outcomes, stepwise calls among the terms', () => {
    expect(casesOf({ y: ['p', 'q'], x: 'd', controls: ['a', 'csw(b, c)'] })).toEqual([
      ['p,1', { y: 'p', controls: ['a', 'b'] }],
      ['p,2', { y: 'p', controls: ['a', 'b', 'c'] }],
      ['q,1', { y: 'q', controls: ['a', 'b'] }],
      ['q,2', { y: 'q', controls: ['a', 'b', 'c'] }],
    ]);
    expect(casesOf({ y: 'p', absorb: 'sw0(id, t)' })?.map(([, p]) => p)).toEqual([
      { absorb: [] },
      { absorb: ['id'] },
      { absorb: ['t'] },
    ]);
  });

  test('an effect or a sum that is empty says so in the grammar', async () => {
    const table = await referenceTable('grunfeld');
    const spec = (formula: string) => declareStage(regress, { from: 'x', formula }, { from: table });
    expect(spec('inv ~ value | 0').spec).toEqual(spec('inv ~ value').spec);
    expect(spec('inv ~ value + 1').spec).toEqual(spec('inv ~ value').spec);
    expect(spec('inv ~ 0 + value | firm').spec).toEqual(spec('inv ~ value | firm').spec);
    expect(spec('inv ~ I(value^2)').spec).toEqual(spec('inv ~ value^2').spec);
    expect(declareStage(regress, { from: 'x', y: 'inv', x: 'value', intercept: false }, { from: table }).spec).toEqual(
      spec('inv ~ value - 1').spec,
    );
  });
});
