import { describe, expect, test } from 'vitest';
import { fixestRule } from '../../stages/kernels/dof.ts';
import type { Effect } from '../../stages/kernels/effects.ts';
import { fitLinear } from '../../stages/kernels/fit.ts';
import { inference } from '../../stages/kernels/inference.ts';
import type { Errors } from '../../stages/kernels/sandwich-meat.ts';
import { longFit } from './long-double.ts';
import { uniforms } from './random-panel.ts';

interface Hard {
  /** size of what d has beside a, relative to a within units */
  readonly alike: number;
  /** mean of a */
  readonly mean: number;
  /** size of a within units; units differ by 1 */
  readonly within: number;
}

const UNITS = 16;
const PERIODS = 7;

function panelOf({ alike, mean, within }: Hard, seed: number) {
  const random = uniforms(seed * 7919 + 13);
  for (let i = 0; i < 20; i++) random();
  const noise = () => random() + random() + random() - 1.5;
  const levels = Array.from({ length: UNITS }, noise);
  const n = UNITS * PERIODS;
  const column = () => new Float64Array(n);
  const [a, c, d, y, weights] = [column(), column(), column(), column(), column()];
  for (let i = 0; i < n; i++) {
    const level = levels[Math.floor(i / PERIODS)]!;
    a[i] = mean + level + within * noise();
    c[i] = noise() + 0.3 * a[i]!;
    d[i] = 0.7 * a[i]! + 2 + alike * within * noise();
    weights[i] = 0.5 + random();
    y[i] = a[i]! + 0.5 * c[i]! + 3 * level + 0.1 * (i % PERIODS) + noise();
  }
  const unit: Effect = { codes: Int32Array.from(a, (_, i) => Math.floor(i / PERIODS)), levels: UNITS };
  const time: Effect = { codes: Int32Array.from(a, (_, i) => i % PERIODS), levels: PERIODS };
  return { x: [a, c, d], y, weights, unit, time, n };
}

type Panel = ReturnType<typeof panelOf>;

const indicators = ({ codes, levels }: Effect, skip: number) =>
  Array.from({ length: levels - skip }, (_, l) => Float64Array.from(codes, (code) => (code === l + skip ? 1 : 0)));

const MODELS: Record<string, (p: Panel) => { effects: readonly Effect[]; dummies: Float64Array[] }> = {
  'a constant': (p) => ({ effects: [], dummies: [new Float64Array(p.n).fill(1)] }),
  units: (p) => ({ effects: [p.unit], dummies: indicators(p.unit, 0) }),
  'units and periods': (p) => ({
    effects: [p.unit, p.time],
    dummies: [...indicators(p.unit, 0), ...indicators(p.time, 1)],
  }),
};

const RULE = { ...fixestRule, adjustK: false, adjustG: false };

/** Largest relative distances of coefficients and of errors from the slow fit. */
function distances(panel: Panel, model: string, weighted: boolean): { coef: number; se: number } {
  const { effects, dummies } = MODELS[model]!(panel);
  const { x, y, n } = panel;
  const weights = weighted ? { weights: panel.weights } : {};
  const clusters = Int32Array.from(panel.unit.codes);
  const fit = fitLinear({ x, y, effects, ...weights, scoresBy: [panel.unit] });
  expect(fit.dropped).toEqual([]);
  const want = longFit({ x, y, dummies, ...weights, clusters });
  const first = fit.hasConstant ? 1 : 0;
  const farthest = (got: Float64Array, right: readonly number[]) =>
    Math.max(...right.map((value, j) => Math.abs(got[first + j]! / value - 1)));
  const errors = (e: Errors) => inference(fit, e, RULE)!.se;
  const iid = errors({ type: 'iid' }).map((v) => v * Math.sqrt((n - 1) / (n - dummies.length - 3)));
  return {
    coef: farthest(fit.coef, want.coef),
    se: Math.max(
      farthest(iid, want.iid),
      farthest(errors({ type: 'hc', variant: 0 }), want.robust),
      farthest(errors({ type: 'cluster', by: [panel.unit] }), want.clustered),
    ),
  };
}

describe('regressors that are nearly collinear, far from zero or hardly vary keep their digits', () => {
  const hard: readonly Hard[] = [
    { alike: 1e-1, mean: 0, within: 1 },
    { alike: 1e-2, mean: 1e4, within: 1 },
    { alike: 1e-3, mean: 0, within: 1 },
    { alike: 1e-4, mean: 1e4, within: 1 },
    { alike: 1e-5, mean: 0, within: 1 },
    { alike: 1e-6, mean: 1e2, within: 1 },
    { alike: 1e-1, mean: 1e8, within: 1 },
    { alike: 1e-3, mean: 1e8, within: 1 },
    { alike: 1e-1, mean: 0, within: 1e-4 },
    { alike: 1e-2, mean: 1e6, within: 1e-3 },
  ];
  for (const model of Object.keys(MODELS))
    for (const weighted of [false, true])
      test(`${model}${weighted ? ', weighted' : ''}`, () => {
        hard.forEach((how, seed) => {
          const { coef, se } = distances(panelOf(how, seed), model, weighted);
          const label = JSON.stringify(how);
          expect(coef, label).toBeLessThan(5e-9); // 1e-8 is what reference cases are held to
          expect(se, label).toBeLessThan(5e-10);
        });
      });

  test('what is alike beyond single precision is left out', () => {
    const { x, y, unit, time } = panelOf({ alike: 1e-7, mean: 0, within: 1 }, 1);
    expect(fitLinear({ x, y, effects: [unit, time] }).dropped).toEqual([{ column: 2, on: Int32Array.of(0) }]);
  });
});
