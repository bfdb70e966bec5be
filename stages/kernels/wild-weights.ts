/** Random weights of wild bootstraps, one a cluster, and what the tests by them have in common. */

/** Distribution of the weights: ±1, or Webb's six points for few clusters. */
export type WildWeights = 'rademacher' | 'webb';

export interface WildRule {
  readonly draws: number;
  readonly weights: WildWeights;
}

/** Source: Webb (2023), Canadian J. Economics 56(3), §3. */
const POINTS: Readonly<Record<WildWeights, readonly number[]>> = {
  rademacher: [1, -1],
  webb: [-Math.sqrt(1.5), -1, -Math.sqrt(0.5), Math.sqrt(0.5), 1, Math.sqrt(1.5)],
};

/** Vectors of weights in turn. */
export interface WildVectors {
  readonly draws: number;
  /** every vector is there once */
  readonly enumerated: boolean;
  /** Writes the weights of a draw; draws are asked for in order, each once. */
  next(vector: Float64Array, draw: number): void;
}

/**
 * When there are no more vectors than draws asked for every one is used once instead: 2^clusters, or 6^clusters with Webb's.
 * @param uniform source of numbers in [0, 1)
 */
export function wildVectors({ draws, weights }: WildRule, clusters: number, uniform: () => number): WildVectors {
  const points = POINTS[weights];
  const vectors = points.length ** clusters;
  const enumerated = clusters < 31 && vectors <= draws;
  return {
    draws: enumerated ? vectors : draws,
    enumerated,
    next: enumerated ? inTurn(points) : drawn(weights, uniform),
  };
}

/** The number of the draw, written in the count of the points. */
function inTurn(points: readonly number[]): WildVectors['next'] {
  return (vector, draw) => {
    let rest = draw;
    for (let g = 0; g < vector.length; g++) {
      vector[g] = points[rest % points.length]!;
      rest = Math.floor(rest / points.length);
    }
  };
}

function drawn(weights: WildWeights, uniform: () => number): WildVectors['next'] {
  const webb = POINTS.webb;
  return (vector) => {
    for (let g = 0; g < vector.length; g++)
      vector[g] = weights === 'rademacher' ? (uniform() < 0.5 ? -1 : 1) : webb[Math.floor(uniform() * 6)]!;
  };
}

/** Relative distance within which two statistics are the same: an exact tie, such as the draw of all ones. */
const TIE = 1e-10;

/** Shares of the draws whose statistics are as far out as the sample's: in absolute value; twice in the direction that has fewer, at most 1. */
export interface TailShares {
  readonly p: number;
  readonly pEqualTailed: number;
}

/** @param of statistic of a draw; those that equal the sample's but for rounding count on every side */
export function tailShares(observed: number, draws: number, of: (draw: number) => number): TailShares {
  const slack = Math.abs(observed) * TIE;
  let [beyond, above, below] = [0, 0, 0];
  for (let draw = 0; draw < draws; draw++) {
    const t = of(draw);
    if (Math.abs(t) >= Math.abs(observed) - slack) beyond++;
    if (t >= observed - slack) above++;
    if (t <= observed + slack) below++;
  }
  return { p: beyond / draws, pEqualTailed: Math.min(1, (2 * Math.min(above, below)) / draws) };
}

/** How far from the estimate an end is looked for, in standard errors. */
const FARTHEST = 1e4;

/**
 * The first crossing of p = alpha on one side of the estimate: bracketed in growing steps, then halved `steps` times.
 * @param p of the hypothesis that the coefficient is b
 */
export function intervalEnd(
  p: (b: number) => number,
  { estimate, se, side, alpha, steps }: { estimate: number; se: number; side: number; alpha: number; steps: number },
): number {
  const at = (distance: number) => estimate + side * distance * se;
  let inside = 0;
  let outside = 1;
  while (p(at(outside)) >= alpha) {
    inside = outside;
    outside *= 1.25;
    if (outside > FARTHEST) return side * Number.POSITIVE_INFINITY;
  }
  for (let step = 0; step < steps; step++) {
    const middle = (inside + outside) / 2;
    if (p(at(middle)) >= alpha) inside = middle;
    else outside = middle;
  }
  return at(inside);
}
