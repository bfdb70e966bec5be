import { asInt32, type Factor, rowsByLevel } from './factor-codes.ts';

/**
 * How many levels of each factor must be set to zero before the coefficients of all others can be read off one by one from the
 * rows: fixest's count of redundant levels. For two factors it is the number of connected components; for more it is an upper
 * bound of the redundant levels, found by walking: fix levels of one row, then read every level that is the only unknown of a row.
 */
export function referenceLevels(factors: readonly Factor[]): Int32Array {
  const codes = factors.map((f) => asInt32(f.codes));
  const groups = factors.map(rowsByLevel);
  const n = codes[0]!.length;
  const most = factors.length;
  const known = factors.map((f) => new Uint8Array(f.levels));
  const knownInRow = new Uint8Array(n);
  const references = new Int32Array(most);
  const ready: number[] = [];

  const learn = (factor: number, level: number): void => {
    known[factor]![level] = 1;
    const { starts, rows } = groups[factor]!;
    for (let r = starts[level]!; r < starts[level + 1]!; r++) {
      const row = rows[r]!;
      if (++knownInRow[row]! === most - 1) ready.push(row);
    }
  };
  const unknownOf = (row: number): number[] => {
    const found: number[] = [];
    for (let f = 0; f < most; f++) if (known[f]![codes[f]![row]!] === 0) found.push(f);
    return found;
  };
  const readOff = (): void => {
    for (let row = ready.pop(); row !== undefined; row = ready.pop()) {
      for (const f of unknownOf(row)) learn(f, codes[f]![row]!);
    }
  };

  for (let row = nextRow(knownInRow, most); row >= 0; row = nextRow(knownInRow, most)) {
    const [spared, ...fixed] = unknownOf(row);
    for (const f of fixed) {
      references[f]!++;
      learn(f, codes[f]![row]!);
    }
    if (spared !== undefined && known[spared]![codes[spared]![row]!] === 0) learn(spared, codes[spared]![row]!);
    readOff();
  }
  return references;
}

/** The row with the most known levels among those with an unknown one; -1 when none is left. */
function nextRow(knownInRow: Uint8Array, most: number): number {
  let best = -1;
  for (let i = 0; i < knownInRow.length; i++) {
    if (knownInRow[i]! >= most) continue;
    if (best < 0 || knownInRow[i]! > knownInRow[best]!) best = i;
    if (knownInRow[best] === most - 2 && most > 2) break;
  }
  return best;
}
