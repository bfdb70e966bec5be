import type { Absorber } from './absorb.ts';
import { carriedBack, conditionedColumns, mapped } from './conditioning.ts';
import {
  absorbedDirectly,
  type DemeanedBlocks,
  demeanedBlocks,
  demeanedProducts,
  refinedProducts,
} from './demeaned-blocks.ts';
import { parameterCount } from './dof.ts';
import { isNested } from './factor-codes.ts';
import { type Counts, normOf, statistics, statisticsOf } from './fit-statistics.ts';
import { type Solved, solveProducts } from './least-squares.ts';
import type { LinearFit, LinearModel, StreamedProducts, StreamedSolution } from './linear-model.ts';
import type { RunParts } from './panel-passes.ts';
import { panelRows } from './panel-simd.ts';
import { type ResidualSums, residualPass, scoresOf } from './residual-pass.ts';
import { floats } from './shared-memory.ts';

/** More than this left of the effects in the residuals asks for refined effects. */
const CLEAN = 1e-11;

function streamedProducts(columns: readonly Float64Array[], inside: Absorber, run?: RunParts): StreamedProducts {
  const blocks = demeanedBlocks(columns, inside, run);
  return { blocks, products: demeanedProducts(blocks, inside) };
}

/** To be kept: the columns themselves are whoever asks's. */
const withoutColumns = ({ blocks, products }: StreamedProducts): StreamedProducts => ({
  blocks: { ...blocks, columns: [] },
  products,
});

/** With effects of its own: refining them leaves those of others alone. */
const ownBlocks = (blocks: DemeanedBlocks, columns: readonly Float64Array[]): DemeanedBlocks => ({
  ...blocks,
  columns,
  effects: blocks.effects.map((e) => e.slice()),
});

/**
 * A fit whose effects are taken out block by block: columns without them are never held whole. See `isStreamable`.
 * @param isAgain the columns are in better coordinates already
 */
export function fitStreamed(model: LinearModel, inside: Absorber, isAgain = false): LinearFit {
  const effects = model.effects ?? [];
  const { run } = model;
  const k = model.x.length;
  const columns = [...model.x, model.y];
  const make = (): StreamedProducts => streamedProducts(columns, inside, run);
  const made = model.common === undefined ? make() : model.common.products(columns, () => withoutColumns(make()));
  const blocks = model.common === undefined ? made.blocks : ownBlocks(made.blocks, columns);
  const norms = blocks.swept.moments.map(({ squares, raw }) => normOf(squares, raw));
  const scoresBy = model.scoresBy ?? [];
  const nested = scoresBy.every((clusters) => isNested(effects[inside.layout.swept]!, clusters));
  const solution = (): StreamedSolution => solveStreamed(model, { inside, blocks, made, norms, nested });
  // sums by level hold the scores of all clusters: they do not say which are wanted
  const isLarge = nested && panelRows(inside.layout, blocks.bounds, blocks.rows) !== undefined;
  const { solved, products, sums, residuals } =
    isLarge && model.common !== undefined ? model.common.solved(columns, solution) : solution();
  const conditioned = isAgain ? undefined : solved.map && fitConditioned(model, inside, solved, solved.map);
  if (conditioned !== undefined) return conditioned;
  const terms = solved.kept.length;
  const squares = {
    ssr: sums.squares,
    ssrUnweighted: sums.squaresUnweighted,
    sst: blocks.swept.moments[k]!.squares,
    sstWithin: products[(k + 1) ** 2 - 1]!,
  };
  const counts: Counts = {
    n: residuals.length,
    terms,
    slopes: terms,
    parameters: parameterCount(terms, effects),
    constant: 1,
  };
  const { byLevel, left } = sums;
  const scores =
    byLevel === undefined ? sums.scores : scoresBy.map((factor) => scoresOf(byLevel, terms, inside.layout, factor));
  return withDesign(model, inside, {
    n: residuals.length,
    terms,
    hasConstant: false,
    coef: solved.coef,
    kept: solved.kept,
    dropped: solved.dropped,
    residuals,
    scores: new Map(scoresBy.map((factor, s) => [factor, scores[s]!])),
    bread: solved.bread,
    means: new Float64Array(0),
    parameters: counts.parameters,
    effects,
    ...(model.weights && { weights: model.weights }),
    absorber: inside,
    absorbed: absorbedDirectly(left),
    ...statistics(squares, counts, { weights: model.weights, hasEffects: true }),
  });
}

