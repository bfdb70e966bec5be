import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { regress } from '../../stages/estimate/regress.ts';
import { specCurve } from '../../stages/estimate/spec-curve.ts';
import { declareStage, fixtures, near, readTable, record, referenceTable, runStage, valuesOf } from '../stage-lab.ts';

interface FromR {
  readonly data: string;
  readonly formula: string;
  readonly nobs: number;
  readonly coef: readonly number[];
  readonly se: readonly number[];
}

const cases = JSON.parse(readFileSync(join(fixtures, 'linear-terms.json'), 'utf8')) as readonly FromR[];

const panel = { panel: { unit: 'firm', time: 'year' } };
const tableOf = (data: string) => referenceTable(data, data === 'grunfeld' ? panel : {});

const modelOf = async (formula: string, data = 'mtcars') => {
  const ran = await runStage(regress, { from: 'x', formula, singletons: 'keep' }, { from: await tableOf(data) });
  expect(ran.faults).toEqual([]);
  return record(ran.outputs.model) as {
    nobs: number;
    terms: { term: string; estimate: number; std_error: number }[];
  };
};

describe('computed terms give what R’s lm gives', () => {
  for (const c of cases)
    test(c.formula, async () => {
      const { nobs, terms } = await modelOf(c.formula, c.data);
      expect(nobs).toBe(c.nobs);
      expect(terms.length).toBe(c.coef.length);
      terms.forEach(({ term, estimate, std_error }, j) => {
        expect(near(estimate, c.coef[j] as number, 1e-8), `${term}: ${estimate} and ${c.coef[j]}`).toBe(true);
        expect(near(std_error, c.se[j] as number, 1e-7), `${term}: ${std_error} and ${c.se[j]}`).toBe(true);
      });
    });
});

describe('the names of computed terms', () => {
  for (const [formula, ...names] of [
    ['mpg ~ 0 + I(wt*hp) + I((wt-3)^2) + log(hp/100)', 'I(wt * hp)', 'I((wt - 3)^2)', 'log(hp / 100)'],
    ['mpg ~ 0 + I(wt^2) + hp^2', 'wt^2', 'hp^2'],
    ['mpg ~ 0 + poly(hp, 2)', 'poly(hp, 2)1', 'poly(hp, 2)2'],
    ['mpg ~ 0 + I(wt - (hp - 1)) + I(-(wt + 1) / hp)', 'I(wt - (hp - 1))', 'I(-1 * (wt + 1) / hp)'],
  ] as const)
    test(formula, async () => {
      expect((await modelOf(formula)).terms.map((t) => t.term)).toEqual(names);
    });

  test('lags, leads and differences', async () => {
    const { terms } = await modelOf('inv ~ l(value, -1:1) + d(capital) | firm', 'grunfeld');
    expect(terms.map((t) => t.term)).toEqual(['f(value, 1)', 'value', 'l(value, 1)', 'd(capital, 1)']);
  });
});

