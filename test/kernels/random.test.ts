import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { philoxBlock, stream } from '../../stages/kernels/random.ts';

/** Known-answer vectors of Random123's kat_vectors file for philox4x32-10. */
const known = [
  { counter: [0, 0, 0, 0], key: [0, 0], out: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8] },
  {
    counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    key: [0xffffffff, 0xffffffff],
    out: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  },
  {
    counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    key: [0xa4093822, 0x299f31d0],
    out: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  },
];

describe('random', () => {
  for (const [i, { counter, key, out }] of known.entries())
    test(`Philox gives the published answer ${i + 1}`, () => {
      const got = new Uint32Array(4);
      philoxBlock(counter, key, got);
      expect([...got]).toEqual(out);
    });

  test('a stream is the same however often it is opened, and differs from its neighbours', () => {
    const draw = (seed: number, ...ids: number[]) =>
      Array.from({ length: 8 }, () => 0).map(
        (
          (s) => () =>
            s.uint32()
        )(stream(seed, ...ids)),
      );
    expect(draw(1, 2)).toEqual(draw(1, 2));
    const names = [draw(1, 2), draw(1, 3), draw(2, 2), draw(1, 2, 1), draw(1, 2, 0, 1)].map(String);
    expect(new Set(names).size).toBe(5);
  });

  test('a permutation holds every number once', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.nat(), (n, seed) => {
        expect([...stream(seed).permutation(n)].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
      }),
    );
  });

  test('whole numbers below n are equally likely, by the chi-square of 60,000 throws of a die', () => {
    const s = stream(7);
    const counts = new Array(6).fill(0) as number[];
    for (let i = 0; i < 60_000; i++) counts[s.below(6)]!++;
    const chi = counts.reduce((sum, c) => sum + (c - 10_000) ** 2 / 10_000, 0);
    expect(chi).toBeLessThan(20.5); // the 0.999 quantile with 5 degrees of freedom
  });

  test('normal draws have the moments of the normal distribution', () => {
    const s = stream(11);
    let [m1, m2, m4] = [0, 0, 0];
    const n = 100_000;
    for (let i = 0; i < n; i++) {
      const z = s.normal();
      m1 += z / n;
      m2 += z ** 2 / n;
      m4 += z ** 4 / n;
    }
    expect(Math.abs(m1)).toBeLessThan(0.0133); // four standard errors each
    expect(Math.abs(m2 - 1)).toBeLessThan(0.018);
    expect(Math.abs(m4 - 3)).toBeLessThan(0.125);
  });
});
