/**
 * Stacked difference in differences: every cohort with its clean controls in a window around adoption, the sets one below the other,
 * with effects of unit and period in each. Source: Cengiz, Dube, Lindner & Zipperer (2019), QJE 134(3), appendix D; weights of the
 * controls: Wing, Freedman & Hollingsworth (2024), NBER WP 32054, eq. 9.
 */

import { type Column, gatherColumn, numbers } from '../../columns/column.ts';
import type { Table } from '../../columns/table.ts';
import { error, type Fault, type Note } from '../../contract.ts';
import { commonDf } from '../../kernels/inference.ts';
import { type DesignColumn, namedFactor } from '../design.ts';
import type { EventStudySpec } from '../event-study-spec.ts';
import { type FittedModel, fitSpec, isFaults } from '../linear-fit.ts';
import { type LinearSpec, linearColumns } from '../linear-spec.ts';
import { modelRecord } from '../model-record.ts';
import { estimationSample } from '../sample.ts';
import { effectName } from '../term.ts';
import { type Adoption, adoptionOf } from './adoption.ts';
import { alone, combine, type Estimates } from './estimates.ts';
import { type Estimated, named, periodName } from './event-record.ts';

/** One row of the stack: a row of the table in the set of one cohort. */
interface Entry {
  readonly row: number;
  readonly cohort: number;
  readonly period: number;
  readonly treated: boolean;
}

export function stacked(table: Table, spec: EventStudySpec): Estimated | readonly Fault[] {
  if (spec.window === 'all') throw new Error('ceteris bug: a stack without a window');
  const adoption = adoptionOf(table, spec.adoption, { tracked: true });
  if (!('cohort' in adoption)) return adoption;
  const sample = estimationSample(table, { ...spec.linear, singletons: 'keep' }, adoption.known);
  if (!('rows' in sample)) return sample;
  const notes: Note[] = [...adoption.notes, ...sample.notes];
  const unit = namedFactor(table.column(spec.adoption.unit ?? ''), sample.rows);
  const stack = stackOf(
    Array.from(sample.rows, (row, i) => ({
      row,
      unit: unit.codes[i] as number,
      time: adoption.time[row] as number,
      cohort: adoption.cohort[row] as number,
    })),
    { window: spec.window, control: spec.options.control === 'never' ? 'never' : 'not-yet', notes },
  );
  if (stack.length === 0)
    return [
      nothingToStack(sample.rows, adoption) ??
        error('CE2476', { low: spec.window[0], high: spec.window[1] }, ['window']),
    ];
  const name = freeName('stack', linearColumns(spec.linear));
  const weight = freeName('stack_weight', linearColumns(spec.linear));
  const own = spec.linear.weights === undefined ? undefined : table.numbers(spec.linear.weights);
  const weights = stackWeights(stack, own, spec.options.weighting ?? 'wing');
  const long = stackedTable(
    table,
    stack,
    new Map([
      [name, numbers(Float64Array.from(stack, (e) => e.cohort))],
      [weight, numbers(weights)],
    ]),
  );
  const periods = new Map<string, number>();
  const lead = (rows: Int32Array): readonly DesignColumn[] => dummies(stack, rows, spec, periods);
  const model = fitSpec(long, longSpec(spec.linear, name, weight), { lead });
  if (isFaults(model)) return model;
  return assemble(model, spec, {
    periods,
    notes,
    cohorts: new Set(stack.filter((e) => e.treated).map((e) => e.cohort)).size,
  });
}

/** Nobody is treated, or nobody is seen before. */
function nothingToStack(rows: Int32Array, { cohort, time }: Adoption): Fault | undefined {
  const treated = rows.filter((r) => Number.isFinite(cohort[r]));
  if (treated.length === 0) return error('CE2435', {});
  const first = rows.reduce((m, r) => Math.min(m, time[r] as number), Number.POSITIVE_INFINITY);
  return treated.every((r) => (cohort[r] as number) <= first) ? error('CE2468', {}) : undefined;
}

interface Observation {
  readonly row: number;
  readonly unit: number;
  readonly time: number;
  readonly cohort: number;
}

interface StackRule {
  readonly window: readonly [number, number];
  readonly control: 'never' | 'not-yet';
  readonly notes: Note[];
}

/** Sets of the cohorts whose whole window is observed; controls are untreated to its end; units with gaps in it are left out. */
function stackOf(observations: readonly Observation[], { window: [low, high], control, notes }: StackRule): Entry[] {
  const times = [...new Set(observations.map((o) => o.time))].sort((a, b) => a - b);
  const cohorts = [...new Set(observations.map((o) => o.cohort))].filter(Number.isFinite).sort((a, b) => a - b);
  const [first = 0, last = 0] = [times[0], times.at(-1)];
  const whole = cohorts.filter((g) => g + low >= first && g + high <= last);
  const cut = cohorts.filter((g) => !whole.includes(g) && g <= last && g > first);
  const always = cohorts.filter((g) => g <= first);
  if (always.length > 0) {
    const rows = observations.filter((o) => always.includes(o.cohort)).length;
    notes.push({ code: 'CN2451', args: { cohorts: always.map(String), rows } });
  }
  if (cut.length > 0) notes.push({ code: 'CN2465', args: { cohorts: cut.map(String), low, high } });
  const stack: Entry[] = [];
  const bare: number[] = [];
  let gaps = 0;
  for (const g of whole) {
    const needed = times.filter((t) => t >= g + low && t <= g + high).length;
    const serves = (c: number): boolean => c === Number.POSITIVE_INFINITY || (control === 'not-yet' && c > g + high);
    const inside = observations.filter(
      (o) => o.time >= g + low && o.time <= g + high && (o.cohort === g || serves(o.cohort)),
    );
    const has = new Map<number, number>();
    for (const o of inside) has.set(o.unit, (has.get(o.unit) ?? 0) + 1);
    const set = inside.filter((o) => has.get(o.unit) === needed);
    gaps += inside.length - set.length;
    if (!set.some((o) => o.cohort === g) || !set.some((o) => o.cohort !== g)) {
      bare.push(g);
      continue;
    }
    for (const o of set) stack.push({ row: o.row, cohort: g, period: o.time - g, treated: o.cohort === g });
  }
  if (bare.length > 0) notes.push({ code: 'CN2466', args: { cohorts: bare.map(String) } });
  if (gaps > 0) notes.push({ code: 'CN2467', args: { rows: gaps } });
  return stack;
}

