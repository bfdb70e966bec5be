/**
 * What the untreated rows say of all rows: y less its prediction by effects and covariates that are fitted on rows before
 * treatment alone. Shared by the imputation and the two-stage estimators.
 * Source: Borusyak, Jaravel & Spiess (2024), Rev. Econ. Stud. 91(6); Gardner (2022), arXiv:2207.05943.
 */
import type { Table } from '../../columns/table.ts';
import { error, type Fault, type Note } from '../../contract.ts';
import { type EffectSystem, effectSystem, MOST_REST_COLUMNS } from '../../kernels/effect-system.ts';
import type { Effect } from '../../kernels/effects.ts';
import { compact, type Factor } from '../../kernels/factor-codes.ts';
import { rowsWithoutSingletons } from '../../kernels/singletons.ts';
import { factorOf, pick } from '../design.ts';
import type { EventStudySpec } from '../event-study-spec.ts';
import { outcomeMean } from '../outcome-mean.ts';
import { prepare } from '../prepared.ts';
import { type EffectTerm, effectName } from '../term.ts';
import { adoptionOf } from './adoption.ts';
import { constantOutcome, idleCovariates } from './degenerate.ts';

/** A row's part: fitted, treated and predicted, or neither (its effects are not known, or it was set aside). */
export const FITTED = 1;
export const TREATED = 0;
export const UNUSED = 2;

export interface UntreatedOutcome {
  readonly rows: Int32Array;
  readonly rowsRead: number;
  readonly time: Float64Array;
  /** Infinity: never treated */
  readonly cohort: Float64Array;
  readonly weights: Float64Array;
  /** FITTED, TREATED or UNUSED */
  readonly role: Uint8Array;
  /** y less its prediction */
  readonly gap: Float64Array;
  readonly clusters: Factor;
  readonly clusterName: string;
  readonly units: number;
  readonly absorbed: readonly { readonly name: string; readonly levels: number }[];
  readonly system: EffectSystem;
  /** over the rows that are fitted or predicted */
  readonly meanOutcome: number;
  /** treated rows that could not be predicted */
  readonly lost: number;
  readonly notes: readonly Note[];
}

export function untreatedOutcome(table: Table, spec: EventStudySpec): UntreatedOutcome | readonly Fault[] {
  if (!spec.linear.effects.some((e) => !e.slopeOnly)) return [error('CE2474', {}, ['absorb'])];
  const adoption = adoptionOf(table, spec.adoption, { tracked: true, members: true });
  if (!('cohort' in adoption)) return adoption;
  // singletons here are lonely among the untreated rows, which are not known yet
  const prepared = prepare(table, { ...spec.linear, singletons: 'keep' }, { mask: adoption.known });
  if (!('sample' in prepared)) return prepared;
  const { rows } = prepared.sample;
  const notes: Note[] = [...adoption.notes, ...prepared.sample.notes];
  const { anticipation = 0 } = spec.options;
  const time = pick(adoption.time, rows);
  const cohort = pick(adoption.cohort, rows);
  const role = Uint8Array.from(time, (t, i) => (t < (cohort[i] as number) - anticipation ? FITTED : TREATED));
  const constant = constantOutcome(prepared.y, spec);
  if (constant !== undefined) return [constant];
  if (!role.includes(TREATED)) return [error('CE2435', {})];
  if (!role.includes(FITTED)) return [error('CE2468', {})];
  if (spec.linear.singletons === 'drop') setLonelyAside(prepared.effects, role, notes);
  const weights = prepared.weights ?? new Float64Array(rows.length).fill(1);
  const used = weights.map((w, i) => (role[i] === FITTED ? w : 0));
  const system = effectSystem(
    prepared.effects,
    prepared.x.map((c) => centred(c.values, used)),
    used,
  );
  if (system === undefined) return [error('CE2472', { most: MOST_REST_COLUMNS }, ['absorb'])];
  notes.push(...idleCovariates(system.dependent.map((j) => prepared.x[j]?.name ?? '')));
  const lost = leaveUnknownOut(system.estimable(), role, notes);
  const counts = (i: number): boolean => role[i] === TREATED && (time[i] as number) >= (cohort[i] as number);
  if (!role.some((_, i) => counts(i))) return [error('CE2473', {})];
  const { y } = prepared;
  const predicted = system.predict(system.solve(system.transpose(y.map((v, i) => v * (used[i] as number)))));
  const clustered = clusters(table, spec, rows);
  if ('code' in clustered) return [clustered];
  return {
    rows,
    rowsRead: table.rows,
    time,
    cohort,
    weights,
    role,
    gap: y.map((v, i) => v - (predicted[i] as number)),
    meanOutcome: outcomeMean(
      table,
      spec.linear,
      rows.filter((_, i) => role[i] !== UNUSED),
    ),
    ...clustered,
    units: compact(factorOf(table, [spec.adoption.unit ?? ''], rows)).levels,
    absorbed: prepared.effects.map((e, j) => ({
      name: effectName(spec.linear.effects[j] as EffectTerm),
      levels: e.levels,
    })),
    system,
    lost,
    notes: [...notes, ...clusterNotes(clustered)],
  };
}