describe('lags go by the value of time, within the unit', () => {
  const csv = 'id,t,y,x\na,1,1,5\na,2,3,6\na,4,2,9\na,5,7,1\nb,2,4,2\nb,3,1,8\nb,4,6,3\n';

  test('a gap gives no lag, rows in any order', async () => {
    const lines = csv.trim().split('\n');
    const shuffled = [lines[0], ...[4, 1, 7, 3, 2, 6, 5].map((i) => lines[i])].join('\n');
    for (const text of [csv, shuffled]) {
      const table = await readTable(text, { panel: { unit: 'id', time: 't' } });
      const ran = await runStage(regress, { from: 'x', formula: 'y ~ l(x)' }, { from: table });
      expect(ran.faults).toEqual([]);
      // used: (a,2), (a,5), (b,3), (b,4)
      expect(record(ran.outputs.model).nobs).toBe(4);
      const x = [5, 9, 2, 8];
      const y = [3, 7, 1, 6];
      const mean = (v: number[]) => v.reduce((s, a) => s + a, 0) / v.length;
      const slope =
        x.reduce((s, a, i) => s + (a - mean(x)) * ((y[i] as number) - mean(y)), 0) /
        x.reduce((s, a) => s + (a - mean(x)) ** 2, 0);
      expect(record(ran.outputs.model).terms[1].estimate).toBeCloseTo(slope, 12);
      const residuals = valuesOf(ran.outputs.residuals, 'residual').filter((r) => r !== undefined);
      expect(residuals.length).toBe(4);
    }
  });

  test('a unit with a period twice is a fault that names both', async () => {
    // an ingest refuses this; rows put together later may have it
    const read = await readTable(`${csv}b,3,0,0\n`);
    const table = { ...read, shape: { ...read.shape, panel: { unit: 'id', time: 't' } } as typeof read.shape };
    const ran = await runStage(regress, { from: 'x', formula: 'y ~ l(x)' }, { from: table });
    const twice = ['CE2751', { unit: 'id', value: 'b', time: 't', period: '3' }];
    expect(ran.faults.map((f) => [f.code, f.args])).toEqual([twice]);
    const vary = { where: ['x > 0', 'lag(x) > 0'] };
    const curve = await runStage(specCurve, { from: 'x', y: 'y', x: 'x', vary }, { from: table });
    expect(curve.faults.map((f) => [f.code, f.args])).toEqual([twice]);
  });

  test('a time of text is refused, when it is declared and when only the data tell', async () => {
    const read = await readTable('id,t,y,x\na,q2,1,5\na,q1,3,6\na,q3,2,9\nb,q1,7,1\n');
    const panel = { unit: 'id', time: 't' };
    const columns = (type: 'text' | 'unknown') =>
      ['id', 't', 'y', 'x'].map((name) => ({ name, type: name === 't' ? type : ('unknown' as const) }));
    for (const type of ['text', 'unknown'] as const) {
      const table = { ...read, shape: { ...read.shape, columns: columns(type), panel } as typeof read.shape };
      const ran = await runStage(regress, { from: 'x', y: 'y', x: 'd(x)' }, { from: table });
      expect(ran.faults.map((f) => [f.code, f.args])).toEqual([['CE2080', { name: 'd(x, 1)', time: 't' }]]);
    }
  });

  test('without a panel there are no lags', async () => {
    const declared = declareStage(regress, { from: 'x', y: 'y', x: ['x', 'l(x)'] }, { from: await readTable(csv) });
    expect(declared.faults.map((f) => [f.code, f.param, f.args.name])).toEqual([['CE2752', ['x', 1], 'l(x, 1)']]);
  });
});

