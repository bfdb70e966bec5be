import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

/** Eigenvalues of the repaired matrix are at least this, as in fixest. It is absolute: rescale the data if variances are tiny. */
const LEAST_EIGENVALUE = 1e-10;

/**
 * Repairs a covariance with a negative variance, which inclusion–exclusion over cluster dimensions can give: negative eigenvalues are
 * raised to 10⁻¹⁰. A matrix without negative diagonal is returned as it is.
 * Source: Cameron, Gelbach & Miller (2011), J. Bus. Econ. Stat. 29(2), 238–249, §2.3.
 */
export function repairCovariance(
  vcov: Float64Array,
  k: number,
): { readonly vcov: Float64Array; readonly repaired: boolean } {
  let negative = false;
  for (let j = 0; j < k; j++) if (vcov[j * k + j]! < 0) negative = true;
  if (!negative) return { vcov, repaired: false };
  const matrix = new Matrix(k, k);
  for (let a = 0; a < k; a++) for (let b = 0; b < k; b++) matrix.set(a, b, (vcov[a * k + b]! + vcov[b * k + a]!) / 2);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
  const repaired = new Float64Array(k * k);
  for (let v = 0; v < k; v++) {
    const value = Math.max(realEigenvalues[v]!, LEAST_EIGENVALUE);
    for (let a = 0; a < k; a++) {
      for (let b = 0; b < k; b++) {
        repaired[a * k + b]! += value * eigenvectorMatrix.get(a, v) * eigenvectorMatrix.get(b, v);
      }
    }
  }
  return { vcov: repaired, repaired: true };
}