/** Less the mean over the fitted rows, which the effects hold: numbers near 0 keep their digits. */
function centred(values: Float64Array, weights: Float64Array): Float64Array {
  let mass = 0;
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    mass += weights[i] as number;
    sum += (weights[i] as number) * (values[i] as number);
  }
  return values.map((v) => v - sum / mass);
}

/** Rows whose unit, period or covariates the fitted rows say nothing about. */
function leaveUnknownOut(known: Uint8Array, role: Uint8Array, notes: Note[]): number {
  const treated = role.reduce((n, r) => n + (r === TREATED ? 1 : 0), 0);
  let lost = 0;
  for (let i = 0; i < role.length; i++) {
    if (known[i] === 1) continue;
    if (role[i] === TREATED) lost++;
    role[i] = UNUSED;
  }
  if (lost > 0) notes.push({ code: 'CN2462', args: { rows: lost, treated } });
  return lost;
}

/** Untreated rows alone in a level among the untreated: their unit or period then has no prediction. */
function setLonelyAside(effects: readonly Effect[], role: Uint8Array, notes: Note[]): void {
  const rows = Int32Array.from(role.keys()).filter((i) => role[i] === FITTED);
  const factors = effects
    .filter((e) => e.slopeOnly !== true)
    .map((e) => ({ codes: Int32Array.from(rows, (i) => e.codes[i] as number), levels: e.levels }));
  const left = rowsWithoutSingletons(factors);
  if (left === undefined) return;
  const stays = new Set(Array.from(left, (k) => rows[k] as number));
  for (const i of rows) if (!stays.has(i)) role[i] = UNUSED;
  notes.push({ code: 'CN2463', args: { rows: rows.length - left.length } });
}

function clusters(
  table: Table,
  { linear, adoption }: EventStudySpec,
  rows: Int32Array,
): { readonly clusters: Factor; readonly clusterName: string } | Fault {
  const by = linear.errors.type === 'cluster' ? (linear.errors.by[0] ?? []) : [];
  const columns = by.length === 0 ? [adoption.unit ?? ''] : by;
  const clusterName = columns.join('^');
  const factor = factorOf(table, columns, rows);
  if (factor.levels < 2) return error('CE2412', { name: clusterName, groups: factor.levels }, ['cluster']);
  return { clusters: factor, clusterName };
}

const FEW_CLUSTERS = 20;

const clusterNotes = ({ clusters: { levels }, clusterName }: { clusters: Factor; clusterName: string }): Note[] =>
  levels < FEW_CLUSTERS ? [{ code: 'CN2405', args: { groups: levels, name: clusterName } }] : [];
