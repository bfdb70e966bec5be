/**
 * The passes over the rows of a large unweighted panel in WebAssembly, two numbers at a time (panel-simd.as). A block of rows is copied into
 * memory of its own, worked on there, and what it adds up to is read out again. Measured in docs/decisions/0018.
 */
import { PANEL_CODE } from './panel-code.ts';
import type { SweepLayout } from './sweep-layout.ts';

/** Rows of a panel in the order of the swept effect's levels, and codes of the other effects in that order. */
export interface PanelRows extends Pick<SweepLayout, 'starts' | 'order' | 'restColumns'> {
  readonly codes: readonly Int32Array[];
  /** first level of each block, and the number of levels */
  readonly bounds: Int32Array;
}

/** Fewer rows than these are done before the code is ready. */
const LEAST_ROWS = 16_384;
/** A block must fit the caches. */
const MOST_ROWS = 16_384;

/** The rows of a layout, where these loops serve it. */
export function panelRows(layout: SweepLayout, bounds: Int32Array, rows: number): PanelRows | undefined {
  const { n, starts, order, plainRest, rest, restColumns, weights, hasLevel, bases } = layout;
  const isPlain = weights === undefined && hasLevel && bases.length === 0 && plainRest.length === rest.length;
  if (!isPlain || n < LEAST_ROWS || rows > MOST_ROWS || compiled() === undefined) return undefined;
  return { starts, restColumns, codes: plainRest, bounds, ...(order && { order }) };
}

