/** Two-stage least squares: the second stage as a model, the first stages as models of their own, the tests of instruments. */
import type { Table } from '../columns/table.ts';
import { error, type Fault, type Note } from '../contract.ts';
import { andersonRubinSet } from '../kernels/anderson-rubin-set.ts';
import { effectiveF } from '../kernels/effective-f.ts';
import {
  andersonRubin,
  type ChiSquareTest,
  craggDonald,
  type FTest,
  firstStageF,
  firstStageWald,
  hansenJ,
  kleibergenPaap,
  sargan,
  wuHausman,
} from '../kernels/instrument-tests.ts';
import type { Errors, SandwichErrors } from '../kernels/sandwich-meat.ts';
import { fitTwoStage, type TwoStageFit } from '../kernels/two-stage.ts';
import { commonEffects } from './common-work.ts';
import type { DesignColumn } from './design.ts';
import { errorsOn, type FittedModel, infer, isFaults, unusable } from './linear-fit.ts';
import type { LinearSpec } from './linear-spec.ts';
import { type Prepared, prepare } from './prepared.ts';
import { ruleOf } from './small-sample.ts';
import { termName } from './term.ts';

/** The second-stage name of an endogenous regressor, as fixest prints it. */
export const fitted = (name: string): string => `fit_${name}`;

export interface InstrumentedModel {
  readonly model: FittedModel;
  readonly first: readonly FittedModel[];
  readonly reduced: FittedModel;
  readonly tests: InstrumentTests;
}

/** As records print them. */
interface F {
  readonly statistic: number;
  readonly df1: number;
  readonly df2: number;
  readonly p_value: number;
}
interface ChiSquare {
  readonly statistic: number;
  readonly df: number;
  readonly p_value: number;
}

export interface InstrumentTests {
  readonly endogenous: readonly string[];
  readonly instruments: readonly string[];
  /** `2sls`, `liml`, `fuller`, and its k */
  readonly method: string;
  readonly k: number;
  /** `f`: errors independent with one variance; `robust_f`: with the errors of the model */
  readonly first_stage: readonly { readonly term: string; readonly f: F; readonly robust_f?: F }[];
  /** the smallest F of the first stages, with the errors of the model: what a table prints */
  readonly first_stage_f: F;
  readonly cragg_donald: number;
  readonly kleibergen_paap?: { readonly statistic: number; readonly rank: ChiSquare };
  readonly wu_hausman?: F;
  readonly sargan?: ChiSquare;
  readonly hansen?: ChiSquare;
  /** one endogenous variable: for weak instruments under any errors, with critical values by the worst-case bias they allow */
  readonly effective_f?: {
    readonly statistic: number;
    readonly df: number;
    readonly critical: readonly { readonly bias: number; readonly value: number }[];
  };
  /** `confidence`: values of the one endogenous variable's coefficient that are not rejected, as intervals; empty when all are */
  readonly anderson_rubin?: F & {
    readonly confidence?: readonly { readonly low: number; readonly high: number }[];
  };
  /** from the residuals with the endogenous regressors as observed, as Stata's ivregress; `r2` of the model is the second stage's */
  readonly structural_r2: number;
  /** with weights: what fixest prints for `r2`, which leaves them out of the residuals' sum of squares */
  readonly fixest_r2?: number;
}

export function fitInstrumented(table: Table, spec: LinearSpec): InstrumentedModel | readonly Fault[] {
  const prepared = prepare(table, spec);
  if (!('sample' in prepared)) return prepared;
  const { y, x, endogenous, instruments, effects, weights } = prepared;
  const values = (columns: readonly DesignColumn[]) => columns.map((c) => c.values);
  const fit = fitTwoStage({
    y,
    x: values(x),
    endogenous: values(endogenous),
    instruments: values(instruments),
    effects,
    intercept: spec.intercept,
    ...(spec.kClass === undefined ? {} : { kind: spec.kClass }),
    ...commonEffects(table.memo, effects, y.length, weights),
    ...(weights === undefined ? {} : { weights }),
  });
  if (fit === undefined) return [tooFew(prepared)];
  const faults = unusable(fit.reduced, y, spec) ?? unusable(fit.second, y, spec);
  return faults ?? assemble(table, prepared, fit);
}

const tooFew = ({ endogenous, instruments }: Prepared): Fault =>
  error('CE2601', { endogenous: endogenous.map((c) => c.name), instruments: instruments.map((c) => c.name) }, [
    'iv',
    'instruments',
  ]);

