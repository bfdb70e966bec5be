import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { numbers } from '../../stages/columns/column.ts';
import { tableOutput } from '../../stages/columns/table.ts';
import { match } from '../../stages/estimate/match.ts';
import { filter } from '../../stages/prepare/filter.ts';
import {
  declareStage,
  fixtures,
  near,
  readTable,
  record,
  referenceCase,
  referenceTable,
  runStage,
  type Value,
  valuesOf,
} from '../stage-lab.ts';

for (const id of ['psm_jtrain2', 'psm_jtrain2_caliper'])
  test(`${id}: score, matches, effect and balance agree with R`, async () => {
    const c = referenceCase(id);
    const table = await referenceTable(c.dataset);
    const { y, treated, on, method, replace, caliper } = c.spec;
    const params = { from: 'x', y, treated, on, method, replace, ...(caliper === undefined ? {} : { caliper }) };
    const ran = await runStage(match, params, { from: table });
    expect(ran.faults).toEqual([]);
    const balance = record(ran.outputs.balance);
    const check = (label: string, got: number, want: number, tolerance: number): void =>
      expect(near(got, want, tolerance), `${label}: ${got}, reference ${want}`).toBe(true);
    const r = c.results;
    expect(balance).toMatchObject({
      nobs: r.nobs,
      treated: r.treated,
      matched_treated: r.matched_treated,
      matched_controls: r.distinct_controls,
    });
    for (const { term, estimate, std_error } of balance.models[0].terms) {
      check(term, estimate, r.logit[term], 1e-8);
      check(`se ${term}`, std_error, r.logit_se[term], 1e-7);
    }
    check('loglik', balance.models[0].loglik, r.loglik, 1e-9);
    check('score of treated', balance.score_mean_treated, r.ps_mean_treated, 1e-8);
    check('score of controls', balance.score_mean_control, r.ps_mean_control, 1e-8);
    check('att', balance.effects[0].estimate, r.att, 1e-8);
    for (const row of balance.rows) {
      check(`${row.variable} before`, row.bias_before, r.balance[row.variable].before, 1e-8);
      check(`${row.variable} after`, row.bias_after, r.balance[row.variable].after, 1e-7);
    }
  });

const PANEL = (() => {
  const lines = ['city,year,treated,gdp,open,note'];
  for (let c = 0; c < 40; c++)
    for (let t = 2010; t < 2013; t++) {
      const gdp = ((c * 37) % 41) + (t - 2010) * 0.5;
      const treated = (c * 11) % 7 < 3 && t > 2010 ? 1 : 0;
      lines.push(`c${c},${t},${treated},${gdp},${((c * 53 + t * 7) % 29) / 3},n${c}`);
    }
  return lines.join('\n');
})();
const panel = () => readTable(PANEL, { panel: { unit: 'city', time: 'year' } });

