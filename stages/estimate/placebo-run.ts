/** The draws of a placebo test and where the observed estimate stands among them. */
import type { Table } from '../columns/table.ts';
import { error, type Fault, type Note } from '../contract.ts';
import type { Factor } from '../kernels/factor-codes.ts';
import { type FrischWaugh, frischWaugh } from '../kernels/frisch-waugh.ts';
import { stream } from '../kernels/random.ts';
import { tTwoSided } from '../kernels/student-t.ts';
import { adoptionAssignments, type Enumeration, rowAssignments, unitAssignments } from './all-assignments.ts';
import { type Assign, gridOf, permuteRows, randomAdoption, swapUnits } from './assignment.ts';
import { commonEffects } from './common-work.ts';
import { factorOf } from './design.ts';
import { fitPrepared, isFaults } from './linear-fit.ts';
import type { LinearSpec } from './linear-spec.ts';
import { type Prepared, prepare } from './prepared.ts';

export type PlaceboSpec = {
  readonly linear: LinearSpec;
  readonly draws: number | 'all';
  readonly assign: 'unit' | 'time' | 'both' | 'row';
  readonly seed: number;
  readonly panel?: { readonly unit: string; readonly time: string };
};

export type PlaceboResult =
  | { readonly faults: readonly Fault[] }
  | { readonly record: object; readonly notes: readonly Note[] };

interface Draws {
  readonly estimates: Float64Array;
  readonly pValues: Float64Array | undefined;
  readonly exact: boolean;
  /** the observed estimate is among them */
  readonly holdsObserved: boolean;
}

export function runPlacebo(table: Table, spec: PlaceboSpec, progress?: (done: number) => void): PlaceboResult {
  const prepared = prepare(table, { ...spec.linear, constant: false });
  if (!('sample' in prepared)) return { faults: prepared };
  const model = fitPrepared(prepared);
  if (isFaults(model)) return { faults: model };
  const treatment = prepared.x[0];
  const at = treatment === undefined ? -1 : model.names.indexOf(treatment.name);
  if (treatment === undefined || at === -1)
    return { faults: [error('CE2414', { reasons: model.dropped.map((d) => `${d.term}: ${d.reason}`) })] };
  const fixed = frischWaugh({
    y: prepared.y,
    controls: prepared.x.slice(1).map((c) => c.values),
    effects: prepared.effects,
    intercept: spec.linear.intercept,
    ...commonEffects(table.memo, prepared.effects, prepared.y.length, prepared.weights),
    ...(prepared.weights === undefined ? {} : { weights: prepared.weights }),
  });
  const observed = model.coef[at] as number;
  const draws = drawAll({ table, spec, prepared, fixed, dfT: model.inference.dfT }, progress);
  if ('code' in draws) return { faults: [draws] };
  const std_error = model.inference.se[at] as number;
  const { bread, sst, terms } = model.fit;
  const slack = TIE * Math.abs(observed) + ROUNDING * Math.sqrt((bread[at * (terms + 1)] as number) * sst);
  const summary = summarize(draws, observed, slack);
  const notes = [...model.notes, ...remarks({ table, spec, prepared }, summary)];
  return {
    record: {
      term: treatment.name,
      observed,
      std_error,
      nobs: model.fit.n,
      assign: spec.assign,
      seed: spec.seed,
      ...summary,
      notes,
    },
    notes,
  };
}

/** Draws that failed, and random draws of so few assignments that all could be gone through. */
function remarks(
  setting: Pick<Setting, 'table' | 'spec' | 'prepared'>,
  { draws, used, exact }: { draws: number; used: number; exact: boolean },
): Note[] {
  const notes: Note[] = [];
  if (used < draws) notes.push({ code: 'CN2533', args: { failed: draws - used, draws } });
  const all = exact ? undefined : enumerationOf(setting, setting.prepared.x[0]?.values as Float64Array);
  if (all !== undefined && !('code' in all) && all.count <= draws)
    notes.push({ code: 'CN2537', args: { count: all.count, draws } });
  return notes;
}

interface Setting {
  readonly table: Table;
  readonly spec: PlaceboSpec;
  readonly prepared: Prepared;
  readonly fixed: FrischWaugh;
  readonly dfT: number;
}

