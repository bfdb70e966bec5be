/** Mistakes in models: each is found, under its code, where it was made; and notes on what a result lost. */
import { describe, expect, test } from 'vitest';
import type { AnyStageType } from '../../stages/contract.ts';
import { bacon } from '../../stages/estimate/bacon.ts';
import { eventStudy } from '../../stages/estimate/event-study.ts';
import { heterogeneity } from '../../stages/estimate/heterogeneity.ts';
import { match } from '../../stages/estimate/match.ts';
import { mediation } from '../../stages/estimate/mediation.ts';
import { regress } from '../../stages/estimate/regress.ts';
import { specCurve } from '../../stages/estimate/spec-curve.ts';
import { twfeWeights } from '../../stages/estimate/twfe-weights.ts';
import { readTable, record, referenceTable, runStage, type Value } from '../stage-lab.ts';
import { mpdta, simulate, tableOfRows } from './staggered-lab.ts';

const NEVER = Number.POSITIVE_INFINITY;

const run = async (type: AnyStageType, params: object, table: Value) => {
  const ran = await runStage(type, { from: 'x', ...params }, { from: table });
  return {
    codes: ran.faults.map((f) => [f.code, f.param]),
    args: ran.faults[0]?.args,
    note: (code: string) => ran.notes.find((n) => n.code === code)?.args,
    ran,
  };
};

const grunfeld = (params = {}) => referenceTable('grunfeld', params);
const staggered = (cohorts: readonly number[] = [3, 5, NEVER], more: object = {}) =>
  tableOfRows(simulate({ units: 40, periods: 6, cohorts, seed: 5, effect: () => 1, ...more }));

describe('errors of regressions', () => {
  test('errors over time need the panel', async () => {
    for (const kind of ['newey-west', 'driscoll-kraay']) {
      const { codes, args } = await run(regress, { y: 'inv', x: 'value', vcov: { [kind]: 1 } }, await grunfeld());
      expect([codes, args]).toEqual([[['CE2405', ['vcov']]], { name: kind }]);
    }
  });

  test('a unit twice in a period', async () => {
    const read = await readTable('id,t,y,x\na,1,1,5\na,2,3,6\na,2,2,9\nb,1,7,1\nb,2,4,2\n');
    const table = { ...read, shape: { ...read.shape, panel: { unit: 'id', time: 't' } } as Value['shape'] };
    const { codes, args } = await run(regress, { y: 'y', x: 'x', vcov: { 'newey-west': 1 } }, table);
    expect([codes, args]).toEqual([[['CE2419', ['vcov']]], { unit: 'id', value: 'a', name: 'Newey-West' }]);
  });

  test('more dummies than make sense', async () => {
    const lines = Array.from({ length: 6000 }, (_, i) => `${i},${(i * 7) % 11}`);
    const { codes, args } = await run(regress, { y: 'y', x: 'i(id)' }, await readTable(`id,y\n${lines.join('\n')}`));
    expect([codes.map(([c]) => c), args?.values]).toEqual([['CE2417'], 5999]);
  });

  test('corrected errors of very large clusters are refused, not begun', async () => {
    const rows = Array.from(
      { length: 40_000 },
      (_, i) => `${i % 2},${(i * 7919) % 9973},${(i * 31) % 101},${i % 3000}`,
    );
    const table = await readTable(`half,y,x,id\n${rows.join('\n')}`);
    const { codes, args } = await run(regress, { y: 'y', x: 'x', absorb: 'id', vcov: { CR2: 'half' } }, table);
    expect([codes, args]).toEqual([[['CE2416', ['vcov']]], { kind: 'CR2: half' }]);
  });

  test('a wild bootstrap of thousands of clusters', async () => {
    const rows = Array.from({ length: 6400 }, (_, i) => `${i >> 1},${(i * 7919) % 9973},${(i * 31) % 101}`);
    const table = await readTable(`id,y,x\n${rows.join('\n')}`);
    const { codes, args } = await run(regress, { y: 'y', x: 'x', vcov: { wild: { cluster: 'id' } } }, table);
    expect([codes, args?.groups]).toEqual([[['CE2603', ['vcov']]], 3200]);
  });

  test('resamples that cannot be estimated are counted, and a fault when hardly one can', async () => {
    // x varies in one of the clusters alone: draws without it are lost, and leaving it out leaves nothing
    const rows = Array.from({ length: 24 }, (_, i) => `${i % 4},${(i * 17) % 13},${i % 4 === 0 ? i : 7}`);
    const table = await readTable(`id,y,x\n${rows.join('\n')}`);
    const model = { y: 'y', x: 'x' };
    const drawn = await run(regress, { ...model, vcov: { bootstrap: { cluster: 'id', draws: 99 } } }, table);
    expect(drawn.codes).toEqual([]);
    const lost = drawn.note('CN2602');
    expect(lost?.draws).toBe(99);
    expect(lost?.used as number).toBeGreaterThan(40);
    const constant = Array.from({ length: 24 }, (_, i) => `${i % 2},${(i * 17) % 13},${i % 2 === 0 ? i : 7}`);
    const two = await readTable(`id,y,x\n${constant.join('\n')}`);
    const left = await run(regress, { ...model, vcov: { jackknife: 'id' } }, two);
    expect([left.codes, left.args]).toEqual([[['CE2604', ['vcov']]], { draws: 2, used: 1 }]);
  });

  test('fewer clusters than parameters; a covariance that had to be repaired', async () => {
    const few = await run(
      regress,
      { y: 'mpg', x: ['hp', 'wt', 'qsec'], cluster: 'cyl' },
      await referenceTable('mtcars'),
    );
    expect(few.note('CN2406')).toEqual({ groups: 3, parameters: 4 });
    const table = await readTable('a,b,y,x\n0,0,0,1\n0,1,1,2\n1,0,1,3\n1,1,0,5\n0,0,1,7\n1,1,2,2\n');
    const { note, ran } = await run(regress, { y: 'y', x: 'x', cluster: ['a', 'b'] }, table);
    expect(note('CN2407')).toEqual({});
    for (const t of record(ran.outputs.model).terms) expect(t.std_error).toBeGreaterThanOrEqual(0);
  });

  test('an instrument that the controls explain is left out of the first stage, with its reason', async () => {
    const table = await grunfeld();
    const formula = 'inv ~ firm | 0 | value ~ capital + I(2 * firm)';
    const { codes, note } = await run(regress, { formula }, table);
    expect(codes).toEqual([]);
    expect(note('CN2601')).toMatchObject({ term: 'I(2 * firm)', reason: 'collinear with firm' });
  });
});

