/** The draws of `simulate`: scores, then columns with the moments asked for, with and without the effect. */
import { cellText } from '../columns/cell-text.ts';
import { type Column, isMissing } from '../columns/column.ts';
import type { Table } from '../columns/table.ts';
import { error, type Fault, type Note } from '../contract.ts';
import { innerBounds, marginal } from '../kernels/marginal.ts';
import { ownScores, textWords } from '../kernels/panel-scores.ts';
import { moments } from '../kernels/summary.ts';
import type { SimulatedVariable, SimulateSpec } from './simulate-params.ts';

/** Units and periods of the panel; rows stand unit by unit, in order of time. */
export interface Frame {
  readonly names: readonly string[];
  readonly periods: number;
  readonly rows: number;
  readonly faults: readonly Fault[];
}

/** Faults: CE2184 a unit without a name, CE2178 one that stands twice. */
export function frameOf(spec: SimulateSpec, roster: Table | undefined): Frame {
  const faults: Fault[] = [];
  const names =
    typeof spec.units === 'number'
      ? Array.from({ length: spec.units }, (_, i) => String(i + 1))
      : 'column' in spec.units && roster !== undefined
        ? rosterNames(roster.column(spec.units.column), roster.rows, faults)
        : (spec.units as readonly string[]);
  const first = new Map<string, number>();
  for (const [i, unit] of names.entries()) {
    const before = first.get(unit);
    if (before === undefined) first.set(unit, i);
    else if (!faults.some((f) => f.args.unit === unit))
      faults.push(
        error('CE2178', { unit, first: before + 1, second: i + 1 }, [roster === undefined ? 'units' : 'from']),
      );
  }
  return { names, periods: spec.times.length, rows: names.length * spec.times.length, faults };
}

function rosterNames(column: Column, rows: number, faults: Fault[]): readonly string[] {
  return Array.from({ length: rows }, (_, i) => {
    if (isMissing(column, i)) faults.push(error('CE2184', { row: i + 1 }, ['from']));
    // whatever the type: what is drawn follows from the name
    return isMissing(column, i) ? `missing in row ${i + 1}` : cellText(column, i, 'unknown');
  });
}

/** Scores of all latents and variables by name. Faults: CE2187, CE2188 of columns that something loads on. */
export function scoresOf(
  spec: SimulateSpec,
  frame: Frame,
  roster: Table | undefined,
): { readonly scores: ReadonlyMap<string, Float64Array>; readonly faults: readonly Fault[] } {
  const faults: Fault[] = [];
  const words = Uint32Array.from(frame.names.flatMap((name) => textWords(name)));
  const columns = new Map<string, Float64Array>();
  const scores = new Map<string, Float64Array>();
  for (const { name, loads, ...own } of spec.scores) {
    const out = ownScores(spec.seed, textWords(name)[0], words, frame.periods, own);
    const left = Math.sqrt(Math.max(0, 1 - loads.reduce((sum, { by }) => sum + by * by, 0)));
    for (let i = 0; i < out.length; i++) out[i]! *= left;
    for (const { on, is, by } of loads) {
      let of = is === 'score' ? scores.get(on) : columns.get(on);
      if (of === undefined) columns.set(on, (of = standardized(on, frame, roster!, faults)));
      for (let i = 0; i < out.length; i++) out[i]! += by * of[i]!;
    }
    scores.set(name, out);
  }
  return { scores, faults };
}

/** A column of the units with mean 0 and sd 1 over them, for every row of the panel. */
function standardized(name: string, frame: Frame, roster: Table, faults: Fault[]): Float64Array {
  const values = roster.numbers(name);
  const out = new Float64Array(frame.rows);
  const missing = values.findIndex(Number.isNaN);
  if (missing !== -1) faults.push(error('CE2187', { name, unit: frame.names[missing] ?? '' }, ['from']));
  const { mean, sd } = moments(values);
  if (missing === -1 && !(sd > 0)) faults.push(error('CE2188', { name }, ['from']));
  for (let i = 0; i < out.length; i++) out[i] = (values[Math.floor(i / frame.periods)]! - mean) / sd;
  return out;
}

/** By how much of the effect each row is touched: path × scale, 0 before treatment. */
export interface Exposure {
  readonly values: Float64Array;
  readonly treated: number;
  readonly faults: readonly Fault[];
}

