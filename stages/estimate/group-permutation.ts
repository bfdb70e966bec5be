/**
 * Fisher's permutation test of equal effects: whole units swap their groups. With a panel, a unit takes the group of another
 * unit, period by period when the split varies over time.
 */
import type { Table } from '../columns/table.ts';
import type { Fault } from '../contract.ts';
import type { Effect } from '../kernels/effects.ts';
import { factorOnRows } from '../kernels/factor-codes.ts';
import { fitLinear } from '../kernels/fit.ts';
import { stream } from '../kernels/random.ts';
import { resampledFit } from '../kernels/resampled-fit.ts';
import { orderedFactor, pick } from './design.ts';
import type { Difference } from './group-difference.ts';
import type { LinearSpec } from './linear-spec.ts';
import { type Prepared, prepare } from './prepared.ts';
import type { Split } from './split.ts';

export type PermutationSpec = {
  readonly linear: LinearSpec;
  readonly draws: number;
  readonly seed: number;
  readonly panel?: { readonly unit: string; readonly time: string };
};

export interface PermutationDifference extends Difference {
  readonly draws: number;
  /** draws that could not be estimated; they count as extreme, which is conservative */
  readonly failed: number;
}

/** The estimate of the first regressor in each group. */
export interface GroupEstimate {
  readonly group: string;
  readonly estimate: number;
  readonly std_error: number;
}

export function permutationTest(
  table: Table,
  spec: PermutationSpec,
  split: Split,
  observed: readonly GroupEstimate[],
): PermutationDifference | readonly Fault[] {
  const mask = Uint8Array.from(split.groupOf, (g) => (g >= 0 ? 1 : 0));
  // rows alone in a level of an effect say nothing: they need not be taken out of every draw
  const made = prepare(table, { ...spec.linear, singletons: 'keep', constant: false }, { mask });
  if (!('sample' in made)) return made;
  const { rows } = made.sample;
  const groupOf = Int32Array.from(rows, (r) => split.groupOf[r] as number);
  const { panel } = spec;
  const units = panel === undefined ? Int32Array.from(rows.keys()) : orderedFactor(table, [panel.unit], rows).codes;
  const times = panel === undefined ? undefined : orderedFactor(table, [panel.time], rows).codes;
  const setting = { made, groupOf, members: rowsOfUnits(units, times), last: split.groups.length - 1 };
  const drawn = wholeUnits(setting, units) ?? anyRows(setting);
  const difference = (observed.at(-1)?.estimate ?? Number.NaN) - (observed[0]?.estimate ?? Number.NaN);
  const limit = Math.abs(difference) * (1 - 1e-10); // equal up to rounding counts
  let extreme = 0;
  let failed = 0;
  for (let draw = 0; draw < spec.draws; draw++) {
    const gap = Math.abs(drawn(stream(spec.seed, draw).permutation(setting.members.length)));
    if (Number.isNaN(gap)) failed++;
    if (!(gap < limit)) extreme++;
  }
  const p_value = (extreme + 1) / (spec.draws + 1);
  const last = observed.length - 1;
  // the difference is that of the last group
  const tested = observed.map((row, g) => (g === last ? { ...row, difference, p_value } : row));
  return { rows: tested, difference, p_value, draws: spec.draws, failed };
}

interface Setting {
  /** all rows that are in some group */
  readonly made: Prepared;
  readonly groupOf: Int32Array;
  readonly members: readonly (readonly number[])[];
  /** number of the last group */
  readonly last: number;
}

/** The last group's effect less the first's when unit u has the groups of unit order[u]; NaN when it cannot be had. */
type Drawn = (order: Uint32Array) => number;

/** Units that stay in one group: a group's regression is a sum of its units' cross-products. Undefined when some unit moves. */
function wholeUnits({ made, groupOf, members, last }: Setting, units: Int32Array | Uint32Array): Drawn | undefined {
  if (members.length === groupOf.length) return undefined;
  if (members.some((own) => own.some((i) => groupOf[i] !== groupOf[own[0] as number]))) return undefined;
  const { intercept } = made.spec;
  const regression = resampledFit({
    y: made.y,
    x: made.x.map((c) => c.values),
    endogenous: 0,
    instruments: [],
    effects: made.effects,
    intercept,
    clusters: { codes: units, levels: members.length },
    ...(made.weights === undefined ? {} : { weights: made.weights }),
  });
  const at = made.effects.length === 0 && intercept ? 1 : 0;
  const groupOfUnit = members.map((own) => groupOf[own[0] as number] as number);
  const times = new Uint8Array(members.length);
  const effect = (order: Uint32Array, group: number): number => {
    for (let u = 0; u < times.length; u++) times[u] = groupOfUnit[order[u] as number] === group ? 1 : 0;
    return regression(times)[at] ?? Number.NaN;
  };
  return (order) => effect(order, last) - effect(order, 0);
}

/** Units that pass a path of groups on: the rows of a group are picked and fitted. */
function anyRows({ made, groupOf, members, last }: Setting): Drawn {
  const effect = (permuted: Int32Array, group: number): number => {
    const rows = Int32Array.from(permuted.keys()).filter((i) => permuted[i] === group);
    const fitted = fitLinear({
      y: pick(made.y, rows),
      x: made.x.map((c) => pick(c.values, rows)),
      effects: made.effects.map((e): Effect => onRows(e, rows)),
      intercept: made.spec.intercept,
      ...(made.weights === undefined ? {} : { weights: pick(made.weights, rows) }),
    });
    const usable = fitted.kept[0] === 0 && fitted.n > fitted.parameters;
    return usable ? (fitted.coef[fitted.hasConstant ? 1 : 0] as number) : Number.NaN;
  };
  return (order) => {
    const permuted = permuteUnits(members, groupOf, order);
    return effect(permuted, last) - effect(permuted, 0);
  };
}

const onRows = (effect: Effect, rows: Int32Array): Effect => ({
  ...factorOnRows(effect, rows),
  ...(effect.slopes === undefined
    ? {}
    : { slopes: effect.slopes.map((s) => pick(s, rows)), slopeOnly: effect.slopeOnly ?? false }),
});

/** Rows of each unit, in order of time. */
function rowsOfUnits(units: ArrayLike<number>, times: ArrayLike<number> | undefined): number[][] {
  const members: number[][] = [];
  for (let i = 0; i < units.length; i++) {
    const u = units[i] as number;
    members[u] ??= [];
    members[u].push(i);
  }
  if (times !== undefined) for (const own of members) own.sort((a, b) => (times[a] as number) - (times[b] as number));
  return members;
}

/** Unit u takes the groups of unit order[u], row by row; a longer unit repeats the other's last group. */
function permuteUnits(members: readonly (readonly number[])[], groupOf: Int32Array, order: Uint32Array): Int32Array {
  const out = new Int32Array(groupOf.length);
  members.forEach((own, u) => {
    const other = members[order[u] as number] as readonly number[];
    own.forEach((row, t) => {
      out[row] = groupOf[other[Math.min(t, other.length - 1)] as number] as number;
    });
  });
  return out;
}
