import { describe, expect, test } from 'vitest';
import { smallSampleRules } from '../../stages/kernels/dof.ts';
import { fitLinear } from '../../stages/kernels/fit.ts';
import { coefficientTests, inference } from '../../stages/kernels/inference.ts';
import {
  andersonRubin,
  craggDonald,
  firstStageF,
  firstStageWald,
  hansenJ,
  kleibergenPaap,
  sargan,
  wuHausman,
} from '../../stages/kernels/instrument-tests.ts';
import type { Errors } from '../../stages/kernels/sandwich-meat.ts';
import { fitTwoStage, type TwoStageFit } from '../../stages/kernels/two-stage.ts';
import {
  Comparison,
  completeRows,
  type Data,
  effect,
  factor,
  numbers,
  type ReferenceCase,
  readData,
  referenceCases,
  subset,
} from './reference-case.ts';
import { errorsOf, type ReferenceInference, ruleOf } from './reference-inference.ts';

const COEF = 1e-8;
const SE = 1e-7;
const P = 1e-6;

function build(c: ReferenceCase): { data: Data; fit: TwoStageFit; terms: string[] } {
  const { spec } = c;
  const fe: string[] = spec.fe ?? [];
  const all = readData(c.dataset);
  const used = [
    spec.y,
    ...spec.x,
    ...spec.endogenous,
    ...spec.instruments,
    ...fe,
    ...(spec.weights ? [spec.weights] : []),
  ];
  const data = subset(all, completeRows(all, used));
  const columns = (names: string[]) => names.map((name) => numbers(data, name));
  const fit = fitTwoStage({
    y: numbers(data, spec.y),
    x: columns(spec.x),
    endogenous: columns(spec.endogenous),
    instruments: columns(spec.instruments),
    effects: fe.map((name) => effect(data, name)),
    ...(spec.weights && { weights: numbers(data, spec.weights) }),
  })!;
  const constant = fit.second.hasConstant ? ['(Intercept)'] : [];
  return { data, fit, terms: [...constant, ...spec.endogenous.map((e: string) => `fit_${e}`), ...spec.x] };
}

const cases = referenceCases(['iv']);

describe.each(cases.map((c) => [c.id, c] as const))('%s', (_, c) => {
  const { data, fit, terms } = build(c);
  const want = c.results;
  const { spec } = c;

  test('second stage and its fit are the reference’s', () => {
    const compared = new Comparison();
    const { second } = fit;
    compared.named('coef', terms, second.coef, want.coef, COEF);
    compared.number('n', second.n, want.nobs, {});
    compared.number('K', second.parameters, want.n_params_K, {});
    compared.number('ssr', second.ssr, want.ssr, { relative: COEF });
    compared.number('sigma2', second.sigma2, want.sigma2, { relative: COEF });
    compared.number('rmse', second.rmse, want.rmse_ssr_over_n, { relative: COEF });
    compared.number('loglik', second.logLikUnweighted, want.loglik, { relative: COEF });
    const r2 = fit.fixestR2 ?? fit.secondR2;
    compared.number('r2', r2.r2, want.r2, { absolute: 1e-9 });
    compared.number('adj r2', r2.adjR2, want.adj_r2, { absolute: 1e-9 });
    if (want.within_r2 !== undefined) {
      compared.number('within r2', r2.withinR2, want.within_r2, { absolute: 1e-9 });
      compared.number('within adj r2', r2.withinAdjR2, want.within_adj_r2, { absolute: 1e-9 });
    }
    compared.settle();
  });

  test.each(want.inference.map((i: ReferenceInference) => [i.label, i]) as [string, ReferenceInference][])(
    '%s errors are the reference’s',
    (_label, i) => {
      const compared = new Comparison();
      const of = inference(fit.second, errorsOf(i, data), ruleOf(i))!;
      const tests = coefficientTests(fit.second.coef, of);
      compared.named('se', terms, of.se, i.se, SE);
      compared.named('t', terms, tests.t, i.t, SE);
      compared.named('p', terms, tests.p, i.p, P);
      compared.named('low', terms, tests.low, i.ci95_low!, 1e-6);
      compared.named('high', terms, tests.high, i.ci95_high!, 1e-6);
      compared.number('df_t', of.dfT, i.df_t, {});
      compared.number('df_K', of.dfK, i.df_K!, {});
      compared.settle();
    },
  );

  test('first stage and the tests of instruments are the reference’s', () => {
    const compared = new Comparison();
    const constant = fit.second.hasConstant ? ['(Intercept)'] : [];
    const firstTerms = [...constant, ...spec.x, ...spec.instruments];
    compared.named('first', firstTerms, fit.first[0]!.coef, want.first_stage_coef, COEF);
    compared.named('first se', firstTerms, inference(fit.first[0]!, { type: 'iid' })!.se, want.first_stage_se_iid, SE);
    spec.endogenous.forEach((name: string, e: number) => {
      compareF(compared, `F ${name}`, firstStageF(fit, e), want.first_stage_F[`ivf1::${name}`]);
      compareF(compared, `F ${name} again`, firstStageF(fit, e), want.iv_f_all[`ivf1::${name}`]);
      const robust = want.first_stage_F_hetero[name];
      compareF(compared, `robust F ${name}`, firstStageWald(fit, e, { type: 'hc', variant: 1 }), {
        ...robust,
        stat: robust.F,
      });
      const clustered = want.first_stage_F_cluster?.[name];
      if (clustered !== undefined) {
        const errors: Errors = { type: 'cluster', by: [factor(data, spec.cluster)] };
        compareF(compared, `clustered F ${name}`, firstStageWald(fit, e, errors), { ...clustered, stat: clustered.F });
      }
    });
    compareF(compared, 'Wu–Hausman', wuHausman(fit), want.wu_hausman.wh);
    compared.number('Cragg–Donald', craggDonald(fit), want.cragg_donald_F, { relative: SE });
    const overidentified = sargan(fit);
    expect(overidentified === undefined).toBe(want.sargan === undefined);
    if (overidentified !== undefined) {
      compared.number('Sargan', overidentified.stat, want.sargan.sargan.stat, { relative: SE });
      compared.number('Sargan p', overidentified.p, want.sargan.sargan.p, { relative: P });
      compared.number('Sargan df', overidentified.df, want.sargan.sargan.df, {});
    }
    compared.settle();
  });
});

