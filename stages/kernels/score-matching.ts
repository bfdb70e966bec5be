import { factorOfNumbers, rowsByLevel } from './factor-codes.ts';
import type { Pairs } from './mahalanobis.ts';

export type KernelName = 'epanechnikov' | 'gaussian' | 'biweight' | 'tricube' | 'uniform';

export type MatchMethod =
  /** the nearest controls, at most `caliper` away, each treated row's share split equally */
  | { readonly is: 'nearest'; readonly neighbours: number; readonly replace: boolean; readonly caliper: number }
  /** all controls at most `caliper` away, equally */
  | { readonly is: 'radius'; readonly caliper: number }
  /** all controls, by a kernel of the distance over the bandwidth */
  | { readonly is: 'kernel'; readonly kernel: KernelName; readonly bandwidth: number };

/** Kernels up to a factor, at u = distance/bandwidth ≥ 0. Source: Silverman (1986), Density Estimation, table 3.1. */
const KERNELS: Readonly<Record<KernelName, (u: number) => number>> = {
  epanechnikov: (u) => (u < 1 ? 1 - u * u : 0),
  gaussian: (u) => Math.exp(-0.5 * u * u),
  biweight: (u) => (u < 1 ? (1 - u * u) ** 2 : 0),
  tricube: (u) => (u < 1 ? (1 - u * u * u) ** 3 : 0),
  uniform: (u) => (u < 1 ? 1 : 0),
};

/** Controls with the same score form a level; levels in order of the score, rows of a level in order of rows. */
interface Controls {
  readonly score: Float64Array;
  readonly starts: Int32Array;
  readonly rows: Int32Array;
}

/**
 * Weights of a matched sample: 1 for a treated row with a match, the sum of its shares for a control, 0 for rows without a match.
 * The weights of the controls of one treated row sum to 1. Among controls at the same distance the first row goes first. Without
 * replacement treated rows choose in order of falling score (Rosenbaum and Rubin 1985, The American Statistician 39(1), §3).
 * @param score  propensity scores
 * @param chosen 1 for rows that look for a match, 0 for controls, anything else for rows that take no part
 * @param pairs  `nearest`: told of each match
 */
export function matchScores(
  score: Float64Array,
  chosen: ArrayLike<number>,
  method: MatchMethod,
  pairs?: Pairs,
): Float64Array {
  const treated: number[] = [];
  const control: number[] = [];
  for (let i = 0; i < score.length; i++) {
    if (chosen[i] === 1) treated.push(i);
    else if (chosen[i] === 0) control.push(i);
  }
  const weight = new Float64Array(score.length);
  if (control.length === 0) return weight;
  const controls = controlLevels(score, control);
  if (method.is === 'nearest') matchNearest(score, treated, { controls, weight, ...(pairs && { pairs }) }, method);
  else for (const t of treated) if (spread(score[t]!, controls, method, weight)) weight[t] = 1;
  return weight;
}

function controlLevels(score: Float64Array, control: readonly number[]): Controls {
  const factor = factorOfNumbers(control.map((i) => score[i]!));
  const { starts, rows } = rowsByLevel(factor);
  return { score: factor.values, starts, rows: rows.map((i) => control[i]!) };
}

/** Index of the last level with a score of at most p; −1 when all are above. */
function levelBelow({ score }: Controls, p: number): number {
  let low = -1;
  let high = score.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (score[middle]! <= p) low = middle;
    else high = middle;
  }
  return low;
}

