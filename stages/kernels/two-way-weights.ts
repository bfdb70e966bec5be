/**
 * Weights of treated cells in a regression with effects, and how much effects must vary for the coefficient to mislead.
 * Source: de Chaisemartin & D'Haultfœuille (2020), American Economic Review 110(9), Theorem 1 and Corollary 1.
 */
export interface TwoWayWeights {
  /** one per row, summing to 1; 0 where untreated */
  readonly weights: Float64Array;
  readonly cells: number;
  readonly positive: { readonly count: number; readonly sum: number };
  readonly negative: { readonly count: number; readonly sum: number };
  /** of the weights per unit of treated mass, whose mean is 1 */
  readonly sd: number;
  /** NaN when all weights are alike */
  readonly minSdZero: number;
  /** undefined without negative weights */
  readonly minSdOpposite: number | undefined;
}

/**
 * @param treatment D by row
 * @param residual  of D on effects and controls
 */
export function twoWayWeights(
  treatment: Float64Array,
  residual: Float64Array,
  { mass, coefficient }: { readonly mass: Float64Array; readonly coefficient: number },
): TwoWayWeights {
  const n = treatment.length;
  const weights = new Float64Array(n);
  const share = new Float64Array(n);
  let total = 0;
  let treated = 0;
  for (let i = 0; i < n; i++) {
    share[i] = mass[i]! * treatment[i]!;
    total += share[i]! * residual[i]!;
    treated += share[i]!;
  }
  const size = Math.sqrt(treatment.reduce((s, d) => s + d * d, 0) / n);
  const relative: { readonly w: number; readonly p: number }[] = [];
  const positive = { count: 0, sum: 0 };
  const negative = { count: 0, sum: 0 };
  for (let i = 0; i < n; i++) {
    if (treatment[i] === 0) continue;
    // a residual that is 0 but for rounding has no sign
    const w = Math.abs(residual[i]!) < 1e-12 * size ? 0 : (share[i]! * residual[i]!) / total;
    weights[i] = w;
    const side = w < 0 ? negative : positive;
    side.count++;
    side.sum += w;
    const p = share[i]! / treated;
    relative.push({ w: w / p, p });
  }
  const variance = relative.reduce((s, { w, p }) => s + p * (w - 1) ** 2, 0);
  const sd = Math.sqrt(variance);
  return {
    weights,
    cells: relative.length,
    positive,
    negative,
    sd,
    minSdZero: sd > 1e-12 ? Math.abs(coefficient) / sd : Number.NaN,
    minSdOpposite: negative.count === 0 ? undefined : opposite(relative, coefficient),
  };
}

/** |β| / √(T_s + S_s²/(1 − P_s)), over the lowest weights from the first that is below −S/(1 − P) on (Corollary 1, ii). */
function opposite(cells: readonly { readonly w: number; readonly p: number }[], coefficient: number): number {
  const sorted = [...cells].sort((a, b) => a.w - b.w);
  let p = 0;
  let s = 0;
  let t = 0;
  let best = Number.NaN;
  for (const cell of sorted) {
    const next = { p: p + cell.p, s: s + cell.p * cell.w, t: t + cell.p * cell.w ** 2 };
    if (!(cell.w < -next.s / (1 - next.p))) break;
    ({ p, s, t } = next);
    best = Math.abs(coefficient) / Math.sqrt(t + s ** 2 / (1 - p));
  }
  return best;
}
