/** One cluster per unit, from the params' cluster variable. */
import type { Table } from '../../columns/table.ts';
import { error, type Fault, type Note } from '../../contract.ts';
import type { Factor } from '../../kernels/factor-codes.ts';
import { factorOf } from '../design.ts';
import type { EventStudySpec } from '../event-study-spec.ts';

export interface UnitClusters {
  /** absent: the units themselves */
  readonly clusters?: Factor;
  readonly clusterName: string;
}

/** A cluster must hold still within units, and there must be two. Without a cluster variable, units are the clusters. */
export function clustersByUnit(
  table: Table,
  { linear, adoption }: EventStudySpec,
  { rows, unit }: { readonly rows: Int32Array; readonly unit: Factor },
): UnitClusters | Fault {
  const { errors } = linear;
  const unitName = adoption.unit ?? '';
  const by = errors.type === 'cluster' ? (errors.by[0] ?? []) : [];
  if (by.length === 0 || (by.length === 1 && by[0] === unitName)) return { clusterName: unitName };
  const clusterName = by.join('^');
  const factor = factorOf(table, by, rows);
  if (factor.levels < 2) return error('CE2412', { name: clusterName, groups: factor.levels }, ['cluster']);
  const codes = new Int32Array(unit.levels).fill(-1);
  for (let i = 0; i < rows.length; i++) {
    const u = unit.codes[i] as number;
    const c = factor.codes[i] as number;
    if (codes[u] === -1) codes[u] = c;
    else if (codes[u] !== c) return error('CE2469', { name: clusterName, unit: unitName }, ['cluster']);
  }
  return { clusters: { codes, levels: factor.levels }, clusterName };
}

/** How the errors were made, in a record; where no cluster is named, the `units` are the clusters. */
export const clusterFields = ({ clusters, clusterName }: UnitClusters, units: number) => ({
  vcov_type: `cluster: ${clusterName}`,
  clusters: [{ name: clusterName, levels: clusters?.levels ?? units }],
});

/** What estimators end with whose sample loses no terms and no singletons. */
export const closingFields = ({ linear }: EventStudySpec, clusters: UnitClusters, units: number) => ({
  level: linear.level,
  ...clusterFields(clusters, units),
  dropped: [],
  singletons: 0,
  weights: linear.weights,
});

const FEW_CLUSTERS = 20;

/** Errors of few clusters (units, without a cluster variable) are too small. */
export function clusterNotes({ clusters, clusterName }: UnitClusters, units: number): Note[] {
  const groups = clusters?.levels ?? units;
  return groups < FEW_CLUSTERS ? [{ code: 'CN2405', args: { groups, name: clusterName } }] : [];
}
