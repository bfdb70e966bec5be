import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

/** Components of a correlation matrix, largest eigenvalue first. */
export interface Components {
  readonly values: Float64Array;
  /** k×k, component c in `vectors[j * k + c]`, unit length; its sum over j is not negative */
  readonly vectors: Float64Array;
}

/**
 * Eigenvalues and eigenvectors of a k×k symmetric matrix, row-major. A vector's sign is free: it is turned so that its elements
 * sum to at least zero, and its first element is positive where they sum to nothing.
 * Source: Hotelling (1933), Journal of Educational Psychology 24, 417–441.
 */
export function principalComponents(matrix: Float64Array, k: number): Components {
  const dense = new Matrix(k, k);
  for (let a = 0; a < k; a++) for (let b = 0; b < k; b++) dense.set(a, b, matrix[a * k + b]!);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(dense, { assumeSymmetric: true });
  const order = Array.from({ length: k }, (_, c) => c).sort(
    (a, b) => realEigenvalues[b]! - realEigenvalues[a]! || a - b,
  );
  const vectors = new Float64Array(k * k);
  for (const [c, from] of order.entries()) {
    let sum = 0;
    for (let j = 0; j < k; j++) sum += eigenvectorMatrix.get(j, from);
    const first = eigenvectorMatrix.get(0, from);
    const sign = (Math.abs(sum) > 1e-12 ? sum : first) < 0 ? -1 : 1;
    for (let j = 0; j < k; j++) vectors[j * k + c] = sign * eigenvectorMatrix.get(j, from) + 0;
  }
  // rounding may leave a zero just below it
  return { values: Float64Array.from(order, (from) => Math.max(0, realEigenvalues[from]!)), vectors };
}

/** Share of an eigenvalue sum below which a correlation matrix counts as singular. */
const SINGULAR = 1e-12;

export interface Adequacy {
  /** Kaiser–Meyer–Olkin measure of all variables and of each; NaN when the matrix is singular */
  readonly kmo: number;
  readonly each: Float64Array;
  /** Bartlett's test that the variables are uncorrelated */
  readonly chi2: number;
  readonly df: number;
}

/**
 * Whether correlations are worth summing up in components. KMO = Σr²/(Σr² + Σq²) over pairs, q the partial correlations given all others:
 * Kaiser & Rice (1974), Educational and Psychological Measurement 34, 111–117. χ² = −(n − 1 − (2k + 5)/6) ln|R|:
 * Bartlett (1951), Biometrika 38, 337–344.
 * @param r k×k correlations of n rows, row-major
 */
export function samplingAdequacy(r: Float64Array, k: number, n: number, { values, vectors }: Components): Adequacy {
  const df = (k * (k - 1)) / 2;
  const each = new Float64Array(k).fill(Number.NaN);
  if (k < 2 || values[k - 1]! <= SINGULAR * k) return { kmo: Number.NaN, each, chi2: Number.NaN, df };
  // R⁻¹ = Σ_c u_c u_cᵀ/λ_c
  const inverse = new Float64Array(k * k);
  for (let a = 0; a < k; a++)
    for (let b = 0; b < k; b++)
      for (let c = 0; c < k; c++) inverse[a * k + b]! += (vectors[a * k + c]! * vectors[b * k + c]!) / values[c]!;
  let [all, allPartial, logDeterminant] = [0, 0, 0];
  for (let a = 0; a < k; a++) {
    let [own, partial] = [0, 0];
    for (let b = 0; b < k; b++) {
      if (a === b) continue;
      own += r[a * k + b]! ** 2;
      partial += inverse[a * k + b]! ** 2 / (inverse[a * k + a]! * inverse[b * k + b]!);
    }
    each[a] = own / (own + partial);
    all += own;
    allPartial += partial;
    logDeterminant += Math.log(values[a]!);
  }
  return { kmo: all / (all + allPartial), each, chi2: -(n - 1 - (2 * k + 5) / 6) * logDeterminant, df };
}