describe('match', () => {
  test('year by year gives the weights that each year alone gives; a year without treated rows is noted', async () => {
    const table = await panel();
    const params = { from: 'x', treated: 'treated', on: ['gdp', 'open'], neighbours: 2 };
    const all = await runStage(match, { ...params, by: 'year' }, { from: table });
    expect(all.faults).toEqual([]);
    expect(all.notes).toContainEqual({ code: 'CN2551', args: { groups: ['2010'], by: ['year'] } });
    const weights = valuesOf(all.outputs.scores, '_weight');
    const years = valuesOf(all.outputs.scores, 'year');
    for (const year of [2011, 2012]) {
      const own = await runStage(filter, { from: 'x', keep: `year == ${year}` }, { from: table });
      const alone = await runStage(match, params, { from: own.outputs.table! });
      expect(weights.filter((_, i) => years[i] === year)).toEqual(valuesOf(alone.outputs.scores, '_weight'));
    }
  });

  test('the matched sample is the rows with a weight, other columns gathered and not read', async () => {
    const table = await panel();
    const declared = declareStage(match, { from: 'x', treated: 'treated', on: 'gdp' }, { from: table });
    expect(declared.reads.from?.[0]).toEqual(['#rows', 'treated', 'gdp']);
    const shape = declared.outputs.table?.shape;
    const labels = shape?.kind === 'table' ? shape.columns.map(({ name, label }) => [name, label]) : [];
    expect(labels).toContainEqual(['_weight', { en: 'matching weights', zh: '匹配权重' }]);
    const ran = await runStage(match, { from: 'x', treated: 'treated', on: 'gdp' }, { from: table });
    const weight = valuesOf(ran.outputs.scores, '_weight');
    const notes = valuesOf(ran.outputs.scores, 'note');
    expect(valuesOf(ran.outputs.table, 'note')).toEqual(notes.filter((_, i) => weight[i] !== undefined));
    expect(valuesOf(ran.outputs.table, '_weight')).toEqual(weight.filter((w) => w !== undefined));
    const [t, c] = [1, 0].map((d) => {
      const treated = valuesOf(ran.outputs.table, 'treated');
      return valuesOf(ran.outputs.table, '_weight').reduce<number>(
        (s, w, i) => s + (treated[i] === d ? (w as number) : 0),
        0,
      );
    });
    expect(c).toBeCloseTo(t as number, 10);
  });

  test('a caliper in standard deviations is the same as its number', async () => {
    const table = await panel();
    const params = { from: 'x', treated: 'treated', on: ['gdp', 'open'] };
    const free = await runStage(match, params, { from: table });
    const scores = valuesOf(free.outputs.scores, '_pscore') as number[];
    const mean = scores.reduce((s, v) => s + v, 0) / scores.length;
    const sd = Math.sqrt(scores.reduce((s, v) => s + (v - mean) ** 2, 0) / (scores.length - 1));
    const written = await runStage(match, { ...params, caliper: '0.01 sd' }, { from: table });
    const number = await runStage(match, { ...params, caliper: 0.01 * sd }, { from: table });
    expect(valuesOf(written.outputs.scores, '_weight')).toEqual(valuesOf(number.outputs.scores, '_weight'));
  });

  test('support leaves out treated rows beyond the scores of the controls', async () => {
    const table = await readTable(`d,x\n${[0, 1, 0, 1, 0, 1, 1].map((d, i) => `${d},${i}`).join('\n')}`);
    const ran = await runStage(match, { from: 'x', treated: 'd', on: 'x', support: true }, { from: table });
    expect(record(ran.outputs.balance)).toMatchObject({ off_support: 2, matched_treated: 2, treated: 4 });
    expect(ran.notes).toContainEqual({ code: 'CN2552', args: { rows: 2, total: 4 } });
  });

  test('rows are matched in the same way whatever other columns are there, and mirrored scores change nothing', async () => {
    const table = await panel();
    const a = await runStage(match, { from: 'x', treated: 'treated', on: ['gdp', 'open'] }, { from: table });
    const b = await runStage(match, { from: 'x', treated: 'treated', on: ['open', 'gdp'] }, { from: table });
    const x = valuesOf(a.outputs.scores, '_pscore') as number[];
    valuesOf(b.outputs.scores, '_pscore').forEach((v, i) => {
      expect(near(v as number, x[i]!, 1e-9)).toBe(true);
    });
  });

  test('a value far from all others, which hides how the rest separates, is told', async () => {
    const rows = [
      ['1,0', 1000],
      ['1,0.01', 100],
      ['1,999999', 1000],
      ['0,-0.5', 1],
      ['0,-3', 1],
    ] as const;
    const csv = ['d,x', ...rows.flatMap(([row, times]) => Array.from({ length: times }, () => row))].join('\n');
    const params = { from: 'x', treated: 'd', on: 'x', score: 'probit' };
    const ran = await runStage(match, params, { from: await readTable(csv) });
    expect(ran.faults).toMatchObject([{ code: 'CE2558', param: ['on'], args: { iterations: 100, where: '' } }]);
  });

  for (const [name, csv, params, code] of [
    ['a covariate that separates', 'd,x\n0,1\n0,2\n1,3\n1,4', {}, 'CE2556'],
    ['nobody treated', 'd,x\n0,1\n0,2', {}, 'CE2555'],
    ['a treatment that is not 0 or 1', 'd,x\n0,1\n2,2', {}, 'CE2554'],
    ['a radius without a caliper', 'd,x\n0,1\n1,2', { method: 'radius' }, 'CE2552'],
    ['a caliper that is no number', 'd,x\n0,1\n1,2', { caliper: '0.1 km' }, 'CE2560'],
    ['a bandwidth for neighbours', 'd,x\n0,1\n1,2', { bandwidth: 0.1 }, 'CE2551'],
    ['the treatment among its covariates', 'd,x\n0,1\n1,2', { on: ['x', 'd'] }, 'CE2553'],
    ['an empty list of covariates', 'd,x\n0,1\n1,2', { on: [] }, 'CE2550'],
    ['a caliper that nobody meets', 'd,x\n0,1\n1,2\n0,3\n1,4\n0,5\n1,6.5', { caliper: 1e-9 }, 'CE2557'],
  ] as const)
    test(`refused: ${name}`, async () => {
      const ran = await runStage(
        match,
        { from: 'x', treated: 'd', on: 'x', ...params },
        { from: await readTable(csv) },
      );
      expect(ran.faults.map((f) => f.code)).toEqual([code]);
    });
});

