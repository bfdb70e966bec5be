import { describe, expect, test } from 'vitest';
import { placebo } from '../../stages/estimate/placebo.ts';
import { regress } from '../../stages/estimate/regress.ts';
import { stream } from '../../stages/kernels/random.ts';
import { near, readTable, record, runStage, type Value } from '../stage-lab.ts';

const UNITS = 5;
const YEARS = 4;
const panel = { unit: 'id', time: 'year' };
/** first treated year of each unit; never: YEARS */
const STARTS = [2, 4, 1, 4, 2];

interface Row {
  readonly unit: number;
  readonly year: number;
  readonly y: number;
  readonly c: number;
}

const rows: readonly Row[] = Array.from({ length: UNITS * YEARS }, (_, i) => {
  const [unit, year] = [Math.floor(i / YEARS), i % YEARS];
  const random = stream(6, unit, year);
  const d = year >= (STARTS[unit] as number) ? 1 : 0;
  return { unit, year, c: random.normal(), y: d + 0.2 * unit + random.normal() };
});

/** The table with the treatment that these starts give. */
const csv = (starts: readonly number[], of: readonly Row[] = rows): string =>
  [
    'id,year,y,c,d',
    ...of.map((r) => `u${r.unit},${r.year},${r.y},${r.c},${r.year >= (starts[r.unit] as number) ? 1 : 0}`),
  ].join('\n');

const base = { from: 'x', y: 'y', x: 'd', controls: 'c', absorb: ['id', 'year'] };

const run = async (text: string, params: object = {}) => {
  const ran = await runStage(placebo, { ...base, ...params }, { from: await readTable(text, { panel }) });
  return { ...ran, d: ran.faults.length === 0 ? record(ran.outputs.distribution) : undefined };
};

/** The coefficient by the public stage, NaN when it was dropped. */
async function coefficient(starts: readonly number[]): Promise<number> {
  const table: Value = await readTable(csv(starts), { panel });
  const model = record((await runStage(regress, base, { from: table })).outputs.model);
  return model.terms.find((t: { term: string }) => t.term === 'd')?.estimate ?? Number.NaN;
}

function permutations(values: readonly number[]): number[][] {
  if (values.length < 2) return [[...values]];
  return values.flatMap((v, i) =>
    permutations([...values.slice(0, i), ...values.slice(i + 1)]).map((rest) => [v, ...rest]),
  );
}

/** Share of assignments at least as extreme as the observed one; assignments that leave nothing to estimate are left out. */
async function exact(all: readonly (readonly number[])[]) {
  const observed = await coefficient(STARTS);
  const drawn: number[] = [];
  for (const starts of all) drawn.push(await coefficient(starts));
  const good = drawn.filter(Number.isFinite);
  const p = good.filter((b) => Math.abs(b) >= Math.abs(observed) * (1 - 1e-9)).length / good.length;
  return { p, min: Math.min(...good), max: Math.max(...good), count: drawn.length, used: good.length };
}

const treated = [0, 2, 4];
const dates = [1, 2, 3];
const inTime = dates.flatMap((a) => dates.flatMap((b) => dates.map((c) => [a, YEARS, b, YEARS, c])));
const mixed = [0, 1, 2, 3, 4].flatMap((i) =>
  [0, 1, 2, 3, 4]
    .filter((j) => j > i)
    .flatMap((j) =>
      [0, 1, 2, 3, 4]
        .filter((k) => k > j)
        .flatMap((k) =>
          inTime.map((times) => {
            const starts = new Array<number>(UNITS).fill(YEARS);
            [i, j, k].forEach((u, at) => {
              starts[u] = times[treated[at] as number] as number;
            });
            return starts;
          }),
        ),
    ),
);

describe('placebo by enumeration', () => {
  for (const [assign, all] of [
    ['unit', [...new Map(permutations(STARTS).map((s) => [s.join(), s])).values()]],
    ['time', inTime],
    ['both', mixed],
  ] as const)
    test(`${assign}: the exact p is that of every regression written out`, async () => {
      const want = await exact(all);
      const { d } = await run(csv(STARTS), { draws: 'all', assign });
      expect(d.exact).toBe(true);
      expect(d.draws).toBe(want.count);
      expect(d.used).toBe(want.used);
      expect(d.p_value).toBeCloseTo(want.p, 12);
      expect(near(d.min, want.min, 1e-8)).toBe(true);
      expect(near(d.max, want.max, 1e-8)).toBe(true);
    });

  test('random draws come to the exact p within Monte-Carlo error', async () => {
    for (const assign of ['unit', 'time', 'both']) {
      const exactly = (await run(csv(STARTS), { draws: 'all', assign })).d;
      const drawn = (await run(csv(STARTS), { draws: 4000, assign })).d;
      const error = Math.sqrt((exactly.p_value * (1 - exactly.p_value)) / 4000);
      expect(Math.abs(drawn.p_value - exactly.p_value)).toBeLessThan(4 * error + 1e-3);
    }
  });

  test('an always treated unit is no random adoption: the observed assignment then counts besides', async () => {
    const { d } = await run(csv([0, 4, 4, 4, 2]), { draws: 'all', assign: 'time' });
    expect(d.draws).toBe(9);
    expect(d.p_value).toBeGreaterThanOrEqual(1 / (d.used + 1));
  });
});

