import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitBinary } from '../../stages/kernels/binary-response.ts';
import { matchScores } from '../../stages/kernels/score-matching.ts';

/** By looking at every control for every treated row, as the definition reads. */
function slowNearest(
  score: readonly number[],
  d: readonly number[],
  { k, replace, caliper }: { k: number; replace: boolean; caliper: number },
): number[] {
  const weight = score.map(() => 0);
  const gone = new Set<number>();
  const treated = score.flatMap((_, i) => (d[i] === 1 ? [i] : []));
  if (!replace) treated.sort((a, b) => score[b]! - score[a]! || a - b);
  for (const t of treated) {
    const near = score
      .flatMap((s, i) => (d[i] === 0 && !gone.has(i) ? [{ i, gap: Math.abs(score[t]! - s) }] : []))
      .filter((c) => c.gap <= caliper)
      .sort((a, b) => a.gap - b.gap || a.i - b.i)
      .slice(0, k);
    for (const { i } of near) {
      weight[i]! += 1 / near.length;
      if (!replace) gone.add(i);
    }
    if (near.length > 0) weight[t] = 1;
  }
  return weight;
}

// scores on a coarse grid: many ties, on both sides and within a level
const rows = fc.array(fc.record({ s: fc.integer({ min: 0, max: 16 }), d: fc.integer({ min: 0, max: 1 }) }), {
  minLength: 1,
  maxLength: 40,
});

describe('matching on a score', () => {
  test('nearest neighbours agree with looking at every control, ties and calipers included', () => {
    fc.assert(
      fc.property(
        rows,
        fc.integer({ min: 1, max: 4 }),
        fc.boolean(),
        fc.constantFrom(Number.POSITIVE_INFINITY, 0.125, 0),
        (given, k, replace, caliper) => {
          const score = given.map((r) => r.s / 16);
          const d = given.map((r) => r.d);
          const fast = matchScores(Float64Array.from(score), d, { is: 'nearest', neighbours: k, replace, caliper });
          const slow = slowNearest(score, d, { k, replace, caliper });
          fast.forEach((w, i) => {
            expect(w).toBeCloseTo(slow[i] as number, 12);
          });
        },
      ),
      { numRuns: 500 },
    );
  });

  test('radius and kernel weights agree with the definition', () => {
    const kernels = {
      epanechnikov: (u: number) => Math.max(0, 1 - u * u),
      uniform: (u: number) => (u < 1 ? 1 : 0),
      gaussian: (u: number) => Math.exp(-u * u * 0.5),
      biweight: (u: number) => Math.max(0, 1 - u * u) ** 2,
      tricube: (u: number) => Math.max(0, 1 - u ** 3) ** 3,
      radius: (u: number) => (u <= 1 ? 1 : 0),
    };
    fc.assert(
      fc.property(rows, fc.constantFrom(...(Object.keys(kernels) as (keyof typeof kernels)[])), (given, name) => {
        const score = given.map((r) => r.s / 16);
        const d = given.map((r) => r.d);
        const h = 0.25;
        const fast = matchScores(
          Float64Array.from(score),
          d,
          name === 'radius' ? { is: 'radius', caliper: h } : { is: 'kernel', kernel: name, bandwidth: h },
        );
        const slow = score.map(() => 0);
        score.forEach((s, t) => {
          if (d[t] !== 1) return;
          const shares = score.map((c, i) => (d[i] === 0 ? kernels[name](Math.abs(s - c) / h) : 0));
          const total = shares.reduce((a, b) => a + b, 0);
          if (total === 0) return;
          slow[t] = 1;
          shares.forEach((share, i) => {
            slow[i]! += share / total;
          });
        });
        fast.forEach((w, i) => {
          expect(w).toBeCloseTo(slow[i] as number, 12);
        });
      }),
      { numRuns: 300 },
    );
  });
});