describe('event studies', () => {
  const study = (params: object, table: Value) => run(eventStudy, { y: 'y', ...params }, table);

  test('two ways to say when treatment began, or none', async () => {
    const table = await staggered();
    expect((await study({ cohort: 'g', treatment: 'd' }, table)).codes[0]?.[0]).toBe('CE2431');
    expect((await study({}, table)).codes[0]?.[0]).toBe('CE2431');
  });

  test('a reference outside the window', async () => {
    const { codes, args } = await study({ cohort: 'g', window: [-2, 2], reference: -3 }, await staggered());
    expect([codes, args?.value]).toEqual([[['CE2433', ['reference']]], -3]);
  });

  test('relative time between periods', async () => {
    const table = await readTable('id,t,r,y\n1,1,-1,0\n1,2,0,1\n2,1,-0.5,0\n2,2,0.5,3\n3,1,.,1\n3,2,.,2\n', {
      panel: { unit: 'id', time: 't' },
    });
    const { codes, args } = await study({ rel_time: 'r' }, table);
    expect([codes, args]).toEqual([[['CE2434', ['rel_time']]], { value: -0.5, row: 3 }]);
  });

  test('never-treated cohorts named where there is a treatment column', async () => {
    const { codes } = await study({ treatment: 'd', never: 9999 }, await staggered());
    expect(codes).toEqual([['CE2453', ['never']]]);
  });

  const ESTIMATORS = [
    'twfe',
    'sun-abraham',
    'callaway-santanna',
    'imputation',
    'two-stage',
    'stacked',
    'roth-santanna',
  ];
  const counties = (estimator: string, params: object) =>
    mpdta().then((table) =>
      study({ y: 'lemp', estimator, ...(estimator === 'stacked' ? { window: [-1, 1] } : {}), ...params }, table),
    );

  for (const estimator of ESTIMATORS)
    test(`a cohort 0 before the data has to be explained to ${estimator}`, async () => {
      const plain = await counties(estimator, { cohort: 'first_treat' });
      const args = { name: 'first_treat', first: 2003, last: 2007, rows: 1545 };
      expect([plain.codes, plain.args]).toEqual([[['CE2495', ['cohort']]], args]);
      expect((await counties(estimator, { cohort: 'first_treat', never: 0 })).codes).toEqual([]);
      const early = await counties(estimator, { cohort: 'first_treat', never: [], control: undefined });
      expect(early.codes.map(([code]) => code)).not.toContain('CE2495');
    });

  for (const estimator of ESTIMATORS)
    test(`a column of who is treated, not when, is told as that by ${estimator}`, async () => {
      const faults = async (params: object) => (await counties(estimator, params)).codes;
      expect(await faults({ cohort: 'treat', never: 0 })).toEqual([['CE2496', ['cohort']]]);
      expect(await faults({ cohort: 'treat' })).toEqual([['CE2496', ['cohort']]]);
      expect(await faults({ treatment: 'treat' })).toEqual([['CE2497', ['treatment']]]);
    });

  test('a code for never far after the data is told of, where it would have leads', async () => {
    const params = { cohort: 'ft10000', never: [0] };
    const { note } = await counties('twfe', params);
    expect(note('CN2495')).toEqual({ cohorts: ['10000'], first: 2003, last: 2007 });
    const said = await counties('twfe', { ...params, never: [0, 10000] });
    expect(said.note('CN2495')).toBeUndefined();
  });

  test('a start of treatment that repeated cross-sections do not show', async () => {
    const params = { estimator: 'callaway-santanna', treatment: 'd', sampling: 'cross-section' };
    expect((await study(params, await staggered())).codes).toEqual([['CE2457', ['treatment']]]);
  });

  test('no unit that is there in all periods', async () => {
    const rows = simulate({ units: 40, periods: 6, cohorts: [3, 5, NEVER], seed: 5, effect: () => 1 });
    const table = await tableOfRows(rows.filter((r) => r.t !== 1 + (r.id % 6)));
    const { codes, args } = await study({ estimator: 'callaway-santanna', cohort: 'g' }, table);
    expect([codes.map(([c]) => c), args]).toEqual([['CE2462'], { periods: 6 }]);
  });

  test('two cohorts, of which one is a single unit', async () => {
    const rows = simulate({ units: 30, periods: 6, cohorts: [3], seed: 5, effect: () => 1 });
    const table = await tableOfRows(rows.map((r) => (r.id === 1 ? { ...r, g: 5 } : r)));
    const { codes } = await study({ estimator: 'roth-santanna', cohort: 'g' }, table);
    expect(codes).toEqual([['CE2475', ['cohort']]]);
  });
});

