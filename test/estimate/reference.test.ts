import { describe, expect, test } from 'vitest';
import { eventStudy } from '../../stages/estimate/event-study.ts';
import { heterogeneity } from '../../stages/estimate/heterogeneity.ts';
import { mediation } from '../../stages/estimate/mediation.ts';
import { placebo } from '../../stages/estimate/placebo.ts';
import { near, record, referenceCase, referenceTable, runStage } from '../stage-lab.ts';

const COEF = 1e-8;
const SE = 1e-7;
const P = 1e-6;

const check = (label: string, got: number, want: number, tolerance: number): void => {
  expect(near(got, want, tolerance), `${label}: ${got}, reference ${want}`).toBe(true);
};

describe('event study against fixest', () => {
  for (const [id, dataset, options] of [
    ['es_castle_binned', 'castle', {}],
    ['es_castle_binned_w', 'castle', { controls: ['l_police', 'unemployrt', 'poverty'], weights: 'popwt' }],
    ['es_mpdta', 'mpdta', {}],
  ] as const)
    test(`${id}: coefficients, errors and joint tests`, async () => {
      const c = referenceCase(id);
      const table = await referenceTable(dataset, { panel: { unit: c.spec.fe[0], time: c.spec.fe[1] } });
      const ran = await runStage(
        eventStudy,
        {
          from: 'x',
          y: c.spec.y,
          rel_time: c.spec.event_time,
          reference: c.spec.reference_periods,
          absorb: c.spec.fe,
          cluster: c.spec.cluster,
          ...options,
        },
        { from: table },
      );
      expect(ran.faults).toEqual([]);
      const model = record(ran.outputs.model);
      const clustered = c.results.inference.find((i: { label: string }) => /cluster/i.test(i.label));
      for (const [name, want] of Object.entries(c.results.coef as Record<string, number>)) {
        const term =
          model.terms.find((t: { term: string }) => t.term === name.replace(/^\w+::/, 'rel_time::')) ??
          model.terms.find((t: { term: string }) => t.term === name);
        check(`${id} ${name}`, term.estimate, want, COEF);
        check(`${id} se ${name}`, term.std_error, clustered.se[name], SE);
      }
      check('pre-trend F', model.pretrend.statistic, c.results.pretrend_joint_F_cluster.stat_F, SE);
      check('pre-trend p', model.pretrend.p_value, c.results.pretrend_joint_F_cluster.p, P);
      check('post F', model.posttrend.statistic, c.results.posttreat_joint_F_cluster.stat_F, SE);
      check('average', model.average_post.estimate, c.results.avg_post.est, COEF);
      check('average se', model.average_post.std_error, c.results.avg_post.se, SE);
      expect(model.nobs).toBe(c.results.nobs);
    });
});

test('mediation: the three steps, Sobel and Goodman, agree with R', async () => {
  const c = referenceCase('mediation_wagepan_first150');
  const table = await referenceTable('wagepan', { panel: { unit: 'nr', time: 'year' } }, c.spec.sample);
  const ran = await runStage(
    mediation,
    {
      from: 'x',
      y: c.spec.y,
      x: c.spec.x,
      mediator: c.spec.mediator,
      controls: c.spec.controls,
      absorb: c.spec.absorb,
    },
    { from: table },
  );
  expect(ran.faults).toEqual([]);
  const e = record(ran.outputs.effects);
  const r = c.results;
  expect(e.nobs).toBe(r.nobs);
  for (const [got, want, tolerance] of [
    [e.a.estimate, r.a, COEF],
    [e.a.std_error, r.se_a, SE],
    [e.b.estimate, r.b, COEF],
    [e.b.std_error, r.se_b, SE],
    [e.direct.estimate, r.direct, COEF],
    [e.direct.std_error, r.se_direct, SE],
    [e.total.estimate, r.total, COEF],
    [e.indirect, r.indirect, COEF],
    [e.sobel.std_error, r.sobel_se, SE],
    [e.sobel.statistic, r.sobel_z, SE],
    [e.sobel.p_value, r.sobel_p, P],
    [e.goodman.std_error, r.goodman1_se, SE],
    [e.share, r.share, COEF],
  ] as const)
    check('mediation', got, want, tolerance);
});

test('mediation: the bootstrap is the same whatever the draws before it, and its interval covers the estimate', async () => {
  const table = await referenceTable('wagepan', { panel: { unit: 'nr', time: 'year' } });
  const params = {
    from: 'x',
    y: 'lwage',
    x: 'union',
    mediator: 'hours',
    controls: 'married',
    absorb: ['nr', 'year'],
    cluster: 'nr',
    bootstrap: 300,
    seed: 5,
  };
  const first = record((await runStage(mediation, params, { from: table })).outputs.effects);
  const again = record((await runStage(mediation, params, { from: table })).outputs.effects);
  expect(again).toEqual(first);
  expect(first.bootstrap.percentile[0]).toBeLessThan(first.indirect);
  expect(first.bootstrap.percentile[1]).toBeGreaterThan(first.indirect);
  expect(first.bootstrap.std_error / first.sobel.std_error).toBeGreaterThan(0.7);
  expect(first.bootstrap.std_error / first.sobel.std_error).toBeLessThan(1.4);
});

test('heterogeneity: groups at the median and the fully interacted difference agree with R', async () => {
  const c = referenceCase('heterogeneity_castle_income');
  const table = await referenceTable('castle', { panel: { unit: 'sid', time: 'year' } });
  const ran = await runStage(
    heterogeneity,
    {
      from: 'x',
      y: c.spec.y,
      x: c.spec.x,
      controls: c.spec.controls,
      absorb: c.spec.absorb,
      by: c.spec.by,
      split: 'median',
      ...{ singletons: 'keep' },
    },
    { from: table },
  );
  expect(ran.faults).toEqual([]);
  const r = c.results;
  const t = record(ran.outputs.test);
  for (const group of ['low', 'high']) {
    const model = record(ran.outputs[group]);
    const term = model.terms.find((x: { term: string }) => x.term === 'post');
    expect(model.nobs).toBe(r[group].n);
    check(group, term.estimate, r[group].estimate, COEF);
    check(`${group} se`, term.std_error, r[group].se_iid, SE);
  }
  check('median', t.cuts[0], r.median, COEF);
  check('difference', t.difference, r.difference, COEF);
  check('difference se', t.std_error, r.difference_se_iid, SE);
});

test('placebo: all assignments of a small sample agree with R', async () => {
  const c = referenceCase('placebo_exact_mtcars10');
  const table = await referenceTable('mtcars10');
  const ran = await runStage(placebo, { from: 'x', y: c.spec.y, x: c.spec.x, draws: 'all' }, { from: table });
  expect(ran.faults).toEqual([]);
  const d = record(ran.outputs.distribution);
  check('observed', d.observed, c.results.observed, COEF);
  expect(d.assignments).toBe(c.results.assignments);
  check('p', d.p_value, c.results.p_two_sided, P);
  check('min', d.min, c.results.min, COEF);
  check('max', d.max, c.results.max, COEF);
});
