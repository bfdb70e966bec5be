/**
 * Random numbers that do not depend on who draws them: Philox 4×32-10, a counter-based generator. A stream is named by a seed
 * and up to three ids (draw, unit, variable, …); the same name gives the same numbers on any machine and thread.
 * Source: Salmon, Moraes, Dror and Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3", SC'11, §4.3.
 */
import { normalQuantile } from './normal.ts';

const M0 = 0xd2511f53;
const M1 = 0xcd9e8d57;
const W0 = 0x9e3779b9;
const W1 = 0xbb67ae85;
const ROUNDS = 10;

/** High 32 bits of a 32×32-bit product. */
function mulHigh(a: number, b: number): number {
  const a0 = a & 0xffff;
  const a1 = a >>> 16;
  const b0 = b & 0xffff;
  const b1 = b >>> 16;
  const low = a0 * b0;
  const middle = a1 * b0 + (low >>> 16);
  const middle2 = a0 * b1 + (middle & 0xffff);
  return (a1 * b1 + Math.floor(middle / 65536) + (middle2 >>> 16) + (middle2 >= 4294967296 ? 65536 : 0)) >>> 0;
}

/** One block: four 32-bit words from a counter of four and a key of two. Written to `out`. */
export function philoxBlock(counter: ArrayLike<number>, key: ArrayLike<number>, out: Uint32Array): void {
  let c0 = counter[0]! >>> 0;
  let c1 = counter[1]! >>> 0;
  let c2 = counter[2]! >>> 0;
  let c3 = counter[3]! >>> 0;
  let k0 = key[0]! >>> 0;
  let k1 = key[1]! >>> 0;
  for (let round = 0; round < ROUNDS; round++) {
    const hi0 = mulHigh(M0, c0);
    const lo0 = Math.imul(M0, c0) >>> 0;
    const hi1 = mulHigh(M1, c2);
    const lo1 = Math.imul(M1, c2) >>> 0;
    c0 = (hi1 ^ c1 ^ k0) >>> 0;
    c1 = lo1;
    c2 = (hi0 ^ c3 ^ k1) >>> 0;
    c3 = lo0;
    k0 = (k0 + W0) >>> 0;
    k1 = (k1 + W1) >>> 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

export interface RandomStream {
  uint32(): number;
  /** 52 bits, in the open interval (0, 1): midpoints, so that neither end can be reached by rounding */
  uniform(): number;
  /** standard normal, by the inverse distribution function: one draw, one number */
  normal(): number;
  /** a whole number in [0, n), each as likely as the others; n ≤ 2³² */
  below(n: number): number;
  /** 0 … n − 1 in random order (Fisher and Yates) */
  permutation(n: number): Uint32Array;
  shuffleInPlace(values: Uint32Array | Int32Array | Float64Array): void;
}

/** @param ids at most three whole numbers in [0, 2³²) that name the stream beside the seed */
export function stream(seed: number, ...ids: readonly number[]): RandomStream {
  if (ids.length > 3) throw new Error('ceteris bug: a stream has at most three ids');
  // the first id shares the key with the seed; the others stand in the counter, whose lowest word counts blocks
  const key = Uint32Array.of(seed, ids[0] ?? 0);
  const counter = Uint32Array.of(0, 0, ids[1] ?? 0, ids[2] ?? 0);
  const block = new Uint32Array(4);
  let left = 0;
  const uint32 = (): number => {
    if (left === 0) {
      philoxBlock(counter, key, block);
      counter[0]!++;
      if (counter[0] === 0) counter[1]!++;
      left = 4;
    }
    return block[4 - left--]!;
  };
  const uniform = (): number => {
    const high = uint32() >>> 6;
    const low = uint32() >>> 6;
    return (high * 67108864 + low + 0.5) / 4503599627370496;
  };
  const below = (n: number): number => {
    // Lemire (2019), ACM Trans. Model. Comput. Simul. 29(1), would need 64-bit products: rejection is as exact
    const limit = Math.floor(4294967296 / n) * n;
    let value = uint32();
    while (value >= limit) value = uint32();
    return value % n;
  };
  const shuffleInPlace = (values: Uint32Array | Int32Array | Float64Array): void => {
    for (let i = values.length - 1; i > 0; i--) {
      const j = below(i + 1);
      const held = values[i]!;
      values[i] = values[j]!;
      values[j] = held;
    }
  };
  const permutation = (n: number): Uint32Array => {
    const out = Uint32Array.from({ length: n }, (_, i) => i);
    shuffleInPlace(out);
    return out;
  };
  return { uint32, uniform, normal: () => normalQuantile(uniform(), 'lower'), below, permutation, shuffleInPlace };
}
