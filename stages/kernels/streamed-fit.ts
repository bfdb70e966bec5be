import type { Absorber } from './absorb.ts';
import {
  absorbedDirectly,
  type DemeanedBlocks,
  demeanedBlocks,
  demeanedProducts,
  refinedProducts,
} from './demeaned-blocks.ts';
import { parameterCount } from './dof.ts';
import { isNested } from './factor-codes.ts';
import type { LinearFit, LinearModel } from './fit.ts';
import { type Counts, normOf, statistics } from './fit-statistics.ts';
import { type Projection, solveProducts } from './least-squares.ts';
import { type ResidualSums, residualPass } from './residual-pass.ts';

/** More than this left of the effects in the residuals asks for refined effects. */
const CLEAN = 1e-11;

/** What one or two passes over the columns tell of them. */
export interface StreamedProducts {
  readonly blocks: DemeanedBlocks;
  /** columns×columns, all effects out */
  readonly products: Float64Array;
}

function streamedProducts(columns: readonly Float64Array[], inside: Absorber): StreamedProducts {
  const blocks = demeanedBlocks(columns, inside);
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

/** A fit whose effects are taken out block by block: columns without them are never held whole. See `isStreamable`. */
export function fitStreamed(model: LinearModel, inside: Absorber): LinearFit {
  const effects = model.effects ?? [];
  const k = model.x.length;
  const columns = [...model.x, model.y];
  const make = (): StreamedProducts => streamedProducts(columns, inside);
  const made = model.common === undefined ? make() : model.common.products(columns, () => withoutColumns(make()));
  const blocks = model.common === undefined ? made.blocks : ownBlocks(made.blocks, columns);
  const norms = blocks.swept.moments.map(({ squares, raw }) => normOf(squares, raw));
  const residuals = new Float64Array(model.y.length);
  const scoresBy = model.scoresBy ?? [];
  const nested = scoresBy.every((clusters) => isNested(effects[inside.layout.swept]!, clusters));
  let sums: ResidualSums | undefined;
  const solve = (products: Float64Array): Omit<Projection, 'residuals'> =>
    solveProducts(products, k, norms, (coef, kept) => {
      sums = residualPass(blocks, { design: Array.from(kept), outcome: k, coef, residuals, scoresBy, nested });
      return sums;
    });
  let { products } = made;
  let projection = solve(products);
  if (sums !== undefined && sums.left > CLEAN) {
    products = refinedProducts(blocks, inside);
    projection = solve(products);
  }
  if (sums === undefined) throw new Error('ceteris bug: no residuals');
  const terms = projection.kept.length;
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
  const { scores } = sums;
  let design: readonly Float64Array[] | undefined;
  return {
    n: residuals.length,
    terms,
    hasConstant: false,
    coef: projection.coef,
    kept: projection.kept,
    dropped: projection.dropped,
    residuals,
    scores: new Map(scoresBy.map((factor, s) => [factor, scores[s]!])),
    get design() {
      design ??= Array.from(projection.kept, (j) => {
        const column = model.x[j]!.slice();
        inside.residualizeInPlace(column);
        return column;
      });
      return design;
    },
    bread: projection.bread,
    means: new Float64Array(0),
    parameters: counts.parameters,
    effects,
    ...(model.weights && { weights: model.weights }),
    absorber: inside,
    absorbed: absorbedDirectly(sums.left),
    ...statistics(squares, counts, { weights: model.weights, hasEffects: true }),
  };
}
