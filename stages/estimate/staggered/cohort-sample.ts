/** The sample of estimators that compare cohorts cell by cell: rows, units, cohorts that can be estimated, clusters. */
import type { Table } from '../../columns/table.ts';
import { error, type Fault, type Note } from '../../contract.ts';
import { compact, type Factor, factorOfNumbers } from '../../kernels/factor-codes.ts';
import type { GroupTimeRows } from '../../kernels/group-time.ts';
import { atomValues } from '../atom-values.ts';
import { designOf, factorOf, pick } from '../design.ts';
import type { EventStudySpec } from '../event-study-spec.ts';
import { estimationSample } from '../sample.ts';
import type { ValueAtom } from '../term.ts';
import { type Adoption, adoptionOf } from './adoption.ts';
import { clusterNotes, clustersByUnit } from './clusters-by-unit.ts';
import { constantOutcome, dependentColumns, idleCovariates } from './degenerate.ts';

export interface CohortSample {
  /** rows of the table that are used */
  readonly rows: Int32Array;
  readonly rowsRead: number;
  readonly data: GroupTimeRows;
  readonly times: Float64Array;
  /** first treated time by unit; Infinity: never within reach of the data */
  readonly cohort: Float64Array;
  /** cohorts to be estimated */
  readonly cohorts: Float64Array;
  /** sampling weight by unit */
  readonly weights: Float64Array;
  /** clusters by unit; absent: the units themselves */
  readonly clusters?: Factor;
  readonly clusterName: string;
  readonly notes: readonly Note[];
}

export function cohortSample(table: Table, spec: EventStudySpec): CohortSample | readonly Fault[] {
  const { sampling = 'panel' } = spec.options;
  const adoption = adoptionOf(table, spec.adoption, { tracked: sampling !== 'cross-section' });
  if (!('cohort' in adoption)) return adoption;
  const sample = estimationSample(table, spec.linear, adoption.known);
  if (!('rows' in sample)) return sample;
  const notes: Note[] = [...adoption.notes, ...sample.notes];
  const reach = withinReach(adoption, sample.rows, spec, notes);
  if ('code' in reach) return [reach];
  const units = unitsOf(table, spec, reach.rows, notes);
  if (units.rows.length === 0) return [error('CE2462', { periods: reach.periods }, ['sampling'])];
  return describe(table, spec, { adoption, reach, units, notes });
}

interface Reach {
  readonly rows: Int32Array;
  readonly cohorts: Float64Array;
  readonly last: number;
  readonly periods: number;
}

/**
 * Rows and cohorts that can take part: cohorts beyond the last period (and anticipation) count as never treated; without never
 * treated units the last cohort only serves as a control, and periods in which it is treated have none; units treated from the
 * first period on have no time before.
 */
function withinReach(
  { time, cohort }: Adoption,
  sample: Int32Array,
  spec: EventStudySpec,
  notes: Note[],
): Reach | Fault {
  const { control = 'never', anticipation = 0 } = spec.options;
  // the efficient estimator's `never` is the last cohort, treated in the end or not
  const needsNever = control === 'never' && spec.estimator !== 'roth-santanna';
  let rows = sample;
  const timesOf = () => rows.reduce((m, r) => Math.max(m, time[r] as number), Number.NEGATIVE_INFINITY);
  const last = timesOf() + anticipation;
  const finite = (r: number): boolean => (cohort[r] as number) <= last;
  let latest = Number.POSITIVE_INFINITY;
  if (rows.every(finite)) {
    latest = rows.reduce((m, r) => Math.max(m, cohort[r] as number), Number.NEGATIVE_INFINITY);
    if (needsNever) return error('CE2466', { name: spec.adoption.column }, ['control']);
    const from = latest - anticipation;
    rows = rows.filter((r) => (time[r] as number) < from);
    notes.push({ code: 'CN2454', args: { cohort: latest, time: from } });
    if (rows.length === 0) return error('CE2467', { cohort: latest }, [spec.adoption.by]);
  }
  const first = rows.reduce((m, r) => Math.min(m, time[r] as number), Number.POSITIVE_INFINITY);
  const always = (r: number): boolean => (cohort[r] as number) <= first + anticipation;
  const early = new Set(rows.filter(always).map((r) => cohort[r] as number));
  if (early.size > 0) {
    const before = rows.length;
    rows = rows.filter((r) => !always(r));
    notes.push({
      code: 'CN2451',
      args: { cohorts: [...early].sort((a, b) => a - b).map(String), rows: before - rows.length },
    });
  }
  const cohorts = Float64Array.from(new Set(Array.from(rows, (r) => cohort[r] as number)))
    .filter((g) => g <= last && g < latest)
    .sort();
  if (cohorts.length > 0) return { rows, cohorts, last, periods: new Set(Array.from(rows, (r) => time[r])).size };
  if (latest !== Number.POSITIVE_INFINITY) return error('CE2467', { cohort: latest }, [spec.adoption.by]);
  return error(early.size > 0 ? 'CE2468' : 'CE2435', {});
}

