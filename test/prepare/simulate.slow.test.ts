import { expect, test } from 'vitest';
import { regress } from '../../stages/estimate/regress.ts';
import { simulate } from '../../stages/prepare/simulate.ts';
import { treatment } from '../../stages/prepare/treatment.ts';
import { readTable, record, runStage, type Value } from '../stage-lab.ts';

/** Treated units are far above the others, the outcome is skewed and bounded, and there is a trend. */
const y = {
  mean: 0.06,
  sd: 0.08,
  min: 0.002,
  max: 0.7,
  persistence: 0.9,
  memory: 0.4,
  trend: 0.03,
  loads: { zone: 0.6 },
};
const SEEDS = 400;

for (const effect of [0, 0.03])
  test(`two-way effects on simulated panels: no bias and right errors when the effect is ${effect}`, async () => {
    const lines = Array.from({ length: 80 }, (_, i) => `c${i},${i % 4 === 0 ? 2013 : ''},${i % 4 === 0 ? 1 : 0}`);
    const cities = await readTable(`city,first,zone\n${lines.join('\n')}\n`);
    let [sum, squares, covered] = [0, 0, 0];
    for (let seed = 1; seed <= SEEDS; seed++) {
      const made = await runStage(
        simulate,
        {
          from: 'x',
          unit: 'city',
          time: 'year',
          times: { from: 2009, to: 2016 },
          variables: { y },
          effect: { cohort: 'first', on: { y: effect } },
          seed,
        },
        { from: cities },
      );
      const panel = await runStage(
        treatment,
        { from: 'x', roster: 'r', on: 'city', adopted: 'first' },
        { from: made.outputs.table as Value, roster: cities },
      );
      const fit = await runStage(
        regress,
        { from: 'x', y: 'y', x: 'policy', absorb: ['city', 'year'], cluster: 'city' },
        { from: panel.outputs.table as Value },
      );
      const [term] = record(fit.outputs.model).terms;
      const off = term.estimate - effect;
      sum += off;
      squares += off * off;
      if (term.conf_low <= effect && effect <= term.conf_high) covered++;
    }
    const mean = sum / SEEDS;
    const sd = Math.sqrt(squares / SEEDS - mean * mean);
    expect(Math.abs(mean)).toBeLessThan((3.5 * sd) / Math.sqrt(SEEDS));
    // few treated clusters: a little below 95 % is known (Cameron & Miller 2015)
    expect(covered / SEEDS).toBeGreaterThan(0.9);
    expect(covered / SEEDS).toBeLessThan(0.99);
  });