describe('designs', () => {
  test('a treatment that is a factor, or a product, is none', async () => {
    const table = await staggered();
    expect((await run(bacon, { y: 'y', x: 'i(d)' }, table)).codes).toContainEqual(['CE2437', ['x']]);
    expect((await run(twfeWeights, { y: 'y', x: 'd:z' }, table)).codes).toContainEqual(['CE2483', ['x']]);
  });

  test('matching by groups of which none has both kinds of rows', async () => {
    const table = await readTable('g,d,x\n1,1,1\n1,1,2\n2,0,3\n2,0,4\n');
    const { codes, args } = await run(match, { treated: 'd', on: 'x', by: 'g' }, table);
    expect([codes, args]).toEqual([[['CE2559', ['by']]], { by: ['g'] }]);
  });

  test('an axis without a choice', async () => {
    const { codes } = await run(specCurve, { y: 'y', x: 'd', vary: { controls: {} } }, await staggered());
    expect(codes).toContainEqual(['CE2572', ['vary', 'controls']]);
  });

  /** Eight units, of which the first and the fifth are treated. */
  const pair = async () => {
    const rows = ['id,t,d,y,m,east'];
    for (let id = 1; id <= 8; id++)
      for (let t = 1; t <= 4; t++) {
        const d = (id === 1 || id === 5) && t >= 3 ? 1 : 0;
        rows.push([id, t, d, (id * t * 7) % 5, (id * 3 + t * t) % 7, id > 4 ? 1 : 0].join());
      }
    return readTable(rows.join('\n'), { panel: { unit: 'id', time: 't' } });
  };
  const twoWay = { y: 'y', x: 'd', absorb: ['id', 't'] };

  test('permutations that leave a group without treated units count as extreme', async () => {
    const params = { ...twoWay, by: 'east', split: 'groups', groups: [0, 1], test: 'permutation', draws: 99 };
    const { codes, note } = await run(heterogeneity, params, await pair());
    expect(codes).toEqual([]);
    const { failed, draws } = note('CN2536') as { failed: number; draws: number };
    expect(draws).toBe(99);
    // both treated units fall into one group in three of seven assignments
    expect(failed / draws).toBeGreaterThan(0.2);
    expect(failed / draws).toBeLessThan(0.7);
  });

  test('draws of a mediation without a treated unit are left out and counted', async () => {
    const { codes, note } = await run(mediation, { ...twoWay, mediator: 'm', bootstrap: 200 }, await pair());
    expect(codes).toEqual([]);
    const { failed, draws } = note('CN2533') as { failed: number; draws: number };
    expect(draws).toBe(200);
    // (6/8)^8 of the draws have none of the two
    expect(failed).toBeGreaterThan(5);
    expect(failed).toBeLessThan(60);
  });
});