describe('placebo', () => {
  test('draw r is the regression with the paths of draw r', async () => {
    const { d } = await run(csv(STARTS), { draws: 12, assign: 'unit', seed: 3 });
    for (let r = 0; r < 12; r++) {
      const order = stream(3, r).permutation(UNITS);
      const want = await coefficient(Array.from(order, (u) => STARTS[u] as number));
      const got = d.rows[r].estimate ?? Number.NaN;
      expect(Number.isNaN(want) ? Number.isNaN(got) : near(got, want, 1e-8)).toBe(true);
    }
  });

  test('p values of draws are those of the clustered regression, and nothing depends on the order of the rows', async () => {
    const shuffled = [...rows].sort((a, b) => Math.sin(a.unit * 5 + a.year * 3) - Math.sin(b.unit * 5 + b.year * 3));
    const params = { draws: 50, assign: 'both', cluster: 'id', controls: [] };
    const own = (await run(csv(STARTS), params)).d;
    const other = (await run(csv(STARTS, shuffled), params)).d;
    expect(own.rows[0].p_value).toBeGreaterThan(0);
    own.rows.forEach((row: { estimate: number; p_value: number }, i: number) => {
      expect(near(other.rows[i].estimate, row.estimate, 1e-8)).toBe(true);
      expect(near(other.rows[i].p_value, row.p_value, 1e-6)).toBe(true);
    });
  });

  test('estimates scale with the outcome, p values do not move', async () => {
    const own = (await run(csv(STARTS), { draws: 100 })).d;
    const scaled = (
      await run(
        csv(
          STARTS,
          rows.map((r) => ({ ...r, y: -1000 * r.y })),
        ),
        { draws: 100 },
      )
    ).d;
    expect(near(scaled.mean, -1000 * own.mean, 1e-7)).toBe(true);
    expect(scaled.p_value).toBe(own.p_value);
  });

  test('notes say when few assignments exist', async () => {
    expect((await run(csv(STARTS), { draws: 500, assign: 'time' })).notes.map((n) => n.code)).toContain('CN2537');
    expect((await run(csv(STARTS), { draws: 20, assign: 'time' })).notes.map((n) => n.code)).not.toContain('CN2537');
  });

  const without = (text: string): string =>
    text
      .split('\n')
      .filter((l) => !l.startsWith('u2,1'))
      .join('\n');
  for (const [name, text, params, code] of [
    ['a treatment that ends, in time', csv(STARTS).replace(/^(u0,3.*),1$/m, '$1,0'), { assign: 'time' }, 'CE2440'],
    ['a dose, in time', csv(STARTS).replace(/^(u0,3.*),1$/m, '$1,0.5'), { assign: 'both' }, 'CE2440'],
    ['a gap, in space', without(csv(STARTS)), { assign: 'unit' }, 'CE2441'],
    ['a gap, in space, all', without(csv(STARTS)), { assign: 'unit', draws: 'all' }, 'CE2441'],
    ['nobody treated', csv([4, 4, 4, 4, 4]), {}, 'CE2414'],
  ] as const)
    test(`a clear fault: ${name}`, async () => {
      const { faults } = await run(text, params);
      expect(faults.map((f) => f.code)).toEqual([code]);
    });

  test('a clear fault: too many assignments to go through', async () => {
    const many = Array.from({ length: 60 * YEARS }, (_, i) => ({
      ...(rows[i % rows.length] as Row),
      unit: Math.floor(i / YEARS),
      year: i % YEARS,
    }));
    const starts = Array.from({ length: 60 }, (_, u) => (u % 2 === 0 ? 2 : 4));
    const { faults } = await run(csv(starts, many), { draws: 'all' });
    expect(faults.map((f) => f.code)).toEqual(['CE2439']);
  });

  test('any treatment may be swapped in space: a dose that comes and goes', async () => {
    const text = csv(STARTS).replace(/^(u0,3.*),1$/m, '$1,0.5');
    const { faults, d } = await run(text, { assign: 'unit', draws: 20 });
    expect(faults).toEqual([]);
    expect(d.used).toBeGreaterThan(0);
  });
});

test('estimates that are 0 but for rounding tie with one another', async () => {
  const y = [0.1, 0.7, 0.4, 0.4];
  const text = ['y,d', ...y.map((v, i) => `${v},${i < 2 ? 1 : 0}`)].join('\n');
  const ran = await runStage(placebo, { from: 'x', y: 'y', x: 'd', draws: 'all' }, { from: await readTable(text) });
  // by hand: of the six pairs {1,2} and {3,4} give 0, two give −0.3, two 0.3
  expect(record(ran.outputs.distribution)).toMatchObject({ used: 6, p_value: 1, p_left: 4 / 6, p_right: 4 / 6 });
});
