import { describe, expect, test } from 'vitest';
import { mediation } from '../../stages/estimate/mediation.ts';
import { readTable, record, runStage } from '../stage-lab.ts';

/** Five clusters of four rows. */
const X = [
  0.04, 0.5, -0.96, 0.3, -1.48, -0.87, -0.13, 1.12, -1.72, 1.2, 1.68, -0.51, 0.94, 1.78, 2.09, 0.74, -0.73, -1.13,
  -0.19, -0.46,
];
const M = [
  0.08, 0, 0.43, 1.54, -1.81, -0.2, 2.07, 0.71, 1.85, 1.09, 1.92, -0.23, 1.06, -0.96, 2.5, 0.48, 0.34, 0.04, -0.22,
  0.14,
];
const Y = [
  0.18, 0.27, -0.02, 1.68, -3.92, -2.68, -1.37, 0.32, -0.75, 1.68, 2.7, -1.05, 1.55, 1.52, 4.21, 1.01, -2.45, -1.79,
  -1.67, -1.9,
];

describe('mediation with few clusters', () => {
  // The exact bootstrap distribution, from a program in Python (numpy) that goes through all 126 multiplicities of five clusters: quantiles at Efron's
  // levels (1987), z₀ from the probability of draws strictly below the estimate; 3.84 % of draws are the sample itself.
  for (const unit of [1, 3.7, 1e-5, 777.1])
    test(`draws that are the sample are not below it, in units of ${unit}`, async () => {
      const rows = Y.map((y, i) => `${Math.floor(i / 4)},${X[i]},${M[i]},${y * unit}`);
      const table = await readTable(['id,x,m,y', ...rows].join('\n'));
      const params = { from: 'x', y: 'y', x: 'x', mediator: 'm', cluster: 'id', bootstrap: 20_000 };
      const { outputs } = await runStage(mediation, params, { from: table });
      const { bootstrap } = record(outputs.effects) as {
        readonly bootstrap: { readonly bias_corrected: readonly number[]; readonly bca: readonly number[] };
      };
      const of = (ends: readonly number[]): number[] => ends.map((end) => end / unit);
      const [low, high] = of(bootstrap.bias_corrected);
      expect(low).toBeCloseTo(0.07777780455525855, 10);
      expect(high).toBeCloseTo(0.3611043431310009, 10);
      const [least, most] = of(bootstrap.bca);
      expect(least).toBeCloseTo(0.06734664621258288, 10);
      expect(most).toBeCloseTo(0.35121898837657645, 10);
    });
});
