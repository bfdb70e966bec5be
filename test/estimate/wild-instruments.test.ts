import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { regress } from '../../stages/estimate/regress.ts';
import { derive } from '../../stages/prepare/derive.ts';
import { filter } from '../../stages/prepare/filter.ts';
import { declareStage, fixtures, near, record, referenceTable, runStage, type Value } from '../stage-lab.ts';

interface FromR {
  readonly formula: string;
  readonly cluster: string;
  readonly weights: string | null;
  readonly vectors: number;
  readonly estimate: number;
  readonly p: number;
  readonly equal_tailed: number;
  readonly interval: readonly [number, number] | null;
}

const cases = JSON.parse(readFileSync(join(fixtures, 'linear-wild.json'), 'utf8')) as readonly FromR[];

async function tableOf(formula: string): Promise<Value> {
  const kept = async (table: Value, keep: string): Promise<Value> =>
    (await runStage(filter, { from: 'x', keep }, { from: table })).outputs.table as Value;
  if (formula.startsWith('inv')) return kept(await referenceTable('grunfeld'), 'firm <= 6');
  const codes = Array.from({ length: 9 }, (_, i) => `${i + 1} * reg66${i + 1}`).join(' + ');
  const ran = await runStage(derive, { from: 'x', columns: { region: codes } }, { from: await referenceTable('card') });
  return kept(ran.outputs.table as Value, 'id % 5 == 0');
}

describe('the wild bootstrap with an instrument is the one written out in R, each vector of signs once', () => {
  for (const c of cases)
    test(`${c.formula}, by ${c.cluster}${c.weights === null ? '' : ', weighted'}`, async () => {
      const params = {
        from: 'x',
        formula: c.formula,
        vcov: { wild: { cluster: c.cluster, draws: c.vectors } },
        level: 0.9,
        ...(c.weights === null ? {} : { weights: c.weights }),
      };
      const ran = await runStage(regress, params, { from: await tableOf(c.formula) });
      expect(ran.faults).toEqual([]);
      const { terms, resampling } = record(ran.outputs.model);
      expect(resampling).toMatchObject({ draws: c.vectors, enumerated: true });
      const [fit, ...others] = terms.filter((t: { term: string }) => t.term !== '(Intercept)');
      expect(near(fit.estimate, c.estimate, 1e-8)).toBe(true);
      expect(fit.p_value).toBe(c.p);
      expect(fit.p_equal_tailed).toBe(c.equal_tailed);
      if (c.interval !== null) {
        expect(near(fit.conf_low, c.interval[0], 1e-6), `${fit.conf_low}, ${c.interval[0]}`).toBe(true);
        expect(near(fit.conf_high, c.interval[1], 1e-6), `${fit.conf_high}, ${c.interval[1]}`).toBe(true);
      }
      // exogenous terms keep their t test, with numbers everywhere
      for (const t of others) {
        expect(t.p_equal_tailed).toBeUndefined();
        expect(Number.isFinite(t.p_value) && Number.isFinite(t.conf_low)).toBe(true);
      }
    });

  test('draws of one seed are the same again, and of many near the enumerated p', async () => {
    const c = cases[3] as FromR;
    const table = await tableOf(c.formula);
    const p = async (draws: number) => {
      const vcov = { wild: { cluster: 'region', draws, weights: 'webb', seed: 3 } };
      const ran = await runStage(regress, { from: 'x', formula: c.formula, vcov }, { from: table });
      return record(ran.outputs.model).terms[0].p_value as number;
    };
    expect(await p(499)).toBe(await p(499));
    expect(Math.abs((await p(1999)) - c.p)).toBeLessThan(0.03);
  });

  test('several endogenous regressors are refused', async () => {
    const formula = 'lwage ~ exper | educ + smsa ~ nearc2 + nearc4 + smsa66';
    const declared = declareStage(
      regress,
      { from: 'x', formula, vcov: { wild: { cluster: 'region' } } },
      { from: await tableOf('lwage') },
    );
    expect(declared.faults.map((f) => [f.code, f.param])).toEqual([['CE2605', ['vcov']]]);
  });
});