export function exposureOf({ effect, times }: SimulateSpec, frame: Frame, roster: Table | undefined): Exposure {
  const values = new Float64Array(frame.rows);
  if (effect === null || roster === undefined) return { values, treated: 0, faults: [] };
  const cohort = roster.numbers(effect.cohort);
  const scale = effect.scale === null ? undefined : roster.numbers(effect.scale);
  const faults: Fault[] = [];
  let treated = 0;
  for (let u = 0; u < frame.names.length; u++) {
    const first = cohort[u]!;
    if (Number.isNaN(first)) continue;
    const own = scale === undefined ? 1 : scale[u]!;
    if (Number.isNaN(own))
      faults.push(error('CE2187', { name: effect.scale ?? '', unit: frame.names[u]! }, ['effect', 'scale']));
    for (let t = 0; t < times.length; t++) {
      const since = Math.floor(times[t]! - first);
      if (since < 0) continue;
      treated++;
      values[u * times.length + t] = own * effect.path[Math.min(since, effect.path.length - 1)]!;
    }
  }
  return { values, treated, faults };
}

export interface Simulated {
  readonly name: string;
  readonly values: Float64Array;
  /** the same draw without the treatment */
  readonly untreated: Float64Array;
}

/** Faults: CE2186 when the moments cannot be had, CE2192 when trend and effect leave no room between min and max. */
export function simulateVariable(
  variable: SimulatedVariable,
  z: Float64Array,
  { size, exposure, periods }: { readonly size: number; readonly exposure: Float64Array; readonly periods: number },
): Simulated | Fault {
  const { name, kind, mean, sd } = variable;
  if (kind === 'binary') {
    const values = topShare(z, mean);
    return { name, values, untreated: values };
  }
  const trend = (i: number): number => (periods < 2 ? 0 : (variable.trend * (i % periods)) / (periods - 1));
  const shift = Float64Array.from(z, (_, i) => trend(i) + size * exposure[i]!);
  const bounds = { low: variable.min ?? -Infinity, high: variable.max ?? Infinity };
  const inner = innerBounds(bounds, shift);
  const at = ['variables', name];
  if (inner === undefined) return error('CE2192', { name, min: bounds.low, max: bounds.high }, at);
  const found = marginal(z, shift, { mean, sd, bounds }, inner);
  if (!found.reached)
    return error('CE2186', { name, mean, sd, got_mean: short(found.mean), got_sd: short(found.sd) }, at);
  const finish = kind === 'integer' ? Math.round : (x: number): number => x;
  // rounding in the sum must not step over a bound
  const within = (x: number): number => finish(Math.min(bounds.high, Math.max(bounds.low, x)));
  return {
    name,
    values: Float64Array.from(found.base, (h, i) => within(h + shift[i]!)),
    untreated: Float64Array.from(found.base, (h, i) => finish(h + trend(i))),
  };
}

/** 1 for the rows with the highest scores. */
function topShare(z: Float64Array, share: number): Float64Array {
  const order = Uint32Array.from(z.keys()).sort((a, b) => z[b]! - z[a]! || a - b);
  const out = new Float64Array(z.length);
  for (const i of order.subarray(0, Math.round(share * z.length))) out[i] = 1;
  return out;
}

const short = (x: number): number => Number(x.toPrecision(6));

/** What was asked for beside what came out, and how much of the variance lies between units. */
export function calibrationRow(variable: SimulatedVariable, values: Float64Array, periods: number) {
  const got = moments(values);
  const wanted = variable.kind === 'binary' ? Math.sqrt(variable.mean * (1 - variable.mean)) : variable.sd;
  return {
    variable: variable.name,
    wanted_mean: variable.mean,
    mean: got.mean,
    wanted_sd: wanted,
    sd: got.sd,
    wanted_min: variable.min,
    min: got.min,
    wanted_max: variable.max,
    max: got.max,
    between: betweenShare(values, periods),
  };
}

/** Share of the variance that lies between units: the R² of unit effects. */
function betweenShare(values: Float64Array, periods: number): number {
  const { mean } = moments(values);
  let [total, within] = [0, 0];
  for (let u = 0; u < values.length; u += periods) {
    const own = moments(values.subarray(u, u + periods));
    for (let t = 0; t < periods; t++) {
      total += (values[u + t]! - mean) ** 2;
      within += (values[u + t]! - own.mean) ** 2;
    }
  }
  return 1 - within / total;
}

/** A note when rounding has moved the moments by more than a thousandth of the standard deviation. */
export function calibrationNote(row: ReturnType<typeof calibrationRow>): readonly Note[] {
  const far = (a: number, b: number): boolean => Math.abs(a - b) > 1e-3 * row.wanted_sd;
  if (!far(row.mean, row.wanted_mean) && !far(row.sd, row.wanted_sd)) return [];
  const args = {
    name: row.variable,
    mean: row.wanted_mean,
    sd: short(row.wanted_sd),
    min: row.wanted_min ?? '−∞',
    max: row.wanted_max ?? '∞',
    got_mean: short(row.mean),
    got_sd: short(row.sd),
    got_min: short(row.min),
    got_max: short(row.max),
  };
  return [{ code: 'CN2168', args }];
}
