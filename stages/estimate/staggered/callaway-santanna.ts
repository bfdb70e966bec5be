/**
 * Group-time effects and their averages. Source: Callaway & Sant'Anna (2021), J. Econometrics 225(2), 200–230; conventions of
 * R's `did` 2.5: errors from influence functions over all units, Σ ψ² / n², normal intervals.
 */
import type { Table } from '../../columns/table.ts';
import type { Fault, Note } from '../../contract.ts';
import {
  type Average,
  type Averages as CellAverages,
  calendarAverages,
  cohortAverages,
  dynamicAverages,
  simpleAverage,
} from '../../kernels/cell-aggregates.ts';
import { type GroupTime, type GroupTimeCell, groupTime } from '../../kernels/group-time.ts';
import { influenceCovariance, multiplierBand } from '../../kernels/influence.ts';
import type { DidMethod } from '../../kernels/two-by-two.ts';
import type { EventStudySpec } from '../event-study-spec.ts';
import { weightedMean } from '../outcome-mean.ts';
import { termName } from '../term.ts';
import { type Balance, balanceOf, reachOf } from './balance.ts';
import { clusterFields } from './clusters-by-unit.ts';
import { type CohortSample, cohortSample } from './cohort-sample.ts';
import type { Estimates } from './estimates.ts';
import { type Averages, type Band, cohortName, type Estimated, periodName, timeName } from './event-record.ts';
import { emptyCells } from './missing-cells.ts';
import { pretest, smallCohorts } from './pretest.ts';

export function callawaySantanna(table: Table, spec: EventStudySpec): Estimated | readonly Fault[] {
  const sample = cohortSample(table, spec);
  if (!('rows' in sample)) return sample;
  const { control = 'never', base = 'varying', anticipation = 0, sampling = 'panel' } = spec.options;
  const method = didMethod(spec);
  const { times, cohort, cohorts } = sample;
  const design = { times, cohort, cohorts, control, method, base, anticipation, sampling };
  const found = groupTime(sample.data, design);
  const missing = emptyCells(found, spec);
  if ('faults' in missing) return missing.faults;
  const balance = balanceOf(spec, reachOf(times, cohorts));
  if ('code' in balance) return [balance];
  return assemble(found, { spec, sample, balance, notes: [...sample.notes, ...missing.notes, ...balance.notes] });
}

/** `declare` lets no other method through. */
function didMethod({ options }: EventStudySpec): DidMethod {
  const { method = 'dr' } = options;
  if (method === 'efficient' || method === 'did' || method === 'means')
    throw new Error(`ceteris bug: method ${method} of another estimator`);
  return method;
}

interface Context {
  readonly spec: EventStudySpec;
  readonly sample: CohortSample;
  readonly balance: Balance;
  readonly notes: readonly Note[];
}

/** An average under its name in the record. */
interface NamedAverage extends Average {
  readonly name: string;
}

