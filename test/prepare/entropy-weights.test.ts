import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { entropyWeights } from '../../stages/prepare/entropy-weights.ts';
import { equalWeights } from '../../stages/prepare/equal-weights.ts';
import { normalize } from '../../stages/prepare/normalize.ts';
import { near, readTable, record, runStage, type Value, valuesOf } from '../stage-lab.ts';
import { type Cells, codes, csv, type Data, data, type Outcome, reordered, stage } from './bench.ts';
import { referenceData, referenceResults } from './reference.ts';

interface Expected {
  readonly entropy: Readonly<Record<string, number>>;
  readonly difference: Readonly<Record<string, number>>;
  readonly weight: Readonly<Record<string, number>>;
  readonly score_head: readonly number[];
  readonly score_sum: number;
  readonly score_min: number;
  readonly score_max: number;
  readonly score_sd: number;
  readonly topsis_head: readonly number[];
}

interface WeightRow {
  readonly indicator: string;
  readonly dimension?: string;
  readonly group?: string | number;
  readonly entropy: number;
  readonly difference: number;
  readonly weight: number;
}

const rowsOf = (out: Outcome): readonly WeightRow[] => (out.record('weights') as unknown as { rows: WeightRow[] }).rows;

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

const province = csv(
  readFileSync(resolve(import.meta.dirname, '../fixtures/data/real/province_rd_2010_2023.csv'), 'utf8'),
);

const CASES: readonly { id: string; raw: Data; positive: string[]; negative: string[] }[] = [
  {
    id: 'entropy_province',
    raw: province,
    positive: province.shape.columns.map((c) => c.name).slice(3),
    negative: [],
  },
  {
    id: 'entropy_mtcars_signs',
    raw: referenceData('mtcars'),
    positive: ['hp', 'wt', 'disp'],
    negative: ['mpg', 'qsec'],
  },
];

/** The textbook formula, in the plainest way. */
function oracle(columns: readonly (readonly number[])[]): { weights: number[]; scores: number[] } {
  const n = columns[0]!.length;
  const d = columns.map((z) => {
    const total = sum(z);
    if (z.every((v) => v === z[0])) return 0;
    return 1 + sum(z.map((v) => (v === 0 ? 0 : (v / total) * Math.log(v / total)))) / Math.log(n);
  });
  const weights = d.map((v) => v / sum(d));
  return { weights, scores: Array.from({ length: n }, (_, i) => sum(columns.map((z, j) => z[i]! * weights[j]!))) };
}

