/** Which row of one table goes with which of another, by keys. */
import { type Column, isMissing, MISSING, textAt } from '../columns/column.ts';

export interface Keyed {
  readonly columns: readonly Column[];
  readonly rows: number;
}

export interface Joined {
  /** row of the left table for each row of the result; MISSING where there is none */
  readonly left: Uint32Array;
  readonly right: Uint32Array;
  /** rows whose key matches nothing on the other side */
  readonly unmatched: { readonly left: readonly number[]; readonly right: readonly number[] };
  /** rows whose key has been there before, on the sides where it may be there once */
  readonly repeated: { readonly left: readonly number[]; readonly right: readonly number[] };
}

export interface JoinRule {
  readonly how: 'left' | 'inner' | 'outer';
  readonly validate: '1:1' | 'm:1' | '1:m';
}

/**
 * Codes shared by both sides: equal keys, equal numbers; −1 where a part of the key is missing.
 * Columns are coded one by one and the codes combined, so that no two keys can be confused.
 */
function sharedCodes(left: Keyed, right: Keyed): { left: Float64Array; right: Float64Array } {
  const out = { left: new Float64Array(left.rows), right: new Float64Array(right.rows) };
  left.columns.forEach((column, k) => {
    const known = new Map<string | number, number>();
    const combined = new Map<number, number>();
    const code = (c: Column, i: number): number => {
      const value = c.kind === 'text' ? (textAt(c, i) as string) : (c.values[i] as number);
      let found = known.get(value);
      if (found === undefined) known.set(value, (found = known.size));
      return found;
    };
    const width = left.rows + right.rows + 1;
    for (const [side, table] of [
      ['left', { ...left, column }],
      ['right', { ...right, column: right.columns[k] as Column }],
    ] as const) {
      const codes = out[side];
      for (let i = 0; i < table.rows; i++) {
        if (codes[i] === -1) continue;
        if (isMissing(table.column, i)) {
          codes[i] = -1;
          continue;
        }
        const pair = (codes[i] as number) * width + code(table.column, i);
        let found = combined.get(pair);
        if (found === undefined) combined.set(pair, (found = combined.size));
        codes[i] = found;
      }
    }
  });
  return out;
}

export function joinRows(left: Keyed, right: Keyed, rule: JoinRule): Joined {
  const codes = sharedCodes(left, right);
  const byCode = new Map<number, number[]>();
  const repeated = { left: [] as number[], right: [] as number[] };
  for (let i = 0; i < right.rows; i++) {
    const code = codes.right[i] as number;
    if (code === -1) continue;
    const rows = byCode.get(code);
    if (rows === undefined) byCode.set(code, [i]);
    else {
      rows.push(i);
      if (rule.validate !== '1:m') repeated.right.push(i);
    }
  }
  const seen = new Set<number>();
  const matched = new Set<number>();
  const out = { left: [] as number[], right: [] as number[] };
  const unmatched = { left: [] as number[], right: [] as number[] };
  for (let i = 0; i < left.rows; i++) {
    const code = codes.left[i] as number;
    if (code !== -1 && seen.has(code) && rule.validate !== 'm:1') repeated.left.push(i);
    seen.add(code);
    const rows = byCode.get(code);
    if (rows === undefined) {
      unmatched.left.push(i);
      if (rule.how !== 'inner') push(out, i, MISSING);
    } else {
      matched.add(code);
      for (const j of rows) push(out, i, j);
    }
  }
  for (let j = 0; j < right.rows; j++) {
    if (matched.has(codes.right[j] as number)) continue;
    unmatched.right.push(j);
    if (rule.how === 'outer') push(out, MISSING, j);
  }
  return { left: Uint32Array.from(out.left), right: Uint32Array.from(out.right), unmatched, repeated };
}

function push(out: { left: number[]; right: number[] }, left: number, right: number): void {
  out.left.push(left);
  out.right.push(right);
}
