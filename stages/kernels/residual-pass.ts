import { addDots, type Compensated, compensated, dotBlock } from './cross-products.ts';
import { type DemeanedBlocks, fillBlock, leftover, subtractEffects } from './demeaned-blocks.ts';
import { asInt32, type Factor } from './factor-codes.ts';
import {
  loadBlock,
  type PanelFrame,
  panelFrame,
  residualBlock,
  scoreBlock,
  subtractOne,
  subtractThree,
} from './panel-loops.ts';
import { type RunParts, residualPanel } from './panel-passes.ts';
import { type PanelRows, panelRows } from './panel-simd.ts';
import { floats } from './shared-memory.ts';
import type { SweepLayout } from './sweep-layout.ts';
import { addLeft, load, sweepLevels, weigh } from './swept-products.ts';

export interface ResidualPass {
  /** columns of the design, then the outcome, as numbers of the blocks' columns */
  readonly design: readonly number[];
  readonly outcome: number;
  readonly coef: Float64Array;
  /** overwritten, in the input's order */
  readonly residuals: Float64Array;
  /** sums of scores wanted by level, codes in the input's order */
  readonly scoresBy: readonly Factor[];
  /** every level of the swept effect lies in one level of each of them */
  readonly nested: boolean;
  /** parts of the pass on other threads, where there are any */
  readonly run?: RunParts | undefined;
}

export interface ResidualSums {
  /** Σ w x̃_j e */
  readonly dots: Float64Array;
  /** Σ w e² and Σ e² */
  readonly squares: number;
  readonly squaresUnweighted: number;
  /** row-major by level, one for each of `scoresBy` */
  readonly scores: readonly Float64Array[];
  /** of a large panel: scores by level of the swept effect, from which those of any clusters of such levels follow */
  readonly byLevel?: Float64Array;
  /** what is left of the effects in the residuals, relative to the outcome */
  readonly left: number;
}

/**
 * Residuals, their products with the design, and the sums of scores by cluster, in one pass. The residual is that of one column,
 * y − Σ b_j x_j, with the effects out; and since it adds up to zero in every level of the swept effect, the level's mean need not be taken out
 * of a regressor whose score is added up within levels.
 */
export function residualPass(blocks: DemeanedBlocks, pass: ResidualPass): ResidualSums {
  const large = pass.nested ? panelRows(blocks.layout, blocks.bounds, blocks.rows) : undefined;
  if (large !== undefined) return ofPanel(blocks, pass, large);
  const { layout, bounds } = blocks;
  const { outcome } = pass;
  const k = pass.design.length;
  const total = compensated(k + 2);
  const work: Work = {
    blocks,
    pass,
    total,
    e: new Float64Array(blocks.rows),
    columns: pass.design.map((j) => blocks.columns[j]!),
    origins: Float64Array.from(pass.design, (j) => blocks.swept.origins[j]!),
    own: pass.design.map((j) => blocks.effects[j]!),
    effects: effectsOfResidual(blocks, pass),
    sums: new Float64Array(layout.restColumns),
    scores: pass.scoresBy.map((f) => new Float64Array(f.levels * k)),
    clusters: pass.scoresBy.map((f) => asInt32(f.codes)),
  };
  const frame = pass.nested && work.scores.length > 0 ? panelFrame(layout) : undefined;
  const general = frame === undefined ? generalBlock(work) : undefined;
  for (let g = 0; g + 1 < bounds.length; g++) {
    if (frame === undefined) general?.(g);
    else panelBlock(work, frame, bounds[g]!, bounds[g + 1]!);
  }
  const [only] = work.scores;
  return {
    dots: only === undefined ? Float64Array.from({ length: k }, (_, j) => total.value(j)) : columnTotals(only, k),
    squares: total.value(k),
    squaresUnweighted: layout.weights === undefined ? total.value(k) : total.value(k + 1),
    scores: work.scores,
    left: leftover(work.sums, blocks.own, blocks.swept.shifted[outcome]!),
  };
}

