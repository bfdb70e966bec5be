import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalize } from '../../stages/prepare/normalize.ts';
import { codes, data, stage } from './bench.ts';

const none = Number.NaN;

describe('normalize', () => {
  test('min-max: 0 is the worst and 1 the best, whichever way the indicator points', async () => {
    const from = data({ wage: [2, 4, 10], smoke: [2, 4, 10] });
    const out = await stage(normalize, { from: 'raw', positive: 'wage', negative: ['smoke'] }, { from });
    expect(out.values('wage')).toEqual([0, 0.25, 1]);
    expect(out.values('smoke')).toEqual([1, 0.75, 0]);
    expect(out.values('smoke').some((v) => Object.is(v, -0))).toBe(false);
  });

  test('z-score: mean 0, standard deviation 1 with n − 1, sign turned for negative', async () => {
    const from = data({ a: [1, 2, 3], b: [1, 2, 3] });
    const out = await stage(normalize, { from: 'raw', positive: 'a', negative: 'b', method: 'z-score' }, { from });
    expect(out.values('a')).toEqual([-1, 0, 1]);
    expect(out.values('b')).toEqual([1, 0, -1]);
  });

  test('the offset is added after, missing stays missing', async () => {
    const from = data({ a: [0, null, 2] });
    const out = await stage(normalize, { from: 'raw', positive: ['a'], offset: 0.0001 }, { from });
    expect(out.values('a')).toEqual([0.0001, none, 1.0001]);
  });

  test('by takes the scale within each group', async () => {
    const from = data({ year: [1, 2, 1, 2, 1], a: [0, 10, 1, 30, 2] });
    expect((await stage(normalize, { from: 'raw', positive: 'a', by: 'year' }, { from })).values('a')).toEqual([
      0, 0, 0.5, 1, 1,
    ]);
  });

  test('a column that does not vary becomes zeros, with a note', async () => {
    const from = data({ g: [1, 1, 2, 2], a: [0.1, 0.1, 0.1, 0.1], b: [3, 3, 1, 2] });
    const whole = await stage(
      normalize,
      { from: 'raw', positive: ['a', 'b'], method: 'z-score', offset: 0.01 },
      { from },
    );
    expect(whole.values('a')).toEqual([0.01, 0.01, 0.01, 0.01]);
    expect(whole.notes).toEqual([{ code: 'CN2155', args: { column: 'a', value: 0.01 } }]);
    const grouped = await stage(normalize, { from: 'raw', positive: 'b', by: 'g' }, { from });
    expect(grouped.values('b')).toEqual([0, 0, 0, 1]);
    expect(grouped.notes).toEqual([{ code: 'CN2156', args: { column: 'b', groups: 1, value: 0 } }]);
  });

  test('a column without any value, here or where the scale is from, is told of', async () => {
    const from = data({ a: [null, null], b: [1, 2] });
    const like = data({ a: [1, 2], b: [null, null] });
    const told = await stage(normalize, { from: 'raw', positive: ['a', 'b'] }, { from });
    expect(told.notes).toEqual([{ code: 'CN2170', args: { column: 'a' } }]);
    const other = await stage(normalize, { from: 'raw', like: 'other', positive: ['a', 'b'] }, { from, like });
    expect(other.notes).toEqual([
      { code: 'CN2170', args: { column: 'a' } },
      { code: 'CN2171', args: { column: 'b', value: 0 } },
    ]);
  });

  test('law: the result does not depend on the unit of measurement', async () => {
    const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(
        values,
        fc.constantFrom(2, 8, 1024),
        fc.integer({ min: -64, max: 64 }),
        async (a, scale, shift) => {
          const from = data({ a, b: a.map((x) => x * scale + shift) });
          const out = await stage(normalize, { from: 'raw', positive: ['a', 'b'] }, { from });
          expect(out.values('b')).toEqual(out.values('a'));
        },
      ),
      { numRuns: 60 },
    );
  });

  test('like: the scale is that of another table, whatever the rows here', async () => {
    const from = data({ a: [5, 20, null], b: [5, 20, null] });
    const like = data({ a: [0, 10, null, 5], b: [10, 0, 2, 3], other: [1, 1, 1, 1] });
    const out = await stage(normalize, { from: 'x', like: 'y', positive: 'a', negative: 'b' }, { from, like });
    expect(out.values('a')).toEqual([0.5, 2, none]);
    expect(out.values('b')).toEqual([0.5, -1, none]);
    expect(out.declared.reads.like).toEqual([['a', 'b']]);
    const z = await stage(normalize, { from: 'x', like: 'y', positive: 'a', method: 'z-score' }, { from, like });
    expect(z.values('a')).toEqual([0, 3, none]);
    const lacks = { from: 'x', like: 'y', positive: 'a' };
    const beyond = { from, like: data({ a: [1e200, -1e200] }) };
    expect(codes(await stage(normalize, { ...lacks, method: 'z-score' }, beyond))).toEqual(['CE3204']);
    expect(codes(await stage(normalize, lacks, { from, like: data({ b: [1] }) }))).toEqual(['CE2001']);
    expect(codes(await stage(normalize, { ...lacks, by: 'b' }, { from, like }))).toEqual(['CE2193']);
  });

  test('globs name the indicators', async () => {
    const from = data({ ind_a: [0, 1], ind_b: [0, 2], other: [5, 6] });
    const out = await stage(normalize, { from: 'raw', positive: 'ind_*' }, { from });
    expect(out.declared.reads.from).toEqual([['ind_a', 'ind_b']]);
    expect(out.values('other')).toEqual([5, 6]);
  });

  for (const c of [
    { name: 'no indicators', params: {}, code: 'CE2155' },
    { name: 'a column in both lists', params: { positive: ['a', 'b'], negative: 'b' }, code: 'CE2154' },
    { name: 'a text', params: { positive: 't' }, code: 'CE2002' },
    { name: 'an unknown column', params: { positive: 'aa' }, code: 'CE2001' },
    { name: 'an infinite value', params: { positive: 'inf' }, code: 'CE2153' },
  ])
    test(`refuses ${c.name}`, async () => {
      const from = data({ a: [1, 2], b: [1, 2], t: ['x', 'y'], inf: [1, Infinity] });
      expect(codes(await stage(normalize, { from: 'raw', ...c.params }, { from }))).toEqual([c.code]);
    });
});
