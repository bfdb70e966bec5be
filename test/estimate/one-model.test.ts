/** Stages that fit many models fit each as `regress` does: whatever the terms, the constant, the effects, the weights and the errors. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AnyStageType } from '../../stages/contract.ts';
import { heterogeneity } from '../../stages/estimate/heterogeneity.ts';
import { leaveOut } from '../../stages/estimate/leave-out.ts';
import { mediation } from '../../stages/estimate/mediation.ts';
import { placebo } from '../../stages/estimate/placebo.ts';
import { regress } from '../../stages/estimate/regress.ts';
import { specCurve } from '../../stages/estimate/spec-curve.ts';
import { filter } from '../../stages/prepare/filter.ts';
import { near, readTable, record, runStage, type Value } from '../stage-lab.ts';

const HALVES = ['left', 'right'];
const ZONES = [0, 1, 2, 3];

/** An unbalanced panel with missing values; every zone and year in both halves. */
const panel = () => {
  const u = (i: number, c: number): number => (((i + 1) * c) % 997) / 997;
  const lines = ['city,province,half,zone,year,y,policy,a,b,c,w'];
  for (let i = 0; i < 32; i++)
    for (let t = 0; t < 6; t++) {
      const r = i * 6 + t;
      if (u(r, 331) < 0.05) continue;
      const policy = i % 3 === 0 && t >= 2 + (i % 2) ? 1 : 0;
      const a = u(r, 149) + 0.2 * t;
      const c = u(r, 87) < 0.06 ? '' : u(r, 503);
      const b = 0.5 * policy + u(r, 211);
      const y = policy + a + (i % 4) + u(r, 277) + b;
      lines.push(
        [`c${i}`, `p${i % 7}`, HALVES[i % 5 < 2 ? 0 : 1], i % 4, 2010 + t, y, policy, a, b, c, 1 + u(r, 67)].join(),
      );
    }
  return readTable(lines.join('\n'), { panel: { unit: 'city', time: 'year' } });
};

const TERMS = [
  'a',
  'c',
  'a^2',
  'i(zone)',
  'i(year, ref = 2012)',
  'zone:a',
  'i(zone):a',
  'i(half):c',
  'i(half, i.zone)',
];

const models = fc.record({
  controls: fc
    .subarray(TERMS, { maxLength: 4 })
    .chain((terms) => fc.shuffledSubarray(terms, { minLength: terms.length })),
  intercept: fc.boolean(),
  absorb: fc.constantFrom([], ['zone'], ['city'], ['city', 'year'], ['zone[a]']),
  weights: fc.constantFrom(undefined, 'w'),
  errors: fc.constantFrom({ vcov: 'iid' }, { vcov: 'HC1' }, { vcov: 'HC3' }, { cluster: 'city' }),
});

const written = ({ errors, weights, ...model }: typeof models extends fc.Arbitrary<infer M> ? M : never) => ({
  from: 'x',
  y: 'y',
  x: 'policy',
  ...model,
  ...errors,
  ...(weights === undefined ? {} : { weights }),
});

/** Estimate, error and rows of a term; undefined where there is none. */
type Found = readonly number[] | undefined;

async function alone(from: Value, params: object, term = 'policy'): Promise<Found> {
  const ran = await runStage(regress, params, { from });
  if (ran.faults.length > 0) return undefined;
  const model = record(ran.outputs.model);
  const found = model.terms.find((t: { term: string }) => t.term === term);
  return found && [found.estimate, found.std_error, model.nobs];
}

const without = async (from: Value, keep: string): Promise<Value> =>
  (await runStage(filter, { from: 'x', keep }, { from })).outputs.table as Value;

/** Random models, each with what `compare` finds of it: pairs of what a stage says and what the regression says. */
function property(compare: (from: Value, params: ReturnType<typeof written>) => Promise<[string, Found, Found][]>) {
  return async () => {
    const from = await panel();
    let estimated = 0;
    await fc.assert(
      fc.asyncProperty(models, async (model) => {
        for (const [name, got, want] of await compare(from, written(model))) {
          if (want !== undefined) estimated++;
          expect(got === undefined, `${name}: ${got}, alone ${want}`).toBe(want === undefined);
          want?.forEach((value, i) => {
            expect(near(got?.[i] as number, value, 1e-7), `${name}: ${got}, alone ${want}`).toBe(true);
          });
        }
      }),
      { numRuns: 30 },
    );
    expect(estimated).toBeGreaterThan(20);
  };
}