function drawAll(setting: Setting, progress?: (done: number) => void): Draws | Fault {
  const { spec, prepared, fixed } = setting;
  const d = prepared.x[0]?.values as Float64Array;
  if (spec.draws === 'all') return enumerated(setting, d);
  const assign = assignmentOf(setting, d);
  if ('code' in assign) return assign;
  const clusters = oneWayClusters(setting);
  const estimates = new Float64Array(spec.draws);
  const pValues = clusters === undefined ? undefined : new Float64Array(spec.draws);
  const out = new Float64Array(d.length);
  for (let draw = 0; draw < spec.draws; draw++) {
    assign(stream(spec.seed, draw), out);
    if (clusters === undefined || pValues === undefined) estimates[draw] = fixed.coefficient(out);
    else {
      const { coef, se } = fixed.clustered(out, clusters);
      estimates[draw] = coef;
      pValues[draw] = tTwoSided(coef / se, setting.dfT);
    }
    if (draw % 64 === 63) progress?.((draw + 1) / spec.draws);
  }
  return { estimates, pValues, exact: false, holdsObserved: false };
}

/** More assignments than this are not gone through. */
const MOST_ASSIGNMENTS = 200_000;

function enumerated(setting: Setting, d: Float64Array): Draws | Fault {
  const all = enumerationOf(setting, d);
  if ('code' in all) return all;
  if (all.count > MOST_ASSIGNMENTS)
    return error('CE2439', { count: all.count.toPrecision(3), most: MOST_ASSIGNMENTS }, ['draws']);
  const estimates = new Float64Array(all.count);
  let i = 0;
  for (const assignment of all.each()) estimates[i++] = setting.fixed.coefficient(assignment);
  return { estimates, pValues: undefined, exact: true, holdsObserved: all.holdsObserved };
}

function enumerationOf(
  { table, spec, prepared }: Pick<Setting, 'table' | 'spec' | 'prepared'>,
  d: Float64Array,
): Enumeration | Fault {
  const name = prepared.x[0]?.name ?? '';
  if (spec.panel === undefined) return rowAssignments(d, name);
  const grid = gridOf(table, spec.panel, prepared.sample.rows);
  if (spec.assign === 'unit') return unitAssignments(grid, d, spec.panel);
  return adoptionAssignments(grid, d, { name, units: spec.assign === 'both' });
}

function assignmentOf({ table, spec, prepared }: Setting, d: Float64Array): Assign | Fault {
  if (spec.panel === undefined) return permuteRows(d);
  const grid = gridOf(table, spec.panel, prepared.sample.rows);
  if (spec.assign === 'unit') return swapUnits(grid, d, spec.panel);
  return randomAdoption(grid, d, { name: prepared.x[0]?.name ?? '', units: spec.assign === 'both' });
}

/** p values of draws are shown for the common case: errors clustered one way. */
function oneWayClusters({ table, spec, prepared }: Setting): Factor | undefined {
  const { errors } = spec.linear;
  const by = errors.type === 'cluster' && errors.by.length === 1 ? errors.by[0] : undefined;
  return by === undefined ? undefined : factorOf(table, by, prepared.sample.rows);
}

/** Estimates that differ by less than this share of the observed one tie with it. */
const TIE = 1e-10;

/** Share of √(bread × total sum of squares) that a coefficient may be off by: it matters where the observed one is 0. */
const ROUNDING = 1e-13;

function summarize({ estimates, pValues, exact, holdsObserved }: Draws, observed: number, slack: number) {
  const good = estimates.filter(Number.isFinite);
  const n = good.length;
  const mean = good.reduce((s, b) => s + b, 0) / n;
  const count = (far: (b: number) => boolean): number => good.reduce((s, b) => s + (far(b) ? 1 : 0), 0);
  const p = (hits: number): number => (holdsObserved ? hits / n : (hits + 1) / (n + 1));
  return {
    draws: estimates.length,
    used: n,
    exact,
    assignments: exact ? n : undefined,
    p_value: p(count((b) => Math.abs(b) >= Math.abs(observed) - slack)),
    p_left: p(count((b) => b <= observed + slack)),
    p_right: p(count((b) => b >= observed - slack)),
    mean,
    sd: Math.sqrt(good.reduce((s, b) => s + (b - mean) ** 2, 0) / (n - 1)),
    min: good.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    max: good.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
    rows: Array.from(estimates, (estimate, i) => ({
      draw: i + 1,
      estimate,
      ...(pValues === undefined ? {} : { p_value: pValues[i] as number }),
    })),
  };
}
