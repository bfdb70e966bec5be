import { expect, test } from 'vitest';
import { regress } from '../../stages/estimate/regress.ts';
import { stream } from '../../stages/kernels/random.ts';
import { readTable, record, runStage, type Value } from '../stage-lab.ts';

const TRUTH = 0.3;

/** Units in clusters of unequal size; a policy that whole clusters have, errors that clusters and their years share. */
function sample(seed: number, clusters: number): Promise<Value> {
  const lines = ['id,year,region,d,y'];
  for (let g = 0; g < clusters; g++) {
    const own = stream(seed, g, 7);
    const start = g % 2 === 0 ? 2 + own.below(3) : 99;
    const shocks = Array.from({ length: 6 }, () => 0.8 * own.normal());
    for (let u = 0; u < 3 + (g % 4); u++)
      for (let t = 0; t < 6; t++) {
        const random = stream(seed, g, u, t);
        const d = t >= start ? 1 : 0;
        lines.push(
          `${g}-${u},${t},r${g},${d},${TRUTH * d + u + t + (shocks[t] as number) + random.normal() * (1 + (g % 3) / 2)}`,
        );
      }
  }
  return readTable(lines.join('\n'), { panel: { unit: 'id', time: 'year' } });
}

const model = { from: 'x', y: 'y', x: 'd', absorb: ['id', 'year'] };

async function term(table: Value, params: object): Promise<{ conf_low: number; conf_high: number }> {
  const ran = await runStage(regress, { ...model, ...params }, { from: table });
  return record(ran.outputs.model).terms[0];
}

const covers = ({ conf_low, conf_high }: { conf_low: number; conf_high: number }): number =>
  conf_low <= TRUTH && TRUTH <= conf_high ? 1 : 0;

test('clustered intervals cover the truth about 95 times in 100, those of independent rows do not', async () => {
  const samples = 500;
  let clustered = 0;
  let independent = 0;
  for (let s = 0; s < samples; s++) {
    const table = await sample(s, 40);
    clustered += covers(await term(table, { cluster: 'region' }));
    independent += covers(await term(table, { vcov: 'iid' }));
  }
  // Monte-Carlo error of 0.95 in 500 samples: 0.01; 40 clusters cost a little coverage
  expect(clustered / samples).toBeGreaterThan(0.91);
  expect(clustered / samples).toBeLessThan(0.98);
  expect(independent / samples).toBeLessThan(0.9);
});

test('with ten clusters the wild bootstrap covers where clustered errors may not', async () => {
  const samples = 400;
  let wild = 0;
  let plain = 0;
  for (let s = 0; s < samples; s++) {
    const table = await sample(5000 + s, 10);
    wild += covers(await term(table, { vcov: { wild: { cluster: 'region', draws: 999, seed: s } } }));
    plain += covers(await term(table, { cluster: 'region' }));
  }
  expect(wild / samples).toBeGreaterThan(0.915);
  expect(wild / samples).toBeLessThan(0.985);
  expect(wild).toBeGreaterThanOrEqual(plain);
});