interface Streamed {
  readonly inside: Absorber;
  readonly blocks: DemeanedBlocks;
  readonly made: StreamedProducts;
  readonly norms: readonly number[];
  readonly nested: boolean;
}

function solveStreamed(model: LinearModel, { inside, blocks, made, norms, nested }: Streamed): StreamedSolution {
  const { run, scoresBy = [] } = model;
  const k = model.x.length;
  const n = model.y.length;
  const residuals = run === undefined ? new Float64Array(n) : floats(n);
  let sums: ResidualSums | undefined;
  const solve = (products: Float64Array): Solved =>
    solveProducts(products, k, norms, (coef, kept) => {
      sums = residualPass(blocks, { design: Array.from(kept), outcome: k, coef, residuals, scoresBy, nested, run });
      return sums;
    });
  let { products } = made;
  let solved = solve(products);
  if (sums !== undefined && (sums.left > CLEAN || isBlunt(blocks, products, solved))) {
    products = refinedProducts(blocks, inside);
    solved = solve(products);
  }
  if (sums === undefined) throw new Error('ceteris bug: no residuals');
  return { solved, products, sums, residuals };
}

/** Its columns with their effects out are made when first asked for. */
function withDesign({ x }: LinearModel, inside: Absorber, fit: Omit<LinearFit, 'design'>): LinearFit {
  let design: readonly Float64Array[] | undefined;
  return {
    ...fit,
    get design() {
      design ??= Array.from(fit.kept, (j) => {
        const from = x[j]!;
        const origin = from[0]!; // a mean far from zero would cost digits
        const column = from.map((value) => value - origin);
        inside.residualizeInPlace(column);
        return column;
      });
      return design;
    },
  };
}

/** Below this share of a column's squares, what the effects (whose part is subtracted) and the other columns leave is too blunt. */
const BLUNT = 1e-3;

function isBlunt({ swept }: DemeanedBlocks, products: Float64Array, { kept, shares, map }: Solved): boolean {
  if (map !== undefined) return false; // they are made again in any case
  const next = Math.sqrt(products.length) + 1;
  return kept.some((j, a) => !(shares[a]! * products[j * next]! >= BLUNT * swept.products[j * next]!));
}

/** The model in coordinates that are not nearly collinear, carried back; undefined when a column has nothing of its own there. */
function fitConditioned(
  model: LinearModel,
  inside: Absorber,
  { kept, dropped }: Solved,
  map: Float64Array,
): LinearFit | undefined {
  const columns = Array.from(kept, (j) => model.x[j]!);
  const { common: _, ...own } = model;
  const fit = fitStreamed({ ...own, x: conditionedColumns(columns, map, true) }, inside, true);
  if (fit.kept.length < kept.length) return undefined;
  const { n, terms, hasConstant, residuals, means, parameters, effects, weights, absorber, absorbed } = fit;
  return withDesign(model, inside, {
    ...{ n, terms, hasConstant, residuals, means, parameters, effects },
    ...(weights && { weights }),
    ...(absorber && { absorber }),
    ...(absorbed && { absorbed }),
    ...statisticsOf(fit),
    kept,
    dropped,
    coef: mapped(map, fit.coef),
    bread: carriedBack(map, fit.bread),
    conditioned: {
      map,
      bread: fit.bread,
      ...(fit.scores && { scores: fit.scores }),
      get design() {
        return fit.design;
      },
    },
  });
}
