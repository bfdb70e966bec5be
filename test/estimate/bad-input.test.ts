/** What every estimator of a staggered design says of data that it cannot use, or can use in part: never a missing number in a table. */
import { describe, expect, test } from 'vitest';
import { bacon } from '../../stages/estimate/bacon.ts';
import { eventStudy } from '../../stages/estimate/event-study.ts';
import { match } from '../../stages/estimate/match.ts';
import { regress } from '../../stages/estimate/regress.ts';
import { twfeWeights } from '../../stages/estimate/twfe-weights.ts';
import { readTable, record, runStage } from '../stage-lab.ts';
import { simulate } from './staggered-lab.ts';

type Row = Readonly<Record<string, number | ''>>;

const NEVER = Number.POSITIVE_INFINITY;

/** 60 units, 7 periods, an effect of 2; weights w, clusters c, a column that is 1 everywhere. */
const panel = (cohorts: readonly number[]): Row[] =>
  simulate({ units: 60, periods: 7, cohorts, seed: 3, effect: () => 2 }).map((r) => ({
    id: r.id,
    t: r.t,
    g: Number.isFinite(r.g) ? r.g : '',
    y: r.y,
    z: r.z,
    twice: 2 * r.z,
    d: r.t >= r.g ? 1 : 0,
    w: 1 + (r.id % 3),
    one: 1,
  }));

const usual = panel([3, 5, NEVER]);
const csv = (rows: readonly Row[]): string => {
  const names = Object.keys(rows[0] ?? {});
  return [names.join(','), ...rows.map((r) => names.map((n) => r[n]).join(','))].join('\n');
};

const byCohort = (estimator: string, more: object = {}) =>
  [eventStudy, { estimator, y: 'y', cohort: 'g', ...more }] as const;

const ESTIMATORS = {
  twfe: byCohort('twfe'),
  sunab: byCohort('sun-abraham'),
  cs: byCohort('callaway-santanna'),
  imputation: byCohort('imputation'),
  two: byCohort('two-stage'),
  stacked: byCohort('stacked', { window: [-1, 1] }),
  roth: byCohort('roth-santanna'),
  dcdh: [eventStudy, { estimator: 'chaisemartin-dhaultfoeuille', y: 'y', treatment: 'd' }] as const,
  switches: [
    eventStudy,
    { estimator: 'chaisemartin-dhaultfoeuille', y: 'y', treatment: 'd', effects: 2, pretrends: 1 },
  ] as const,
  bacon: [bacon, { y: 'y', x: 'd' }] as const,
  weights: [twfeWeights, { y: 'y', x: 'd' }] as const,
  regress: [regress, { y: 'y', x: 'd', absorb: ['id', 't'] }] as const,
};
type Name = keyof typeof ESTIMATORS;

const NUMBERS = ['estimate', 'std_error', 'statistic', 'p_value', 'conf_low', 'conf_high', 'weight'];

/** Paths of numbers in lists of estimates that are not there. */
function holes(value: unknown, path = ''): string[] {
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const numeric = NUMBERS.includes(key) && (inner === null || typeof inner === 'number');
    return numeric && !Number.isFinite(inner) ? [`${path}.${key}`] : holes(inner, `${path}.${key}`);
  });
}

/** Codes of the faults, or of the notes when there is a result. */
async function codes(name: Name, rows: readonly Row[], more: object): Promise<readonly string[]> {
  const [stage, params] = ESTIMATORS[name];
  const table = await readTable(csv(rows), { panel: { unit: 'id', time: 't' } });
  const ran = await runStage(stage, { from: 'x', ...params, ...more }, { from: table });
  for (const [output, value] of Object.entries(ran.outputs))
    if (value.shape.kind !== 'table' && value.shape.kind !== 'document')
      expect(holes(record(value), `${name}.${output}`)).toEqual([]);
  const faults = ran.faults.map((f) => f.code);
  return faults.length > 0 ? faults : ran.notes.map((n) => n.code);
}

