/** Coverage by simulation: few clusters (CR2) and weak instruments (Anderson–Rubin sets) keep the level that plain t tests lose. */
import { expect, test } from 'vitest';
import { andersonRubinSet } from '../../stages/kernels/anderson-rubin-set.ts';
import { fitLinear } from '../../stages/kernels/fit.ts';
import { coefficientTests, inference } from '../../stages/kernels/inference.ts';
import { stream } from '../../stages/kernels/random.ts';
import { fitTwoStage } from '../../stages/kernels/two-stage.ts';

const WORLDS = 1000;
/** Three Monte-Carlo standard errors of a share of 0.95. */
const WITHIN = 3 * Math.sqrt((0.95 * 0.05) / WORLDS);

test('CR2 intervals of eight uneven clusters cover 95 %, plain clustered ones do not', () => {
  const sizes = [5, 8, 12, 20, 30, 45, 60, 80];
  const codes = Int32Array.from(sizes.flatMap((n, g) => Array.from({ length: n }, () => g)));
  const clusters = { codes, levels: sizes.length };
  const covered = { corrected: 0, plain: 0 };
  for (let world = 0; world < WORLDS; world++) {
    const random = stream(11, world);
    const shock = sizes.map(() => random.normal());
    const level = sizes.map(() => random.normal());
    const x = Float64Array.from(codes, (g) => level[g]! + 0.5 * random.normal());
    const y = Float64Array.from(codes, (g, i) => 2 * x[i]! + 0.4 * shock[g]! + random.normal());
    const fit = fitLinear({ y, x: [x] });
    const holds = (errors: Parameters<typeof inference>[1]): number => {
      const { low, high } = coefficientTests(fit.coef, inference(fit, errors)!);
      return low[1]! <= 2 && 2 <= high[1]! ? 1 : 0;
    };
    covered.corrected += holds({ type: 'bell-mccaffrey', clusters, correction: 'CR2' });
    covered.plain += holds({ type: 'cluster', by: [clusters] });
  }
  // Satterthwaite's degrees of freedom are an approximation, made for independent errors: near the level, from either side
  expect(covered.corrected / WORLDS).toBeGreaterThan(0.95 - WITHIN - 0.01);
  expect(covered.plain).toBeLessThan(covered.corrected);
  expect(covered.plain / WORLDS).toBeLessThan(0.95 - WITHIN);
});

test('Anderson–Rubin sets of weak instruments cover 95 %, t intervals do not', () => {
  const n = 150;
  const covered = { set: 0, t: 0 };
  let unbounded = 0;
  for (let world = 0; world < WORLDS; world++) {
    const random = stream(12, world);
    const column = () => Float64Array.from({ length: n }, () => random.normal());
    const [z1, z2, v, own] = [column(), column(), column(), column()];
    const x = v.map((e, i) => 0.08 * (z1[i]! + z2[i]!) + e);
    const y = x.map((value, i) => value + 0.9 * v[i]! + 0.44 * own[i]! * (1 + 0.5 * Math.abs(z1[i]!)));
    const fit = fitTwoStage({ y, x: [], endogenous: [x], instruments: [z1, z2] })!;
    const set = andersonRubinSet(fit, { type: 'hc', variant: 1 }, 0.95)!;
    if (set.some(([low, high]) => low <= 1 && 1 <= high)) covered.set++;
    if (set.some(([low, high]) => !Number.isFinite(low) || !Number.isFinite(high))) unbounded++;
    const { low, high } = coefficientTests(fit.second.coef, inference(fit.second, { type: 'hc', variant: 1 })!);
    if (low[1]! <= 1 && 1 <= high[1]!) covered.t++;
  }
  expect(Math.abs(covered.set / WORLDS - 0.95)).toBeLessThan(WITHIN);
  expect(covered.t / WORLDS).toBeLessThan(0.95 - WITHIN);
  expect(unbounded / WORLDS).toBeGreaterThan(0.2);
});
