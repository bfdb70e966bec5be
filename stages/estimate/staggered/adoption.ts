/** When each row's unit was first treated: from a cohort, a relative time or a 0/1 treatment, with all that can be wrong with it. */

import { isMissing } from '../../columns/column.ts';
import type { Table } from '../../columns/table.ts';
import { error, type Fault, type Note } from '../../contract.ts';
import { type NamedFactor, namedFactor } from '../design.ts';
import type { AdoptionSpec } from '../event-study-spec.ts';
import { type AdoptedRows, constantTreatment, misreadCohort } from './misread-adoption.ts';

export interface Adoption {
  /** time of every row of the table; NaN where missing */
  readonly time: Float64Array;
  /** first treated time of every row's unit; Infinity: never */
  readonly cohort: Float64Array;
  /** 1 for rows whose time, unit and treatment are known */
  readonly known: Uint8Array;
  readonly notes: readonly Note[];
}

export interface AdoptionOptions {
  /** units come back in other periods; false for repeated cross-sections */
  readonly tracked: boolean;
  /** several rows of a unit in a period are its members: a regression on rows needs no one row a cell */
  readonly members?: boolean;
}

/** Panel keys must be in the spec: `declare` has seen to it. */
export function adoptionOf(table: Table, spec: AdoptionSpec, options: AdoptionOptions): Adoption | readonly Fault[] {
  const { unit: unitName, time: timeName } = spec;
  if (timeName === undefined || (options.tracked && unitName === undefined))
    throw new Error('ceteris bug: adoption without unit or time');
  const time = table.numbers(timeName);
  const units = options.tracked && unitName !== undefined ? table.column(unitName) : undefined;
  const known = Uint8Array.from(time, (t, i) =>
    Number.isFinite(t) && !(units !== undefined && isMissing(units, i)) ? 1 : 0,
  );
  const fault = firstFraction(time, known, timeName, spec.by);
  if (fault !== undefined) return [fault];
  const rows = Int32Array.from(known.keys()).filter((i) => known[i] === 1);
  const unit = units === undefined ? undefined : namedFactor(units, rows);
  const twice = unit && repeated(rows, unit, time, unitName ?? '');
  if (twice !== undefined && options.members !== true) return [error('CE2459', { ...twice })];
  const found = cohorts({ table, spec, rows, time, known, unit });
  if (!('cohort' in found)) return found;
  const changed = unit === undefined ? undefined : changing(found.cohort, { rows, unit }, spec);
  if (changed !== undefined) return [changed];
  const misread = misreadAdoption(spec, { rows: rows.filter((i) => known[i] === 1), time, cohort: found.cohort });
  if (misread !== undefined) return [misread];
  return { time, cohort: found.cohort, known, notes: [...membersNote(twice), ...unevenTimes(time, known)] };
}

function misreadAdoption({ by, column, never }: AdoptionSpec, of: AdoptedRows): Fault | undefined {
  if (by === 'treatment') return constantTreatment(column, of);
  return by === 'cohort' ? misreadCohort({ name: column, never }, of) : undefined;
}

interface Source {
  readonly table: Table;
  readonly spec: AdoptionSpec;
  readonly rows: Int32Array;
  readonly time: Float64Array;
  /** written to: rows of unknown treatment lose their mark */
  readonly known: Uint8Array;
  readonly unit: NamedFactor | undefined;
}

function cohorts(source: Source): { readonly cohort: Float64Array } | readonly Fault[] {
  const { table, spec, time, known } = source;
  const values = table.numbers(spec.column);
  if (spec.by === 'treatment') return fromTreatment(source, values);
  const never = new Set(spec.never ?? []);
  const cohort = values.map((v, i) => {
    if (Number.isNaN(v) || never.has(v)) return Number.POSITIVE_INFINITY;
    return spec.by === 'cohort' ? v : (time[i] as number) - v;
  });
  const odd = cohort.findIndex((g, i) => known[i] === 1 && !Number.isInteger(g) && g !== Number.POSITIVE_INFINITY);
  if (odd === -1) return { cohort };
  return [error('CE2455', { name: spec.column, value: String(values[odd]), row: odd + 1 }, [spec.by])];
}

