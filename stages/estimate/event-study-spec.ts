/** The params of `event-study` in canonical form, with every fault that can be told before the data are seen. */
import { listOf } from '../columns/params.ts';
import { ColumnLookup, tableShapeOf } from '../columns/schema.ts';
import { type DeclareContext, error, type Fault, type TableShape } from '../contract.ts';
import {
  AGGREGATES,
  type Estimator,
  type EventStudyParams,
  FOREIGN,
  METHODS,
  OF_EFFECTS,
  OPTION_NAMES,
  OPTIONS,
  type Options,
  optionsOf,
  referenceOf,
} from './event-study-params.ts';
import { declareLinear, type LinearDeclared, type LinearSpec } from './linear-spec.ts';

/** Where the start of treatment is written, and the panel's keys where they are known. */
export type AdoptionSpec = {
  readonly by: 'cohort' | 'rel_time' | 'treatment';
  readonly column: string;
  readonly unit?: string;
  readonly time?: string;
  /** cohorts that mean never treated; undefined: it was not said, and a cohort 0 before the data is refused */
  readonly never?: readonly number[];
};

export type EventStudySpec = {
  readonly estimator: Estimator;
  readonly linear: LinearSpec;
  readonly adoption: AdoptionSpec;
  readonly reference: readonly number[];
  readonly window: readonly [number, number] | 'all';
  readonly options: Options;
};

export interface EventStudyDeclared {
  readonly faults: readonly Fault[];
  readonly spec: EventStudySpec;
  readonly reads: readonly string[];
  readonly linear: LinearDeclared;
}

/** Estimators whose model has no effects to be chosen: units and periods are what they compare. */
const COMPARES_CELLS: ReadonlySet<Estimator> = new Set([
  'callaway-santanna',
  'roth-santanna',
  'chaisemartin-dhaultfoeuille',
]);

/** Estimators that predict treated rows from untreated ones. */
const PREDICTS: ReadonlySet<Estimator> = new Set(['imputation', 'two-stage']);

export function declareEventStudy(context: DeclareContext<EventStudyParams>): EventStudyDeclared {
  const { params } = context;
  const shape = tableShapeOf(context.inputs.from?.[0]);
  const estimator = params.estimator ?? 'twfe';
  const faults: Fault[] = [...foreignFaults(params, estimator)];
  const reference = referenceOf(params);
  const window = windowOf(params, reference, faults);
  const { absorb, ...others } = params;
  const { unit, time } = { ...shape.panel, ...definedOf({ unit: params.unit, time: params.time }) };
  const keys = unit === undefined || time === undefined ? [] : [unit, time];
  if (COMPARES_CELLS.has(estimator)) faults.push(...absorbFaults(params, keys, estimator));
  if (COMPARES_CELLS.has(estimator) || PREDICTS.has(estimator)) faults.push(...errorsFaults(params, estimator, unit));
  // a lonely untreated row is all that is known of its unit: estimators that predict from such rows keep it unless told
  const lonely = PREDICTS.has(estimator) ? { singletons: params.singletons ?? ('keep' as const) } : {};
  const clusters = clustersOf(params, estimator, unit);
  const linearParams = COMPARES_CELLS.has(estimator)
    ? others
    : { ...others, ...lonely, ...clusters, absorb: absorb ?? keys };
  const linear = declareLinear({ ...context, params: linearParams });
  const adoption = adoptionSpec(params, { shape, estimator, unit, time }, faults);
  const groups = listOf<string>(params.trends_nonparam);
  const lookup = new ColumnLookup(shape);
  for (const [i, name] of groups.entries())
    lookup.any(name, typeof params.trends_nonparam === 'string' ? ['trends_nonparam'] : ['trends_nonparam', i]);
  faults.push(...lookup.faults);
  const reads = [...new Set([...linear.reads, ...adoptionColumns(adoption), ...groups])].sort();
  const spec = { estimator, linear: linear.spec, adoption, reference, window, options: optionsOf(params, estimator) };
  return { faults: [...linear.faults, ...faults], spec, reads, linear };
}

function foreignFaults(params: EventStudyParams, estimator: Estimator): Fault[] {
  const own = Object.keys(OPTIONS[estimator]);
  const faults = [
    ...OPTION_NAMES.filter((name) => params[name] !== undefined && !own.includes(name)),
    ...FOREIGN[estimator].filter((name) => params[name] !== undefined),
  ].map((name) => error('CE2450', { name, estimator }, [name]));
  const known = AGGREGATES[estimator];
  if (params.aggregate !== undefined && known !== undefined && !known.includes(params.aggregate))
    faults.push(error('CE2451', { name: params.aggregate, known, estimator }, ['aggregate']));
  const methods = METHODS[estimator];
  if (params.method !== undefined && methods !== undefined && !methods.includes(params.method))
    faults.push(error('CE2479', { name: params.method, known: methods, estimator }, ['method']));
  if (params.control === 'later' && own.includes('control') && estimator !== 'callaway-santanna')
    faults.push(error('CE2672', { estimator }, ['control']));
  if (estimator === 'stacked' && params.window === undefined) faults.push(error('CE2480', {}));
  if (estimator === 'chaisemartin-dhaultfoeuille') faults.push(...switchFaults(params));
  return faults;
}

