/** A linear spec and a table to a fit with names, inference and notes. */
import type { Table } from '../columns/table.ts';
import { error, type Fault, type Note } from '../contract.ts';
import { nestedLevels, type SmallSample } from '../kernels/dof.ts';
import type { Effect } from '../kernels/effects.ts';
import type { Factor } from '../kernels/factor-codes.ts';
import { fitLinear, withOnes } from '../kernels/fit.ts';
import { isSteady, totalWeight } from '../kernels/fit-statistics.ts';
import { type Inference, inference } from '../kernels/inference.ts';
import type { LinearFit, LinearModel } from '../kernels/linear-model.ts';
import { repeatedPeriod } from '../kernels/meat.ts';
import type { Errors } from '../kernels/sandwich-meat.ts';
import { isTooLarge } from '../kernels/summary.ts';
import { commonEffects } from './common-work.ts';
import { type DesignColumn, factorOf, namedFactor, pick } from './design.ts';
import { type ErrorsSpec, errorsName } from './errors-spec.ts';
import type { LinearSpec } from './linear-spec.ts';
import { weightedMean } from './outcome-mean.ts';
import { type Prepared, type PrepareOptions, prepare } from './prepared.ts';
import { isResampled, type ResampledErrors, resampledErrors } from './resampled-errors.ts';
import { ruleOf } from './small-sample.ts';
import { effectName, termName } from './term.ts';

export interface Dropped {
  readonly term: string;
  readonly reason: string;
}

export interface FittedModel {
  readonly fit: LinearFit;
  readonly inference: Inference;
  /** one per coefficient; the constant first when there is one */
  readonly names: readonly string[];
  /** aligned with `names` */
  readonly coef: Float64Array;
  /** names×names, row-major */
  readonly vcov: Float64Array;
  readonly dropped: readonly Dropped[];
  /** rows of the table that were used */
  readonly rows: Int32Array;
  readonly rowsRead: number;
  /** parameters that the sum of squares is corrected for: all of them, counted as the convention in use counts */
  readonly parameters: number;
  readonly singletons: number;
  readonly absorbed: readonly { readonly name: string; readonly levels: number }[];
  readonly clusters: readonly { readonly name: string; readonly levels: number }[];
  readonly outcome: string;
  readonly meanOutcome: number;
  /** draws, and the tests of each term by a wild bootstrap */
  readonly resampled?: ResampledErrors;
  readonly notes: readonly Note[];
}

export function fitPrepared(prepared: Prepared): FittedModel | readonly Fault[] {
  const { y, x, effects, weights, spec } = prepared;
  const errors = errorsOn(prepared.table, spec.errors, prepared.sample.rows);
  const shared = commonEffects(prepared.table.memo, effects, y.length, weights);
  const fit = fitLinear({
    y,
    x: x.map((c) => c.values),
    effects,
    intercept: spec.intercept,
    ...shared,
    ...runOf(prepared.table),
    scoresBy: 'by' in errors && errors.by.length === 1 ? errors.by : [],
    ...(weights === undefined ? {} : { weights }),
  });
  return oversized(prepared, fit) ?? unusable(fit, y, spec) ?? infer({ ...prepared, fit }, errors);
}

/** Columns of which a square is beyond a double: they give sums that are no numbers. */
function oversized({ y, x, spec }: Prepared, fit: LinearFit): readonly Fault[] | undefined {
  // a regressor of which a square is infinite is taken for one that does not vary
  const isFine = Number.isFinite(fit.sst) && fit.coef.every(Number.isFinite) && fit.dropped.length === 0;
  if (isFine) return undefined;
  const names = [
    ...(isTooLarge(y) ? [termName(spec.y)] : []),
    ...x.filter((c) => isTooLarge(c.values)).map((c) => c.name),
  ];
  return names.length === 0 ? undefined : [error('CE3204', { columns: names })];
}

const runOf = ({ helpers }: Table): Pick<LinearModel, 'run'> =>
  helpers === undefined ? {} : { run: (job, parts) => helpers.run(job, parts) };

/** What no covariance can be had from. */
export function unusable(fit: LinearFit, y: Float64Array, spec: LinearSpec): readonly Fault[] | undefined {
  if (fit.n <= fit.parameters) return [error('CE2411', { nobs: fit.n, parameters: fit.parameters })];
  if (isSteady(fit.sst, y[0] as number, totalWeight(fit.n, fit.weights)))
    return [error('CE2415', { name: termName(spec.y), nobs: fit.n }, ['y'])];
  return undefined;
}

export function fitSpec(table: Table, spec: LinearSpec, options: PrepareOptions = {}): FittedModel | readonly Fault[] {
  const prepared = prepare(table, spec, options);
  return 'sample' in prepared ? fitPrepared(prepared) : prepared;
}