describe('entropy-weights', () => {
  for (const { id, raw, positive, negative } of CASES)
    test(`${id}: entropies, weights, scores and TOPSIS agree with R`, async () => {
      const want = referenceResults<Expected>(id);
      const from = (await stage(normalize, { from: 'raw', positive, negative }, { from: raw })).table();
      const indicators = [...positive, ...negative];
      const out = await stage(entropyWeights, { from: 'x', indicators, as: 'score' }, { from });
      expect(rowsOf(out).map((r) => r.indicator)).toEqual(indicators);
      for (const row of rowsOf(out))
        for (const field of ['entropy', 'difference', 'weight'] as const)
          expect(near(row[field], want[field][row.indicator]!, 1e-10), `${row.indicator} ${field}`).toBe(true);
      const scores = out.values('score');
      want.score_head.forEach((v, i) => expect(near(scores[i]!, v, 1e-10)).toBe(true));
      expect(near(sum(scores), want.score_sum, 1e-10)).toBe(true);
      expect(near(Math.min(...scores), want.score_min, 1e-8)).toBe(true);
      expect(near(Math.max(...scores), want.score_max, 1e-10)).toBe(true);
      const topsis = await stage(entropyWeights, { from: 'x', indicators, score: 'topsis' }, { from });
      want.topsis_head.forEach((v, i) => expect(near(topsis.values('index')[i]!, v, 1e-10)).toBe(true));
      expect(rowsOf(topsis)).toEqual(rowsOf(out));
    });

  const small = data({ year: [1, 1, 2, 2], a: [0, 1, 0.25, 0.5], b: [1, 0, 0.5, 0.5], c: [0.2, 0.4, 0, 1] });

  test('sub-indices are the parts of the sum, and the other columns pass through', async () => {
    const out = await stage(
      entropyWeights,
      { from: 'x', indicators: { first: ['a', 'b'], second: 'c' }, as: 'npp' },
      { from: small },
    );
    const [whole, first, second] = ['npp', 'npp_first', 'npp_second'].map((name) => out.values(name));
    whole!.forEach((v, i) => expect(v).toBeCloseTo(first![i]! + second![i]!, 14));
    expect(rowsOf(out).map((r) => r.dimension)).toEqual(['first', 'first', 'second']);
    expect(sum(rowsOf(out).map((r) => r.weight))).toBeCloseTo(1, 14);
    const passed = out.declared.outputs.table!.parts;
    expect(passed).toContainEqual({ name: 'year', how: 'passed', input: 'from', index: 0, part: 'year' });
    expect(out.declared.reads.from).toEqual([['#rows', 'a', 'b', 'c']]);
  });

  test('by: each group has the weights it has alone', async () => {
    const out = await stage(entropyWeights, { from: 'x', indicators: ['a', 'b', 'c'], by: 'year' }, { from: small });
    const first = data({ a: [0, 1], b: [1, 0], c: [0.2, 0.4] });
    const alone = await stage(entropyWeights, { from: 'x', indicators: ['a', 'b', 'c'] }, { from: first });
    expect(rowsOf(out).map((r) => r.group)).toEqual([1, 1, 1, 2, 2, 2]);
    expect(
      rowsOf(out)
        .slice(0, 3)
        .map((r) => r.weight),
    ).toEqual(rowsOf(alone).map((r) => r.weight));
    expect(out.values('index').slice(0, 2)).toEqual(alone.values('index'));
    expect(out.notes).toContainEqual({ code: 'CN2158', args: { column: 'b', group: ' (2)' } });
  });

  test('an indicator that does not vary, all zeros included, has entropy 1 and weight 0, with a note', async () => {
    const from = data({ a: [0, 1, 3], flat: [0.1, 0.1, 0.1], nil: [0, 0, 0] });
    const out = await stage(entropyWeights, { from: 'x', indicators: ['a', 'flat', 'nil'] }, { from });
    expect(rowsOf(out).map((r) => [r.entropy, r.weight])).toEqual([
      [rowsOf(out)[0]!.entropy, 1],
      [1, 0],
      [1, 0],
    ]);
    expect(out.notes.map((n) => [n.code, n.args.column])).toEqual([
      ['CN2158', 'flat'],
      ['CN2158', 'nil'],
    ]);
    expect(out.values('index')).toEqual([0, 1, 3]);
  });

  test('a row with a missing indicator has no score, does not count, and is noted', async () => {
    const from = data({ a: [0, null, 1, 3], b: [1, 9, 0, 1] });
    const out = await stage(entropyWeights, { from: 'x', indicators: { d: ['a', 'b'] } }, { from });
    const without = data({ a: [0, 1, 3], b: [1, 0, 1] });
    const alone = await stage(entropyWeights, { from: 'x', indicators: { d: ['a', 'b'] } }, { from: without });
    expect(out.values('index')[1]).toBeNaN();
    expect(out.values('index_d').filter((v) => !Number.isNaN(v))).toEqual(alone.values('index_d'));
    expect(out.notes).toEqual([{ code: 'CN2157', args: { rows: 1 } }]);
  });

  test('one value among zeros carries all the information there is', async () => {
    const from = data({ a: [0, 0, 5], b: [0, 1, 1] });
    const [a, b] = rowsOf(await stage(entropyWeights, { from: 'x', indicators: ['a', 'b'] }, { from }));
    expect(a!.entropy).toBeCloseTo(0, 14);
    expect(b!.entropy).toBeCloseTo(Math.log(2) / Math.log(3), 14);
  });

  const positive = fc.integer({ min: 0, max: 1e6 }).map((v) => v / 64);
  const matrix = fc
    .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 3, max: 15 }))
    .chain(([k, n]) => fc.array(fc.array(positive, { minLength: n, maxLength: n }), { minLength: k, maxLength: k }))
    .filter((columns) => columns.some((z) => z.some((v) => Math.abs(v - z[0]!) > 1e-3 * Math.max(v, z[0]!))));
  const cells = (columns: readonly (readonly number[])[]): Cells =>
    Object.fromEntries(columns.map((z, j) => [`x${j}`, z]));

  test('law: agrees with the plain formula', async () => {
    await fc.assert(
      fc.asyncProperty(matrix, async (columns) => {
        const out = await stage(entropyWeights, { from: 'x', indicators: 'x*' }, { from: data(cells(columns)) });
        const want = oracle(columns);
        rowsOf(out).forEach((row, j) => expect(row.weight).toBeCloseTo(want.weights[j]!, 8));
        const scale = Math.max(...columns.flat());
        out.values('index').forEach((v, i) => expect(v / scale).toBeCloseTo(want.scores[i]! / scale, 8));
      }),
      { numRuns: 100 },
    );
  });

  test('law: weights depend neither on the order of rows nor on the unit of an indicator', async () => {
    await fc.assert(
      fc.asyncProperty(matrix, fc.constantFrom(0.125, 2, 1024), async (columns, unit) => {
        const from = data(cells(columns));
        const [n, weights] = [columns[0]!.length, async (of: Data) => rowsOf(await run(of)).map((r) => r.weight)];
        const run = (of: Data) => stage(entropyWeights, { from: 'x', indicators: 'x*' }, { from: of });
        const want = await weights(from);
        const order = Array.from({ length: n }, (_, i) => (i + 2) % n);
        (await weights(reordered(from, order))).forEach((w, j) => expect(w).toBeCloseTo(want[j]!, 10));
        const scaled = data(cells(columns.map((z) => z.map((v) => v * unit))));
        (await weights(scaled)).forEach((w, j) => expect(w).toBeCloseTo(want[j]!, 10));
      }),
      { numRuns: 40 },
    );
  });

  for (const c of [
    { name: 'a negative value', params: { indicators: ['a', 'minus'] }, code: 'CE2156' },
    { name: 'an infinite value', params: { indicators: ['a', 'inf'] }, code: 'CE2153' },
    { name: 'an unknown column', params: { indicators: { d: ['aa'] } }, code: 'CE2001' },
    { name: 'a text', params: { indicators: 't' }, code: 'CE2002' },
    { name: 'an indicator in two dimensions', params: { indicators: { d: 'a', e: ['a', 'b'] } }, code: 'CE2163' },
    { name: 'a name that is taken', params: { indicators: 'a', as: 'b' }, code: 'CE2157' },
    { name: 'indicators that do not vary', params: { indicators: ['flat'] }, code: 'CE2162' },
    { name: 'a group of one row', params: { indicators: ['a'], by: 't' }, code: 'CE2161' },
    { name: 'no complete row', params: { indicators: ['a', 'gap'] }, code: 'CE2161' },
    { name: 'no indicator at all', params: { indicators: {} }, code: 'CE2190' },
  ])
    test(`refuses ${c.name}`, async () => {
      const from = data({
        a: [1, 2, 3],
        b: [1, 2, 2],
        t: ['x', 'y', 'y'],
        inf: [1, Infinity, 2],
        minus: [0, 0, -0.5],
        flat: [2, 2, 2],
        gap: [null, null, 1],
      });
      const found = codes(await stage(entropyWeights, { from: 'raw', ...c.params }, { from }));
      expect(found).toEqual([c.code]);
    });

  test('the row, the column and the value of what is negative are named', async () => {
    const from = data({ a: [1, 2], b: [0, -0.5] });
    const out = await stage(entropyWeights, { from: 'raw', indicators: ['a', 'b'] }, { from });
    expect(out.faults[0]?.args).toEqual({ column: 'b', row: 2, value: -0.5 });
  });
});

