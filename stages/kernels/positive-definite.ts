import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

/** Eigenvalues of the repaired matrix are at least this, as in fixest. */
const LEAST_EIGENVALUE = 1e-16;
/** Changes below this share of the variances are rounding: a matrix of less than full rank has eigenvalues about zero. */
const NOTICED = 1e-8;

/**
 * Repairs a covariance that is not positive definite, as inclusion–exclusion over cluster dimensions and a uniform kernel over space can
 * give: eigenvalues that are not positive are raised to 10⁻¹⁶, whether or not a variance is negative. `repaired` says that it shows.
 * Source: Cameron, Gelbach & Miller (2011), J. Bus. Econ. Stat. 29(2), 238–249, §2.3; fixest's rule for when.
 */
export function repairCovariance(
  vcov: Float64Array,
  k: number,
): { readonly vcov: Float64Array; readonly repaired: boolean } {
  if (k === 0 || !vcov.every(Number.isFinite)) return { vcov, repaired: false };
  const matrix = new Matrix(k, k);
  for (let a = 0; a < k; a++) for (let b = 0; b < k; b++) matrix.set(a, b, (vcov[a * k + b]! + vcov[b * k + a]!) / 2);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
  if (realEigenvalues.every((value) => value > 0)) return { vcov, repaired: false };
  const repaired = new Float64Array(k * k);
  for (let v = 0; v < k; v++) {
    const value = Math.max(realEigenvalues[v]!, LEAST_EIGENVALUE);
    for (let a = 0; a < k; a++) {
      for (let b = 0; b < k; b++) {
        repaired[a * k + b]! += value * eigenvectorMatrix.get(a, v) * eigenvectorMatrix.get(b, v);
      }
    }
  }
  let shows = false;
  for (let j = 0; j < k; j++) {
    const after = repaired[j * k + j]!;
    if (Math.abs(after - vcov[j * k + j]!) > NOTICED * after) shows = true;
  }
  return { vcov: repaired, repaired: shows };
}