/** The first treated period of every unit; a treatment that is not 0/1, or that ends, is a fault. */
function fromTreatment(source: Source, values: Float64Array): { readonly cohort: Float64Array } | readonly Fault[] {
  const { spec, rows, time, known, unit } = source;
  const bad = rows.find((i) => !Number.isNaN(values[i]) && values[i] !== 0 && values[i] !== 1);
  if (bad !== undefined)
    return [error('CE2456', { name: spec.column, value: values[bad] as number, row: bad + 1 }, ['treatment'])];
  if (unit === undefined) return [error('CE2457', {}, ['treatment'])];
  const start = new Float64Array(unit.levels).fill(Number.POSITIVE_INFINITY);
  rows.forEach((row, k) => {
    const u = unit.codes[k] as number;
    if (values[row] === 1) start[u] = Math.min(start[u] as number, time[row] as number);
    if (Number.isNaN(values[row])) known[row] = 0;
  });
  const off = rows.findIndex(
    (row, k) => values[row] === 0 && (time[row] as number) > (start[unit.codes[k] as number] as number),
  );
  if (off !== -1) {
    const u = unit.codes[off] as number;
    const args = {
      name: spec.column,
      unit: unit.names[u] as string,
      on: start[u] as number,
      off: time[rows[off] as number] as number,
    };
    return [error('CE2458', args, ['treatment'])];
  }
  const cohort = new Float64Array(values.length).fill(Number.POSITIVE_INFINITY);
  rows.forEach((row, k) => {
    cohort[row] = start[unit.codes[k] as number] as number;
  });
  return { cohort };
}

function firstFraction(time: Float64Array, known: Uint8Array, name: string, by: string): Fault | undefined {
  const odd = time.findIndex((t, i) => known[i] === 1 && !Number.isInteger(t));
  return odd === -1 ? undefined : error('CE2454', { name, value: time[odd] as number, row: odd + 1 }, [by]);
}

interface Repeated {
  readonly name: string;
  readonly unit: string;
  readonly time: number;
}

const membersNote = (twice: Repeated | undefined): Note[] =>
  twice === undefined ? [] : [{ code: 'CN3250', args: { ...twice } }];

/** The first unit that stands twice in a period. */
function repeated(rows: Int32Array, unit: NamedFactor, time: Float64Array, name: string): Repeated | undefined {
  const seen = Array.from({ length: unit.levels }, () => new Set<number>());
  for (let k = 0; k < rows.length; k++) {
    const u = unit.codes[k] as number;
    const t = time[rows[k] as number] as number;
    if (seen[u]?.has(t)) return { name, unit: unit.names[u] as string, time: t };
    seen[u]?.add(t);
  }
  return undefined;
}

/** A unit with two cohorts. */
function changing(
  cohort: Float64Array,
  { rows, unit }: { rows: Int32Array; unit: NamedFactor },
  spec: AdoptionSpec,
): Fault | undefined {
  const first = new Float64Array(unit.levels).fill(Number.NaN);
  const said = (g: number): string => (g === Number.POSITIVE_INFINITY ? 'never' : String(g));
  for (let k = 0; k < rows.length; k++) {
    const u = unit.codes[k] as number;
    const g = cohort[rows[k] as number] as number;
    const before = first[u] as number;
    if (Number.isNaN(before)) first[u] = g;
    else if (before !== g) {
      const args = { name: spec.column, unit: unit.names[u] as string, first: said(before), second: said(g) };
      return error('CE2460', args, [spec.by]);
    }
  }
  return undefined;
}

/** Periods that are not equally far apart: relative times are then differences of times, not counts of rows. */
function unevenTimes(time: Float64Array, known: Uint8Array): Note[] {
  const times = Float64Array.from(new Set(time.filter((_, i) => known[i] === 1))).sort();
  const steps = new Set(Array.from(times.subarray(1), (t, k) => t - (times[k] as number)));
  if (steps.size <= 1) return [];
  const step = Math.min(...steps);
  const gaps = Array.from(times.subarray(1)).flatMap((t, k) =>
    t - (times[k] as number) > step ? [`${times[k]}–${t}`] : [],
  );
  return [{ code: 'CN2450', args: { gaps } }];
}