/** A code that must be among what is said; `fine`: there is a result, and nothing needs saying. */
type Expected = Partial<Record<Name, string>>;

const all = (code: string, but: Expected = {}): Expected => ({
  ...Object.fromEntries(Object.keys(ESTIMATORS).map((name) => [name, code])),
  ...but,
});

const without = (...names: Name[]): Expected => Object.fromEntries(names.map((n) => [n, undefined]));

const QUARTERS = usual.map(
  (r): Row => ({
    ...r,
    t: (r.t as number) / 4 + 2010,
    g: typeof r.g === 'number' ? r.g / 4 + 2010 : '',
  }),
);

const ITEMS: readonly (readonly [name: string, rows: readonly Row[], params: object, expected: Expected])[] = [
  [
    'no never-treated units',
    panel([3, 5, 6]),
    {},
    {
      twfe: 'CN2430',
      sunab: 'CN2453',
      cs: 'CE2466',
      imputation: 'CN2462',
      two: 'CN2462',
      stacked: 'CN2466',
      roth: 'CN2454',
      dcdh: 'CN2468',
      switches: 'fine',
      bacon: 'CN2501',
      weights: 'CN2469',
    },
  ],
  ['one cohort beside the never treated', panel([3, NEVER]), {}, all('fine', { bacon: 'CN2500' })],
  [
    'one cohort and nobody else',
    panel([3]),
    {},
    {
      twfe: 'CE2461',
      sunab: 'CE2461',
      cs: 'CE2466',
      imputation: 'CE2473',
      two: 'CE2473',
      stacked: 'CE2476',
      roth: 'CE2467',
      dcdh: 'CE2478',
      switches: 'CE2478',
      bacon: 'CE2503',
      weights: 'CE2482',
      regress: 'CN2403',
    },
  ],
  [
    'all treated units always treated',
    panel([1, NEVER]),
    {},
    {
      twfe: 'CE2468',
      sunab: 'CE2468',
      cs: 'CE2468',
      imputation: 'CE2473',
      two: 'CE2473',
      stacked: 'CE2468',
      roth: 'CE2468',
      dcdh: 'CE2477',
      switches: 'CE2477',
      bacon: 'CE2497',
      weights: 'CE2482',
      regress: 'CN2403',
    },
  ],
  [
    'some units always treated',
    panel([1, 4, NEVER]),
    {},
    {
      twfe: 'CN2672',
      sunab: 'CN2451',
      cs: 'CN2451',
      imputation: 'CN2462',
      two: 'CN2462',
      stacked: 'CN2451',
      roth: 'CN2451',
      dcdh: 'fine',
      switches: 'fine',
      bacon: 'CN2503',
      weights: 'CN2469',
    },
  ],
  [
    'nobody treated',
    panel([NEVER]),
    {},
    all('CE2435', { dcdh: 'CE2477', switches: 'CE2477', weights: 'CE2482', regress: 'CN2403' }),
  ],
  ['one cluster', usual, { cluster: 'one' }, all('CE2412', { roth: 'CE2671', ...without('bacon') })],
  [
    'a period that nobody has',
    usual.filter((r) => r.t !== 4),
    {},
    all('CN2450', { dcdh: 'fine', switches: 'fine', bacon: 'CN2500', weights: 'fine', regress: 'fine' }),
  ],
  [
    'units with gaps in time',
    usual.filter((r) => ((r.id as number) * 7 + (r.t as number) * 3) % 11 !== 0),
    {},
    all('fine', { cs: 'CN2460', roth: 'CN2460', stacked: 'CN2467', bacon: 'CE2501' }),
  ],
  [
    'time in fractions',
    QUARTERS,
    {},
    all('CE2454', { dcdh: 'fine', switches: 'fine', bacon: 'CN2500', weights: 'fine', regress: 'fine' }),
  ],
  [
    'a negative weight',
    usual.map((r) => ({ ...r, w: r.id === 7 ? -1 : (r.w as number) })),
    { weights: 'w' },
    all('CE2413', { roth: 'CE2450', ...without('bacon') }),
  ],
  [
    'weights of zero',
    usual.map((r) => ({ ...r, w: (r.id as number) % 4 === 0 ? 0 : (r.w as number) })),
    { weights: 'w' },
    all('CN2409', { roth: 'CE2450', ...without('bacon') }),
  ],
  [
    'collinear covariates',
    usual,
    { controls: ['z', 'twice', 'one'] },
    all('CN2403', {
      cs: 'CN2670',
      imputation: 'CN2670',
      two: 'CN2670',
      roth: 'CE2450',
      dcdh: 'CE2954',
      switches: 'CN2670',
    }),
  ],
  [
    'a covariate that is constant within cells, and so tells the cohorts apart',
    usual.map((r) => ({ ...r, z: r.g === '' ? 0 : (r.g as number) })),
    { controls: ['z'] },
    all('CN2403', {
      cs: 'CE2463',
      imputation: 'CN2670',
      two: 'CN2670',
      roth: 'CE2450',
      dcdh: 'CE2954',
      switches: 'CN2670',
    }),
  ],
  [
    'a cohort that stands only in treated rows',
    usual.map((r) => ({ ...r, g: r.d === 1 ? (r.g as number) : '' })),
    {},
    all('CE2460', without('dcdh', 'switches', 'bacon', 'weights', 'regress')),
  ],
  ['an outcome that never moves', usual.map((r) => ({ ...r, y: 1 })), {}, all('CE2415')],
];

