import { correlations } from './correlation.ts';
import { moments } from './summary.ts';

/** What an indicator brings that the others do not. */
export interface Critic {
  /** standard deviations, n − 1 */
  readonly sd: Float64Array;
  /** Σ_k (1 − r_jk) over the indicators that vary */
  readonly conflict: Float64Array;
  /** sd × conflict; 0 for an indicator that does not vary */
  readonly information: Float64Array;
}

/** 1 − r, which is rounding for columns that are the same up to scale. */
const apart = (r: number): number => (1 - r < 1e-12 ? 0 : 1 - r);

/**
 * CRITIC: contrast times conflict, C_j = σ_j Σ_k (1 − r_jk).
 * Source: Diakoulaki, Mavrotas & Papayannakis (1995), Computers & Operations Research 22(7), 763–770, eq. 4–5.
 * @param z columns of at least two rows, without missing values
 */
export function critic(z: readonly Float64Array[]): Critic {
  const k = z.length;
  const r = correlations(z);
  const sd = Float64Array.from(z, (column) => {
    const { min, max, sd: own } = moments(column);
    return max > min ? own : 0;
  });
  const conflict = Float64Array.from({ length: k }, (_, j) => {
    let sum = 0;
    if (sd[j]! > 0) for (let l = 0; l < k; l++) if (l !== j && sd[l]! > 0) sum += apart(r[j * k + l]!);
    return sum;
  });
  return { sd, conflict, information: sd.map((s, j) => s * conflict[j]!) };
}