/** Controls of a set count as its share of all treated over its share of all controls, so that cohorts weigh by their treated. */
function stackWeights(
  stack: readonly Entry[],
  own: Float64Array | undefined,
  weighting: 'wing' | 'equal',
): Float64Array {
  const weightOf = (e: Entry): number => own?.[e.row] ?? 1;
  if (weighting === 'equal') return Float64Array.from(stack, weightOf);
  const mass = new Map<string, number>();
  const add = (key: string, w: number): void => void mass.set(key, (mass.get(key) ?? 0) + w);
  for (const e of stack) {
    const kind = e.treated ? 'treated' : 'controls';
    add(`${kind} ${e.cohort}`, weightOf(e));
    add(kind, weightOf(e));
  }
  const of = (key: string): number => mass.get(key) as number;
  return Float64Array.from(stack, (e) => {
    if (e.treated) return weightOf(e);
    const ratio = of(`treated ${e.cohort}`) / of('treated') / (of(`controls ${e.cohort}`) / of('controls'));
    return weightOf(e) * ratio;
  });
}

/** The table's rows as the stack has them, with columns of the stack's own. */
function stackedTable(table: Table, stack: readonly Entry[], extra: ReadonlyMap<string, Column>): Table {
  const index = Uint32Array.from(stack, (e) => e.row);
  const made = new Map<string, Column>(extra);
  const column = (name: string): Column => {
    const found = made.get(name) ?? gatherColumn(table.column(name), index);
    made.set(name, found);
    return found;
  };
  const typed = <K extends Column['kind']>(name: string, kind: K): Extract<Column, { kind: K }> => {
    const found = column(name);
    if (found.kind !== kind) throw new Error(`ceteris bug: column '${name}' is ${found.kind}`);
    return found as Extract<Column, { kind: K }>;
  };
  return {
    rows: stack.length,
    column,
    numbers: (name) => typed(name, 'number').values,
    text: (name) => typed(name, 'text'),
  };
}

/** Every effect within its set; singletons cannot be there. */
const longSpec = (linear: LinearSpec, stack: string, weights: string): LinearSpec => ({
  ...linear,
  effects: linear.effects.map((e) => ({ ...e, columns: [...e.columns, stack] })),
  weights,
});

function freeName(wanted: string, taken: readonly string[]): string {
  let name = wanted;
  while (taken.includes(name)) name += '_';
  return name;
}

function dummies(
  stack: readonly Entry[],
  rows: Int32Array,
  { reference }: EventStudySpec,
  periods: Map<string, number>,
): DesignColumn[] {
  const found = [...new Set(stack.filter((e) => e.treated).map((e) => e.period))].sort((a, b) => a - b);
  return found
    .filter((k) => !reference.includes(k))
    .map((k) => {
      periods.set(periodName(k), k);
      const values = Float64Array.from(rows, (i) => {
        const e = stack[i] as Entry;
        return e.treated && e.period === k ? 1 : 0;
      });
      return { name: periodName(k), values };
    });
}

function assemble(
  model: FittedModel,
  spec: EventStudySpec,
  { periods, notes, cohorts }: { periods: ReadonlyMap<string, number>; notes: readonly Note[]; cohorts: number },
): Estimated | readonly Fault[] {
  const { names } = model;
  const all: Estimates = { names, estimate: model.coef, vcov: model.vcov, df: commonDf(model.inference) };
  const shown = names.flatMap((name, j) =>
    periods.has(name) ? [{ name, j, period: periods.get(name) as number }] : [],
  );
  if (shown.length === 0) return [error('CE2435', {})];
  const lags = shown.filter((s) => s.period >= 0);
  // every cohort is there in every period of the window: the average over treated rows is that of the periods
  const att = { name: 'att', parts: lags.map((s) => [s.j, 1 / lags.length] as const) };
  const own = [...model.notes, ...notes];
  return {
    all: combine(all, [...names.map(alone), ...(lags.length === 0 ? [] : [att])]),
    averages: named({ dynamic: shown.map((s) => s.period) }),
    others: names.filter((name) => !periods.has(name)),
    cells: [],
    reference: spec.reference,
    base: {
      ...modelRecord(model, spec.linear),
      weights: spec.linear.weights,
      absorbed: model.absorbed.map((a, i) => ({
        ...a,
        name: effectName(spec.linear.effects[i] as LinearSpec['effects'][number]),
      })),
      cohorts,
    },
    notes: own,
  };
}