/** Names, covariance and notes of a fit; `x` are the columns that the fit's `kept` and `dropped` count. */
export function infer(
  made: Prepared & { readonly fit: LinearFit },
  errors: Errors | readonly Fault[],
): FittedModel | readonly Fault[] {
  const { table, spec, x, fit, sample } = made;
  if (!('type' in errors)) return errors;
  const rule = ruleOf(spec.ssc);
  const base = inference(fit, errors, rule);
  if (base === undefined) return [error('CE2416', { kind: errorsName(spec.errors) }, ['vcov'])];
  const resampled = isResampled(spec.errors) ? resampledErrors(made, spec.errors, base) : undefined;
  if (resampled !== undefined && !('inference' in resampled)) return resampled;
  const found = resampled?.inference ?? base;
  const kept = Array.from(fit.kept, (j) => (x[j] as DesignColumn).name);
  const dropped = fit.dropped.map(({ column, on }) => {
    const term = (x[column] as DesignColumn).name;
    return {
      term,
      reason: droppedReason(
        (x[column] as DesignColumn).values,
        Array.from(on, (j) => (x[j] as DesignColumn).name),
        fit,
      ),
    };
  });
  const constant =
    spec.constant && spec.effects.length > 0 ? reportedConstant(made, { found, errors, rule }) : undefined;
  const names = fit.hasConstant || constant ? ['(Intercept)', ...kept] : kept;
  const groups = dimensions(spec.errors).map((by, i) => ({ name: by.join('^'), levels: found.groups[i] as number }));
  const model: FittedModel = {
    fit,
    inference: constant === undefined ? found : { ...found, se: constant.se },
    names,
    coef: constant?.coef ?? fit.coef,
    vcov: constant?.vcov ?? found.vcov,
    dropped,
    rows: sample.rows,
    rowsRead: table.rows,
    parameters:
      spec.ssc === 'reghdfe' && errors.type === 'cluster'
        ? found.dfK + nestedLevels(fit.effects, errors.by)
        : fit.parameters,
    singletons: sample.singletons,
    absorbed: spec.effects.map((e, i) => ({ name: effectName(e), levels: (fit.effects[i] as Effect).levels })),
    clusters: groups,
    outcome: termName(spec.y),
    meanOutcome: weightedMean(made.y, made.weights),
    ...(resampled === undefined ? {} : { resampled }),
    notes: [],
  };
  return { ...model, notes: [...sample.notes, ...notesOf(model, spec), ...(resampled?.notes ?? [])] };
}

/** The cluster dimensions of the errors. */
function dimensions(errors: ErrorsSpec): readonly (readonly string[])[] {
  if (errors.type === 'cluster') return errors.by;
  if (errors.type === 'bell-mccaffrey') return [errors.by];
  return isResampled(errors) && errors.by.length > 0 ? [errors.by] : [];
}

function droppedReason(values: Float64Array, on: readonly string[], fit: LinearFit): string {
  if (on.length > 0) return `collinear with ${on.join(', ')}`;
  const first = values[0];
  if (values.every((v) => v === first)) return 'no variation';
  return fit.effects.length > 0 ? 'collinear with the fixed effects' : 'no variation';
}

const FEW_CLUSTERS = 20;

/** Terms that were left out, and why. */
export const droppedNotes = ({ dropped }: Pick<FittedModel, 'dropped'>): Note[] =>
  dropped.map(({ term, reason }) => ({ code: 'CN2403', args: { term, reason } }));

function notesOf(model: FittedModel, spec: LinearSpec): Note[] {
  const notes = droppedNotes(model);
  if (spec.unit !== undefined) notes.push({ code: 'CN2404', args: { unit: spec.unit } });
  for (const { name, levels } of model.clusters) {
    if (levels < FEW_CLUSTERS && spec.errors.type !== 'bell-mccaffrey')
      notes.push({ code: 'CN2405', args: { groups: levels, name } });
    if (levels < model.names.length)
      notes.push({ code: 'CN2406', args: { groups: levels, parameters: model.names.length } });
  }
  model.names.forEach((term, j) => {
    if (model.inference.se[j] === 0) notes.push({ code: 'CN2700', args: { term } });
  });
  const { certain } = model.inference;
  if (certain !== undefined) notes.push({ code: 'CN2701', args: { rows: certain, kind: errorsName(spec.errors) } });
  if (model.inference.repaired) notes.push({ code: 'CN2407', args: {} });
  const { absorbed } = model.fit;
  if (absorbed?.converged === false)
    notes.push({ code: 'CN2408', args: { residual: absorbed.residual.toExponential(1) } });
  return notes;
}

