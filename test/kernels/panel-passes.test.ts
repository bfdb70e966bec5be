import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { panelCode, TARGET } from '../../.ci/simd.mjs';
import type { Effect } from '../../stages/kernels/effects.ts';
import { fitLinear } from '../../stages/kernels/fit.ts';
import { inference } from '../../stages/kernels/inference.ts';
import type { LinearFit, LinearModel } from '../../stages/kernels/linear-model.ts';
import { panelPart, type RunParts } from '../../stages/kernels/panel-passes.ts';
import { stream } from '../../stages/kernels/random.ts';
import { floats, integers } from '../../stages/kernels/shared-memory.ts';

/** Units with 1 to 9 rows each, in their order or not; more rows than are done without vectors. */
function largePanel({ isSorted = true, seed = 1, units = 15_000 } = {}) {
  const random = stream(seed, 0);
  const owner: number[] = [];
  for (let u = 0; u < units; u++) for (let t = random.below(9); t >= 0; t--) owner.push(u);
  if (!isSorted) owner.sort((a, b) => ((a * 7919) % 9973) - ((b * 7919) % 9973) || a - b);
  const n = owner.length;
  const codes = (of: (i: number) => number, levels: number): Effect => {
    const out = integers(n);
    for (let i = 0; i < n; i++) out[i] = of(i);
    return { codes: out, levels };
  };
  const column = (of: (i: number) => number): Float64Array => {
    const out = floats(n);
    for (let i = 0; i < n; i++) out[i] = of(i);
    return out;
  };
  const unit = codes((i) => owner[i]!, units);
  const year = codes(() => random.below(13), 13);
  const industry = codes(() => random.below(40), 40);
  const x = [0, 1, 2, 3, 4].map((j) => column((i) => 10 ** j + random.normal() + (owner[i]! % (j + 2))));
  const y = column((i) => 0.5 * x[0]![i]! - x[3]![i]! + Math.sin(owner[i]!) + year.codes[i]! / 5 + random.normal());
  return { n, unit, year, industry, x, y, region: codes((i) => owner[i]! % 50, 50) };
}

type Panel = ReturnType<typeof largePanel>;

const close = (got: ArrayLike<number>, want: ArrayLike<number>, tolerance: number): void => {
  expect(got.length).toBe(want.length);
  for (let i = 0; i < got.length; i++)
    if (!(Math.abs(got[i]! - want[i]!) <= tolerance * Math.max(1, Math.abs(want[i]!))))
      expect.fail(`${i}: ${got[i]}, not ${want[i]}`);
};

const EFFECTS: Record<string, (p: Panel) => readonly Effect[]> = {
  unit: (p) => [p.unit],
  'unit and year': (p) => [p.unit, p.year],
  'unit, year and industry': (p) => [p.unit, p.year, p.industry],
};

describe('passes over large panels', () => {
  for (const [name, effectsOf] of Object.entries(EFFECTS))
    for (const isSorted of [true, false])
      test(`${name}${isSorted ? '' : ', rows in another order'}: as with weights of 1, which are summed in plain loops`, () => {
        const p = largePanel({ isSorted });
        for (const regressors of [0, 1, 5]) {
          const model: LinearModel = { y: p.y, x: p.x.slice(0, regressors), effects: effectsOf(p) };
          for (const clusters of [p.unit, p.region]) {
            const got = fitLinear({ ...model, scoresBy: [clusters] });
            const want = fitLinear({ ...model, scoresBy: [clusters], weights: new Float64Array(p.n).fill(1) });
            close(got.coef, want.coef, 1e-11);
            close(got.residuals, want.residuals, 1e-10);
            close(got.scores!.get(clusters)!, want.scores!.get(clusters)!, 1e-9);
            close([got.ssr, got.sst, got.sstWithin], [want.ssr, want.sst, want.sstWithin], 1e-11);
            const errors = { type: 'cluster', by: [clusters] } as const;
            close(inference(got, errors)!.se, inference(want, errors)!.se, 1e-10);
          }
        }
      });

  test('the same bytes whoever does the parts, in whatever order, even twice', () => {
    const p = largePanel();
    const effects = [p.unit, p.year];
    const bytesOf = (fit: LinearFit) =>
      [fit.coef, fit.residuals, fit.bread, fit.scores!.get(p.region)!].map((a) =>
        Buffer.from(a.buffer).toString('hex'),
      );
    const fitted = (run?: RunParts) =>
      bytesOf(fitLinear({ y: p.y, x: p.x, effects, scoresBy: [p.region], ...(run && { run }) }));
    const alone = fitted();
    let parts = 0;
    const backwards: RunParts = (job, count) => {
      parts = Math.max(parts, count);
      for (let part = count - 1; part >= 0; part--) panelPart(job, part);
    };
    const twice: RunParts = (job, count) => {
      for (let part = 0; part < count; part++) panelPart(job, (part * 7) % count);
      for (let part = 0; part < count; part++) panelPart(job, part);
    };
    expect(fitted(backwards)).toEqual(alone);
    expect(fitted(twice)).toEqual(alone);
    expect(parts).toBeGreaterThan(3);
  });

  test('columns that other threads cannot see are not sent to them', () => {
    const p = largePanel();
    const refused: RunParts = () => expect.fail('sent');
    const x = [Float64Array.from(p.x[0]!)];
    expect(fitLinear({ y: p.y, x, effects: [p.unit, p.year], run: refused }).terms).toBe(1);
  });

  test('the compiled code is that of its source (else: npm run simd, and commit)', async () => {
    expect(readFileSync(TARGET, 'utf8')).toBe(await panelCode());
  });
});
