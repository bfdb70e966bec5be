import { describe, expect, test } from 'vitest';
import { regress } from '../../stages/estimate/regress.ts';
import { ruleOf, sscLabel, sscOf } from '../../stages/estimate/small-sample.ts';
import { smallSampleRules } from '../../stages/kernels/dof.ts';
import { record, referenceCase, referenceTable, runStage } from '../stage-lab.ts';

describe('ssc', () => {
  for (const [written, canonical] of [
    [undefined, 'fixest'],
    [{}, 'fixest'],
    [{ k_fixef: 'nonnested', t_df: 'min' }, 'fixest'],
    [{ k_adj: false, g_adj: false }, 'none'],
    ['reghdfe', 'reghdfe'],
  ] as const)
    test(`${JSON.stringify(written)} is ${canonical}`, () => {
      expect(sscOf(written)).toBe(canonical);
      expect(ruleOf(sscOf(written))).toBe(smallSampleRules[canonical]);
    });

  test('a setting of its own is kept, and the record names it', () => {
    const ssc = sscOf({ k_fixef: 'full', t_df: 7 });
    expect(ruleOf(ssc)).toMatchObject({ countEffects: 'full', t: 7, adjustK: true });
    expect(sscLabel(ssc)).toBe('fixest (k_fixef: full, t_df: 7)');
  });
});

describe('joint tests', () => {
  const c = referenceCase('es_base_did');
  const params = {
    from: 'x',
    y: 'y',
    x: ['i(period, treat, ref = 5)', 'x1'],
    absorb: ['id', 'period'],
    cluster: 'id',
  };

  test('globs and names choose the terms; the F is fixest’s', async () => {
    const table = await referenceTable('base_did');
    const leads = ['period::1:treat', 'period::2:*', 'period::3:treat', 'period::4:treat'];
    const model = record((await runStage(regress, { ...params, joint: { leads } }, { from: table })).outputs.model);
    const want = c.results.pretrend_joint_F_cluster;
    expect(model.joint.leads.statistic / want.stat_F).toBeCloseTo(1, 7);
    expect(model.joint.leads).toMatchObject({ df1: want.df1, df2: want.df2 });
    expect(model.joint.leads.terms).toEqual(leads.map((t) => t.replace('*', 'treat')));
  });

  test('a pattern that matches nothing is a fault that names the terms', async () => {
    const ran = await runStage(
      regress,
      { ...params, joint: { leads: 'year::*' } },
      { from: await referenceTable('base_did') },
    );
    expect(ran.faults.map((f) => [f.code, f.param])).toEqual([['CE2600', ['joint', 'leads']]]);
  });
});
