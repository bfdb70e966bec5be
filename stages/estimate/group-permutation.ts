/**
 * Fisher's permutation test of equal effects: whole units swap their groups. With a panel, a unit takes the group of another
 * unit, period by period when the split varies over time.
 */
import type { Table } from '../columns/table.ts';
import type { Fault } from '../contract.ts';
import { stream } from '../kernels/random.ts';
import { factorOf } from './design.ts';
import type { Difference } from './group-difference.ts';
import type { HeterogeneitySpec } from './heterogeneity.ts';
import { fitSpec, isFaults } from './linear-fit.ts';
import type { Split } from './split.ts';

export interface PermutationDifference extends Difference {
  readonly draws: number;
}

export function permutationTest(
  table: Table,
  spec: HeterogeneitySpec,
  split: Split,
): PermutationDifference | readonly Fault[] {
  const rows = Int32Array.from(split.groupOf.keys()).filter((i) => (split.groupOf[i] as number) >= 0);
  const groupOf = Int32Array.from(rows, (r) => split.groupOf[r] as number);
  const units = spec.unit === undefined ? Int32Array.from(rows.keys()) : factorOf(table, [spec.unit], rows).codes;
  const members = rowsOfUnits(units);
  const observed = effects(table, spec, split, rows, groupOf);
  if (failed(observed)) return observed;
  const difference = (observed.at(-1) as Estimate).estimate - (observed[0] as Estimate).estimate;
  let extreme = 0;
  for (let draw = 0; draw < spec.draws; draw++) {
    const permuted = permuteUnits(members, groupOf, stream(spec.seed, draw).permutation(members.length));
    const drawn = effects(table, spec, split, rows, permuted);
    // a draw that cannot be estimated speaks against nothing: it counts as extreme, which is conservative
    if (failed(drawn)) extreme++;
    else if (
      Math.abs((drawn.at(-1) as Estimate).estimate - (drawn[0] as Estimate).estimate) >=
      Math.abs(difference) * (1 - 1e-12)
    )
      extreme++;
  }
  return {
    rows: split.groups.map(({ name }, g) => ({ group: name, ...(observed[g] as Estimate) })),
    difference,
    p_value: (extreme + 1) / (spec.draws + 1),
    draws: spec.draws,
  };
}

interface Estimate {
  readonly estimate: number;
  readonly std_error: number;
}

function effects(
  table: Table,
  spec: HeterogeneitySpec,
  split: Split,
  rows: Int32Array,
  groupOf: Int32Array,
): readonly Estimate[] | readonly Fault[] {
  const out: Estimate[] = [];
  for (let g = 0; g < split.groups.length; g++) {
    const mask = new Uint8Array(table.rows);
    for (let i = 0; i < rows.length; i++) if (groupOf[i] === g) mask[rows[i] as number] = 1;
    const model = fitSpec(table, spec.linear, { mask });
    if (isFaults(model)) return model;
    const at = model.names[0] === '(Intercept)' ? 1 : 0;
    out.push({ estimate: model.coef[at] ?? Number.NaN, std_error: model.inference.se[at] ?? Number.NaN });
  }
  return out;
}

const failed = (value: readonly Estimate[] | readonly Fault[]): value is readonly Fault[] =>
  value[0] !== undefined && 'code' in value[0];

function rowsOfUnits(units: ArrayLike<number>): number[][] {
  const members: number[][] = [];
  for (let i = 0; i < units.length; i++) {
    const u = units[i] as number;
    members[u] ??= [];
    members[u].push(i);
  }
  return members.filter((m) => m !== undefined);
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