export function errorsOn(table: Table, errors: ErrorsSpec, rows: Int32Array): Errors | readonly Fault[] {
  const time = (name: string) => factorOf(table, [name], rows);
  switch (errors.type) {
    case 'iid':
    case 'hc':
      return errors;
    case 'cluster':
      return clustered(table, errors.by, rows);
    case 'bell-mccaffrey': {
      const plain = clustered(table, [errors.by], rows);
      if (!('type' in plain) || plain.type !== 'cluster') return plain;
      return { type: errors.type, correction: errors.correction, clusters: plain.by[0] as Factor };
    }
    case 'wild':
    case 'bootstrap':
    case 'jackknife':
      return errors.by.length === 0 ? { type: 'hc', variant: 1 } : clustered(table, [errors.by], rows);
    case 'driscoll-kraay':
      return { type: errors.type, time: time(errors.time), ...(errors.lag === undefined ? {} : { lag: errors.lag }) };
    case 'newey-west': {
      const panel = { unit: factorOf(table, [errors.unit], rows), time: time(errors.time) };
      const at = rows[repeatedPeriod(panel)];
      if (at !== undefined) {
        const value = namedFactor(table.column(errors.unit), Int32Array.of(at)).names[0] as string;
        return [error('CE2419', { unit: errors.unit, value, name: 'Newey-West' }, ['vcov'])];
      }
      return { type: errors.type, ...panel, ...(errors.lag === undefined ? {} : { lag: errors.lag }) };
    }
    case 'conley':
      return {
        type: 'conley',
        places: { latitude: pick(table.numbers(errors.lat), rows), longitude: pick(table.numbers(errors.lon), rows) },
        cutoff: errors.km,
        distance: errors.distance,
      };
  }
}

function clustered(
  table: Table,
  dimensions: readonly (readonly string[])[],
  rows: Int32Array,
): Errors | readonly Fault[] {
  const by = dimensions.map((columns) => factorOf(table, columns, rows));
  const few = by.flatMap((f, i) =>
    f.levels < 2
      ? [error('CE2412', { name: (dimensions[i] as readonly string[]).join('^'), groups: f.levels }, ['cluster'])]
      : [],
  );
  return few.length > 0 ? few : { type: 'cluster', by };
}

/**
 * The constant that reghdfe reports beside absorbed effects: the mean of y less the slopes at the means of x, from the
 * regression on demeaned columns with their means put back (Correia 2016, "Linear models with high-dimensional fixed effects").
 */
function reportedConstant(
  { spec, x, y, fit }: { spec: LinearSpec; x: readonly DesignColumn[]; y: Float64Array; fit: LinearFit },
  { found, errors, rule }: { found: Inference; errors: Errors; rule: SmallSample },
): { coef: Float64Array; vcov: Float64Array; se: Float64Array } {
  const mass = fit.weights === undefined ? fit.n : fit.weights.reduce((s, w) => s + w, 0);
  const mean = (v: Float64Array): number => v.reduce((s, a, i) => s + a * (fit.weights?.[i] ?? 1), 0) / mass;
  const means = Float64Array.from(fit.kept, (j) => mean((x[j] as DesignColumn).values));
  const k = fit.terms + 1;
  const bread = new Float64Array(k * k);
  bread[0] = 1 / mass;
  for (let a = 1; a < k; a++)
    for (let b = 1; b < k; b++) bread[a * k + b] = fit.bread[(a - 1) * fit.terms + b - 1] as number;
  const coef = new Float64Array(k);
  coef.set(fit.coef, 1);
  coef[0] = mean(y) - fit.coef.reduce((s, b, j) => s + b * (means[j] as number), 0);
  const design = [new Float64Array(fit.n).fill(1), ...fit.design];
  const { scores: _, conditioned, ...rest } = fit; // sums of scores by cluster know nothing of the constant
  const wider: LinearFit = {
    ...rest,
    ...(conditioned && { conditioned: withOnes(conditioned, fit.n, mass) }),
    ...{ terms: k, hasConstant: true, coef, design, bread, means },
    hat: fit.hat ?? conditioned ?? fit, // the effects hold the constant: it has no leverage of its own
  };
  // K is that of the model without the constant, which the effects hold already
  const raw = inference(wider, errors, { ...rule, adjustK: false });
  if (raw === undefined) throw new Error('ceteris bug: the constant has no covariance');
  const usesK = rule.adjustK && !(spec.errors.type === 'hc' && spec.errors.variant !== 1);
  const factor = usesK ? (fit.n - 1) / (fit.n - found.dfK) : 1;
  // what a repair does for the sake of the constant is not the slopes' business
  const vcov = raw.vcov.map((v, c) => {
    const [a, b] = [Math.floor(c / k), c % k];
    return a === 0 || b === 0 ? v * factor : (found.vcov[(a - 1) * fit.terms + b - 1] as number);
  });
  return { coef, vcov, se: Float64Array.from({ length: k }, (_, j) => Math.sqrt(vcov[j * k + j] as number)) };
}

export const isFaults = <T>(value: T | readonly Fault[]): value is readonly Fault[] => Array.isArray(value);