interface FromR {
  readonly distance: 'score' | 'mahalanobis';
  readonly neighbours: number;
  readonly variance: number;
  readonly caliper: number | null;
  readonly replace: boolean;
  readonly treated: number;
  readonly controls: number;
  readonly effect: number;
  readonly error: number;
  readonly weights: readonly number[];
}

const byPairs = JSON.parse(readFileSync(join(fixtures, 'linear-matching.json'), 'utf8')) as readonly FromR[];
const NSW = ['age', 'educ', 'black', 'hisp', 'married', 'nodegree', 're74', 're75'];

describe('distances on the covariates and errors of matching with replacement, as written out in R', () => {
  for (const c of byPairs)
    test(`${c.distance}, ${c.neighbours} neighbours${c.caliper === null ? '' : ', caliper'}${c.replace ? '' : ', once'}`, async () => {
      const params = {
        from: 'x',
        y: 're78',
        treated: 'train',
        on: NSW,
        distance: c.distance,
        neighbours: c.neighbours,
        replace: c.replace,
        ...(c.caliper === null ? {} : { caliper: c.caliper }),
        ...(c.replace ? { errors: 'abadie-imbens', 'variance-neighbours': c.variance } : {}),
      };
      const ran = await runStage(match, params, { from: await referenceTable('jtrain2') });
      expect(ran.faults).toEqual([]);
      const balance = record(ran.outputs.balance);
      const weights = valuesOf(ran.outputs.scores, '_weight').map((w) => (w ?? 0) as number);
      weights.forEach((w, i) => {
        expect(Math.abs(w - (c.weights[i] as number)), `row ${i + 1}`).toBeLessThan(1e-12);
      });
      expect(balance).toMatchObject({ matched_treated: c.treated, matched_controls: c.controls });
      const [effect] = balance.effects;
      expect(near(effect.estimate, c.effect, 1e-8)).toBe(true);
      if (c.replace) expect(near(effect.std_error, c.error, 1e-7), `${effect.std_error}, ${c.error}`).toBe(true);
    });

  test('by group, the errors are those of all gaps together; units of a covariate do not matter', async () => {
    const table = await panel();
    const params = { from: 'x', treated: 'treated', on: ['gdp', 'open'], distance: 'mahalanobis', neighbours: 2 };
    const all = await runStage(match, { ...params, by: 'year' }, { from: table });
    expect(all.faults).toEqual([]);
    expect(valuesOf(all.outputs.scores, '_pscore').every((v) => v === undefined)).toBe(true);
    const wide = await readTable(
      PANEL.split('\n')
        .map((line, i) => {
          const cells = line.split(',');
          return i === 0 ? line : [...cells.slice(0, 3), Number(cells[3]) * 1000, ...cells.slice(4)].join(',');
        })
        .join('\n'),
      { panel: { unit: 'city', time: 'year' } },
    );
    const other = await runStage(match, { ...params, by: 'year' }, { from: wide });
    expect(valuesOf(other.outputs.scores, '_weight')).toEqual(valuesOf(all.outputs.scores, '_weight'));
  });

  for (const [name, params, code, param] of [
    ['common support of a score that is not there', { distance: 'mahalanobis', support: true }, 'CE2756', 'support'],
    ['a score model', { distance: 'mahalanobis', score: 'probit' }, 'CE2756', 'score'],
    ['a caliper in deviations of the score', { distance: 'mahalanobis', caliper: '0.2 sd' }, 'CE2756', 'caliper'],
    ['a distance for a kernel', { distance: 'mahalanobis', method: 'kernel' }, 'CE2551', 'distance'],
    ['errors of replacement without it', { errors: 'abadie-imbens', replace: false }, 'CE2757', 'errors'],
    ['neighbours of errors not asked for', { 'variance-neighbours': 3 }, 'CE2758', 'variance-neighbours'],
  ] as const)
    test(`${name} is a fault before anything runs`, async () => {
      const declared = declareStage(
        match,
        { from: 'x', treated: 'treated', on: 'gdp', ...params },
        { from: await panel() },
      );
      expect(declared.faults.map((f) => [f.code, f.param])).toEqual([[code, [param]]]);
    });

  test('covariates without variation have no distance; separation is no obstacle', async () => {
    const table = await readTable('d,x,z\n0,1,3\n0,2,3\n1,5,3\n1,6,3');
    const on = async (name: string) =>
      runStage(match, { from: 'x', treated: 'd', on: name, distance: 'mahalanobis' }, { from: table });
    expect((await on('z')).faults.map((f) => f.code)).toEqual(['CE3202']);
    const ran = await on('x');
    expect(ran.faults).toEqual([]);
    expect(valuesOf(ran.outputs.scores, '_weight')).toEqual([undefined, 2, 1, 1]);
  });

  test('too many rows for pairs are refused', async () => {
    const lines = Array.from({ length: 100_000 }, (_, i) => `${i % 2},${(i * 7919) % 104_729}`);
    const table = await readTable(`d,x\n${lines.join('\n')}`);
    const ran = await runStage(match, { from: 'x', treated: 'd', on: 'x', distance: 'mahalanobis' }, { from: table });
    expect(ran.faults.map((f) => [f.code, f.args])).toEqual([['CE2759', { treated: 50_000, controls: 50_000 }]]);
  });
});

