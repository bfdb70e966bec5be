import { asInt32, type Factor, levelCounts } from './factor-codes.ts';

/**
 * Rows that remain when every row that is alone in a level of some factor is taken out, again and again until none is.
 * Such a row is fitted perfectly by its own effect; kept, it would shrink clustered errors (Correia, 2015, "Singletons,
 * cluster-robust standard errors and fixed effects: a bad mix"). The result does not depend on the order of factors or rows.
 * @param factors one or more factors over the same rows
 * @returns row numbers in increasing order, or undefined when all rows stay
 */
export function rowsWithoutSingletons(factors: readonly Factor[]): Int32Array | undefined {
  const n = factors[0]!.codes.length;
  const counts = factors.map(levelCounts);
  const pending = singletonLevels(counts);
  if (pending.length === 0) return undefined;
  const gone = removeFrom(
    factors,
    counts.map((c) => c.slice()),
    pending,
  );
  const rows = new Int32Array(n);
  let kept = 0;
  for (let i = 0; i < n; i++) if (gone[i] === 0) rows[kept++] = i;
  return rows.slice(0, kept);
}

function singletonLevels(counts: readonly Int32Array[]): Array<[factor: number, level: number]> {
  const found: Array<[number, number]> = [];
  for (let f = 0; f < counts.length; f++) {
    const of = counts[f]!;
    for (let g = 0; g < of.length; g++) if (of[g] === 1) found.push([f, g]);
  }
  return found;
}

function removeFrom(
  factors: readonly Factor[],
  counts: readonly Int32Array[],
  pending: Array<[number, number]>,
): Uint8Array {
  const codes = factors.map((f) => asInt32(f.codes));
  const n = codes[0]!.length;
  const sums = factors.map((f) => rowSums(asInt32(f.codes), f.levels)); // with one row left, the sum of row numbers is that row
  const gone = new Uint8Array(n);
  for (let next = 0; next < pending.length; next++) {
    const [f, g] = pending[next]!;
    if (counts[f]![g] !== 1) continue;
    const row = sums[f]![g]!;
    gone[row] = 1;
    for (let other = 0; other < codes.length; other++) {
      const level = codes[other]![row]!;
      sums[other]![level]! -= row;
      if (--counts[other]![level]! === 1) pending.push([other, level]);
    }
  }
  return gone;
}

function rowSums(codes: Int32Array, levels: number): Float64Array {
  const sums = new Float64Array(levels);
  for (let i = 0; i < codes.length; i++) sums[codes[i]!]! += i;
  return sums;
}
