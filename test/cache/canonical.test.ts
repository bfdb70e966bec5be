import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonical, type Json } from '../../cache/canonical.ts';

const json = fc.jsonValue({ stringUnit: 'binary' }) as fc.Arbitrary<Json>;

describe('canonical text', () => {
  for (const c of [
    {
      name: 'sorts names at every depth',
      value: { b: 1, a: { d: [], c: null } },
      text: '{"a":{"c":null,"d":[]},"b":1}',
    },
    { name: 'keeps the order of a list', value: [3, 1, 2], text: '[3,1,2]' },
    { name: 'sorts names by code unit, not by locale', value: { é: 1, z: 2, Z: 3 }, text: '{"Z":3,"z":2,"é":1}' },
    { name: 'has one zero', value: [-0, 0], text: '[0,0]' },
    {
      name: 'prints numbers as ECMAScript does',
      value: [1e21, 0.1, 1e-7, 2 ** 53],
      text: '[1e+21,0.1,1e-7,9007199254740992]',
    },
    { name: 'escapes a lone surrogate', value: '\ud800', text: '"\\ud800"' },
    { name: 'keeps integer-like names in text order', value: { 10: 1, 9: 2 }, text: '{"10":1,"9":2}' },
    {
      name: 'keeps a name that is special to objects',
      value: JSON.parse('{"__proto__":1}') as Json,
      text: '{"__proto__":1}',
    },
  ] satisfies { name: string; value: Json; text: string }[]) {
    test(c.name, () => expect(canonical(c.value)).toBe(c.text));
  }

  const plain = (value: Json): unknown => JSON.parse(JSON.stringify(value));

  test('is JSON that means the value', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(JSON.parse(canonical(value))).toEqual(plain(value));
      }),
    );
  });

  test('does not depend on the order in which names were set', () => {
    const reversed = (value: Json): Json => {
      if (Array.isArray(value)) return value.map(reversed);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([name, v]) => [name, reversed(v as Json)]),
      );
    };
    fc.assert(
      fc.property(json, (value) => {
        expect(canonical(reversed(value))).toBe(canonical(value));
      }),
    );
  });

  test('differs exactly where the values do', () => {
    fc.assert(
      fc.property(json, json, (a, b) => {
        expect(canonical(a) === canonical(b)).toBe(isDeepStrictEqual(plain(a), plain(b)));
      }),
    );
  });

  for (const [name, value] of Object.entries({
    undefined: undefined,
    'an undefined member': { a: undefined },
    'a hole': new Array(1),
    NaN: Number.NaN,
    Infinity: [Number.POSITIVE_INFINITY],
    'a bigint': 1n,
    'a function': () => 1,
    'a date': new Date(0),
    'a map': new Map(),
    'a typed array': new Float64Array(1),
  })) {
    test(`refuses ${name} as a bug`, () =>
      expect(() => canonical(value as Json)).toThrow(/^ceteris bug: .* has no canonical text/));
  }

  test('says where the offending value stands', () => {
    expect(() => canonical({ a: [0, { b: Number.NaN }] })).toThrow('NaN at $.a[1].b');
  });
});