describe('bad input', () => {
  for (const [name, rows, params, expected] of ITEMS)
    test(name, async () => {
      for (const [estimator, code] of Object.entries(expected) as [Name, string | undefined][]) {
        if (code === undefined) continue;
        const said = await codes(estimator, rows, params);
        if (code === 'fine')
          expect(
            said.filter((c) => c.startsWith('CE')),
            estimator,
          ).toEqual([]);
        else expect(said, estimator).toContain(code);
      }
    });

  test('a treatment that switches off', async () => {
    const rows = usual.map((r) => ({ ...r, d: r.t === 7 && (r.id as number) % 5 === 0 ? 0 : (r.d as number) }));
    for (const name of ['twfe', 'sunab', 'cs', 'imputation', 'two', 'stacked', 'roth'] as const)
      expect(await codes(name, rows, { cohort: undefined, treatment: 'd' }), name).toEqual(['CE2458']);
    expect(await codes('bacon', rows, {})).toEqual(['CE2502']);
    for (const name of ['dcdh', 'switches'] as const)
      expect((await codes(name, rows, {})).filter((c) => c.startsWith('CE'))).toEqual([]);
  });

  test('perfect separation', async () => {
    const rows = usual
      .filter((r) => r.t === 1)
      .map((r) => ({ ...r, treated: r.g === '' ? 0 : 1, s: r.g === '' ? 0 : 5 }));
    const table = await readTable(csv(rows));
    const ran = await runStage(match, { from: 'x', treated: 'treated', on: ['s'], y: 'y' }, { from: table });
    expect(ran.faults.map((f) => f.code)).toEqual(['CE2556']);
    expect(
      await codes(
        'cs',
        usual.map((r) => ({ ...r, z: r.g === '' ? 0 : (r.id as number) })),
        { controls: ['z'] },
      ),
    ).toEqual(['CE2463']);
  });

  test('an error that the refinement would make nothing of is the conservative one', async () => {
    const rows = usual.filter((r) => ((r.id as number) * 7 + (r.t as number) * 3) % 11 !== 0);
    const table = await readTable(csv(rows), { panel: { unit: 'id', time: 't' } });
    const [stage, params] = ESTIMATORS.roth;
    const ran = await runStage(stage, { from: 'x', ...params }, { from: table });
    const { cells } = record(ran.outputs.model);
    expect(cells.length).toBeGreaterThan(5);
    expect(cells.filter((c: { std_error: number }) => !(c.std_error > 0))).toEqual([]);
  });
});