const ran = async (stage: AnyStageType, params: object, from: Value) => {
  const { faults, outputs } = await runStage(stage, params, { from });
  return faults.length > 0 ? undefined : outputs;
};

const row = (r: { estimate: number | null; std_error: number; nobs?: number } | undefined, nobs = r?.nobs): Found =>
  typeof r?.estimate === 'number' && nobs !== undefined ? [r.estimate, r.std_error, nobs] : undefined;

test(
  'spec-curve',
  property(async (from, { controls, absorb, ...params }) => {
    // the other choice of each axis stands in the same family, before and after
    const choices = { controls: [['i(zone)'], controls, [...controls, 'b']], absorb: [['year'], [], absorb] };
    const out = await ran(specCurve, { ...params, vary: choices }, from);
    const rows = out === undefined ? [] : record(out.curve).rows;
    const pairs: [string, Found, Found][] = [];
    for (const [i, own] of choices.controls.entries())
      for (const [j, effects] of choices.absorb.entries())
        pairs.push([
          `${i} ${j}`,
          row(rows[3 * i + j]),
          await alone(from, { ...params, controls: own, absorb: effects }),
        ]);
    return pairs;
  }),
);

test(
  'leave-out, and the jackknife that it makes',
  property(async (from, params) => {
    const out = await ran(leaveOut, { ...params, by: 'zone' }, from);
    const found = out && record(out.curve);
    const pairs: [string, Found, Found][] = [['full', row(found?.full), await alone(from, params)]];
    if (found === undefined) return pairs;
    for (const zone of ZONES)
      pairs.push([
        `without ${zone}`,
        row(found.rows[zone]),
        await alone(await without(from, `zone != ${zone}`), params),
      ]);
    const { vcov: _v, cluster: _c, ...plain } = params as Record<string, unknown>;
    const provinces = await ran(leaveOut, { ...plain, by: 'province' }, from);
    const jackknifed = await alone(from, { ...plain, vcov: { jackknife: 'province' } });
    const estimates: { estimate: number | null }[] = provinces === undefined ? [] : record(provinces.curve).rows;
    if (jackknifed === undefined || estimates.some((r) => r.estimate === null)) return pairs;
    const [estimate, , nobs] = jackknifed as [number, number, number];
    const squares = estimates.reduce((s, r) => s + ((r.estimate as number) - estimate) ** 2, 0);
    const g = estimates.length;
    return [...pairs, ['jackknife', [estimate, Math.sqrt((squares * (g - 1)) / g), nobs], jackknifed]];
  }),
);

test(
  'placebo',
  property(async (from, params) => {
    const out = await ran(placebo, { ...params, draws: 2, assign: 'time' }, from);
    const found = out && record(out.distribution);
    const got = found && row({ estimate: found.observed, std_error: found.std_error, nobs: found.nobs });
    return [['observed', got, await alone(from, params)]];
  }),
);

test(
  'heterogeneity, and the model with all terms by group',
  property(async (from, params) => {
    const wanted: Found[] = [];
    for (const half of HALVES) wanted.push(await alone(await without(from, `half == '${half}'`), params));
    if (wanted.includes(undefined)) return [];
    const out = await ran(
      heterogeneity,
      { ...params, by: 'half', split: 'groups', groups: HALVES, test: 'interaction' },
      from,
    );
    return HALVES.flatMap((half, g): [string, Found, Found][] => {
      const model = out && record(out[half]);
      const own = model?.terms.find((t: { term: string }) => t.term === 'policy');
      const tested = out && record(out.test).rows[g];
      return [
        [half, row(own, model?.nobs), wanted[g]],
        [`${half} in the joint model`, tested && [tested.estimate], wanted[g]?.slice(0, 1)],
      ];
    });
  }),
);

test(
  'mediation',
  property(async (from, params) => {
    const total = await alone(from, params);
    const out = await ran(mediation, { ...params, mediator: 'b', bootstrap: 0 }, from);
    const found = out && record(out.effects);
    const onBoth = { ...params, x: ['policy', 'b'] };
    if (total === undefined) return [];
    return [
      ['total', row(found?.total, found?.nobs), total],
      ['a', row(found?.a, found?.nobs), await alone(from, { ...params, y: 'b' })],
      ['direct', row(found?.direct, found?.nobs), await alone(from, onBoth)],
      ['b', row(found?.b, found?.nobs), await alone(from, onBoth, 'b')],
    ];
  }),
);
