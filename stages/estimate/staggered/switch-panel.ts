/** A panel as units × periods, for estimators that follow what units do to their treatment. */

import type { Table } from '../../columns/table.ts';
import { error, type Fault, type Note } from '../../contract.ts';
import { factorOfNumbers } from '../../kernels/factor-codes.ts';
import type { PathPanel } from '../../kernels/switch-paths.ts';
import { atomValues } from '../atom-values.ts';
import { designOf, factorOf, type NamedFactor, namedFactor, pick } from '../design.ts';
import type { EventStudySpec } from '../event-study-spec.ts';
import { weightedMean } from '../outcome-mean.ts';
import { estimationSample } from '../sample.ts';
import type { ValueAtom } from '../term.ts';
import { clustersByUnit, type UnitClusters } from './clusters-by-unit.ts';
import { constantOutcome } from './degenerate.ts';

export interface SwitchPanel extends UnitClusters {
  readonly panel: PathPanel;
  /** names of the covariates */
  readonly covariates: readonly string[];
  /** rows of the sample */
  readonly rows: Int32Array;
  readonly rowsRead: number;
  readonly meanOutcome: number;
  readonly notes: readonly Note[];
}

/** Treatment is read in every row in which it is there, the outcome and what goes with it in the rows of the sample. */
export function switchPanel(table: Table, spec: EventStudySpec): SwitchPanel | readonly Fault[] {
  const { unit: unitName = '', time: timeName = '', column } = spec.adoption;
  const time = table.numbers(timeName);
  const treatment = table.numbers(column);
  const known = Uint8Array.from(time, (t, i) => (Number.isFinite(t) && Number.isFinite(treatment[i]) ? 1 : 0));
  const sample = estimationSample(table, spec.linear, known);
  if (!('rows' in sample)) return sample;
  const { rows } = sample;
  const constant = constantOutcome(pick(atomValues(spec.linear.y[0] as ValueAtom, table), rows), spec);
  if (constant !== undefined) return [constant];
  const all = Int32Array.from(known.keys()).filter((i) => known[i] === 1);
  const unit = namedFactor(table.column(unitName), all);
  const period = factorOfNumbers(pick(time, all));
  const twice = repeated(unit, period, unitName);
  if (twice !== undefined) return [twice];
  const place = new Map(
    Array.from(all, (row, k) => [row, (unit.codes[k] as number) * period.levels + (period.codes[k] as number)]),
  );
  const grid = (values: (k: number) => number, of: Int32Array): Float64Array => {
    const out = new Float64Array(unit.levels * period.levels).fill(Number.NaN);
    of.forEach((row, k) => {
      out[place.get(row) as number] = values(k);
    });
    return out;
  };
  const faults: Fault[] = [];
  const x = designOf(spec.linear.x, true, { table, rows, faults });
  const within = groupsOf(table, spec.options.trends_nonparam ?? [], { rows: all, unit });
  if ('code' in within) faults.push(within);
  const clustered = clustersByUnit(table, spec, { rows: all, unit });
  if ('code' in clustered) faults.push(clustered);
  if (faults.length > 0 || 'code' in within || 'code' in clustered) return faults;
  const y = pick(atomValues(spec.linear.y[0] as ValueAtom, table), rows);
  const d = pick(treatment, all);
  const weights = spec.linear.weights === undefined ? undefined : pick(table.numbers(spec.linear.weights), rows);
  const panel: PathPanel = {
    units: unit.levels,
    periods: period.levels,
    y: grid((k) => y[k] as number, rows),
    d: grid((k) => d[k] as number, all),
    weights: grid((k) => weights?.[k] ?? 1, rows).map((w) => (Number.isNaN(w) ? 0 : w)),
    x: x.map((c) => grid((k) => c.values[k] as number, rows)),
    within: within.codes,
    ...(clustered.clusters === undefined ? {} : { clusters: clustered.clusters.codes }),
  };
  return {
    panel,
    covariates: x.map((c) => c.name),
    ...clustered,
    rows,
    rowsRead: table.rows,
    meanOutcome: weightedMean(y, weights),
    notes: sample.notes,
  };
}

interface Periods {
  readonly codes: ArrayLike<number>;
  readonly levels: number;
  readonly values: Float64Array;
}

function repeated(unit: NamedFactor, period: Periods, name: string): Fault | undefined {
  const seen = new Uint8Array(unit.levels * period.levels);
  for (let k = 0; k < unit.codes.length; k++) {
    const [u, t] = [unit.codes[k] as number, period.codes[k] as number];
    const at = u * period.levels + t;
    if (seen[at] === 1)
      return error('CE2459', { name, unit: unit.names[u] as string, time: period.values[t] as number });
    seen[at] = 1;
  }
  return undefined;
}

/** The group whose trend a unit shares; it must hold still within units. */
function groupsOf(
  table: Table,
  columns: readonly string[],
  { rows, unit }: { readonly rows: Int32Array; readonly unit: NamedFactor },
): { readonly codes: Int32Array } | Fault {
  const codes = new Int32Array(unit.levels);
  if (columns.length === 0) return { codes };
  codes.fill(-1);
  const factor = factorOf(table, columns, rows);
  for (let k = 0; k < rows.length; k++) {
    const u = unit.codes[k] as number;
    if (codes[u] !== -1 && codes[u] !== factor.codes[k])
      return error('CE2955', { name: columns.join('^'), unit: unit.names[u] as string }, ['trends_nonparam']);
    codes[u] = factor.codes[k] as number;
  }
  return { codes };
}
