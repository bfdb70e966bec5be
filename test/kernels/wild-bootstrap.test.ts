import { describe, expect, test } from 'vitest';
import { type Absorber, absorber } from '../../stages/kernels/absorb.ts';
import { scoreMaps } from '../../stages/kernels/cluster-score-map.ts';
import { crossProducts } from '../../stages/kernels/cross-products.ts';
import { noSmallSample } from '../../stages/kernels/dof.ts';
import { fitLinear, takeOut } from '../../stages/kernels/fit.ts';
import { inference } from '../../stages/kernels/inference.ts';
import { leastSquares } from '../../stages/kernels/least-squares.ts';
import { type WildModel, wildClusterBootstrap } from '../../stages/kernels/wild-bootstrap.ts';
import { dummies, farthest, panelOf, slowResidual } from './random-panel.ts';
import {
  completeRows,
  effect,
  factor,
  numbers,
  type ReferenceCase,
  readData,
  referenceCases,
  subset,
} from './reference-case.ts';

const cases = referenceCases(['wild_cluster_bootstrap']);

function model(c: ReferenceCase): WildModel {
  const { spec } = c;
  let data = readData(c.dataset);
  const names = /\[(.*)\]/.exec(spec.sample ?? '');
  if (names !== null) {
    const wanted = new Set(names[1]!.split(',').map((s) => s.trim().replaceAll("'", '')));
    const states = data.cells.get('state')!;
    data = subset(
      data,
      [...states.keys()].filter((i) => wanted.has(states[i]!)),
    );
  }
  data = subset(data, completeRows(data, [spec.y, spec.x, spec.controls, ...spec.absorb]));
  const inside = absorber(
    spec.absorb.map((name: string) => effect(data, name)),
    data.rows,
  );
  const out = (name: string) => takeOut(numbers(data, name), inside, false, undefined).column;
  return {
    y: out(spec.y),
    x: out(spec.x),
    controls: [out(spec.controls)],
    clusters: factor(data, spec.cluster),
    absorber: inside,
  };
}

describe.each(cases.map((c) => [c.id, c] as const))('%s', (_, c) => {
  test('all sign vectors give the reference’s estimate, t and p', () => {
    const got = wildClusterBootstrap(model(c), { draws: 2 ** 12, weights: 'rademacher' }, () => 0)!;
    const want = c.results;
    expect(got.estimate / want.estimate).toBeCloseTo(1, 8);
    expect(got.t / want.t_cr0).toBeCloseTo(1, 7);
    expect(got.draws).toBe(want.vectors);
    expect(got.clusters).toBe(want.G);
    expect(got.enumerated).toBe(true);
    expect(got.p).toBe(want.p_two_sided_symmetric);
  });
});