describe('logit and probit', () => {
  const draw = (n: number, link: 'logit' | 'probit') => {
    // a fixed irregular sequence, no generator needed
    const u = (i: number, c: number): number => ((i * c) % 1000) / 1000;
    const a = Float64Array.from({ length: n }, (_, i) => u(i + 1, 383) * 4 - 2);
    const b = Float64Array.from({ length: n }, (_, i) => 1000 + 50 * u(i + 1, 719));
    const y = Float64Array.from({ length: n }, (_, i) => (u(i + 1, 557) < 1 / (1 + Math.exp(-a[i]!)) ? 1 : 0));
    return { y, x: [a, b], link };
  };

  for (const link of ['logit', 'probit'] as const)
    test(`${link}: the log-likelihood is at its top, by differences of the definition`, () => {
      const model = draw(400, link);
      const fit = fitBinary(model);
      if (fit.outcome !== 'converged') throw new Error(fit.outcome);
      const erf = (z: number): number => {
        // Φ by Simpson's rule on the density: slow and independent
        const steps = 2000;
        const h = z / steps;
        let sum = 0;
        for (let i = 0; i <= steps; i++)
          sum += (i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2) * Math.exp(-0.5 * (i * h) ** 2);
        return 0.5 + (sum * h) / 3 / Math.sqrt(2 * Math.PI);
      };
      const logLik = (coef: readonly number[]): number =>
        model.y.reduce((s, y, i) => {
          const v = coef[0]! + coef[1]! * model.x[0]![i]! + coef[2]! * model.x[1]![i]!;
          const p = link === 'logit' ? 1 / (1 + Math.exp(-v)) : erf(v);
          return s + Math.log(y === 1 ? p : 1 - p);
        }, 0);
      const at = [...fit.coef];
      expect(fit.logLik).toBeCloseTo(logLik(at), 8);
      for (let j = 0; j < 3; j++) {
        const h = Math.sqrt(fit.vcov[j * 3 + j]!) * 1e-5;
        const up = logLik(at.map((b, i) => (i === j ? b + h : b)));
        const down = logLik(at.map((b, i) => (i === j ? b - h : b)));
        // the slope in units of a standard error
        expect(Math.abs(((up - down) / (2 * h)) * Math.sqrt(fit.vcov[j * 3 + j]!))).toBeLessThan(1e-6);
      }
    });

  for (const link of ['logit', 'probit'] as const) {
    test(`${link}: complete separation is found and names the regressor`, () => {
      const x = Float64Array.from({ length: 40 }, (_, i) => i);
      const noise = x.map((v) => (v * 7) % 11);
      const y = x.map((v) => (v >= 25 ? 1 : 0));
      expect(fitBinary({ y, x: [noise, x], link })).toMatchObject({ outcome: 'separated', rows: 40 });
    });

    test(`${link}: quasi-separation by a dummy is found, its rows counted`, () => {
      const base = draw(300, link);
      const dummy = base.y.map((y, i) => (y === 1 && i % 3 === 0 ? 1 : 0));
      const found = fitBinary({ ...base, x: [...base.x, dummy] });
      expect(found).toMatchObject({ outcome: 'separated', rows: dummy.reduce((s, v) => s + v, 0) });
      if (found.outcome === 'separated') expect([...found.columns]).toEqual([2]);
    });
  }

  test('a strong but overlapping regressor is no separation', () => {
    const x = Float64Array.from({ length: 200 }, (_, i) => i);
    const y = x.map((v) => (v === 99 || (v >= 100 && v !== 100) ? 1 : 0));
    expect(fitBinary({ y, x: [x], link: 'logit' }).outcome).toBe('converged');
  });

  test('weights count as repeated rows; a constant and a copy are dropped', () => {
    const { y, x } = draw(60, 'logit');
    const times = y.map((_, i) => 1 + (i % 3));
    const repeat = (c: Float64Array) =>
      Float64Array.from([...c].flatMap((v, i) => Array(times[i]).fill(v) as number[]));
    const weighted = fitBinary({ y, x, link: 'logit', weights: times });
    const repeated = fitBinary({ y: repeat(y), x: x.map(repeat), link: 'logit' });
    if (weighted.outcome !== 'converged' || repeated.outcome !== 'converged') throw new Error('not converged');
    weighted.coef.forEach((b, j) => {
      expect(Math.abs(b / repeated.coef[j]! - 1)).toBeLessThan(1e-9);
    });
    const more = fitBinary({ y, x: [x[0]!, x[0]!.map((v) => 2 * v + 1), y.map(() => 3), x[1]!], link: 'logit' });
    if (more.outcome !== 'converged') throw new Error(more.outcome);
    expect([...more.kept]).toEqual([0, 3]);
  });
});