/** What says nothing without `effects`, and how effects may be averaged. */
function switchFaults(params: EventStudyParams): Fault[] {
  const faults = params.treatment === undefined ? [error('CE2481', {})] : [];
  if ((params.effects ?? 0) === 0)
    return [
      ...faults,
      ...[...OF_EFFECTS, 'controls' as const]
        .filter((name) => params[name] !== undefined)
        .map((name) => error('CE2954', { name }, [name])),
    ];
  if (params.aggregate === 'calendar') faults.push(error('CE2956', {}, ['aggregate']));
  if (params.aggregate === 'simple' && params.trends_lin === true) faults.push(error('CE2963', {}, ['aggregate']));
  return faults;
}

/** Rows of a stack are the same units again and again: without a word on errors they are clustered by unit. */
function clustersOf(params: EventStudyParams, estimator: Estimator, unit: string | undefined): { cluster?: string } {
  const silent = params.vcov === undefined && params.cluster === undefined;
  return estimator === 'stacked' && silent && unit !== undefined ? { cluster: unit } : {};
}

/** Effects of unit and period are in these estimators by themselves; others are not. */
function absorbFaults(params: EventStudyParams, keys: readonly string[], estimator: Estimator): Fault[] {
  return listOf<string>(params.absorb).flatMap((name, i) =>
    keys.length === 0 || keys.includes(name)
      ? []
      : [error('CE2452', { name, estimator }, typeof params.absorb === 'string' ? ['absorb'] : ['absorb', i])],
  );
}

/** Clusters by one variable, or units. */
function errorsFaults(params: EventStudyParams, estimator: Estimator, unit: string | undefined): Fault[] {
  const written = params.vcov ?? (params.cluster === undefined ? undefined : { cluster: params.cluster });
  if (written === undefined) return [];
  const by =
    typeof written === 'object' && written !== null ? (written as { cluster?: string | string[] }).cluster : undefined;
  const own = estimator === 'roth-santanna' ? [params.unit ?? unit] : undefined;
  const names = listOf<string>(by);
  if (by !== undefined && names.length <= 1 && (own === undefined || names.every((n) => own.includes(n)))) return [];
  const errors =
    by === undefined
      ? typeof written === 'string'
        ? written
        : Object.keys(written as object).join(', ')
      : listOf<string>(by).join(', ');
  const code = own === undefined ? 'CE2470' : 'CE2671';
  return [error(code, { estimator, errors }, [params.vcov === undefined ? 'cluster' : 'vcov'])];
}

function windowOf(params: EventStudyParams, reference: readonly number[], faults: Fault[]): EventStudySpec['window'] {
  const window = params.window ?? 'all';
  if (window === 'all') return window;
  const [low, high] = window;
  if (low > high) faults.push(error('CE2432', { low, high }, ['window']));
  const outside = reference.filter((value) => low <= high && (value < low || value > high));
  if (params.reference !== undefined || params.estimator === undefined || params.estimator === 'twfe')
    faults.push(...outside.map((value) => error('CE2433', { value, low, high }, ['reference'])));
  return window;
}

/** The members that are there. */
const definedOf = <T extends Readonly<Record<string, string | undefined>>>(of: T): { [K in keyof T]?: string } =>
  Object.fromEntries(Object.entries(of).filter(([, v]) => v !== undefined)) as { [K in keyof T]?: string };

const WAYS = ['cohort', 'rel_time', 'treatment'] as const;

/** They say the same thing; `never` speaks of cohorts. */
export const ADOPTION_INSTEAD = {
  cohort: ['rel_time', 'treatment'],
  rel_time: ['cohort', 'treatment', 'never'],
  treatment: ['cohort', 'rel_time', 'never'],
} as const;

function adoptionSpec(
  params: EventStudyParams,
  {
    shape,
    estimator,
    unit,
    time,
  }: { shape: TableShape; estimator: Estimator; unit: string | undefined; time: string | undefined },
  faults: Fault[],
): AdoptionSpec {
  const given = WAYS.filter((way) => params[way] !== undefined);
  if (given.length !== 1) faults.push(error('CE2431', {}, given.length === 0 ? undefined : given.slice(-1)));
  const by = given[0] ?? 'cohort';
  const column = params[by] ?? '';
  const never =
    params.never === undefined ? undefined : [...new Set(listOf<number>(params.never))].sort((a, b) => a - b);
  if (never !== undefined && by !== 'cohort') faults.push(error('CE2453', { name: by }, ['never']));
  const needsKeys = by !== 'rel_time' || estimator !== 'twfe';
  const tracked = params.sampling !== 'cross-section';
  if (needsKeys && (time === undefined || (tracked && unit === undefined))) faults.push(error('CE2471', {}));
  const keys = needsKeys ? definedOf({ time, ...(tracked ? { unit } : {}) }) : {};
  if (column !== '') {
    const lookup = new ColumnLookup(shape);
    lookup.number(column, [by]);
    if (keys.time !== undefined) lookup.number(keys.time, ['time']);
    if (keys.unit !== undefined) lookup.any(keys.unit, ['unit']);
    faults.push(...lookup.faults);
  }
  return { by, column, ...keys, ...(never === undefined ? {} : { never }) };
}

const adoptionColumns = ({ column, unit, time }: AdoptionSpec): readonly string[] =>
  [column, unit, time].filter((name): name is string => name !== undefined && name !== '');
