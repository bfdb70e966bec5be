import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AbsorbOptions, absorber } from '../../stages/kernels/absorb.ts';
import type { Effect } from '../../stages/kernels/effects.ts';
import { dummies, farthest, panelOf, type RandomPanel, seeds, slowResidual, uniforms } from './random-panel.ts';

const models: Record<string, (p: RandomPanel) => readonly Effect[]> = {
  'one effect': (p) => [p.unit],
  'two effects': (p) => [p.unit, p.time],
  'three effects': (p) => [p.unit, p.time, p.group],
  'the smaller first': (p) => [p.group, p.time, p.unit],
  'a level and a slope': (p) => [{ ...p.unit, slopes: [p.trend] }],
  'slopes of units beside periods': (p) => [{ ...p.unit, slopes: [p.trend] }, p.time],
  'a slope alone beside units': (p) => [p.unit, { ...p.group, slopes: [p.trend], slopeOnly: true }],
  'slopes swept alone': (p) => [{ ...p.unit, slopes: [p.trend], slopeOnly: true }, p.group],
};

describe.each(Object.entries(models))('absorbing %s', (_, effectsOf) => {
  const agree = (weighted: boolean, options: AbsorbOptions, tolerance: number) => (seed: number) => {
    const p = panelOf(seed);
    const weights = weighted ? p.weights : undefined;
    const effects = effectsOf(p);
    const column = p.y.slice();
    const done = absorber(effects, p.n, weights, options).residualizeInPlace(column);
    expect(done.converged).toBe(true);
    expect(farthest(column, slowResidual(p.y, dummies(effects), weights))).toBeLessThan(tolerance);
  };

  test('leaves what a regression on dummies leaves', () => {
    fc.assert(fc.property(seeds, agree(false, {}, 1e-8)), { numRuns: 25 });
    fc.assert(fc.property(seeds, agree(true, {}, 1e-8)), { numRuns: 25 });
  });

  test('by iteration leaves the same', () => {
    fc.assert(fc.property(seeds, agree(false, { directBudget: 0 }, 1e-7)), { numRuns: 15 });
    fc.assert(fc.property(seeds, agree(true, { directBudget: 0 }, 1e-7)), { numRuns: 15 });
  });

  test('gives the squares left without residuals', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const p = panelOf(seed);
        const inside = absorber(effectsOf(p), p.n, p.weights);
        const column = p.x[0]!.slice();
        const { before, after } = inside.squaresLeft(column);
        inside.residualizeInPlace(column);
        const squares = (c: Float64Array) => c.reduce((sum, v, i) => sum + p.weights[i]! * v * v, 0);
        expect(Math.abs(after - squares(column))).toBeLessThan(1e-9 * before);
        expect(before).toBeCloseTo(squares(p.x[0]!), 8);
      }),
      { numRuns: 20 },
    );
  });
});

describe('absorbing', () => {
  test('does not depend on the names of levels or on levels without rows', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const p = panelOf(seed);
        const renamed: Effect = { codes: p.unit.codes.map((c) => 3 * (p.unit.levels - c) + 1), levels: 40 };
        const [a, b] = [p.y.slice(), p.y.slice()];
        absorber([p.unit, p.time], p.n).residualizeInPlace(a);
        absorber([renamed, p.time], p.n).residualizeInPlace(b);
        expect(farthest(a, b)).toBeLessThan(1e-11);
      }),
    );
  });

  test('takes balanced panels in any order of rows', () => {
    const p = panelOf(5, 12, 7, 0);
    const a = p.y.slice();
    absorber([p.unit, p.time], p.n).residualizeInPlace(a);
    expect(farthest(a, slowResidual(p.y, dummies([p.unit, p.time])))).toBeLessThan(1e-10);
  });

  test('matched workers and firms with few movers converge to nothing left', () => {
    const random = uniforms(11);
    const workers = 3000;
    const firms = 400;
    const rows = workers * 6;
    const worker = new Int32Array(rows);
    const firm = new Int32Array(rows);
    const year = new Int32Array(rows);
    for (let w = 0, i = 0; w < workers; w++) {
      let at = Math.floor(random() * firms);
      for (let t = 0; t < 6; t++, i++) {
        if (random() < 0.04) at = (at + 1 + Math.floor(random() * 3)) % firms; // moves are rare and near: slow to converge
        worker[i] = w;
        firm[i] = at;
        year[i] = t;
      }
    }
    const effects = [
      { codes: worker, levels: workers },
      { codes: firm, levels: firms },
      { codes: year, levels: 6 },
    ];
    const y = Float64Array.from({ length: rows }, (_, i) => random() + firm[i]! / 50 + (worker[i]! % 13));
    const iterated = y.slice();
    const done = absorber(effects, rows, undefined, { directBudget: 0 }).residualizeInPlace(iterated);
    const direct = y.slice();
    absorber(effects, rows).residualizeInPlace(direct);
    expect(done.residual).toBeLessThan(1e-10);
    expect(done.iterations).toBeGreaterThan(0);
    expect(farthest(iterated, direct)).toBeLessThan(1e-8);
  });
});
