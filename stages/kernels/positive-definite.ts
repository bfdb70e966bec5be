import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

/** Eigenvalues of the repaired matrix are at least this, as in fixest. */
const LEAST_EIGENVALUE = 1e-16;
/** In units in which that is more than this share of the largest, they are at least the share. */
const LEAST_SHARE = 1e-9;
/** Eigenvalues down to minus this, in units of the coefficients' sizes, are rounding: a matrix of less than full rank has some about zero. */
const ROUNDING = 1e-10;
/** Variances that are further apart than this lose the smaller ones in the eigenvalues of the matrix as it is. */
const WIDE = 1e10;
/** Changes below this share of the variances do not show. */
const NOTICED = 1e-8;
/** What is left of a variance below this share of it is a difference of nearly equal numbers. */
const CANCELLED = 1e-8;

/**
 * Repairs a covariance that is not positive definite, as inclusion–exclusion over cluster dimensions and a uniform kernel over space can
 * give: negative eigenvalues are raised to 10⁻¹⁶, whether or not a variance is negative; where the coefficients' units are far apart, those
 * of the matrix in units of their sizes. `repaired` says that it shows.
 * @param sizes what a variance would be without dependence, for each coefficient; the variances themselves when absent
 * Source: Cameron, Gelbach & Miller (2011), J. Bus. Econ. Stat. 29(2), 238–249, §2.3; fixest's rule for when.
 */
export function repairCovariance(
  vcov: Float64Array,
  k: number,
  sizes: Float64Array = Float64Array.from({ length: k }, (_, j) => Math.abs(vcov[j * (k + 1)]!)),
): { readonly vcov: Float64Array; readonly repaired: boolean } {
  if (k === 0 || !vcov.every(Number.isFinite)) return { vcov, repaired: false };
  const root = sizes.map((v) => Math.sqrt(v) || 1);
  const sized = eigenOf(vcov, k, root);
  const isNegative = sizes.some((size, j) => vcov[j * (k + 1)]! < -ROUNDING * ROUNDING * size);
  if (!isNegative && sized.realEigenvalues.every((value) => value > -ROUNDING)) return { vcov, repaired: false };
  const isWide = Math.max(...sizes) > WIDE * Math.min(...sizes);
  const unit = isWide ? root : new Float64Array(k).fill(1);
  const { realEigenvalues, eigenvectorMatrix } = isWide ? sized : eigenOf(vcov, k, unit);
  const least = Math.min(LEAST_EIGENVALUE, LEAST_SHARE * Math.max(...realEigenvalues.map(Math.abs)));
  const sum = (a: number, b: number, share: (value: number) => number): number =>
    realEigenvalues.reduce(
      (all, value, v) =>
        all + share(value) * eigenvectorMatrix.get(a, v) * eigenvectorMatrix.get(b, v) * unit[a]! * unit[b]!,
      0,
    );
  const repaired = vcov.map((v, c) => v + sum(Math.floor(c / k), c % k, (value) => (value < 0 ? least - value : 0)));
  const isCancelled = Array.from(
    sizes,
    (_, j) => Math.abs(repaired[j * (k + 1)]!) < CANCELLED * Math.abs(vcov[j * (k + 1)]!),
  );
  for (let a = 0; a < k; a++)
    for (let b = 0; b < k; b++)
      if (isCancelled[a] || isCancelled[b]) repaired[a * k + b] = sum(a, b, (value) => (value < 0 ? least : value));
  let shows = false;
  for (let j = 0; j < k; j++) {
    const at = j * (k + 1);
    if (Math.abs(repaired[at]! - vcov[at]!) > NOTICED * repaired[at]!) shows = true;
  }
  return { vcov: repaired, repaired: shows };
}

/** Of the matrix over the products of the roots. */
function eigenOf(vcov: Float64Array, k: number, root: Float64Array): EigenvalueDecomposition {
  const matrix = new Matrix(k, k);
  for (let a = 0; a < k; a++)
    for (let b = 0; b < k; b++) matrix.set(a, b, (vcov[a * k + b]! + vcov[b * k + a]!) / 2 / (root[a]! * root[b]!));
  return new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
}