function matchNearest(
  score: Float64Array,
  treated: readonly number[],
  { controls, weight, pairs }: { readonly controls: Controls; readonly weight: Float64Array; readonly pairs?: Pairs },
  { neighbours, replace, caliper }: Extract<MatchMethod, { is: 'nearest' }>,
): void {
  const { starts, rows } = controls;
  const levels = controls.score.length;
  const used = new Int32Array(levels); // rows of the level that are taken
  const below = Int32Array.from({ length: levels }, (_, l) => l - 1); // next level with rows left, downwards and upwards
  const above = Int32Array.from({ length: levels }, (_, l) => l + 1);
  const left = (l: number): boolean => starts[l]! + used[l]! < starts[l + 1]!;
  const skip = replace ? nextLeft : nextLeftForGood;
  const down = (from: number): number => skip(from, below, left, -1);
  const up = (from: number): number => skip(from, above, left, levels);
  const order = replace ? treated : [...treated].sort((a, b) => score[b]! - score[a]! || a - b);
  const found = new Int32Array(neighbours);
  for (const t of order) {
    const p = score[t]!;
    const middle = levelBelow(controls, p);
    let l = down(middle);
    let r = up(middle + 1);
    let count = 0;
    while (count < neighbours && (l >= 0 || r < levels)) {
      const toLeft = l >= 0 ? Math.abs(p - controls.score[l]!) : Number.POSITIVE_INFINITY;
      const toRight = r < levels ? Math.abs(p - controls.score[r]!) : Number.POSITIVE_INFINITY;
      if (Math.min(toLeft, toRight) > caliper) break;
      const first = (level: number): number => rows[starts[level]! + used[level]!]!;
      const at = toLeft < toRight || (toLeft === toRight && first(l) < first(r)) ? l : r;
      found[count++] = first(at);
      used[at]!++;
      if (at === l) l = down(l);
      else r = up(r);
    }
    for (let c = 0; c < count; c++) weight[found[c]!]! += 1 / count;
    if (count > 0) weight[t] = 1;
    if (count > 0) pairs?.(t, found.slice(0, count));
    if (replace) giveBack(controls, used, middle, count);
  }
}

type Left = (level: number) => boolean;

/** The nearest level with rows left, from `from` on. */
function nextLeft(from: number, next: Int32Array, left: Left, end: number): number {
  let l = from;
  while (l !== end && !left(l)) l = next[l]!;
  return l;
}

/** The same where taken rows never come back: the path is shortened for later calls. */
function nextLeftForGood(from: number, next: Int32Array, left: Left, end: number): number {
  const found = nextLeft(from, next, left, end);
  for (let at = from; at !== found; ) {
    const after = next[at]!;
    next[at] = found;
    at = after;
  }
  return found;
}

/** Undoes the marks of one treated row: they lie next to `middle` without gaps. */
function giveBack({ starts }: Controls, used: Int32Array, middle: number, count: number): void {
  let open = count;
  for (let l = middle; l >= 0 && open > 0 && used[l]! > 0; l--) {
    open -= used[l]!;
    used[l] = 0;
  }
  for (let r = middle + 1; r < starts.length - 1 && open > 0 && used[r]! > 0; r++) {
    open -= used[r]!;
    used[r] = 0;
  }
}

/** Shares one treated row among the controls by distance; false when none is near enough. */
function spread(
  p: number,
  { score, starts, rows }: Controls,
  method: Exclude<MatchMethod, { is: 'nearest' }>,
  weight: Float64Array,
): boolean {
  const reach = method.is === 'radius' ? method.caliper : method.bandwidth;
  const kernel = method.is === 'radius' ? undefined : KERNELS[method.kernel];
  const share = (l: number): number => {
    const distance = Math.abs(p - score[l]!);
    return kernel === undefined ? (distance <= reach ? 1 : 0) : kernel(distance / reach);
  };
  const unbounded = method.is === 'kernel' && method.kernel === 'gaussian';
  let from = 0;
  let end = score.length;
  if (!unbounded) {
    const middle = levelBelow({ score, starts, rows }, p);
    from = middle + 1;
    while (from > 0 && share(from - 1) > 0) from--;
    end = middle + 1;
    while (end < score.length && share(end) > 0) end++;
  }
  let total = 0;
  for (let l = from; l < end; l++) total += share(l) * (starts[l + 1]! - starts[l]!);
  if (!(total > 0)) return false;
  for (let l = from; l < end; l++) {
    const own = share(l) / total;
    for (let r = starts[l]!; r < starts[l + 1]!; r++) weight[rows[r]!]! += own;
  }
  return true;
}