function assemble(table: Table, prepared: Prepared, fit: TwoStageFit): InstrumentedModel | readonly Fault[] {
  const { spec, x, endogenous, instruments } = prepared;
  const errors = errorsOn(table, spec.errors, prepared.sample.rows);
  const second = endogenous.map((c) => ({ ...c, name: fitted(c.name) }));
  const model = infer({ ...prepared, x: [...second, ...x], fit: { ...fit.second, ...fit.secondR2 } }, errors);
  const all = [...x, ...instruments];
  const plain = { ...spec, constant: false };
  const stage = ({ name, values }: DesignColumn, stageFit: TwoStageFit['second']) => {
    const own = { spec: plain, y: values, x: all, endogenous: [], instruments: [] };
    const made = infer({ ...prepared, ...own, fit: stageFit }, errors);
    return isFaults(made) ? made : { ...made, outcome: name };
  };
  const first = fit.first.map((f, e) => stage(endogenous[e] as DesignColumn, f));
  const reduced = stage({ name: termName(spec.y), values: prepared.y }, fit.reduced);
  const stages = first.flatMap((m) => (isFaults(m) ? [] : [m]));
  if (isFaults(model)) return model;
  if (isFaults(reduced)) return reduced;
  if (!('type' in errors)) return errors;
  const tests = testsOf(fit, { errors, prepared, used: instrumentsUsed(fit, prepared) });
  const notes = [...model.notes, ...notesOf([...stages, reduced], tests)];
  return { model: { ...model, notes }, first: stages, reduced, tests };
}

function instrumentsUsed(fit: TwoStageFit, { x, instruments }: Prepared): readonly string[] {
  return Array.from((fit.first[0] as TwoStageFit['second']).kept)
    .filter((j) => j >= x.length)
    .map((j) => (instruments[j - x.length] as DesignColumn).name);
}

interface Context {
  readonly errors: Errors;
  readonly prepared: Prepared;
  readonly used: readonly string[];
}

function testsOf(fit: TwoStageFit, { errors, prepared, used }: Context): InstrumentTests {
  const rule = ruleOf(prepared.spec.ssc);
  const sandwich = sandwichOf(errors);
  const first_stage = prepared.endogenous.map(({ name }, e) => {
    const robust = sandwich && firstStageWald(fit, e, sandwich, rule);
    return { term: name, f: asF(firstStageF(fit, e)), ...(robust && { robust_f: asF(robust) }) };
  });
  const weakest = first_stage
    .map((stage) => stage.robust_f ?? stage.f)
    .reduce((least, f) => (f.statistic < least.statistic ? f : least));
  const kp = sandwich && kleibergenPaap(fit, sandwich, rule);
  const [hausman, sarganTest, hansen] = [wuHausman(fit), sargan(fit), sandwich && hansenJ(fit, sandwich)];
  const ar = andersonRubin(fit, sandwich ?? errors, rule);
  const set =
    ar?.df1 === fit.instruments ? andersonRubinSet(fit, sandwich ?? errors, prepared.spec.level, rule) : undefined;
  const effective = effectiveF(fit, sandwich ?? errors, rule);
  return {
    endogenous: prepared.endogenous.map((c) => c.name),
    instruments: used,
    method: prepared.spec.kClass ?? '2sls',
    k: fit.k,
    first_stage,
    first_stage_f: weakest,
    cragg_donald: craggDonald(fit),
    ...(kp && { kleibergen_paap: { statistic: kp.f, rank: asChiSquare(kp.rank) } }),
    ...(hausman && { wu_hausman: asF(hausman) }),
    ...(sarganTest && { sargan: asChiSquare(sarganTest) }),
    ...(hansen && { hansen: asChiSquare(hansen) }),
    ...(effective && {
      effective_f: { statistic: effective.stat, df: effective.df, critical: effective.critical },
    }),
    ...(ar && {
      anderson_rubin: { ...asF(ar), ...(set && { confidence: set.map(([low, high]) => ({ low, high })) }) },
    }),
    structural_r2: fit.second.r2,
    ...(fit.fixestR2 && { fixest_r2: fit.fixestR2.r2 }),
  };
}

/** The tests take HC1 for HC2 and HC3, plain clusters for corrected ones: leverages are the second stage's, not theirs. */
function sandwichOf(errors: Errors): SandwichErrors | undefined {
  if (errors.type === 'iid') return undefined;
  if (errors.type === 'bell-mccaffrey') return { type: 'cluster', by: [errors.clusters] };
  return errors.type === 'hc' && errors.variant > 1 ? { type: 'hc', variant: 1 } : errors;
}

const asF = ({ stat, df1, df2, p }: FTest): F => ({ statistic: stat, df1, df2, p_value: p });
const asChiSquare = ({ stat, df, p }: ChiSquareTest): ChiSquare => ({ statistic: stat, df, p_value: p });

/** Staiger and Stock (1997), Econometrica 65(3): below 10 the usual t is not to be relied on. */
const WEAK = 10;

/** @param stages the first stages, and the reduced form */
function notesOf(stages: readonly FittedModel[], tests: InstrumentTests): Note[] {
  const dropped = (stages[0]?.dropped ?? []).map(
    ({ term, reason }): Note => ({ code: 'CN2601', args: { term, reason } }),
  );
  const repaired = stages.filter((m) => m.inference.repaired).map((m) => m.outcome);
  const weak = tests.first_stage.flatMap(({ term, f, robust_f }): Note[] => {
    const { statistic } = robust_f ?? f;
    return statistic < WEAK ? [{ code: 'CN2600', args: { name: term, f: Number(statistic.toPrecision(3)) } }] : [];
  });
  return [
    ...dropped,
    ...(repaired.length > 0 ? [{ code: 'CN2434', args: { outcomes: repaired } } as const] : []),
    ...weak,
  ];
}
