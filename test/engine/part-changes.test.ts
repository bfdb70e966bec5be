import { describe, expect, test } from 'vitest';
import type { Digest } from '../../cache/digest.ts';
import type { ActionInput } from '../../engine/plan/action.ts';
import { partChanges, type Reading } from '../../engine/plan/part-changes.ts';

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