function assemble({ cells }: GroupTime, { spec, sample, balance, notes }: Context): Estimated {
  const { cohort, weights, clusters } = sample;
  const shares = { cohort, weights };
  const balanced = cells.filter((c) => balance.holds(c.cohort, c.time - c.cohort));
  const kinds = [
    keyed('dynamic', dynamicAverages(balanced, shares, [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY])),
    keyed('group', cohortAverages(cells, shares)),
    keyed('calendar', calendarAverages(cells, shares)),
  ];
  const anchors = new Set(kinds.flatMap((k) => (k.kind === 'dynamic' ? anchorNames(k, cells) : [])));
  const list: NamedAverage[] = [
    ...kinds.flatMap((k) => k.list.filter((a) => !anchors.has(a.name))),
    { name: 'att', ...simpleAverage(cells, shares) },
  ];
  const all: Estimates = {
    names: list.map((a) => a.name),
    estimate: Float64Array.from(list, (a) => a.estimate),
    vcov: influenceCovariance(
      list.map((a) => a.influence),
      clusters,
    ),
    df: Number.POSITIVE_INFINITY,
  };
  const averages = kinds.map(
    ({ names, ...k }): Averages => ({ ...k, names: new Map([...names].filter(([n]) => !anchors.has(n))) }),
  );
  const drawn = bandOf(spec, { list, sample, averages });
  const estimated = cells.filter((c) => !c.isBase);
  const tested = pretest(
    estimated.filter((c) => c.time < c.cohort),
    sample,
  );
  return {
    all,
    averages,
    others: [],
    cells: estimated.map((c) => cellRecord(c, clusters)),
    reference: [...anchors].map((name) => Number(name.slice('rel_time::'.length))),
    pretrend: tested,
    ...(drawn === undefined ? {} : { band: drawn }),
    base: {
      outcome: termName(spec.linear.y),
      mean_outcome: weightedMean(sample.data.y, sample.data.weights),
      nobs: sample.rows.length,
      rows: sample.rowsRead,
      units: cohort.length,
      level: spec.linear.level,
      ...errorsOf(sample),
      dropped: [],
      singletons: 0,
      weights: spec.linear.weights,
    },
    notes: [...notes, ...(spec.options.sampling === 'cross-section' ? [] : smallCohorts(sample)), ...tested.notes],
  };
}

const cellRecord = (c: GroupTime['cells'][number], clusters: CohortSample['clusters']): Estimated['cells'][number] => ({
  term: `${cohortName(c.cohort)}:${timeName(c.time)}`,
  cohort: c.cohort,
  rel_time: c.time - c.cohort,
  time: c.time,
  base: c.base,
  treated: c.treated,
  controls: c.controls,
  estimate: c.att,
  std_error: Math.sqrt(influenceCovariance([c.influence], clusters)[0] as number),
});

/** Rows of cross-sections vary by themselves: their errors are robust ones. */
const errorsOf = (sample: CohortSample) =>
  sample.clusterName === '' ? { vcov_type: 'HC0', clusters: [] } : clusterFields(sample, sample.cohort.length);

function keyed(kind: Averages['kind'], { keys, by, overall }: CellAverages) {
  const nameOf = { dynamic: periodName, group: cohortName, calendar: timeName }[kind];
  const names = new Map(Array.from(keys, (k) => [nameOf(k), k]));
  const own = kind === 'dynamic' ? {} : { overall: `att_${kind}` };
  const list: NamedAverage[] = by.map((a, i) => ({ name: nameOf(keys[i] as number), ...a }));
  return { kind, names, ...own, list: kind === 'dynamic' ? list : [...list, { name: `att_${kind}`, ...overall }] };
}

/** Relative times that are the base period of every cohort: 0 by construction. */
function anchorNames(
  { names }: { readonly names: ReadonlyMap<string, number> },
  cells: readonly GroupTimeCell[],
): string[] {
  return [...names].flatMap(([name, k]) =>
    cells.filter((c) => c.time - c.cohort === k).every((c) => c.isBase) ? [name] : [],
  );
}

function bandOf(
  spec: EventStudySpec,
  of: { list: readonly NamedAverage[]; sample: CohortSample; averages: readonly Averages[] },
): Band | undefined {
  const { bootstrap: draws = 0, seed = 1, aggregate = 'dynamic' } = spec.options;
  if (draws === 0) return undefined;
  const wanted = of.averages.find((a) => a.kind === aggregate)?.names ?? new Map([['att', 0]]);
  const columns = of.list.filter((a) => wanted.has(a.name));
  const { critical, stdErrors } = multiplierBand(
    columns.map((a) => a.influence),
    of.sample.clusters,
    { draws, seed, level: spec.linear.level },
  );
  const errors = new Map(
    columns.flatMap((a, j) => (Number.isNaN(stdErrors[j]) ? [] : [[a.name, stdErrors[j] as number]])),
  );
  return { draws, seed, critical, stdErrors: errors };
}
