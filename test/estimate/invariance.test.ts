/** What may not matter does not: order of rows, names of units, units of measure, a constant added, dates shifted, weights written as rows. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventStudy } from '../../stages/estimate/event-study.ts';
import { regress } from '../../stages/estimate/regress.ts';
import { stream } from '../../stages/kernels/random.ts';
import { near, readTable, record, runStage, type Value } from '../stage-lab.ts';

interface Row {
  readonly id: string;
  readonly t: number;
  readonly g: number;
  readonly region: string;
  readonly y: number;
  readonly x: number;
  readonly z: number;
  readonly e: number;
  readonly w: number;
}

/** A panel with cohorts 4 and 6, never treated units, and (when `gaps`) cells that are not seen. */
function panel(seed: number, gaps: number): Row[] {
  const rows: Row[] = [];
  for (let u = 0; u < 40; u++) {
    const own = stream(seed, u);
    const [alpha, g] = [own.normal(), [4, 6, Number.POSITIVE_INFINITY][own.below(3)] as number];
    for (let t = 1; t <= 8; t++) {
      const random = stream(seed, u, t);
      if (random.uniform() < gaps) continue;
      const [x, z, v] = [random.normal() + alpha, random.normal(), random.normal()];
      const e = 0.7 * z + v;
      const y = alpha + 0.2 * t + 0.5 * x + 0.4 * e + (t >= g ? 0.6 + 0.1 * (t - g) : 0) + random.normal() + 0.5 * v;
      rows.push({ id: `u${u}`, t, g, region: `r${u % 7}`, y, x, z, e, w: 1 + random.below(3) });
    }
  }
  return rows;
}

const table = (rows: readonly Row[]): Promise<Value> =>
  readTable(
    [
      'id,t,g,d,region,y,x,z,e,w',
      ...rows.map((r) =>
        [r.id, r.t, Number.isFinite(r.g) ? r.g : '', r.t >= r.g ? 1 : 0, r.region, r.y, r.x, r.z, r.e, r.w].join(),
      ),
    ].join('\n'),
    { panel: { unit: 'id', time: 't' } },
  );

interface Model {
  readonly name: string;
  readonly stage: typeof regress | typeof eventStudy;
  readonly params: object;
  /** unbalanced panels are not for it */
  readonly balanced?: boolean;
}

const study = (estimator: string, more: object = {}) => ({ estimator, y: 'y', cohort: 'g', ...more });

const models: readonly Model[] = [
  { name: 'least squares', stage: regress, params: { y: 'y', x: ['d', 'x', 'x:z', 'z^2'], vcov: 'HC3' } },
  { name: 'two effects', stage: regress, params: { y: 'y', x: ['d', 'x'], absorb: ['id', 't'], cluster: 'id' } },
  {
    name: 'two clusters',
    stage: regress,
    params: { y: 'y', x: 'x', absorb: ['id', 'region^t'], cluster: ['id', 't'] },
  },
  {
    name: 'three effects',
    stage: regress,
    params: { y: 'y', x: ['d', 'x'], absorb: ['id', 't', 'region^t'], vcov: 'HC1' },
  },
  { name: 'slopes', stage: regress, params: { y: 'y', x: 'x', absorb: ['id[t]', 't'], cluster: 'region' } },
  {
    name: 'weights',
    stage: regress,
    params: { y: 'y', x: ['d', 'x'], absorb: ['id', 't'], weights: 'w', cluster: 'region' },
  },
  { name: 'Driscoll–Kraay', stage: regress, params: { y: 'y', x: 'x', absorb: 'id', vcov: { 'driscoll-kraay': 2 } } },
  { name: 'Newey–West', stage: regress, params: { y: 'y', x: 'x', absorb: 'id', vcov: { 'newey-west': 2 } } },
  { name: 'CR2', stage: regress, params: { y: 'y', x: 'x', absorb: 'id', vcov: { CR2: 'region' } } },
  { name: 'jackknife', stage: regress, params: { y: 'y', x: 'x', absorb: 'id', vcov: { jackknife: 'region' } } },
  { name: 'instruments', stage: regress, params: { formula: 'y ~ x | id + t | e ~ z', cluster: 'id' } },
  { name: 'twfe', stage: eventStudy, params: study('twfe', { absorb: ['id', 't'], cluster: 'id', controls: 'x' }) },
  {
    name: 'sun-abraham',
    stage: eventStudy,
    params: study('sun-abraham', { absorb: ['id', 't'], cluster: 'id', controls: 'x' }),
  },
  {
    name: 'callaway-santanna',
    stage: eventStudy,
    params: study('callaway-santanna', { controls: 'x', control: 'not-yet' }),
    balanced: true,
  },
  {
    name: 'callaway-santanna with gaps',
    stage: eventStudy,
    params: study('callaway-santanna', { sampling: 'unbalanced' }),
  },
  { name: 'imputation', stage: eventStudy, params: study('imputation', { controls: 'x', pretrends: 2 }) },
  { name: 'two-stage', stage: eventStudy, params: study('two-stage', { controls: 'x', weights: 'w' }) },
  { name: 'stacked', stage: eventStudy, params: study('stacked', { window: [-2, 2] }), balanced: true },
  { name: 'roth-santanna', stage: eventStudy, params: study('roth-santanna'), balanced: true },
  {
    name: 'chaisemartin-dhaultfoeuille',
    stage: eventStudy,
    params: { estimator: 'chaisemartin-dhaultfoeuille', y: 'y', treatment: 'd', pretrends: 2 },
  },
];

