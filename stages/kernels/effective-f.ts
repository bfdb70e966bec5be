import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { crossProducts } from './cross-products.ts';
import { fixestRule, type SmallSample } from './dof.ts';
import { inference } from './inference.ts';
import { instrumentsAlone } from './instrument-tests.ts';
import { noncentralChiSquareQuantile } from './noncentral-chi-square.ts';
import { rankCholeskyInPlace } from './rank-cholesky.ts';
import type { Errors } from './sandwich-meat.ts';
import type { TwoStageFit } from './two-stage.ts';

/** Effective first-stage F of one endogenous variable. */
export interface EffectiveF {
  readonly stat: number;
  /** effective degrees of freedom of the critical values with a worst-case bias of 10 % */
  readonly df: number;
  /** at the 5 % level: above it, the bias of two-stage least squares is at most this share of the worst */
  readonly critical: readonly { readonly bias: number; readonly value: number }[];
}

/** Shares of the worst-case bias that critical values are given for, as Stata's weakivtest prints them. */
const BIASES = [0.05, 0.1, 0.2, 0.3];
const SIZE = 0.05;

/**
 * F_eff = π̂ᵀ Q π̂ / tr(Σ̂ Q), Q the instruments' products with exogenous variables out and Σ̂ the covariance of the first-stage coefficients
 * under the errors of the model. With one instrument it is the robust F, under equal variances the classical one. Critical values are the
 * simplified, conservative ones: upper quantiles of a noncentral χ² over its effective degrees of freedom.
 * @returns undefined with several endogenous variables, or where the errors cannot be had or are zero
 * Source: Montiel Olea & Pflueger (2013), JBES 31(3), 358–369, eq. 8 and §3.2.
 */
export function effectiveF(fit: TwoStageFit, errors: Errors, rule: SmallSample = fixestRule): EffectiveF | undefined {
  const [first, second] = fit.first;
  if (first === undefined || second !== undefined) return undefined;
  const of = inference(first, errors, rule);
  if (of === undefined) return undefined;
  const lower = instrumentsFactor(fit);
  const chosen = fit.instrumentTerms;
  const m = chosen.length;
  const pi = Float64Array.from(chosen, (t) => first.coef[t]!);
  const sigma = Matrix.zeros(m, m);
  for (let a = 0; a < m; a++)
    for (let b = 0; b < m; b++) sigma.set(a, b, of.vcov[chosen[a]! * first.terms + chosen[b]!]!);
  const along = lower.transpose().mmul(Matrix.columnVector(pi));
  const variance = lower.transpose().mmul(sigma).mmul(lower);
  const trace = variance.trace();
  if (!(trace > 0)) return undefined;
  const squares = variance.clone().pow(2).sum();
  const symmetric = Matrix.add(variance, variance.transpose()).mul(0.5);
  const most = Math.max(...new EigenvalueDecomposition(symmetric, { assumeSymmetric: true }).realEigenvalues);
  const degrees = (x: number): number => (trace ** 2 * (1 + 2 * x)) / (squares + 2 * x * trace * most);
  return {
    stat: along.dot(along) / trace,
    df: degrees(10),
    critical: BIASES.map((bias) => {
      const df = degrees(1 / bias);
      return { bias, value: noncentralChiSquareQuantile(SIZE, df, df / bias) / df };
    }),
  };
}

/** L of the instruments' products L Lᵀ, exogenous variables out, in the order of the first stage's terms. */
function instrumentsFactor(fit: TwoStageFit): Matrix {
  const z = instrumentsAlone(fit);
  const { factor } = rankCholeskyInPlace(crossProducts(z, fit.first[0]!.weights), z.length, 0);
  return Matrix.from1DArray(
    z.length,
    z.length,
    factor.map((v, c) => (c % z.length > Math.floor(c / z.length) ? 0 : v)),
  );
}
