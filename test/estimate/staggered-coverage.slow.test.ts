/** A known truth is found, and 95 % intervals cover it as often as they say, within Monte-Carlo error. */
import { describe, expect, test } from 'vitest';
import { stream } from '../../stages/kernels/random.ts';
import { crossSections, type Row, simulate, studied, tableOfRows, termsOf } from './staggered-lab.ts';

const NEVER = Number.POSITIVE_INFINITY;
const DRAWS = 250;
const effect = (g: number, k: number): number => (g === 3 ? 1.5 : 0.5) + 0.4 * k;
const world = { units: 150, periods: 7, cohorts: [3, 5, NEVER], effect };
const POPULATION = [3, 5].flatMap((g) => [3, 4, 5, 6, 7].filter((t) => t >= g).map((t) => effect(g, t - g)));
const mean = (values: readonly number[]): number => values.reduce((s, v) => s + v, 0) / values.length;

/** Average effect over the treated rows of this sample. */
const ofSample = (rows: readonly Row[]): number =>
  mean(rows.filter((r) => r.t >= r.g).map((r) => effect(r.g, r.t - r.g)));

interface Study {
  readonly name: string;
  readonly params: object;
  readonly world?: object;
  readonly sample?: typeof simulate;
  /** the truth of a sample; default: its own average effect */
  readonly truth?: (rows: readonly Row[]) => number;
  readonly term?: string;
  /** the error is an upper bound by construction */
  readonly conservative?: boolean;
}

const studies: readonly Study[] = [
  { name: 'sun-abraham', params: { estimator: 'sun-abraham', cluster: 'id' } },
  { name: 'callaway-santanna', params: { estimator: 'callaway-santanna' }, truth: () => mean(POPULATION) },
  {
    name: 'callaway-santanna, doubly robust where a covariate moves adoption and trends',
    params: { estimator: 'callaway-santanna', controls: 'z', control: 'not-yet' },
    world: { confounding: 0.5, units: 300 },
  },
  {
    name: 'callaway-santanna, weighted by the propensity score',
    params: { estimator: 'callaway-santanna', controls: 'z', method: 'ipw' },
    world: { confounding: 0.5, units: 400 },
  },
  {
    name: 'callaway-santanna, cross-sections',
    params: { estimator: 'callaway-santanna', sampling: 'cross-section' },
    sample: crossSections,
    world: { units: 250 },
    truth: () => mean(POPULATION),
  },
  { name: 'imputation', params: { estimator: 'imputation' }, conservative: true },
  {
    name: 'imputation, leaving each unit out in small cohorts',
    params: { estimator: 'imputation', leaveout: true },
    world: { units: 40 },
    conservative: true,
  },
  { name: 'two-stage', params: { estimator: 'two-stage' }, conservative: true },
  {
    name: 'stacked',
    params: { estimator: 'stacked', window: [-2, 2] },
    truth: (rows) => mean(rows.filter((r) => r.t >= r.g && r.t - r.g <= 2).map((r) => effect(r.g, r.t - r.g))),
  },
  { name: 'roth-santanna', params: { estimator: 'roth-santanna' }, conservative: true },
  {
    name: 'chaisemartin-dhaultfoeuille',
    params: { estimator: 'chaisemartin-dhaultfoeuille', cohort: undefined, treatment: 'd' },
    truth: (rows) => mean(rows.filter((r) => r.t === r.g).map((r) => effect(r.g, 0))),
  },
  {
    name: 'chaisemartin-dhaultfoeuille, the total of three periods, with a covariate that moves',
    params: {
      estimator: 'chaisemartin-dhaultfoeuille',
      cohort: undefined,
      treatment: 'd',
      effects: 3,
      controls: 'z',
    },
    sample: (of) =>
      simulate(of).map((r) => {
        const z = stream(of.seed, r.id, r.t).normal() + 0.3 * r.t * (r.g === 3 ? 1 : 0);
        return { ...r, z, y: r.y + 0.8 * z };
      }),
    truth: (rows) => mean(rows.filter((r) => r.t >= r.g && r.t - r.g <= 2).map((r) => effect(r.g, r.t - r.g))),
  },
  {
    name: 'chaisemartin-dhaultfoeuille, the second period after the switch',
    params: { estimator: 'chaisemartin-dhaultfoeuille', cohort: undefined, treatment: 'd', effects: 3 },
    truth: (rows) => mean(rows.filter((r) => r.t - r.g === 1).map((r) => effect(r.g, 1))),
    term: 'rel_time::1',
  },
];

describe('coverage', () => {
  for (const {
    name,
    params,
    world: more = {},
    truth = ofSample,
    term = 'att',
    conservative = false,
    sample = simulate,
  } of studies)
    test(name, async () => {
      let covered = 0;
      const gaps: number[] = [];
      const errors: number[] = [];
      for (let draw = 0; draw < DRAWS; draw++) {
        const rows = sample({ ...world, ...more, seed: 1000 + draw });
        const model = await studied(await tableOfRows(rows), { y: 'y', cohort: 'g', ...params });
        const got = termsOf(model).get(term);
        if (got?.std_error == null || got.conf_low === null || got.conf_high === null) throw new Error('no error');
        const want = truth(rows);
        gaps.push(got.estimate - want);
        errors.push(got.std_error);
        if (got.conf_low <= want && want <= got.conf_high) covered++;
      }
      const bias = mean(gaps);
      const spread = Math.sqrt(mean(gaps.map((g) => (g - bias) ** 2)));
      // three Monte-Carlo standard errors, and three points for the normal approximation in 150 units
      const slack = 3 * Math.sqrt((0.95 * 0.05) / DRAWS) + 0.03;
      expect(Math.abs(bias), `bias ${bias}`).toBeLessThan((3.5 * spread) / Math.sqrt(DRAWS));
      expect(covered / DRAWS, `coverage ${covered / DRAWS}`).toBeGreaterThan(0.95 - slack);
      expect(mean(errors) / spread, 'error against spread').toBeGreaterThan(0.85);
      expect(mean(errors) / spread, 'error against spread').toBeLessThan(conservative ? 1.6 : 1.25);
    });

  test('what the covariate does without being controlled for is found by none', async () => {
    const gaps: number[] = [];
    for (let draw = 0; draw < 40; draw++) {
      const rows = simulate({ ...world, units: 300, confounding: 0.5, seed: 5000 + draw });
      const model = await studied(await tableOfRows(rows), { y: 'y', cohort: 'g', estimator: 'callaway-santanna' });
      gaps.push(model.att.estimate - ofSample(rows));
    }
    expect(Math.abs(mean(gaps))).toBeGreaterThan(0.3);
  });

  test('bands cover all periods at once', async () => {
    let covered = 0;
    const draws = 150;
    for (let draw = 0; draw < draws; draw++) {
      const rows = simulate({ ...world, effect: (_, k) => 0.4 * k, seed: 9000 + draw });
      const params = { y: 'y', cohort: 'g', estimator: 'callaway-santanna', bootstrap: 400, seed: draw };
      const model = await studied(await tableOfRows(rows), params);
      const inside = model.terms
        .filter((t: { period?: number }) => t.period !== undefined)
        .every((t: { period: number; band_low: number; band_high: number }) => {
          const want = t.period >= 0 ? 0.4 * t.period : 0;
          return t.band_low <= want && want <= t.band_high;
        });
      if (inside) covered++;
    }
    expect(covered / draws).toBeGreaterThan(0.95 - 3 * Math.sqrt((0.95 * 0.05) / draws) - 0.03);
  });
});
