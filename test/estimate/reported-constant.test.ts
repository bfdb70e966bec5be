import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { regress } from '../../stages/estimate/regress.ts';
import { derive } from '../../stages/prepare/derive.ts';
import { readTable, record, runStage, type Value } from '../stage-lab.ts';

test('the constant beside absorbed effects, and its clustered error, are those that reghdfe prints', async () => {
  const data = readFileSync(new URL('../../pipelines/medicaid/data/ehec.csv', import.meta.url));
  const raw = await readTable(data, { panel: { unit: 'stfips', time: 'year' } });
  const made = await runStage(derive, { from: 'x', columns: { post: 'coalesce(year >= yexp2, 0)' } }, { from: raw });
  const params = {
    from: 'x',
    y: 'dins',
    x: 'post',
    absorb: ['stfips', 'year'],
    cluster: 'stfips',
    ssc: 'reghdfe',
    constant: true,
  };
  const { terms } = record((await runStage(regress, params, { from: made.outputs.table as Value })).outputs.model);
  const printed = terms.map((t: { term: string; estimate: number; std_error: number }) => [
    t.term,
    t.estimate.toFixed(7),
    t.std_error.toFixed(7),
  ]);
  expect(printed).toEqual([
    ['(Intercept)', '0.6794409', '0.0021452'],
    ['post', '0.0703207', '0.0074010'],
  ]);
});
