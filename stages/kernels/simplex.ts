/**
 * Small dense linear programs in standard form: maximize c·x subject to A x = b, x ≥ 0. The tableau is kept between objectives, so that a
 * sequence of like objectives costs a pivot or two each.
 * Source: Dantzig (1963), Linear Programming and Extensions, ch. 5; ties and cycles by Bland (1977), Math. Oper. Res. 2(2).
 */

export interface Solution {
  /** Infinity when the program is unbounded; x is then the last vertex */
  readonly value: number;
  /** a vertex; the array is reused by the next call */
  readonly x: Float64Array;
}

export interface Program {
  maximize(objective: Float64Array): Solution;
}

/** Reduced costs and pivots below this, with columns of about unit size, are zero. */
const ZERO = 1e-11;
/** Pivots by Dantzig's rule before Bland's, which cannot cycle. */
const PATIENCE = 200;
/** The tableau is made anew after so many pivots: rounding does not pile up. */
const FRESH = 400;

/**
 * @param a rows×columns, row-major; scale rows to about unit size
 * @param b rows, none negative
 * @returns undefined when no x ≥ 0 satisfies A x = b
 */
export function program(a: Float64Array, b: Float64Array, columns: number): Program | undefined {
  const rows = b.length;
  const width = columns + rows + 1; // artificial columns stand after the others, b last
  const tableau = new Float64Array(rows * width);
  const basis = new Int32Array(rows);
  const reset = (): void => {
    tableau.fill(0);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) tableau[i * width + j] = a[i * columns + j]!;
      tableau[i * width + columns + i] = 1;
      tableau[i * width + width - 1] = b[i]!;
      basis[i] = columns + i;
    }
  };
  const state = { tableau, basis, rows, width, columns };
  reset();
  if (!removeArtificials(state)) return undefined;
  const costs = new Float64Array(width);
  const x = new Float64Array(columns);
  let pivots = 0;
  return {
    maximize(objective) {
      if (pivots > FRESH) {
        const wanted = basis.slice();
        reset();
        if (!restore(state, wanted)) {
          reset();
          removeArtificials(state);
        }
        pivots = 0;
      }
      reducedCosts(state, objective, costs);
      const done = improve(state, costs);
      pivots += done.pivots;
      x.fill(0);
      let value = 0;
      for (let i = 0; i < rows; i++) {
        const j = basis[i]!;
        if (j >= columns) continue;
        x[j] = Math.max(0, tableau[i * width + width - 1]!);
        value += x[j]! * objective[j]!;
      }
      return { value: done.bounded ? value : Number.POSITIVE_INFINITY, x };
    },
  };
}

interface State {
  readonly tableau: Float64Array;
  readonly basis: Int32Array;
  readonly rows: number;
  readonly width: number;
  readonly columns: number;
}

/** Phase one: drives the artificial columns out. What stays is a redundant row, all zero among the real columns. */
function removeArtificials(state: State): boolean {
  const { tableau, basis, rows, width, columns } = state;
  const costs = new Float64Array(width);
  for (let i = 0; i < rows; i++) for (let j = 0; j < width; j++) costs[j]! += tableau[i * width + j]!;
  costs.fill(0, columns, width - 1);
  improve(state, costs);
  let left = 0;
  for (let i = 0; i < rows; i++) if (basis[i]! >= columns) left += tableau[i * width + width - 1]!;
  if (left > 1e-9) return false;
  for (let i = 0; i < rows; i++) {
    if (basis[i]! < columns) continue;
    let best = -1;
    for (let j = 0; j < columns; j++)
      if (
        Math.abs(tableau[i * width + j]!) > 1e-9 &&
        (best < 0 || Math.abs(tableau[i * width + j]!) > Math.abs(tableau[i * width + best]!))
      )
        best = j;
    if (best >= 0) pivot(state, i, best);
  }
  return true;
}

