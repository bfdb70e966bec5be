import { describe, expect, test } from 'vitest';
import { nearestRows, whitened } from '../../stages/kernels/mahalanobis.ts';

describe('nearest rows', () => {
  for (const base of [0, 1000, 2000, 1e5])
    test(`equal distances go to the first row, about ${base}`, () => {
      for (let i = 2; i < 60; i++) {
        const [own, above, below] = [i, i + 1, i - 1].map((tenths) => tenths / 10 + base) as [number, number, number];
        for (const [first, second] of [
          [above, below],
          [below, above],
        ] as const) {
          const z = whitened([Float64Array.of(own, first, second, base, base + 7)]);
          const found = new Int32Array(1);
          nearestRows(z, 0, [1, 2, 3, 4], { found, limit: Number.POSITIVE_INFINITY, open: () => true });
          expect(found[0], `${first}, then ${second}`).toBe(1);
        }
      }
    });
});
