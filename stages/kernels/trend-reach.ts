import type { EventCoefficients } from './fixed-length-interval.ts';
import { program } from './simplex.ts';
import type { Restriction } from './trend-restrictions.ts';

/**
 * The least and the largest value of lᵀδ over trends that were flat before the reference and obey the restriction: linear programs over δ = u − v and
 * slacks. Bounds d are never negative here, so that δ = 0 is a start.
 */
export function trendReach(
  { before, after, target }: Pick<EventCoefficients, 'before' | 'after' | 'target'>,
  { rows, matrix, bound }: Restriction,
): { readonly least: number; readonly most: number } {
  const k = before + after;
  const columns = 2 * after + rows;
  const a = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let t = 0; t < after; t++) {
      const own = matrix[i * k + before + t]!;
      a[i * columns + t] = own;
      a[i * columns + after + t] = -own;
    }
    a[i * columns + 2 * after + i] = 1;
  }
  const solver = program(a, bound, columns);
  if (solver === undefined) throw new Error('ceteris bug: a restriction that no flat trend obeys');
  const objective = new Float64Array(columns);
  const reach = (sign: 1 | -1): number => {
    for (let t = 0; t < after; t++) {
      objective[t] = sign * target[t]!;
      objective[after + t] = -sign * target[t]!;
    }
    return sign * solver.maximize(objective).value;
  };
  return { least: reach(-1), most: reach(1) };
}