interface Units {
  readonly rows: Int32Array;
  readonly unit: Factor;
}

/** Units of the rows; in a panel only those that are there in every period. */
function unitsOf(table: Table, { adoption, options }: EventStudySpec, rows: Int32Array, notes: Note[]): Units {
  if (options.sampling === 'cross-section')
    return { rows, unit: { codes: Int32Array.from(rows.keys()), levels: rows.length } };
  const { unit: unitName = '', time: timeName = '' } = adoption;
  const unit = factorOf(table, [unitName], rows);
  if (options.sampling === 'unbalanced') return { rows, unit: compact(unit) };
  const periods = factorOfNumbers(pick(table.numbers(timeName), rows)).levels;
  const has = new Int32Array(unit.levels);
  for (const u of unit.codes) has[u] = (has[u] as number) + 1;
  const short = has.reduce((n, h) => n + (h > 0 && h < periods ? 1 : 0), 0);
  if (short === 0) return { rows, unit: compact(unit) };
  const kept = rows.filter((_, i) => has[unit.codes[i] as number] === periods);
  notes.push({ code: 'CN2460', args: { units: short, rows: rows.length - kept.length, periods } });
  return { rows: kept, unit: compact(factorOf(table, [unitName], kept)) };
}

interface Parts {
  readonly adoption: Adoption;
  readonly reach: Reach;
  readonly units: Units;
  readonly notes: readonly Note[];
}

function describe(table: Table, spec: EventStudySpec, parts: Parts): CohortSample | readonly Fault[] {
  const { adoption, reach, notes } = parts;
  const { rows, unit } = parts.units;
  const { linear } = spec;
  const faults: Fault[] = [];
  const x = designOf(linear.x, true, { table, rows, faults });
  if (faults.length > 0) return faults;
  const y = pick(atomValues(linear.y[0] as ValueAtom, table), rows);
  const constant = constantOutcome(y, spec);
  if (constant !== undefined) return [constant];
  const period = factorOfNumbers(pick(adoption.time, rows));
  const weights =
    linear.weights === undefined ? new Float64Array(rows.length).fill(1) : pick(table.numbers(linear.weights), rows);
  const cohort = new Float64Array(unit.levels);
  rows.forEach((row, i) => {
    const g = adoption.cohort[row] as number;
    cohort[unit.codes[i] as number] = g <= reach.last ? g : Number.POSITIVE_INFINITY;
  });
  const clustered = clustersByUnit(table, spec, { rows, unit });
  if ('code' in clustered) return [clustered];
  const few = clusterNotes(clustered, unit.levels);
  const never = cohort.reduce((n, g) => n + (g === Number.POSITIVE_INFINITY ? 1 : 0), 0);
  const rare: Note[] = never > 0 && never < FEW_NEVER ? [{ code: 'CN2461', args: { units: never } }] : [];
  const idle = idleCovariates(
    dependentColumns(
      x.map((c) => c.values),
      weights,
    ).map((j) => x[j]?.name ?? ''),
  );
  return {
    rows,
    rowsRead: table.rows,
    data: {
      y,
      x: x.map((c) => c.values),
      weights,
      period: Int32Array.from(period.codes),
      unit: Int32Array.from(unit.codes),
      units: unit.levels,
    },
    times: period.values,
    cohort,
    cohorts: reach.cohorts.filter((g) => cohort.includes(g)),
    weights: unitWeights(weights, { unit, period }, spec.options.sampling ?? 'panel'),
    ...clustered,
    notes: [...notes, ...idle, ...few, ...rare],
  };
}

const FEW_NEVER = 10;

/** In a panel the weight of the first period, else the mean over the unit's rows. */
function unitWeights(
  weights: Float64Array,
  { unit, period }: { unit: Factor; period: Factor },
  sampling: 'panel' | 'unbalanced' | 'cross-section',
): Float64Array {
  const sums = new Float64Array(unit.levels);
  const counts = new Float64Array(unit.levels);
  for (let i = 0; i < weights.length; i++) {
    if (sampling === 'panel' && period.codes[i] !== 0) continue;
    const u = unit.codes[i] as number;
    sums[u] = (sums[u] as number) + (weights[i] as number);
    counts[u] = (counts[u] as number) + 1;
  }
  return sums.map((s, u) => s / (counts[u] as number));
}