describe('wild cluster bootstrap', () => {
  test('a draw’s statistic is the one of a regression on the drawn outcome', () => {
    const c = cases.find((one) => one.id === 'wild_grunfeld')!;
    const m = model(c);
    const data = readData('grunfeld');
    const effects = ['firm', 'year'].map((name) => effect(data, name));
    const restricted = fitLinear({ y: numbers(data, 'inv'), x: [numbers(data, 'capital')], effects });
    const codes = m.clusters.codes;
    const signs = [1, -1, 1, 1, -1, -1, 1, -1, 1, 1];
    const y = restricted.residuals.map((u, i) => u * signs[codes[i]!]!);
    const fit = fitLinear({ y, x: [numbers(data, 'value'), numbers(data, 'capital')], effects });
    const of = inference(fit, { type: 'cluster', by: [m.clusters] }, noSmallSample)!;
    const slow = Math.abs(fit.coef[0]! / of.se[0]!);
    // uniform numbers that give exactly these signs, drawn once: p tells on which side of t the statistic lies
    const at = (shift: number) => {
      let g = 0;
      const observed = { ...m, y: m.y, hypothesis: 0 };
      const got = wildClusterBootstrap(observed, { draws: 1, weights: 'rademacher' }, () =>
        signs[g++]! > 0 ? 0.75 : 0.25,
      )!;
      return got.p === (slow >= Math.abs(got.t) * shift ? 1 : 0);
    };
    expect(at(1)).toBe(true);
  });

  test('Webb weights and Rademacher weights agree for many draws', () => {
    const c = cases.find((one) => one.id === 'wild_castle_12')!;
    let state = 1;
    const uniform = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    };
    const webb = wildClusterBootstrap(model(c), { draws: 4000, weights: 'webb' }, uniform)!;
    expect(Math.abs(webb.p - c.results.p_two_sided_symmetric)).toBeLessThan(0.04);
    expect(webb.enumerated).toBe(false);
  });

  test('Webb weights of three clusters are gone through: each of the 216 vectors by a regression of its own', () => {
    const p = panelOf(5, 12, 5, 0.1);
    const inside = absorber([p.unit], p.n);
    const out = (column: Float64Array) => takeOut(column, inside, false, undefined).column;
    const m: WildModel = {
      y: out(p.y),
      x: out(p.x[0]!),
      controls: [out(p.x[1]!)],
      clusters: p.group,
      absorber: inside,
    };
    const statistic = (y: Float64Array): number => {
      const fit = fitLinear({ y, x: [p.x[0]!, p.x[1]!], effects: [p.unit] });
      return fit.coef[0]! / inference(fit, { type: 'cluster', by: [p.group] }, noSmallSample)!.se[0]!;
    };
    const restricted = fitLinear({ y: p.y, x: [p.x[1]!], effects: [p.unit] });
    const observed = statistic(p.y);
    const points = [-Math.sqrt(1.5), -1, -Math.sqrt(0.5), Math.sqrt(0.5), 1, Math.sqrt(1.5)];
    let [beyond, above, below] = [0, 0, 0];
    for (const a of points)
      for (const b of points)
        for (const c of points) {
          const w = [a, b, c];
          const t = statistic(restricted.residuals.map((u, i) => u * w[p.group.codes[i]!]!));
          if (Math.abs(t) >= Math.abs(observed) * (1 - 1e-9)) beyond++;
          if (t >= observed - 1e-9) above++;
          if (t <= observed + 1e-9) below++;
        }
    const got = wildClusterBootstrap(m, { draws: 216, weights: 'webb' }, () => Number.NaN)!;
    expect([got.enumerated, got.draws]).toEqual([true, 216]);
    expect([got.p, got.pEqualTailed]).toEqual([beyond / 216, Math.min(216, 2 * above, 2 * below) / 216]);
    const turned = wildClusterBootstrap({ ...m, y: m.y.map((v) => -v) }, { draws: 216, weights: 'webb' }, () => 0.5)!;
    expect([turned.p, turned.pEqualTailed]).toEqual([got.p, got.pEqualTailed]);
    expect(wildClusterBootstrap(m, { draws: 215, weights: 'webb' }, () => 0.5)!.enumerated).toBe(false);
  });

  test('a regressor inside the span of the controls gives no test', () => {
    const m = model(cases[0]!);
    expect(wildClusterBootstrap({ ...m, x: m.controls[0]! }, { draws: 8, weights: 'webb' }, () => 0.5)).toBeUndefined();
  });
});

describe('scores by cluster through few numbers', () => {
  const p = panelOf(13, 12, 6, 0.15);
  /** Keeps the map from seeing that units lie in clusters. */
  const hidden = (a: Absorber): Absorber => ({ ...a, method: 'iterative' });

  for (const [name, effects, weights, clusters] of [
    ['units and times, clusters of units', [p.unit, p.time], undefined, p.unit],
    ['with weights', [p.unit, p.time], p.weights, p.unit],
    ['units alone', [p.unit], undefined, p.unit],
    ['a constant', [], undefined, p.group],
    ['a constant, weights', [], p.weights, p.unit],
  ] as const)
    test(`${name}: the same as the residuals of each cluster's column`, () => {
      const inside = effects.length > 0 ? absorber(effects, p.n, weights) : undefined;
      const out = (c: Float64Array) => takeOut(c, inside, inside === undefined, weights).column;
      const [x, control, u] = [out(p.x[0]!), out(p.x[1]!), out(p.y)];
      const norms = [control].map((c) => crossProducts([c], weights)[0]!);
      const free = leastSquares(x, [control], norms, weights).residuals;
      const scored = { x: free, design: [control, x], groups: clusters };
      const model = { hasConstant: inside === undefined, ...(weights && { weights }) };
      const fast = scoreMaps({ ...model, ...(inside && { absorber: inside }) }, scored)(u);
      const column = Float64Array.from({ length: clusters.levels }, (_, g) => Math.cos(g));
      const got = new Float64Array(clusters.levels);
      fast.apply(column, got);
      // written out: the mixed column, its residual from everything, the scores
      const mixed = u.map((v, i) => v * column[clusters.codes[i]!]!);
      const residual = slowResidual(
        mixed,
        [
          ...dummies(inside === undefined ? [{ codes: new Int32Array(p.n), levels: 1 }] : effects),
          [...control],
          [...x],
        ],
        weights,
      );
      const want = new Float64Array(clusters.levels);
      residual.forEach((e, i) => (want[clusters.codes[i]!]! += (weights?.[i] ?? 1) * free[i]! * e));
      expect(farthest(got, want)).toBeLessThan(1e-9);
      if (inside !== undefined) {
        const table = new Float64Array(clusters.levels);
        scoreMaps({ ...model, absorber: hidden(inside) }, scored)(u).apply(column, table);
        expect(farthest(table, want)).toBeLessThan(1e-9);
      }
    });
});