/** Other effects of y − Σ b_j x_j. */
const effectsOfResidual = ({ effects }: DemeanedBlocks, { design, outcome, coef }: ResidualPass): Float64Array =>
  effects[outcome]!.map((b, c) => design.reduce((sum, j, a) => sum - coef[a]! * effects[j]![c]!, b));

function ofPanel(blocks: DemeanedBlocks, pass: ResidualPass, rows: PanelRows): ResidualSums {
  const { design, outcome, coef, residuals, run } = pass;
  const k = design.length;
  const levels = rows.starts.length - 1;
  const used = [...design, outcome];
  const byLevel = run === undefined ? new Float64Array(levels * k) : floats(levels * k, true);
  const { squares, sums } = residualPanel(
    {
      coef,
      residuals,
      columns: used.map((j) => blocks.columns[j]!),
      origins: Float64Array.from(used, (j) => blocks.swept.origins[j]!),
      effects: effectsOfResidual(blocks, pass),
      own: design.map((j) => blocks.effects[j]!),
      scores: byLevel,
    },
    rows,
    run,
  );
  return {
    dots: columnTotals(byLevel, k),
    squares,
    squaresUnweighted: squares,
    scores: [],
    byLevel,
    left: leftover(sums, blocks.own, blocks.swept.shifted[outcome]!),
  };
}

/** Levels' scores added up by the cluster that each level lies in. */
export function scoresOf(
  byLevel: Float64Array,
  k: number,
  { starts, order }: Pick<SweepLayout, 'starts' | 'order'>,
  clusters: Factor,
): Float64Array {
  const codes = asInt32(clusters.codes);
  const levels = starts.length - 1;
  const at = (u: number): number => codes[order === undefined ? starts[u]! : order[starts[u]!]!]!;
  let same = clusters.levels === levels;
  for (let u = 0; same && u < levels; u++) same = at(u) === u;
  if (same) return byLevel;
  const scores = new Float64Array(clusters.levels * k);
  for (let u = 0; u < levels; u++) {
    const to = at(u) * k;
    for (let j = 0; j < k; j++) scores[to + j]! += byLevel[u * k + j]!;
  }
  return scores;
}

interface Work {
  readonly blocks: DemeanedBlocks;
  readonly pass: ResidualPass;
  readonly total: Compensated;
  readonly e: Float64Array;
  /** of the design */
  readonly columns: readonly Float64Array[];
  readonly origins: Float64Array;
  readonly own: readonly Float64Array[];
  /** of y − Σ b_j x_j */
  readonly effects: Float64Array;
  readonly sums: Float64Array;
  readonly scores: readonly Float64Array[];
  readonly clusters: readonly Int32Array[];
}

function panelBlock(work: Work, frame: PanelFrame, first: number, last: number): void {
  const { e, columns, origins, own, pass, blocks, total } = work;
  const k = columns.length;
  const start = frame.starts[first]!;
  const rows = frame.starts[last]! - start;
  loadBlock(blocks.columns[pass.outcome]!, blocks.swept.origins[pass.outcome]!, start, rows, e);
  let j = 0;
  for (; j + 2 < k; j += 3) subtractThree(e, start, rows, columns, origins, pass.coef, j);
  for (; j < k; j++) subtractOne(e, start, rows, columns[j]!, origins[j]!, pass.coef[j]!);
  total.add(k, residualBlock(frame, first, last, e, work.effects, work.sums));
  pass.residuals.set(e.subarray(0, rows), start);
  for (let s = 0; s < work.scores.length; s++) {
    const scores = work.scores[s]!;
    const clusters = work.clusters[s]!;
    for (let a = 0; a < k; a++)
      scoreBlock(frame, first, last, columns[a]!, origins[a]!, own[a]!, e, clusters, scores, k, a);
  }
}

