import { connectedComponents } from './components.ts';
import { type Effect, effectColumns } from './effects.ts';
import { type Factor, isNested } from './factor-codes.ts';
import { referenceLevels } from './reference-levels.ts';

/**
 * Small-sample rule of a covariance. The factor is (n − 1)/(n − K) when `adjustK`, times G/(G − 1) when `adjustG` (n/(n − 1) for
 * heteroskedasticity-robust errors, T/(T − 1) for errors by period).
 */
export interface SmallSample {
  readonly adjustK: boolean;
  /** which absorbed levels K counts: all, those not nested in a cluster, none */
  readonly countEffects: 'full' | 'nonnested' | 'none';
  /** how redundant levels among effects are counted: see `absorbedParameters` */
  readonly redundancy: 'fixest' | 'fixest-exact' | 'pairwise';
  readonly adjustG: boolean;
  /** for several cluster dimensions: the smallest G for all, or each dimension's own */
  readonly clusterG: 'min' | 'conventional';
  /** degrees of freedom of t: G − 1 of the smallest dimension for clustered errors, or n − K, or a number */
  readonly t: 'min' | 'residual' | number;
}

/** fixest's default (ssc() of version 0.14). */
export const fixestRule: SmallSample = {
  adjustK: true,
  countEffects: 'nonnested',
  redundancy: 'fixest',
  adjustG: true,
  clusterG: 'min',
  t: 'min',
};

/** reghdfe 6: as fixest, but redundant levels are counted by connected components of each pair of effects. */
export const reghdfeRule: SmallSample = { ...fixestRule, redundancy: 'pairwise' };

/** Stata's `areg` and `regress` with dummies: every dummy counts; each cluster dimension has its own G/(G − 1). */
export const stataRule: SmallSample = {
  ...fixestRule,
  countEffects: 'full',
  redundancy: 'pairwise',
  clusterG: 'conventional',
};

/** No small-sample factor: the sandwich alone. */
export const noSmallSample: SmallSample = { ...fixestRule, adjustK: false, adjustG: false };

/** The rules by the name a pipeline gives. */
export const smallSampleRules = {
  fixest: fixestRule,
  reghdfe: reghdfeRule,
  stata: stataRule,
  none: noSmallSample,
} as const;

/**
 * K of a fit before any rule: coefficients plus the columns of all effects, less one for each effect with levels after the first
 * (fixest's `nparams`).
 */
export function parameterCount(coefficients: number, effects: readonly Effect[]): number {
  const withLevels = effects.filter((e) => e.slopeOnly !== true).length;
  const columns = effects.reduce((sum, e) => sum + effectColumns(e), 0);
  return coefficients + columns - Math.max(withLevels - 1, 0);
}

/**
 * K that a covariance is scaled with.
 * - `fixest`: `parameterCount`; an effect nested in a cluster counts one, and one more for the constant when all are nested.
 * - `fixest-exact`: with the references that fixest finds; in the partly nested case fixest 0.14 subtracts them on top of the one
 *   per effect, which is reproduced.
 * - `pairwise` (reghdfe): nested effects count nothing, an effect loses as many levels as there are components between it and an
 *   earlier effect (the most over those), and the constant counts one when nothing else does.
 * @param clusters cluster dimensions; empty when the covariance is not clustered
 */
export function absorbedParameters(
  coefficients: number,
  effects: readonly Effect[],
  clusters: readonly Factor[],
  rule: SmallSample,
): number {
  const full = parameterCount(coefficients, effects);
  const levelled = effects.filter((e) => e.slopeOnly !== true);
  const levels = levelled.reduce((sum, e) => sum + e.levels, 0);
  if (rule.countEffects === 'none') return levelled.length === 0 ? full : full - (levels - (levelled.length - 1));
  const nest = rule.countEffects === 'nonnested' && clusters.length > 0 && levelled.length > 0;
  const nested = effects.map((e) => nest && clusters.some((c) => isNested(e, c)));
  if (rule.redundancy === 'pairwise') return pairwiseParameters(coefficients, effects, nested);
  const exact = rule.redundancy === 'fixest-exact' && effects.length >= 2 && levelled.length > 0;
  if (!nest) {
    return exact ? full + (levelled.length - 1) - sum(referenceLevels(levelled)) : full;
  }
  return Math.max(fixestNested(full, effects, nested, exact), coefficients + 1);
}

/**
 * Levels of the effects that lie inside a cluster: the errors do not count them; reghdfe still does where it divides the sum of
 * squares (`e(df_a_nested)`: adjusted R² and root mean square error).
 */
export const nestedLevels = (effects: readonly Effect[], clusters: readonly Factor[]): number =>
  sum(effects.map((e) => (e.slopeOnly !== true && clusters.some((c) => isNested(e, c)) ? e.levels : 0)));

function fixestNested(full: number, effects: readonly Effect[], nested: readonly boolean[], exact: boolean): number {
  const levelsOf = (e: Effect) => (e.slopeOnly === true ? 0 : e.levels);
  const levelled = effects.filter((e) => e.slopeOnly !== true);
  const allLevels = sum(effects.map(levelsOf));
  if (nested.every(Boolean)) return full - (allLevels - (levelled.length - 1)) + 1;
  const inside = effects.filter((_, e) => nested[e]);
  if (!exact) return full - sum(inside.map((e) => Math.max(levelsOf(e) - 1, 0)));
  const references = referenceLevels(levelled);
  const replaced =
    inside.length > 1 ? levelled.map((e, i) => (inside.includes(e) ? e.levels : references[i]!)) : references;
  return full - sum(replaced);
}

function pairwiseParameters(coefficients: number, effects: readonly Effect[], nested: readonly boolean[]): number {
  let absorbed = 0;
  effects.forEach((effect, e) => {
    if (nested[e]) return;
    const slopes = (effect.slopes?.length ?? 0) * effect.levels;
    let redundant = 0;
    for (let f = 0; f < e; f++) {
      const earlier = effects[f]!;
      if (earlier.slopeOnly !== true) redundant = Math.max(redundant, connectedComponents(earlier, effect));
    }
    absorbed += slopes + (effect.slopeOnly === true ? 0 : Math.max(effect.levels - redundant, 0));
  });
  const constantInside = nested.some((inside, e) => inside && effects[e]!.slopeOnly !== true);
  return coefficients + absorbed + (constantInside ? 1 : 0);
}

function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]!;
  return total;
}
