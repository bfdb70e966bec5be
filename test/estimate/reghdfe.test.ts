import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { regress } from '../../stages/estimate/regress.ts';
import { derive } from '../../stages/prepare/derive.ts';
import { readTable, record, runStage, type Value } from '../stage-lab.ts';

/**
 * `reghdfe dins post, absorb(stfips year) vce(cluster stfips)` as printed by Stata for the Medicaid panel (Roth, "Advanced
 * difference-in-differences", exercise 1): the effects inside the clusters count in adjusted R² and root MSE.
 */
test('ssc: reghdfe gives the fit statistics that reghdfe prints', async () => {
  const csv = readFileSync(join(import.meta.dirname, '../../pipelines/medicaid/data/ehec.csv'));
  const raw = await readTable(csv, { panel: { unit: 'stfips', time: 'year' } });
  const panel = await runStage(derive, { from: 'raw', columns: { post: 'coalesce(year >= yexp2, 0)' } }, { from: raw });
  const params = { from: 'panel', y: 'dins', x: 'post', absorb: ['stfips', 'year'], cluster: 'stfips', ssc: 'reghdfe' };
  const ran = await runStage(regress, params, { from: panel.outputs.table as Value });
  const model = record(ran.outputs.model);
  expect(model.r2.toFixed(4)).toBe('0.9447');
  expect(model.adj_r2.toFixed(4)).toBe('0.9382');
  expect(model.within_r2.toFixed(4)).toBe('0.4267');
  expect(model.sigma.toFixed(4)).toBe('0.0223');
  const constant = await runStage(regress, { ...params, constant: true }, { from: panel.outputs.table as Value });
  const [first] = record(constant.outputs.model).terms;
  expect([first.term, first.estimate.toFixed(7), first.std_error.toFixed(7)]).toEqual([
    '(Intercept)',
    '0.6794409',
    '0.0021452',
  ]);
  const fixest = await runStage(regress, { ...params, ssc: 'fixest' }, { from: panel.outputs.table as Value });
  expect(record(fixest.outputs.model).adj_r2.toFixed(4)).toBe('0.9383');
});
