/** Normal scores of a balanced panel, unit by unit: a part that stays with the unit, and one that moves around it. */
import { stream } from './random.ts';

export interface Own {
  /** share of the variance that stays with the unit, 0 … 1 */
  readonly persistence: number;
  /** correlation of the rest from one period to the next, −1 < φ < 1 */
  readonly memory: number;
}

/**
 * Scores √p·u_i + √(1 − p)·a_it with a_it a stationary first-order autoregression, all of variance 1.
 * Each unit has a stream of its own, named by seed, variable and unit: its scores do not depend on which other units, later periods
 * or variables there are.
 * @param units two words that name each unit, [2i] and [2i + 1]
 * @returns     units×periods, unit by unit
 */
export function ownScores(seed: number, variable: number, units: Uint32Array, periods: number, own: Own): Float64Array {
  const count = units.length / 2;
  const out = new Float64Array(count * periods);
  const [stays, moves] = [Math.sqrt(own.persistence), Math.sqrt(1 - own.persistence)];
  const shock = Math.sqrt(1 - own.memory * own.memory);
  for (let i = 0; i < count; i++) {
    const random = stream(seed, variable, units[2 * i]!, units[2 * i + 1]!);
    const unit = stays * random.normal();
    let around = random.normal();
    for (let t = 0; t < periods; t++) {
      if (t > 0) around = own.memory * around + shock * random.normal();
      out[i * periods + t] = unit + moves * around;
    }
  }
  return out;
}

/**
 * 64 bits of a text as two words: the name of a stream.
 * Source: Fowler, Noll & Vo, FNV-1a (RFC 9923), 32 bits, over the UTF-16 code units, once from each of two offsets.
 */
export function textWords(text: string): readonly [number, number] {
  return [hash(text, 0x811c9dc5), hash(text, 0x050c5d1f)];
}

function hash(text: string, offset: number): number {
  let h = offset;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    h = Math.imul(h ^ (unit & 0xff), 0x01000193);
    h = Math.imul(h ^ (unit >>> 8), 0x01000193);
  }
  return h >>> 0;
}
