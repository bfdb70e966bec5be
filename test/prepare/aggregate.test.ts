import { describe, expect, test } from 'vitest';
import { textAt } from '../../stages/columns/column.ts';
import { aggregate } from '../../stages/prepare/aggregate.ts';
import { codes, data, reordered, stage } from './bench.ts';

const cells = { g: ['b', 'a', 'b', 'a', 'b'], x: [1, 2, null, 4, 7], t: ['p', null, 'q', 'r', 'q'] };
const from = data(cells);

describe('aggregate', () => {
  test('each function over the values that are not missing, groups in order of their key', async () => {
    const out = await stage(
      aggregate,
      {
        from: 'raw',
        by: 'g',
        columns: {
          mean: 'mean(x)',
          sum: 'sum( x )',
          sd: 'sd(x)',
          low: 'min(x)',
          high: 'max(x)',
          mid: 'median(`x`)',
          p: 'quantile(x, 0.25)',
          n: 'count(x)',
          rows: 'count()',
          kinds: 'distinct(t)',
          one: 'first(x)',
        },
      },
      { from },
    );
    const column = (name: string) => out.values(name);
    expect(column('mean')).toEqual([3, 4]);
    expect(column('sum')).toEqual([6, 8]);
    expect(column('sd')).toEqual([Math.sqrt(2), Math.sqrt(18)]);
    expect(column('low')).toEqual([2, 1]);
    expect(column('high')).toEqual([4, 7]);
    expect(column('mid')).toEqual([3, 4]);
    expect(column('p')).toEqual([2.5, 2.5]);
    expect(column('n')).toEqual([2, 2]);
    expect(column('rows')).toEqual([2, 3]);
    expect(column('kinds')).toEqual([1, 2]);
    expect(column('one')).toEqual([2, 1]);
    expect(out.notes).toContainEqual({ code: 'CN2154', args: { column: 'x', missing: 1 } });
  });

  test('first and last take texts, and pass over missing', async () => {
    const out = await stage(aggregate, { from: 'raw', by: ['g'], columns: { a: 'first(t)', z: 'last(t)' } }, { from });
    const text = (name: string) =>
      [0, 1].map((row) => {
        const column = out.column(name);
        return column.kind === 'text' ? textAt(column, row) : 'no text';
      });
    expect(text('a')).toEqual(['r', 'p']);
    expect(text('z')).toEqual(['r', 'q']);
    expect(out.table().shape.columns.map((c) => [c.name, c.type])).toEqual([
      ['g', 'text'],
      ['a', 'text'],
      ['z', 'text'],
    ]);
  });

  test('several keys: the first is the slowest, missing is a group and comes last', async () => {
    const two = data({ a: [2, 1, null, 1, 2], b: ['x', 'y', 'x', 'x', 'x'], v: [1, 2, 3, 4, 5] });
    const out = await stage(aggregate, { from: 'raw', by: ['a', 'b'], columns: { v: 'sum(v)' } }, { from: two });
    expect(out.values('a')).toEqual([1, 1, 2, Number.NaN]);
    expect(out.values('v')).toEqual([4, 2, 6, 3]);
  });

  test('without by, one row; a group without values is missing, its count 0', async () => {
    const empty = data({ x: [null, null] });
    const out = await stage(
      aggregate,
      { from: 'raw', columns: { s: 'sum(x)', m: 'mean(x)', n: 'count(x)' } },
      { from: empty },
    );
    expect([out.values('s'), out.values('m'), out.values('n')]).toEqual([[Number.NaN], [Number.NaN], [0]]);
  });

  test('the order of the rows does not matter to order-free summaries', async () => {
    const params = { from: 'raw', by: 'g', columns: { m: 'median(x)', h: 'max(x)', n: 'count()' } };
    const a = await stage(aggregate, params, { from });
    const b = await stage(aggregate, params, { from: reordered(from, [4, 2, 0, 3, 1]) });
    expect(b.table().parts).toEqual(a.table().parts);
  });

  test('the panel is kept when its keys are', async () => {
    const panel = data({ u: ['a'], t: [1], x: [1] }, { panel: { unit: 'u', time: 't' } });
    const kept = await stage(aggregate, { from: 'raw', by: ['u', 't'], columns: { x: 'sum(x)' } }, { from: panel });
    const lost = await stage(aggregate, { from: 'raw', by: ['u'], columns: { x: 'sum(x)' } }, { from: panel });
    expect(kept.table().shape.panel).toEqual({ unit: 'u', time: 't' });
    expect(lost.table().shape.panel).toBeUndefined();
  });

  test('an empty table gives no rows', async () => {
    const out = await stage(aggregate, { from: 'raw', by: 'g', columns: { n: 'count()' } }, { from: data({ g: [] }) });
    expect(out.values('n')).toEqual([]);
  });

  for (const c of [
    { name: 'an expression', columns: { m: 'mean(x) + 1' }, code: 'CE2158' },
    { name: 'a bare column', columns: { m: 'x' }, code: 'CE2158' },
    { name: 'a summary of nothing', columns: { m: 'mean()' }, code: 'CE2158' },
    { name: 'an unknown function', columns: { m: 'avg(x)' }, code: 'CE2159' },
    { name: 'a quantile without probability', columns: { m: 'quantile(x)' }, code: 'CE2160' },
    { name: 'a quantile of 90', columns: { m: 'quantile(x, 90)' }, code: 'CE2160' },
    { name: 'an unknown column', columns: { m: 'mean(y)' }, code: 'CE2001' },
    { name: 'the mean of a text', columns: { m: 'mean(t)' }, code: 'CE2002' },
    { name: 'a new name that is a key', columns: { g: 'mean(x)' }, code: 'CE2169' },
  ])
    test(`refuses ${c.name}`, async () => {
      expect(codes(await stage(aggregate, { from: 'raw', by: 'g', columns: c.columns }, { from }))).toEqual([c.code]);
    });

  test('all faults are said at once', async () => {
    const out = await stage(aggregate, { from: 'raw', by: 'h', columns: { a: 'avg(x)', b: 'mean(y)' } }, { from });
    expect(codes(out)).toEqual(['CE2001', 'CE2159', 'CE2001']);
  });
});
