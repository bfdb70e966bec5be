import type { Factor } from './factor-codes.ts';

/**
 * A set of effects to absorb: one dummy per level and, for each slope variable, one coefficient per level. `state[year]` is
 * the level and a slope, `state[[year]]` (slopeOnly) the slope alone.
 */
export interface Effect extends Factor {
  readonly slopes?: readonly Float64Array[];
  readonly slopeOnly?: boolean;
}

/** Columns of dummies (and slopes) that an effect stands for: levels × (1 + slopes). */
export function effectColumns(effect: Effect): number {
  return effect.levels * effectTerms(effect);
}

/** Coefficients per level: 1 for the level, unless slopeOnly, and 1 for each slope. */
function effectTerms(effect: Effect): number {
  return (effect.slopes?.length ?? 0) + (effect.slopeOnly === true ? 0 : 1);
}
