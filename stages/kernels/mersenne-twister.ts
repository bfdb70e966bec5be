/**
 * The normal numbers that R draws after set.seed: for results that others have simulated there. What is drawn here comes from `random.ts`.
 * Source: Matsumoto & Nishimura (1998), ACM TOMACS 8(1), MT19937; R Core Team, ?Random: "Mersenne-Twister" and "Inversion", the defaults.
 */
import { normalQuantile } from './normal.ts';

const N = 624;
const M = 397;
/** 2²⁷: two draws make one uniform number of more bits. */
const BIG = 134217728;

/** R scrambles the seed by 50 rounds of a congruential generator, fills the state with further rounds, and starts with a used-up block. */
function seeded(seed: number): Uint32Array {
  const state = new Uint32Array(N);
  let word = seed >>> 0;
  const next = (): number => {
    word = (Math.imul(69069, word) + 1) >>> 0;
    return word;
  };
  for (let i = 0; i <= 50; i++) next(); // the 51st is the place in the block, which is overwritten
  for (let i = 0; i < N; i++) state[i] = next();
  return state;
}

function refillInPlace(state: Uint32Array): void {
  for (let i = 0; i < N; i++) {
    const y = (state[i]! & 0x80000000) | (state[(i + 1) % N]! & 0x7fffffff);
    state[i] = state[(i + M) % N]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
  }
}

/** rnorm(n) after set.seed(seed). */
export function normalsOfR(n: number, seed: number): Float64Array {
  const state = seeded(seed);
  let at = N;
  const uniform = (): number => {
    if (at === N) {
      refillInPlace(state);
      at = 0;
    }
    let y = state[at++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    const u = (y >>> 0) * 2.3283064365386963e-10;
    return u <= 0 ? 0.5 * 2.328306437080797e-10 : u; // never 0
  };
  const out = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const whole = Math.floor(BIG * uniform());
    out[i] = normalQuantile((whole + uniform()) / BIG, 'lower');
  }
  return out;
}