interface Term {
  readonly term: string;
  readonly estimate: number;
  readonly std_error: number | null;
}

interface Estimated {
  readonly terms: readonly Term[];
  /** the covariance was not positive definite and was repaired (CN2407) */
  readonly repaired: boolean;
}

async function estimated({ stage, params }: Model, rows: readonly Row[]): Promise<Estimated> {
  const input = { from: await table(rows) };
  const ran =
    stage === regress
      ? await runStage(regress, { from: 'x', ...params }, input)
      : await runStage(eventStudy, { from: 'x', ...params }, input);
  expect(ran.faults).toEqual([]);
  return { terms: record(ran.outputs.model).terms, repaired: ran.notes.some((n) => n.code === 'CN2407') };
}

/** A repaired covariance keeps no error below 1e-8, as fixest's, which is the same in all units. */
const isLeast = ({ std_error }: Term): boolean => std_error !== null && std_error > 0 && std_error <= 1.000001e-8;

/** `factor` is what an estimate of the term is multiplied with; undefined where the change moves the term itself. */
function same(got: Estimated, want: Estimated, factor: (term: string) => number | undefined): void {
  expect(got.terms.map((t) => t.term)).toEqual(want.terms.map((t) => t.term));
  const repaired = got.repaired && want.repaired;
  want.terms.forEach((w, j) => {
    const by = factor(w.term);
    if (by === undefined) return;
    const g = got.terms[j] as Term;
    expect(near(g.estimate, by * w.estimate, 1e-7), `${w.term}: ${g.estimate}, not ${by * w.estimate}`).toBe(true);
    if (w.std_error === null) expect(g.std_error).toBe(null);
    else if (repaired && isLeast(w) && isLeast(g)) return;
    else
      expect(
        near(g.std_error ?? Number.NaN, Math.abs(by) * w.std_error, 1e-6),
        `${w.term}: error ${g.std_error}, not ${Math.abs(by) * w.std_error}`,
      ).toBe(true);
  });
}

const anySeed = fc.integer({ min: 1, max: 1_000_000 });
const runs = { numRuns: 3 };

for (const model of models)
  describe(model.name, () => {
    const rowsOf = (seed: number): Row[] => panel(seed, model.balanced === true || seed % 2 === 0 ? 0 : 0.15);
    const check = (
      change: (rows: Row[], seed: number) => Row[],
      factor: (term: string, seed: number) => number | undefined,
    ) =>
      fc.assert(
        fc.asyncProperty(anySeed, async (seed) => {
          const rows = rowsOf(seed);
          const want = await estimated(model, rows);
          same(await estimated(model, change(rows, seed)), want, (term) => factor(term, seed));
        }),
        runs,
      );

    test('does not depend on the order of rows', () =>
      check(
        (rows, seed) =>
          rows
            .map((r, i) => ({ r, key: stream(seed, 99, i).uniform() }))
            .sort((a, b) => a.key - b.key)
            .map(({ r }) => r),
        () => 1,
      ));

    test('does not depend on the names of units and regions', () =>
      check(
        (rows) =>
          rows.map((r) => ({
            ...r,
            id: `单 ${1000 - Number(r.id.slice(1)) * 7}`,
            region: `z${8 - Number(r.region.slice(1))}`,
          })),
        () => 1,
      ));

    test('is in the units of y, and a constant added to y is the constant’s', () =>
      check(
        (rows, seed) => rows.map((r) => ({ ...r, y: r.y * (1 + (seed % 50)) * 0.01 + 12 })),
        (term, seed) => (term === '(Intercept)' ? undefined : (1 + (seed % 50)) * 0.01),
      ));

    test('is in the units of y, however small that makes its numbers', () =>
      check(
        (rows) => rows.map((r) => ({ ...r, y: r.y * 2 ** -70 })),
        () => 2 ** -70,
      ));

    test('is in the units of x', () =>
      check(
        (rows) => rows.map((r) => ({ ...r, x: r.x * -250 })),
        (term) => (term === 'x' || term === 'x:z' ? 1 / -250 : 1),
      ));

    test('does not depend on when time starts', () =>
      check(
        (rows) => rows.map((r) => ({ ...r, t: r.t + 1990, g: r.g + 1990 })),
        () => 1,
      ));
  });

test('whole weights are rows that stand so many times: coefficients', () =>
  fc.assert(
    fc.asyncProperty(anySeed, async (seed) => {
      const rows = panel(seed, 0.2);
      const repeated = rows.flatMap((r) => Array.from({ length: r.w }, () => r));
      const fitted = async (of: readonly Row[], more: object) => {
        const csv = [
          'id,t,y,d,x,z,e,w',
          ...of.map((r) => [r.id, r.t, r.y, r.t >= r.g ? 1 : 0, r.x, r.z, r.e, r.w].join()),
        ].join('\n');
        const params = { from: 'x', formula: 'y ~ d + x | id + t | e ~ z', singletons: 'keep', ...more };
        const ran = await runStage(regress, params, { from: await readTable(csv) });
        expect(ran.faults).toEqual([]);
        return record(ran.outputs.model).terms as readonly Term[];
      };
      const [a, b] = [await fitted(rows, { weights: 'w' }), await fitted(repeated, {})];
      a.forEach((t, j) => {
        expect(near(b[j]?.estimate ?? Number.NaN, t.estimate, 1e-8)).toBe(true);
      });
    }),
    { numRuns: 10 },
  ));
