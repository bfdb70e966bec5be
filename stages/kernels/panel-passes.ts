/**
 * The two passes over a large panel, in parts of some blocks each: on one thread or several, the parts and the order in which they are put
 * together are the same, and so is every bit of the result.
 */
import { type Compensated, compensated } from './cross-products.ts';
import { type BlockRange, type PanelRows, type ResidualBlocks, residualBlocks, sweptBlocks } from './panel-simd.ts';
import { floats, isShared } from './shared-memory.ts';

export type PanelJob =
  | {
      readonly kind: 'panel-swept';
      readonly columns: readonly Float64Array[];
      readonly origins: Float64Array;
      readonly rows: PanelRows;
      readonly blocks: number;
      /** each part's numbers one after the other */
      readonly out: Float64Array;
    }
  | {
      readonly kind: 'panel-residual';
      readonly pass: ResidualBlocks;
      readonly rows: PanelRows;
      readonly blocks: number;
      readonly out: Float64Array;
    };

/** Does the parts of a job, all of them before it returns; undefined: one after the other. */
export type RunParts = (job: PanelJob, parts: number) => void;

const MOST_PARTS = 32;
const LEAST_BLOCKS = 16;
/** Numbers that all parts together may give. */
const MOST_NUMBERS = 2 ** 21;

interface Cut {
  readonly parts: number;
  /** of a part */
  readonly blocks: number;
}

function cut({ bounds }: PanelRows, width: number): Cut {
  const all = bounds.length - 1;
  const most = Math.max(1, Math.min(MOST_PARTS, Math.floor(MOST_NUMBERS / width)));
  const blocks = Math.max(LEAST_BLOCKS, Math.ceil(all / most));
  return { parts: Math.ceil(all / blocks), blocks };
}

/** Does one part. */
export function panelPart(job: PanelJob, part: number): void {
  const { rows, blocks, out } = job;
  const range: BlockRange = { from: part * blocks, to: Math.min((part + 1) * blocks, rows.bounds.length - 1) };
  if (job.kind === 'panel-swept') {
    const k = job.columns.length;
    const count = k * (k + 2);
    const own = partOf(out, part, count + k * rows.restColumns);
    const total = compensated(count);
    sweptBlocks(job.columns, job.origins, rows, range, total, own.subarray(count));
    write(total, own, count);
  } else {
    const own = partOf(out, part, 1 + rows.restColumns);
    const total = compensated(1);
    residualBlocks(job.pass, rows, range, total, own.subarray(1));
    write(total, own, 1);
  }
}

const partOf = (out: Float64Array, part: number, width: number): Float64Array =>
  out.subarray(part * width, (part + 1) * width);

function write(total: Compensated, out: Float64Array, count: number): void {
  for (let c = 0; c < count; c++) out[c] = total.value(c);
}

function doAll(job: PanelJob, parts: number, run: RunParts | undefined): void {
  if (run !== undefined && parts > 1 && canLeave(job)) run(job, parts);
  else for (let part = 0; part < parts; part++) panelPart(job, part);
}

/** Whether other threads see the same memory. */
function canLeave(job: PanelJob): boolean {
  const { rows, out } = job;
  const columns = job.kind === 'panel-swept' ? job.columns : [...job.pass.columns, job.pass.residuals, job.pass.scores];
  return [...columns, out, ...rows.codes, ...(rows.order === undefined ? [] : [rows.order])].every(isShared);
}

/** Sums of the parts, in their order. */
function together(out: Float64Array, parts: number, width: number): Float64Array {
  const total = compensated(width);
  for (let part = 0; part < parts; part++) for (let c = 0; c < width; c++) total.add(c, out[part * width + c]!);
  return Float64Array.from({ length: width }, (_, c) => total.value(c));
}

export interface PanelSwept {
  /** Σ d and Σ d² of each column, d = column − origin */
  readonly moments: Float64Array;
  /** lower triangle of columns×columns */
  readonly products: Float64Array;
  /** of each column, by column of the rest */
  readonly sums: readonly Float64Array[];
}

/** First pass: columns with the swept effect out, as sums. */
export function sweptPanel(
  columns: readonly Float64Array[],
  origins: Float64Array,
  rows: PanelRows,
  run: RunParts | undefined,
): PanelSwept {
  const k = columns.length;
  const count = k * (k + 2);
  const width = count + k * rows.restColumns;
  const { parts, blocks } = cut(rows, width);
  const out = floats(parts * width, true);
  doAll({ kind: 'panel-swept', columns, origins, rows, blocks, out }, parts, run);
  const all = together(out, parts, width);
  return {
    moments: all.slice(0, 2 * k),
    products: all.slice(2 * k, count),
    sums: columns.map((_, j) => all.slice(count + j * rows.restColumns, count + (j + 1) * rows.restColumns)),
  };
}

/** Second pass: residuals and scores are written. @returns Σ e² and other effects' sums of e */
export function residualPanel(
  pass: ResidualBlocks,
  rows: PanelRows,
  run: RunParts | undefined,
): { readonly squares: number; readonly sums: Float64Array } {
  const width = 1 + rows.restColumns;
  const { parts, blocks } = cut(rows, width);
  const out = floats(parts * width, true);
  doAll({ kind: 'panel-residual', pass, rows, blocks, out }, parts, run);
  const all = together(out, parts, width);
  return { squares: all[0]!, sums: all.slice(1) };
}