test('rows are left out for infinite values, too, and the columns with them named', async () => {
  const u = (i: number): number => ((i * 7919) % 997) / 997;
  const of = (value: (i: number) => number) => Float64Array.from({ length: 200 }, (_, i) => value(i));
  const columns = (lost: number): Value => {
    const made = {
      d: of((i) => (u(i) + u(3 * i + 1) > 1 ? 1 : 0)),
      a: of((i) => u(5 * i + 2)),
      b: of((i) => (i % 10 < lost ? Number.NEGATIVE_INFINITY : u(11 * i + 3))),
      y: of((i) => (i === 1 ? Number.NaN : u(13 * i))),
    };
    const entries = Object.entries(made);
    return {
      shape: { kind: 'table', open: false, columns: entries.map(([name]) => ({ name, type: 'number' as const })) },
      parts: new Map(
        tableOutput(
          entries.map(([name, v]) => [name, numbers(v)] as const),
          200,
        ).parts,
      ),
    };
  };
  const params = { from: 'x', treated: 'd', on: ['a', 'b'], y: 'y' };
  const some = await runStage(match, params, { from: columns(1) });
  expect(some.notes[0]).toEqual({ code: 'CN2401', args: { rows: 21, total: 200, columns: ['b', 'y'] } });
  const none = await runStage(match, params, { from: columns(10) });
  expect(none.faults.map((f) => [f.code, f.args])).toEqual([['CE2410', { rows: 200, columns: ['b'] }]]);
});