function generalBlock(work: Work): (g: number) => void {
  const { blocks, pass, total, e, columns, origins, scores } = work;
  const { layout, bounds } = blocks;
  const k = columns.length;
  const scratch = columns.map(() => new Float64Array(blocks.rows));
  const weighted = layout.weights === undefined ? undefined : new Float64Array(blocks.rows);
  return (g) => {
    const first = bounds[g]!;
    const last = bounds[g + 1]!;
    const start = layout.starts[first]!;
    const rows = layout.starts[last]! - start;
    load(blocks.columns[pass.outcome]!, layout.order, start, rows, blocks.swept.origins[pass.outcome]!, e);
    for (let j = 0; j < k; j++) load(columns[j]!, layout.order, start, rows, origins[j]!, scratch[j]!);
    subtractAll(e, scratch, pass.coef, rows);
    subtractEffects(e, layout, start, rows, work.effects);
    sweepLevels(e, layout, first, last);
    addLeft(e, layout, start, rows, work.sums);
    put(e, layout.order, start, rows, pass.residuals);
    const we = weigh(e, layout.weights, start, rows, weighted);
    total.add(k, dotBlock(we, e, rows));
    if (we !== e) total.add(k + 1, dotBlock(e, e, rows));
    for (let j = 0; j < k; j++) {
      if (pass.nested) subtractEffects(scratch[j]!, layout, start, rows, work.own[j]!);
      else fillBlock(blocks, pass.design[j]!, g, scratch[j]!);
    }
    // sums of scores add up to the dots
    if (scores.length === 0) addDots(total, 0, we, scratch, k, rows);
    for (let s = 0; s < scores.length; s++)
      addScores(scores[s]!, scratch, we, rows, start, work.clusters[s]!, layout.order);
  };
}

/** e ← e − Σ_j coef_j c_j, four columns at a time. */
function subtractAll(e: Float64Array, columns: readonly Float64Array[], coef: Float64Array, rows: number): void {
  let j = 0;
  for (; j + 3 < columns.length; j += 4) {
    const c0 = columns[j]!;
    const c1 = columns[j + 1]!;
    const c2 = columns[j + 2]!;
    const c3 = columns[j + 3]!;
    const b0 = coef[j]!;
    const b1 = coef[j + 1]!;
    const b2 = coef[j + 2]!;
    const b3 = coef[j + 3]!;
    for (let i = 0; i < rows; i++) e[i]! -= b0 * c0[i]! + b1 * c1[i]! + (b2 * c2[i]! + b3 * c3[i]!);
  }
  for (; j < columns.length; j++) {
    const column = columns[j]!;
    const b = coef[j]!;
    for (let i = 0; i < rows; i++) e[i]! -= b * column[i]!;
  }
}

function columnTotals(sums: Float64Array, k: number): Float64Array {
  const total = compensated(k);
  for (let g = 0; g < sums.length; g += k) for (let j = 0; j < k; j++) total.add(j, sums[g + j]!);
  return Float64Array.from({ length: k }, (_, j) => total.value(j));
}

function put(e: Float64Array, order: Int32Array | undefined, start: number, rows: number, out: Float64Array): void {
  if (order === undefined) for (let i = 0; i < rows; i++) out[start + i] = e[i]!;
  else for (let i = 0; i < rows; i++) out[order[start + i]!] = e[i]!;
}

/** Rows of a cluster often follow each other: a run is added up before it joins its cluster. */
function addScores(
  sums: Float64Array,
  design: readonly Float64Array[],
  e: Float64Array,
  rows: number,
  start: number,
  codes: Int32Array,
  order: Int32Array | undefined,
): void {
  const k = design.length;
  let from = 0;
  while (from < rows) {
    const level = codes[order === undefined ? start + from : order[start + from]!]!;
    let end = from + 1;
    if (order === undefined) while (end < rows && codes[start + end] === level) end++;
    else while (end < rows && codes[order[start + end]!] === level) end++;
    for (let j = 0; j < k; j++) {
      const column = design[j]!;
      let run = 0;
      for (let i = from; i < end; i++) run += column[i]! * e[i]!;
      sums[level * k + j]! += run;
    }
    from = end;
  }
}
