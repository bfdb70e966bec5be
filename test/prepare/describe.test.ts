import fc from 'fast-check';
import { expect, describe as suite, test } from 'vitest';
import { describe } from '../../stages/prepare/describe.ts';
import { winsorize } from '../../stages/prepare/winsorize.ts';
import { near } from '../stage-lab.ts';
import { codes, data, type Outcome, reordered, stage } from './bench.ts';
import { referenceData, referenceResults } from './reference.ts';

type Row = Readonly<Record<string, number | string | null>>;

interface Summary {
  readonly fields: readonly string[];
  readonly rows: readonly Row[];
  readonly p_values?: readonly Row[];
  readonly panel?: Readonly<Record<string, unknown>>;
  readonly n?: number;
}

const recordOf = (out: Outcome, output = 'summary'): Summary => out.record(output) as unknown as Summary;

suite('describe', () => {
  test('describe_wagepan: counts, moments and quantiles agree with R', async () => {
    const want = referenceResults<Readonly<Record<string, Readonly<Record<string, number>>>>>('describe_wagepan');
    const columns = Object.keys(want);
    const stats = Object.keys(want[columns[0]!]!);
    const out = await stage(describe, { from: 'x', columns, stats }, { from: referenceData('wagepan') });
    const rows = recordOf(out).rows;
    expect(rows.map((r) => r.variable)).toEqual(columns);
    for (const row of rows)
      for (const [stat, value] of Object.entries(want[row.variable as string]!))
        expect(near(row[stat] as number, value, 1e-10), `${row.variable} ${stat}`).toBe(true);
  });

  test('winsorize_wagepan: limits, counts and moments agree with R', async () => {
    const want = referenceResults<Readonly<Record<string, number>>>('winsorize_wagepan');
    const cut = await stage(winsorize, { from: 'x', columns: 'hours' }, { from: referenceData('wagepan') });
    expect(cut.notes).toEqual([
      {
        code: 'CN2150',
        args: { column: 'hours', low: want.n_low, high: want.n_high, low_limit: want.low, high_limit: want.high },
      },
    ]);
    const out = await stage(
      describe,
      { from: 'x', columns: 'hours', stats: ['mean', 'sd', 'min', 'max'] },
      { from: cut.table() },
    );
    const [row] = recordOf(out).rows;
    for (const [stat, value] of [
      ['mean', want.mean],
      ['sd', want.sd],
      ['min', want.low],
      ['max', want.high],
    ] as const)
      expect(near(row![stat] as number, value!, 1e-10), stat).toBe(true);
  });

  const panel = { unit: 'id', time: 'year' };
  const small = data(
    {
      id: ['a', 'a', 'a', 'b', 'b', 'c'],
      year: [1, 2, 3, 1, 3, 2],
      x: [1, 2, 3, 4, null, 6],
      y: [0, 1, 0, 1, 1, 0],
      name: ['p', 'q', 'r', 's', 't', 'u'],
    },
    { panel },
  );

  test('without columns: all numbers but unit and time, in the order of the table', async () => {
    const out = await stage(describe, { from: 'x', stats: ['missing', 'n', 'mean'] }, { from: small });
    expect(recordOf(out).rows).toEqual([
      { variable: 'x', missing: 1, n: 5, mean: 3.2 },
      { variable: 'y', missing: 0, n: 6, mean: 0.5 },
    ]);
    expect(recordOf(out).fields).toEqual(['variable', 'definition', 'missing', 'n', 'mean', 'vif']);
  });

  test('types of variables and definitions stand in the rows', async () => {
    const params = {
      from: 'x',
      columns: { outcome: 'y', control: ['x'] },
      stats: 'n',
      definitions: { x: { en: 'an x', zh: '某量' } },
    };
    expect(recordOf(await stage(describe, params, { from: small })).rows).toEqual([
      { variable: 'y', type: 'outcome', n: 6 },
      { variable: 'x', type: 'control', n: 5, definition: { en: 'an x', zh: '某量' } },
    ]);
  });

  test('by: each group has the statistics it has alone', async () => {
    const out = await stage(describe, { from: 'x', columns: 'x', stats: ['n', 'max'], by: 'y' }, { from: small });
    expect(recordOf(out).rows).toEqual([
      { variable: 'x', group: 0, n: 3, max: 6 },
      { variable: 'x', group: 1, n: 2, max: 4 },
    ]);
  });

  test('between and within: of the units’ means, and around them', async () => {
    const out = await stage(describe, { from: 'x', columns: 'x', stats: ['sd_between', 'sd_within'] }, { from: small });
    const [row] = recordOf(out).rows;
    expect(row!.sd_between).toBeCloseTo(2, 14); // means 2, 4, 6
    expect(row!.sd_within).toBeCloseTo(Math.sqrt(2 / 4), 14); // 1, 2, 3 around 2; the others are alone
  });

  test('what does not exist is missing, not a number', async () => {
    const from = data({ x: [null, null], one: [3, null] });
    const out = await stage(describe, { from: 'x', stats: ['n', 'mean', 'sd', 'p25', 'cv'] }, { from });
    expect(recordOf(out).rows).toEqual([
      { variable: 'x', n: 0, mean: null, sd: null, p25: null, cv: null },
      { variable: 'one', n: 1, mean: 3, sd: null, p25: 3, cv: null },
    ]);
  });

  test('of a table without rows every column is told, with nothing observed; there are no groups', async () => {
    const from = data({ x: [], k: [] });
    const stats = ['n', 'mean', 'min', 'missing'];
    const all = recordOf(await stage(describe, { from: 'x', columns: 'x', stats }, { from }));
    expect(all.rows).toEqual([{ variable: 'x', n: 0, mean: null, min: null, missing: 0 }]);
    const grouped = recordOf(await stage(describe, { from: 'x', columns: 'x', by: 'k', stats }, { from }));
    expect(grouped.rows).toEqual([]);
  });

  test('between and within: nothing of nothing, and a row without a unit is of none', async () => {
    const panel = { unit: 'id', time: 't' };
    const from = data(
      { id: [1, 1, 2, 2, null], t: [1, 2, 1, 2, 1], x: [1, 3, 5, 7, 99], none: [null, null, null, null, 1] },
      { panel },
    );
    const out = await stage(
      describe,
      { from: 'x', columns: ['x', 'none'], stats: ['sd_between', 'sd_within'] },
      { from },
    );
    const [x, none] = recordOf(out).rows;
    expect(x!.sd_between).toBeCloseTo(Math.sqrt(8), 14); // means 2 and 6
    expect(x!.sd_within).toBeCloseTo(Math.sqrt(4 / 3), 14); // −1, 1, −1, 1
    expect(none).toEqual({ variable: 'none', sd_between: null, sd_within: null });
  });

  test('law: moments and correlations do not hang on the unit, however large or small', async () => {
    const x = [1, 2, 4, 8];
    const y = [3, 1, 4, 1];
    const at = async (unit: number) => {
      const from = data({ x: x.map((v) => v * unit), y });
      const out = await stage(
        describe,
        { from: 'x', stats: ['sd', 'skewness', 'kurtosis'], correlation: true },
        { from },
      );
      const [row] = recordOf(out).rows;
      return [(row!.sd as number) / unit, row!.skewness, row!.kurtosis, recordOf(out, 'correlation').rows[1]!.x];
    };
    for (const unit of [2 ** 600, 2 ** -600]) expect(await at(unit)).toEqual(await at(1));
  });

  test('the balance of the panel: gaps lie inside a unit’s span', async () => {
    const out = await stage(describe, { from: 'x', columns: 'y' }, { from: small });
    expect(recordOf(out).panel).toEqual({
      ...panel,
      units: 3,
      periods: 3,
      rows: 6,
      balanced: false,
      least_periods: 1,
      most_periods: 3,
      units_with_gaps: 1,
      gaps: 1,
      duplicates: 0,
    });
    const full = data({ id: [1, 1, 2, 2], year: [2001, 2003, 2003, 2001], x: [1, 2, 3, 4] }, { panel });
    const whole = recordOf(await stage(describe, { from: 'x' }, { from: full })).panel;
    expect(whole).toMatchObject({ units: 2, periods: 2, balanced: true, gaps: 0 });
  });

  test('correlations: lower triangle, p-values beside it, rows complete in all columns', async () => {
    const from = data({ a: [2, 4, 3, 7, 5, 9], b: [1, 3, 2, 5, 6, null], flat: [1, 1, 1, 1, 1, 1] });
    const out = await stage(describe, { from: 'x', correlation: true, stats: 'n' }, { from });
    const { rows, p_values, n, fields } = recordOf(out, 'correlation');
    expect(fields).toEqual(['variable', 'a', 'b', 'flat']);
    expect(n).toBe(5);
    expect(rows[0]).toEqual({ variable: 'a', a: 1 });
    expect(rows[1]!.a).toBeCloseTo(13.6 / Math.sqrt(14.8 * 17.2), 14);
    expect(rows[2]).toEqual({ variable: 'flat', a: null, b: null, flat: null });
    const r = rows[1]!.a as number;
    const t = r * Math.sqrt(3 / (1 - r * r));
    // Student's t with 3 degrees of freedom in closed form
    const upper = 0.5 - (Math.atan(t / Math.sqrt(3)) + t / Math.sqrt(3) / (1 + (t * t) / 3)) / Math.PI;
    expect(p_values![1]!.a).toBeCloseTo(2 * upper, 12);
    expect(out.notes).toEqual([{ code: 'CN2166', args: { rows: 1, what: 'correlation' } }]);
  });

  test('spearman: ranks with ties shared', async () => {
    const from = data({ a: [1, 2, 2, 100], b: [1, 4, 9, 16] });
    const out = await stage(describe, { from: 'x', correlation: 'spearman' }, { from });
    // ranks 1 2.5 2.5 4 and 1 2 3 4
    expect(recordOf(out, 'correlation').rows[1]!.a).toBeCloseTo(4.5 / Math.sqrt(4.5 * 5), 14);
  });

  test('law: variance inflation is the diagonal of the inverse correlation matrix', async () => {
    const column = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 12, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(column, column, async (a, noise) => {
        const b = a.map((v, i) => v + (noise[i] ?? 0) + 3 * i);
        const from = data({ a, b });
        const out = await stage(describe, { from: 'x', vif: true, correlation: true }, { from });
        const r = recordOf(out, 'correlation').rows[1]!.a;
        const vif = recordOf(out).rows.map((row) => row.vif);
        if (r === null) expect(vif).toContain(null);
        else if (1 - (r as number) ** 2 > 1e-9)
          for (const v of vif) expect(near(v as number, 1 / (1 - (r as number) ** 2), 1e-6)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('variance inflation is infinite under exact dependence, and 1 for what is orthogonal', async () => {
    const from = data({ a: [1, -1, 1, -1], b: [2, -2, 2, -2], c: [1, 1, -1, -1] });
    const out = await stage(describe, { from: 'x', vif: ['a', 'b', 'c'] }, { from });
    expect(recordOf(out).rows.map((r) => r.vif)).toEqual(['Inf', 'Inf', 1]);
  });

  test('law: the order of rows does not matter', async () => {
    const params = { from: 'x', stats: ['n', 'median', 'p97.5', 'distinct', 'iqr', 'min'] };
    const before = recordOf(await stage(describe, params, { from: small }));
    const after = recordOf(await stage(describe, params, { from: reordered(small, [3, 1, 5, 0, 4, 2]) }));
    expect(after).toEqual(before);
  });

  for (const c of [
    { name: 'a statistic that does not exist', params: { stats: ['mean', 'avg'] }, code: 'CE2170' },
    { name: 'a quantile above 100', params: { stats: 'p101' }, code: 'CE2170' },
    { name: 'a text column', params: { columns: ['x', 'name'] }, code: 'CE2002' },
    { name: 'an unknown column', params: { columns: { outcome: 'xx' } }, code: 'CE2001' },
    { name: 'a column of two types', params: { columns: { a: 'x', b: ['x', 'y'] } }, code: 'CE2180' },
    { name: 'a definition of nothing', params: { columns: 'x', definitions: { y: 'why' } }, code: 'CE2001' },
    { name: 'the correlation of one column', params: { columns: 'x', correlation: true }, code: 'CE2171' },
  ])
    test(`refuses ${c.name}`, async () => {
      expect(codes(await stage(describe, { from: 'x', ...c.params }, { from: small }))).toEqual([c.code]);
    });

  test('columns without numbers that were not asked for are named; unit, time and groups are not', async () => {
    const columns = { city: ['A', 'B'], year: [1, 2], kind: ['u', 'v'], note: ['p', 'q'], x: [1, 2] };
    const from = data(columns, { panel: { unit: 'city', time: 'year' } });
    const out = await stage(describe, { from: 'x', by: 'kind' }, { from });
    expect(out.notes).toEqual([{ code: 'CN2270', args: { count: 1, names: ['note'] } }]);
    expect((await stage(describe, { from: 'x', columns: 'x' }, { from })).notes).toEqual([]);
  });

  test('refuses a table without numbers, and between-unit statistics without a panel', async () => {
    expect(codes(await stage(describe, { from: 'x' }, { from: data({ a: ['x'] }) }))).toEqual(['CE2191']);
    const from = data({ a: [1] });
    expect(codes(await stage(describe, { from: 'x', stats: 'sd_within' }, { from }))).toEqual(['CE2150']);
  });
});
