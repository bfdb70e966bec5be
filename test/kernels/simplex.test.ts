import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { program } from '../../stages/kernels/simplex.ts';

/** All vertices of { A x = b, x ≥ 0 } with two rows, by solving every pair of columns. */
function vertices(a: Float64Array, b: Float64Array, columns: number): number[][] {
  const found: number[][] = [];
  for (let i = 0; i < columns; i++)
    for (let j = i + 1; j < columns; j++) {
      const [p, q, r, s] = [a[i]!, a[j]!, a[columns + i]!, a[columns + j]!];
      const det = p * s - q * r;
      if (Math.abs(det) < 1e-9) continue;
      const u = (b[0]! * s - q * b[1]!) / det;
      const v = (p * b[1]! - b[0]! * r) / det;
      if (u < -1e-9 || v < -1e-9) continue;
      const x = new Array<number>(columns).fill(0);
      x[i] = u;
      x[j] = v;
      found.push(x);
    }
  return found;
}

const number = fc.integer({ min: -8, max: 8 });

describe('simplex', () => {
  test('finds the best vertex, also from the vertex of another objective', () => {
    const cases = fc
      .integer({ min: 3, max: 9 })
      .chain((columns) =>
        fc.tuple(
          fc.constant(columns),
          fc.array(number, { minLength: columns, maxLength: columns }),
          fc.array(fc.array(number, { minLength: columns, maxLength: columns }), { minLength: 1, maxLength: 6 }),
        ),
      );
    let feasible = 0;
    fc.assert(
      fc.property(cases, ([columns, row, objectives]) => {
        // Σx = 1 keeps the set bounded
        const a = Float64Array.from([...new Array<number>(columns).fill(1), ...row]);
        const b = Float64Array.of(1, 0);
        const all = vertices(a, b, columns);
        const solver = program(a, b, columns);
        if (all.length === 0 && !row.every((v) => v === 0)) {
          expect(solver).toBeUndefined();
          return;
        }
        if (row.every((v) => v === 0)) return;
        feasible++;
        for (const c of objectives) {
          const best = Math.max(...all.map((x) => x.reduce((s, v, j) => s + v * c[j]!, 0)));
          const found = solver!.maximize(Float64Array.from(c));
          expect(found.value).toBeCloseTo(best, 9);
          expect(found.x.every((v) => v >= 0)).toBe(true);
          expect(found.x.reduce((s, v) => s + v, 0)).toBeCloseTo(1, 9);
          expect(found.x.reduce((s, v, j) => s + v * row[j]!, 0)).toBeCloseTo(0, 8);
        }
      }),
      { numRuns: 300 },
    );
    expect(feasible).toBeGreaterThan(100);
  });

  test('a redundant row does no harm, a contradicting one leaves nothing', () => {
    const rows = [1, 1, 1, 2, 2, 2];
    expect(
      program(Float64Array.from(rows), Float64Array.of(1, 2), 3)?.maximize(Float64Array.of(1, 5, 2)).value,
    ).toBeCloseTo(5);
    expect(program(Float64Array.from(rows), Float64Array.of(1, 3), 3)).toBeUndefined();
  });

  test('an objective without bound says so', () => {
    const solver = program(Float64Array.of(1, -1), Float64Array.of(1), 2);
    expect(solver?.maximize(Float64Array.of(0, 1)).value).toBe(Number.POSITIVE_INFINITY);
    expect(solver?.maximize(Float64Array.of(-1, 0)).value).toBeCloseTo(-1);
  });

  test('thousands of objectives in a row lose no accuracy', () => {
    const columns = 12;
    const a = Float64Array.from({ length: 2 * columns }, (_, i) => (i < columns ? 1 : Math.sin(3 * i)));
    const b = Float64Array.of(1, 0);
    const all = vertices(a, b, columns);
    const solver = program(a, b, columns)!;
    for (let r = 0; r < 3000; r++) {
      const c = Float64Array.from({ length: columns }, (_, j) => Math.sin(r * 1.7 + j * j));
      const best = Math.max(...all.map((x) => x.reduce((s, v, j) => s + v * c[j]!, 0)));
      expect(Math.abs(solver.maximize(c).value - best)).toBeLessThan(1e-11);
    }
  });
});
