import fc from 'fast-check';
import { Matrix, SVD } from 'ml-matrix';
import { expect, test } from 'vitest';
import { effectSystem } from '../../stages/kernels/effect-system.ts';
import type { Effect } from '../../stages/kernels/effects.ts';
import { stream } from '../../stages/kernels/random.ts';

interface Problem {
  readonly effects: readonly Effect[];
  readonly x: readonly Float64Array[];
  readonly weights: Float64Array;
}

/** Units, periods, a third effect with a slope, a covariate; some rows are not fitted. */
function problem(seed: number, n: number): Problem {
  const random = stream(seed);
  const codes = (levels: number): Int32Array => Int32Array.from({ length: n }, () => random.below(levels));
  const values = (): Float64Array => Float64Array.from({ length: n }, () => random.normal());
  return {
    effects: [
      { codes: codes(9), levels: 9 },
      { codes: codes(5), levels: 5 },
      { codes: codes(3), levels: 3, slopes: [values()] },
    ],
    x: [values()],
    weights: Float64Array.from({ length: n }, () => (random.uniform() < 0.3 ? 0 : 0.5 + random.uniform())),
  };
}

/** Every column as a dummy or a number: the slow way. */
function dense({ effects, x, weights }: Problem): number[][] {
  return Array.from(weights, (_, i) => [
    ...effects.flatMap((e) =>
      [undefined, ...(e.slopes ?? [])].flatMap((slope) =>
        Array.from({ length: e.levels }, (_, g) => (e.codes[i] === g ? (slope?.[i] ?? 1) : 0)),
      ),
    ),
    ...x.map((c) => c[i]!),
  ]);
}

test('predictions, weights in predictions and what can be predicted agree with dummies and a pseudo-inverse', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 25, max: 60 }), (seed, n) => {
      const made = problem(seed, n);
      const system = effectSystem(made.effects, made.x, made.weights)!;
      const z = new Matrix(dense(made));
      const fitted = [...made.weights.keys()].filter((i) => made.weights[i]! > 0);
      const root = new Matrix(fitted.map((i) => z.getRow(i).map((v) => v * Math.sqrt(made.weights[i]!))));
      const inverse = new SVD(root, { autoTranspose: true }).inverse(); // columns × fitted rows
      const random = stream(seed, 1);
      const y = Float64Array.from({ length: n }, () => random.normal());
      const known = system.estimable();
      const projector = inverse.mmul(root);
      for (let i = 0; i < n; i++) {
        const gap = new Matrix([z.getRow(i)])
          .mmul(projector)
          .sub(new Matrix([z.getRow(i)]))
          .norm();
        expect(known[i]).toBe(gap < 1e-6 ? 1 : 0);
      }
      const coefficients = inverse.mmul(Matrix.columnVector(fitted.map((i) => y[i]! * Math.sqrt(made.weights[i]!))));
      const want = z.mmul(coefficients);
      const got = system.predict(system.solve(system.transpose(y.map((v, i) => v * made.weights[i]!))));
      for (let i = 0; i < n; i++) if (known[i] === 1) expect(got[i]).toBeCloseTo(want.get(i, 0), 7);
      // the weight of fitted row j in the prediction of row i is w_j z_j' S⁻ z_i
      const i = known.findIndex((k, at) => k === 1 && made.weights[at] === 0);
      if (i === -1) return;
      const one = new Float64Array(n);
      one[i] = 1;
      const owed = system.predict(system.solve(system.transpose(one)));
      const predicted = fitted.reduce((s, j) => s + owed[j]! * made.weights[j]! * y[j]!, 0);
      expect(predicted).toBeCloseTo(want.get(i, 0), 7);
    }),
    { numRuns: 40 },
  );
});