/** What of WebAssembly is used here: ECMAScript's own library does not declare it. */
interface WebAssemblyLike {
  readonly Module: new (code: Uint8Array) => object;
  readonly Memory: new (size: { readonly initial: number }) => WasmMemory;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

declare const WebAssembly: WebAssemblyLike;

interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

interface PanelExports {
  sweptBlock(...places: number[]): void;
  residualBlock(...places: number[]): void;
}

const PAGE = 65_536;

interface Compiled {
  readonly memory: WasmMemory;
  readonly exports: PanelExports;
}

let made: Compiled | 'none' | undefined;

/** The code with its memory, of this thread; undefined where the processor has no vectors. */
function compiled(): Compiled | undefined {
  made ??= compile();
  return made === 'none' ? undefined : made;
}

function compile(): Compiled | 'none' {
  try {
    const module = new WebAssembly.Module(Uint8Array.from(atob(PANEL_CODE), (c) => c.charCodeAt(0)));
    const memory = new WebAssembly.Memory({ initial: 1 });
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    return { memory, exports: exports as PanelExports };
  } catch {
    return 'none';
  }
}

/** Where things lie in the memory, in bytes. */
interface Places {
  readonly stride: number;
  readonly columns: number;
  readonly starts: number;
  readonly codes: number;
  readonly codeStride: number;
  readonly origins: number;
  readonly coef: number;
  readonly sums: number;
  readonly sumStride: number;
  readonly effects: number;
  readonly own: number;
  readonly moments: number;
  readonly out: number;
  readonly scores: number;
}

interface Workspace extends Places {
  readonly exports: PanelExports;
  readonly floats: Float64Array;
  readonly integers: Int32Array;
}

/** Memory for blocks of `columns` columns, all zero. */
function workspace({ starts, codes, bounds, restColumns }: PanelRows, columns: number): Workspace {
  const { memory, exports } = compiled()!;
  let rows = 0;
  let levels = 0;
  for (let g = 0; g + 1 < bounds.length; g++) {
    rows = Math.max(rows, starts[bounds[g + 1]!]! - starts[bounds[g]!]!);
    levels = Math.max(levels, bounds[g + 1]! - bounds[g]!);
  }
  let end = 16; // 0 is no place
  const take = (count: number): number => {
    const at = end;
    end += 8 * count;
    return at;
  };
  const stride = 8 * (rows + 2); // a row more is written
  const places: Places = {
    stride,
    columns: take((stride / 8) * columns),
    starts: take(levels + 1),
    codeStride: 8 * (rows + 1),
    codes: take((rows + 1) * codes.length),
    origins: take(columns),
    coef: take(columns),
    sumStride: 8 * restColumns,
    sums: take(columns * restColumns),
    effects: take(restColumns),
    own: take(columns * restColumns),
    moments: take(2 * columns + 4),
    out: take(columns * columns),
    scores: take(levels * columns),
  };
  const missing = end - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
  const floats = new Float64Array(memory.buffer);
  floats.fill(0, 0, end / 8);
  return { ...places, exports, floats, integers: new Int32Array(memory.buffer) };
}

/** Copies a block's columns, codes and starts. */
function fill(work: Workspace, rows: PanelRows, columns: readonly Float64Array[], g: number): number {
  const { starts, order, codes, bounds } = rows;
  const first = bounds[g]!;
  const last = bounds[g + 1]!;
  const start = starts[first]!;
  const end = starts[last]!;
  const { floats, integers, stride } = work;
  work.integers.set(starts.subarray(first, last + 1), work.starts / 4);
  for (let c = 0; c < codes.length; c++)
    integers.set(codes[c]!.subarray(start, end), (work.codes + c * work.codeStride) / 4);
  for (let j = 0; j < columns.length; j++) {
    const at = (work.columns + j * stride) / 8;
    if (order === undefined) floats.set(columns[j]!.subarray(start, end), at);
    else gather(floats, at, columns[j]!, order, start, end);
  }
  return end - start;
}

function gather(
  out: Float64Array,
  at: number,
  column: Float64Array,
  order: Int32Array,
  start: number,
  end: number,
): void {
  const shift = at - start;
  for (let i = start; i < end; i++) out[i + shift] = column[order[i]!]!;
}

/** Blocks `from` … `to − 1` */
export interface BlockRange {
  readonly from: number;
  readonly to: number;
}

interface Total {
  add(at: number, value: number): void;
}

/**
 * The first pass over some blocks: columns with their levels' means out.
 * @param total is told Σ d and Σ d² of each column, d = column − origin, then the products
 * @param sums  other effects' sums of each column, overwritten
 */
export function sweptBlocks(
  columns: readonly Float64Array[],
  origins: Float64Array,
  rows: PanelRows,
  { from, to }: BlockRange,
  total: Total,
  sums: Float64Array,
): void {
  const k = columns.length;
  const work = workspace(rows, k);
  const { floats, exports, moments, out } = work;
  floats.set(origins, work.origins / 8);
  for (let g = from; g < to; g++) {
    const count = fill(work, rows, columns, g);
    const levels = rows.bounds[g + 1]! - rows.bounds[g]!;
    const { columns: f, stride, starts, origins: o, codes, codeStride, sums: s, sumStride } = work;
    const groups = rows.codes.length;
    exports.sweptBlock(
      ...[f, stride, k, count, starts, levels, o, groups],
      ...[codes, codeStride, s, sumStride, moments, out],
    );
    for (let c = 0; c < 2 * k; c++) total.add(c, floats[moments / 8 + c]!);
    floats.fill(0, moments / 8, moments / 8 + 2 * k);
    for (let a = 0; a < k; a++) for (let b = 0; b <= a; b++) total.add(2 * k + a * k + b, floats[out / 8 + a * k + b]!);
  }
  sums.set(floats.subarray(work.sums / 8, work.sums / 8 + k * rows.restColumns));
}

export interface ResidualBlocks {
  /** the design, then the outcome */
  readonly columns: readonly Float64Array[];
  readonly origins: Float64Array;
  readonly coef: Float64Array;
  /** other effects of the residual, and of each column of the design */
  readonly effects: Float64Array;
  readonly own: readonly Float64Array[];
  /** in the input's order */
  readonly residuals: Float64Array;
  /** k to a level: Σ x̃ e */
  readonly scores: Float64Array;
}

/**
 * The second pass over some blocks: residuals and scores are written.
 * @param total is told Σ e²
 * @param sums  other effects' sums of e, overwritten
 */
export function residualBlocks(
  pass: ResidualBlocks,
  rows: PanelRows,
  { from, to }: BlockRange,
  total: Total,
  sums: Float64Array,
): void {
  const k = pass.coef.length;
  const { restColumns, bounds, starts: first, order } = rows;
  const work = workspace(rows, k + 1);
  const { floats, exports } = work;
  floats.set(pass.origins, work.origins / 8);
  floats.set(pass.coef, work.coef / 8);
  floats.set(pass.effects, work.effects / 8);
  for (let j = 0; j < k; j++) floats.set(pass.own[j]!, work.own / 8 + j * restColumns);
  for (let g = from; g < to; g++) {
    const count = fill(work, rows, pass.columns, g);
    const levels = bounds[g + 1]! - bounds[g]!;
    const { columns: f, stride, starts, origins, coef, codes, codeStride, effects, sums: s, own, sumStride } = work;
    exports.residualBlock(
      ...[f, stride, k, count, starts, levels, origins, coef, rows.codes.length],
      ...[codes, codeStride, effects, s, own, sumStride, work.moments, work.scores],
    );
    total.add(0, floats[work.moments / 8]!);
    floats[work.moments / 8] = 0;
    const e = (f + k * stride) / 8;
    const start = first[bounds[g]!]!;
    if (order === undefined) pass.residuals.set(floats.subarray(e, e + count), start);
    else for (let i = 0; i < count; i++) pass.residuals[order[start + i]!] = floats[e + i]!;
    const scores = work.scores / 8;
    pass.scores.set(floats.subarray(scores, scores + levels * k), bounds[g]! * k);
  }
  sums.set(floats.subarray(work.sums / 8, work.sums / 8 + restColumns));
}