describe('equal-weights', () => {
  const from = data({ a: [0, 1, 0.5], b: [1, 0, 0.5], c: [-1, 0.5, 1] });

  test('every indicator counts the same', async () => {
    const out = await stage(equalWeights, { from: 'x', indicators: { d: ['a', 'b'], e: ['c'] } }, { from });
    [0, 0.5, 2 / 3].forEach((v, i) => expect(out.values('index')[i]).toBeCloseTo(v, 14));
    [1 / 3, 1 / 3, 1 / 3].forEach((v, i) => expect(out.values('index_d')[i]).toBeCloseTo(v, 14));
  });

  test('or every dimension, and every indicator within it', async () => {
    const params = { from: 'x', indicators: { d: ['a', 'b'], e: ['c'] }, of: 'dimensions' };
    const out = await stage(equalWeights, params, { from });
    expect(rowsOf(out).map((r) => r.weight)).toEqual([0.25, 0.25, 0.5]);
    [-0.25, 0.5, 0.75].forEach((v, i) => expect(out.values('index')[i]).toBeCloseTo(v, 14));
  });

  test('topsis: the row that is best throughout has 1, the worst 0', async () => {
    const best = data({ a: [0, 1, 0.5], b: [2, 5, 3] });
    const out = await stage(equalWeights, { from: 'x', indicators: ['a', 'b'], score: 'topsis' }, { from: best });
    expect(out.values('index').slice(0, 2)).toEqual([0, 1]);
    const [da, db] = [0.5, 1];
    const [ua, ub] = [0.5, 2];
    const away = Math.hypot(da, db);
    expect(out.values('index')[2]).toBeCloseTo(away / (away + Math.hypot(ua, ub)), 14);
  });

  test('the same work has one spec', async () => {
    const a = await stage(equalWeights, { from: 'x', indicators: 'a', of: 'dimensions' }, { from });
    const b = await stage(equalWeights, { from: 'x', indicators: ['a'], by: 'b' }, { from });
    expect(a.declared.spec).toEqual(b.declared.spec);
  });
});

