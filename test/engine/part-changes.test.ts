import { describe, expect, test } from 'vitest';
import type { Digest } from '../../cache/digest.ts';
import type { ActionInput } from '../../engine/plan/action.ts';
import { casesAmong, partChanges, type Reading } from '../../engine/plan/part-changes.ts';

/** Reads column `a` of each stage named, whose digest is what is said of it, or its name. */
const reading = (names: readonly string[], digests: Readonly<Record<string, string>> = {}): Reading => ({
  inputs: names.map((name, i): ActionInput => ['from', i, 'table', [['a', (digests[name] ?? name) as Digest]]]),
  params: { from: [...names] },
});

describe('parts that are read otherwise', () => {
  test('in a list that was edited, a reference is compared with itself wherever it stood', () => {
    expect(partChanges(reading(['x', 'y']), reading(['y', 'x']))).toEqual([]);
    expect(partChanges(reading(['x', 'y']), reading(['y']))).toEqual([]);
    expect(partChanges(reading(['x', 'y']), reading(['z', 'y', 'x'], { x: 'new' }))).toEqual([
      { port: 'from', index: 2, part: 'a', before: 'x', now: 'new' },
    ]);
    expect(partChanges(reading(['x', 'x', 'y']), reading(['y', 'x', 'x']))).toEqual([]);
  });

  test('what params do not name one by one goes by its place', () => {
    const all: Reading = { inputs: reading(['x', 'y']).inputs, params: { from: 'm[*]' } };
    const less: Reading = { inputs: reading(['x']).inputs, params: { from: 'm[*]' } };
    expect(partChanges(all, less)).toEqual([{ port: 'from', index: 1, part: 'a', before: 'y' }]);
  });

  describe('where `m[*]` stands for other cases than before', () => {
    const cases = (
      names: readonly string[],
      digests: Readonly<Record<string, string>> = {},
      known = names,
    ): Reading => {
      const { inputs } = reading(names, digests);
      const made = (name: string): string => digests[name] ?? name;
      return {
        inputs,
        params: { from: 'm[*]' },
        casesOf: casesAmong(
          () => ['raw', ...known],
          (n, d) => made(n) === d,
        ),
      };
    };
    const [one, two, three] = ['m[(1)]', 'm[(2)]', 'm[(3)]'] as const;

    test('each is compared with itself; what came and what went is named', () => {
      expect(partChanges(cases([one, three]), cases([one, two, three]))).toEqual([
        { port: 'from', index: 1, part: 'a', now: two, name: two },
      ]);
      expect(partChanges(cases([one, two, three]), cases([two, three], { [three]: 'new' }))).toEqual([
        { port: 'from', index: 1, part: 'a', before: three, now: 'new', name: three },
        { port: 'from', index: 0, part: 'a', before: one, name: one },
      ]);
    });

    test('one that is on record no more is told of as gone, and the order of the record does not matter', () => {
      expect(partChanges(cases([one, two, three], {}, [three, two]), cases([two, three]))).toEqual([
        { port: 'from', index: 0, part: 'a', before: one, name: 'm[…]' },
      ]);
    });

    test('where a case may also have made something else meanwhile, they go by their places', () => {
      const old = cases([one, two, three], {}, [two]);
      expect(partChanges(old, cases([two, three])).map((c) => [c.index, c.name])).toEqual([
        [0, undefined],
        [1, undefined],
        [2, undefined],
      ]);
    });
  });

  test('a column called `value` is told from the value of what is no table', () => {
    const read = (kind: 'table' | 'model', digest: string): Reading => ({
      inputs: [['from', 0, kind, [['value', digest as Digest]]]],
    });
    expect(partChanges(read('table', 'x'), read('table', 'y'))).toMatchObject([{ part: 'value', isColumn: true }]);
    expect(partChanges(read('model', 'x'), read('model', 'y'))[0]).not.toHaveProperty('isColumn');
  });

  test('a list of thousands is walked a few times, and not once for each of them', () => {
    const names = Array.from({ length: 1000 }, (_, i) => `s${i}`);
    let seen = 0;
    const counted = ({ inputs, ...rest }: Reading): Reading => ({
      ...rest,
      inputs: new Proxy(inputs, {
        get(target, key) {
          if (typeof key === 'string' && /^\d+$/.test(key)) seen++;
          return Reflect.get(target, key);
        },
      }),
    });
    expect(partChanges(counted(reading(names)), counted(reading(names.slice(1))))).toEqual([]);
    expect(seen).toBeLessThan(20 * names.length);
  });
});