describe('mistakes in a formula are found where they stand', () => {
  for (const [formula, at] of [
    ['mpg ~ I(wt * ) + hp', ')'],
    ['mpg ~ I(wt hp)', 'hp'],
    ['mpg ~ poly(wt) + hp', ')'],
    ['mpg ~ poly(wt, 0)', '0'],
    ['mpg ~ poly(wt, 2, TRUE)', 'TRUE'],
    ['mpg ~ lg(wt) + hp', 'lg'],
    ['mpg ~ l(wt, hp)', 'hp'],
    ['mpg ~ l(wt, 0.5)', '0.5'],
    ['mpg ~ i(cyl, rfe = 4)', 'rfe'],
    ['mpg ~ i(cyl, bin = 4)', '4'],
    ['mpg ~ wt + + hp', '+ hp'],
    ['mpg wt', 'wt'],
    ['mpg ~ wt | cyl^', ''],
    ['mpg ~ wt & hp', '&'],
  ] as const)
    test(formula, async () => {
      const declared = declareStage(regress, { from: 'x', formula }, { from: await referenceTable('mtcars') });
      const [fault] = declared.faults;
      expect(fault?.code).toBe('CE2402');
      const start = fault?.within?.start as number;
      expect(formula.slice(start).startsWith(at), `stands at '${formula.slice(start)}'`).toBe(true);
      if (at === '') expect(start).toBe(formula.length);
    });

  for (const [formula, at, plain] of [
    ['mpg ~ L.wt + hp', '', 'l(wt)'],
    ['mpg ~ l2.wt', '', 'l(wt, 2)'],
    ['D.mpg ~ wt', '', 'd(mpg)'],
    ['mpg ~ F.wt', '', 'f(wt)'],
    ['mpg ~ i.cyl', '', 'i(cyl)'],
    ['mpg ~ ib6.cyl', '', 'i(cyl, ref = 6)'],
    ['mpg ~ c.wt', '', 'wt'],
    ['mpg ~ hp + c.wt#i.cyl', 'c.wt#i.cyl', 'wt:i(cyl)'],
    ['mpg ~ c.wt##c.hp', 'c.wt##c.hp', 'wt*hp'],
    ['mpg ~ wt | cyl#gear', 'cyl#gear', 'cyl^gear'],
    ['mpg ~ wt | cyl##c.hp', 'cyl##c.hp', 'cyl[hp]'],
    ['mpg ~ hp + L(0/2).wt', 'L(0/2).wt', 'l(wt, 0:2)'],
    ['mpg ~ lag(wt, 1) + hp', 'lag', 'l(…)'],
    ['mpg ~ hp + ln(wt)', 'ln', 'log(…)'],
  ] as const)
    test(`${formula}: as other programs have it`, async () => {
      const declared = declareStage(regress, { from: 'x', formula }, { from: await referenceTable('mtcars') });
      expect(declared.faults.map((f) => [f.code, f.args.plain])).toEqual([['CE2083', plain]]);
      const { within } = declared.faults[0] ?? {};
      expect(within === undefined ? '' : formula.slice(within.start, within.end)).toBe(at);
    });

  test('a missing value stays missing to the power of 0', async () => {
    const table = await readTable('y,x\n1,1\n2,\n3,5\n5,7\n4,9\n');
    const ran = await runStage(regress, { from: 'x', formula: 'y ~ I(y + x^0)' }, { from: table });
    expect(record(ran.outputs.model).nobs).toBe(4);
  });

  test('an unknown column inside arithmetic is named', async () => {
    const declared = declareStage(
      regress,
      { from: 'x', formula: 'mpg ~ I(wt / hq) + poly(dispp, 2)' },
      { from: await referenceTable('mtcars') },
    );
    expect(declared.faults.map((f) => [f.code, f.args.name])).toEqual([
      ['CE2001', 'hq'],
      ['CE2001', 'dispp'],
    ]);
  });

  test('a factor or a polynomial is no outcome', async () => {
    for (const formula of ['factor(cyl) ~ wt', 'poly(mpg, 2) ~ wt']) {
      const declared = declareStage(regress, { from: 'x', formula }, { from: await referenceTable('mtcars') });
      expect(declared.faults.map((f) => f.code)).toEqual(['CE2753']);
    }
  });

  test('a polynomial of a degree that the values cannot tell', async () => {
    const ran = await runStage(regress, { from: 'x', formula: 'mpg ~ poly(am, 2)' }, { from: await tableOf('mtcars') });
    expect(ran.faults.map((f) => [f.code, f.args.values])).toEqual([['CE2750', 2]]);
  });

  test('a level or a bin that does not occur', async () => {
    for (const term of ['i(cyl, keep = 5)', 'i(cyl, bin = list(odd = 5))', 'i(cyl, ref = 5)']) {
      const ran = await runStage(regress, { from: 'x', formula: `mpg ~ ${term}` }, { from: await tableOf('mtcars') });
      expect(ran.faults.map((f) => [f.code, f.args.value])).toEqual([['CE2418', '5']]);
    }
  });
});

test('the structured form takes the same terms', async () => {
  const table = await tableOf('grunfeld');
  const formula = 'inv / value ~ l(capital) + I(value^2 / 1000) | firm';
  const structured = { y: 'inv / value', x: 'l(capital)', controls: ['I(value^2 / 1000)'], absorb: 'firm' };
  const specs = [{ formula }, structured].map((p) => declareStage(regress, { from: 'x', ...p }, { from: table }));
  expect(specs.flatMap((s) => s.faults)).toEqual([]);
  expect(specs[1]?.spec).toEqual(specs[0]?.spec);
  expect(specs[0]?.reads).toEqual({ from: [['#rows', 'capital', 'firm', 'inv', 'value', 'year']] });
});