describe('entropy-weights of another index', () => {
  const params = { from: 'x', indicators: { d: ['a', 'b'], e: 'c' }, as: 'npp' };

  test('are used as they are: the index of the same table is the same, and that of another weighs alike', async () => {
    const table = await readTable('a,b,c\n0,1,0.2\n1,0,0.4\n0.25,0.5,0\n0.5,0.5,1\n');
    const first = await runStage(entropyWeights, params, { from: table });
    const weights = first.outputs.weights as Value;
    const again = await runStage(entropyWeights, { ...params, weights: 'w' }, { from: table, weights });
    for (const name of ['npp', 'npp_d', 'npp_e'])
      expect(valuesOf(again.outputs.table, name)).toEqual(valuesOf(first.outputs.table, name));
    expect(record(again.outputs.weights).rows).toEqual(record(weights).rows);
    const single = await readTable('a,b,c\n1,0,0\n-1,2,0\n');
    const other = await runStage(entropyWeights, { ...params, weights: 'w' }, { from: single, weights });
    const [a, b] = record(weights).rows.map((row: { weight: number }) => row.weight);
    expect(valuesOf(other.outputs.table, 'npp')).toEqual([a, -a + 2 * b]);
  });

  test('must know every indicator, and have no groups', async () => {
    const table = await readTable('a,b,c,g\n0,1,0.2,1\n1,0,0.4,1\n0.25,0.5,0,2\n0.5,0.6,1,2\n');
    const some = await runStage(entropyWeights, { from: 'x', indicators: ['a', 'b'] }, { from: table });
    const weights = some.outputs.weights as Value;
    const lacks = await runStage(entropyWeights, { ...params, weights: 'w' }, { from: table, weights });
    expect(lacks.faults.map((f) => [f.code, f.args.name])).toEqual([['CE2195', 'c']]);
    const both = await runStage(entropyWeights, { ...params, weights: 'w', by: 'g' }, { from: table, weights });
    expect(both.faults.map((f) => f.code)).toEqual(['CE2194']);
    const grouped = await runStage(entropyWeights, { ...params, by: 'g' }, { from: table });
    const given = { from: table, weights: grouped.outputs.weights as Value };
    expect((await runStage(entropyWeights, { ...params, weights: 'w' }, given)).faults.map((f) => f.code)).toEqual([
      'CE2195',
      'CE2195',
      'CE2195',
    ]);
  });
});