function compareF(
  compared: Comparison,
  what: string,
  got: { stat: number; p: number; df1: number; df2: number } | undefined,
  want: { stat: number; p: number; df1: number; df2: number },
): void {
  compared.number(what, got!.stat, want.stat, { relative: SE });
  compared.number(`${what} p`, got!.p, want.p, { relative: P, absolute: 1e-300 });
  compared.number(`${what} df1`, got!.df1, want.df1, {});
  compared.number(`${what} df2`, got!.df2, want.df2, {});
}

describe('tests of instruments without a reference', () => {
  const robust = { type: 'hc', variant: 1 } as const;

  test('Kleibergen–Paap with one endogenous variable is the robust first-stage F', () => {
    for (const c of cases.filter((one) => one.spec.endogenous.length === 1)) {
      const { fit } = build(c);
      expect(kleibergenPaap(fit, robust)!.f / firstStageWald(fit, 0, robust)!.stat).toBeCloseTo(1, 9);
    }
  });

  test('Kleibergen–Paap does not depend on the scale or the mixture of the instruments', () => {
    const { fit, data } = build(cases.find((c) => c.id === 'iv_card_two_endo')!);
    const { spec } = cases.find((c) => c.id === 'iv_card_two_endo')!;
    const z: Float64Array[] = spec.instruments.map((name: string) => numbers(data, name));
    const mixed = [
      z[0]!.map((v, i) => v + 3 * z[1]![i]!),
      z[1]!.map((v) => 100 * v),
      z[2]!.map((v, i) => v - z[0]![i]!),
    ];
    const other = fitTwoStage({
      y: numbers(data, spec.y),
      x: spec.x.map((name: string) => numbers(data, name)),
      endogenous: spec.endogenous.map((name: string) => numbers(data, name)),
      instruments: mixed,
    })!;
    expect(kleibergenPaap(other, robust)!.f / kleibergenPaap(fit, robust)!.f).toBeCloseTo(1, 8);
    expect(hansenJ(other, robust)!.stat / hansenJ(fit, robust)!.stat).toBeCloseTo(1, 7);
  });

  test('Kleibergen–Paap with residuals of one variance comes near Cragg–Donald', () => {
    const { fit } = build(cases.find((c) => c.id === 'iv_card_over')!);
    expect(kleibergenPaap(fit, robust)!.f / craggDonald(fit)).toBeCloseTo(1, 0);
  });

  test('Hansen J is near Sargan where errors are near independent', () => {
    const { fit } = build(cases.find((c) => c.id === 'iv_card_over')!);
    expect(hansenJ(fit, robust)!.stat / sargan(fit)!.stat).toBeCloseTo(1, 1);
    expect(hansenJ(fit, robust)!.df).toBe(1);
  });

  test('Anderson–Rubin is the Wald test of the instruments in the reduced form', () => {
    const c = cases.find((one) => one.id === 'iv_card_just')!;
    const { fit, data } = build(c);
    const reduced = fitLinear({
      y: numbers(data, c.spec.y),
      x: [...c.spec.instruments, ...c.spec.x].map((name: string) => numbers(data, name)),
    });
    const of = inference(reduced, robust, smallSampleRules.fixest)!;
    expect(andersonRubin(fit, robust)!.stat).toBeCloseTo((reduced.coef[1]! / of.se[1]!) ** 2, 8);
  });

  test('fewer usable instruments than endogenous variables give no fit', () => {
    const c = cases.find((one) => one.id === 'iv_card_just')!;
    const { data } = build(c);
    const x = c.spec.x.map((name: string) => numbers(data, name));
    const endogenous = [numbers(data, 'educ')];
    expect(fitTwoStage({ y: numbers(data, 'lwage'), x, endogenous, instruments: [x[0]!] })).toBeUndefined();
  });
});
