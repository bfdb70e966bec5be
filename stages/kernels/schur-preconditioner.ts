import { approximateCholesky, type Edges } from './approximate-cholesky.ts';
import { stream } from './random.ts';
import { rankCholeskyInPlace, solveCholeskyInPlace } from './rank-cholesky.ts';
import type { RestGroup, SweepLayout } from './sweep-layout.ts';

/** An approximate inverse of the Schur complement that is left when the swept effect is eliminated. */
export interface Preconditioner {
  /** out ← approximate S⁻ residual; returns residual · out */
  apply(residual: Float64Array, out: Float64Array): number;
}

/**
 * Block by block: an effect of levels is, with the swept effect eliminated, the Laplacian of a graph (levels are joined where a swept level
 * meets both), and gets that graph's approximate factor; slopes get their diagonal.
 * @param diagonal of S
 * @param own squared norm of each column of the rest: a diagonal far below it is rounding
 */
export function schurPreconditioner(layout: SweepLayout, diagonal: Float64Array, own: Float64Array): Preconditioner {
  const inverse = diagonal.map((d, c) => (d > 1e-11 * own[c]! ? 1 / d : 0));
  const graphs = layout.hasLevel && layout.bases.length === 0;
  const blocks = layout.rest
    .filter((g) => graphs && g.values === undefined)
    .map((g): Block => ({ from: g.first, to: g.first + g.columns, solveInPlace: blockSolver(layout, g) }));
  return {
    apply(residual, out) {
      for (let c = 0; c < out.length; c++) out[c] = residual[c]! * inverse[c]!;
      for (const block of blocks) solveBlock(block, residual, out);
      let energy = 0;
      for (let c = 0; c < out.length; c++) energy += residual[c]! * out[c]!;
      return energy;
    },
  };
}

interface Block {
  readonly from: number;
  readonly to: number;
  readonly solveInPlace: (b: Float64Array) => void;
}

function solveBlock({ from, to, solveInPlace }: Block, residual: Float64Array, out: Float64Array): void {
  const part = out.subarray(from, to);
  part.set(residual.subarray(from, to));
  solveInPlace(part);
}

/** Effects with so few levels are solved exactly. */
const MOST_DENSE = 300;

function blockSolver(layout: SweepLayout, group: RestGroup): Block['solveInPlace'] {
  if (group.columns > MOST_DENSE) {
    const factor = approximateCholesky(meetings(layout, group, MOST_PAIRS));
    return (b) => factor.solveInPlace(b);
  }
  const { size, count, from, to, weight } = meetings(layout, group, MOST_DENSE);
  const laplacian = new Float64Array(size * size);
  for (let e = 0; e < count; e++) {
    const [a, b] = [Math.max(from[e]!, to[e]!), Math.min(from[e]!, to[e]!)];
    laplacian[a * size + b]! -= weight[e]!;
    laplacian[a * size + a]! += weight[e]!;
    laplacian[b * size + b]! += weight[e]!;
  }
  const chol = rankCholeskyInPlace(laplacian, size, 1e-11);
  return (b) => solveCholeskyInPlace(chol, b);
}

/** More levels than this at one swept level are joined by a random tree with the mean of all pairs. */
const MOST_PAIRS = 8;

/** Levels a and b of the effect are joined by Σ_u w_ua w_ub / w_u, w the weight of their rows at the swept level u. */
function meetings(layout: SweepLayout, group: RestGroup, mostPairs: number): Edges {
  const { starts, mass } = layout;
  const { codes, loads, first, columns } = group;
  const list = new EdgeList(columns);
  const weight = new Float64Array(columns);
  const seen = new Int32Array(columns);
  const { uniform: random } = stream(2303, first);
  for (let u = 0; u < mass.length; u++) {
    let count = 0;
    for (let i = starts[u]!; i < starts[u + 1]!; i++) {
      const c = codes[i]! - first;
      if (weight[c] === 0) seen[count++] = c;
      weight[c]! += loads === undefined ? 1 : loads[i]!;
    }
    if (count > 1 && count <= mostPairs) joinAll(list, seen, count, weight, mass[u]!);
    else if (count > 1) joinTree(list, seen.subarray(0, count), weight, random);
    for (let a = 0; a < count; a++) weight[seen[a]!] = 0;
  }
  return list.edges();
}

function joinAll(list: EdgeList, seen: Int32Array, count: number, weight: Float64Array, mass: number): void {
  for (let a = 1; a < count; a++)
    for (let b = 0; b < a; b++) list.add(seen[a]!, seen[b]!, (weight[seen[a]!]! * weight[seen[b]!]!) / mass);
}

/** As in `approximateCholesky`: each level, lightest first, is joined to one of the heavier ones. */
function joinTree(list: EdgeList, seen: Int32Array, weight: Float64Array, random: () => number): void {
  const levels = Array.from(seen).sort((a, b) => weight[a]! - weight[b]! || a - b);
  const total = levels.reduce((sum, c) => sum + weight[c]!, 0);
  let rest = total;
  for (let i = 0; i + 1 < levels.length; i++) {
    const own = weight[levels[i]!]!;
    rest -= own;
    let left = random() * rest;
    let k = i + 1;
    while (k + 1 < levels.length && (left -= weight[levels[k]!]!) >= 0) k++;
    list.add(levels[i]!, levels[k]!, (own * rest) / total);
  }
}

class EdgeList {
  private readonly size: number;
  private count = 0;
  private from = new Int32Array(1024);
  private to = new Int32Array(1024);
  private weight = new Float64Array(1024);

  constructor(size: number) {
    this.size = size;
  }

  add(a: number, b: number, weight: number): void {
    if (this.count === this.from.length) this.grow();
    this.from[this.count] = a;
    this.to[this.count] = b;
    this.weight[this.count++] = weight;
  }

  edges(): Edges {
    const { size, count, from, to, weight } = this;
    return { size, count, from, to, weight };
  }

  private grow(): void {
    const { from, to, weight } = this;
    this.from = new Int32Array(2 * from.length);
    this.from.set(from);
    this.to = new Int32Array(2 * to.length);
    this.to.set(to);
    this.weight = new Float64Array(2 * weight.length);
    this.weight.set(weight);
  }
}