/** Brings the wanted columns back into the basis, largest pivot first. */
function restore(state: State, wanted: Int32Array): boolean {
  const { tableau, basis, rows, width, columns } = state;
  for (const j of wanted) {
    if (j >= columns) continue;
    let best = -1;
    for (let i = 0; i < rows; i++)
      if (
        basis[i]! >= columns &&
        (best < 0 || Math.abs(tableau[i * width + j]!) > Math.abs(tableau[best * width + j]!))
      )
        best = i;
    if (best < 0 || Math.abs(tableau[best * width + j]!) < 1e-9) return false;
    pivot(state, best, j);
  }
  for (let i = 0; i < rows; i++) if (tableau[i * width + width - 1]! < -1e-9) return false;
  return true;
}

function reducedCosts(
  { tableau, basis, rows, width, columns }: State,
  objective: Float64Array,
  costs: Float64Array,
): void {
  costs.fill(0);
  costs.set(objective);
  for (let i = 0; i < rows; i++) {
    const own = basis[i]! < columns ? objective[basis[i]!]! : 0;
    if (own === 0) continue;
    const row = i * width;
    for (let j = 0; j < columns; j++) costs[j]! -= own * tableau[row + j]!;
  }
}

/** Pivots until no real column improves the objective. */
function improve(state: State, costs: Float64Array): { readonly bounded: boolean; readonly pivots: number } {
  const { tableau, basis, rows, width, columns } = state;
  let size = 0;
  for (let j = 0; j < columns; j++) size = Math.max(size, Math.abs(costs[j]!));
  const limit = ZERO * Math.max(size, 1e-300);
  for (let pivots = 0; ; pivots++) {
    const bland = pivots >= PATIENCE;
    let entering = -1;
    for (let j = 0; j < columns; j++) {
      if (!(costs[j]! > limit) || (entering >= 0 && costs[j]! <= costs[entering]!)) continue;
      entering = j;
      if (bland) break;
    }
    if (entering < 0 || pivots > 50 * PATIENCE) return { bounded: true, pivots };
    let leaving = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < rows; i++) {
      const along = tableau[i * width + entering]!;
      if (!(along > ZERO)) continue;
      const ratio = Math.max(0, tableau[i * width + width - 1]!) / along;
      if (
        ratio < least - 1e-14 ||
        (ratio <= least + 1e-14 && leaving >= 0 && betterTie(state, i, leaving, entering, bland))
      ) {
        least = Math.min(ratio, least);
        leaving = i;
      }
    }
    if (leaving < 0) return { bounded: false, pivots };
    const cost = costs[entering]!;
    pivot(state, leaving, entering);
    const row = leaving * width;
    for (let j = 0; j < columns; j++) costs[j]! -= cost * tableau[row + j]!;
    costs[basis[leaving]!] = 0;
  }
}

/** Among rows that limit the step alike: artificial columns leave first, then the largest pivot (Bland: the lowest column). */
function betterTie(
  { tableau, basis, width, columns }: State,
  i: number,
  other: number,
  entering: number,
  bland: boolean,
): boolean {
  const [own, its] = [basis[i]!, basis[other]!];
  if (own >= columns !== its >= columns) return own >= columns;
  return bland ? own < its : tableau[i * width + entering]! > tableau[other * width + entering]!;
}

function pivot({ tableau, basis, rows, width }: State, row: number, column: number): void {
  const at = row * width;
  const scale = 1 / tableau[at + column]!;
  for (let j = 0; j < width; j++) tableau[at + j]! *= scale;
  tableau[at + column] = 1;
  for (let i = 0; i < rows; i++) {
    const along = tableau[i * width + column]!;
    if (i === row || along === 0) continue;
    const own = i * width;
    for (let j = 0; j < width; j++) tableau[own + j]! -= along * tableau[at + j]!;
    tableau[own + column] = 0;
  }
  basis[row] = column;
}
