/** Which columns of two tables are matched, and the key columns of the rows that come of it. */
import { type Column, kindOf, MISSING, numbers, textAt, texts } from '../columns/column.ts';
import { type ColumnLookup, findColumn } from '../columns/schema.ts';
import type { Table } from '../columns/table.ts';
import type { ColumnInfo, ParamPath } from '../contract.ts';

export interface Pair {
  readonly left: string;
  readonly right: string;
  readonly at: ParamPath;
}

/** `city`, `[city, year]` or `{ left: right }`, in an order that does not hang on which of them was written for a mapping. */
export function matchPairs(on: string | readonly string[] | Readonly<Record<string, string>>): readonly Pair[] {
  if (typeof on === 'string') return [{ left: on, right: on, at: ['on'] }];
  if (Array.isArray(on))
    return (on as readonly string[]).map((name, i) => ({ left: name, right: name, at: ['on', i] }));
  return Object.entries(on as Readonly<Record<string, string>>)
    .map(([left, right]) => ({ left, right, at: ['on', left] }))
    .sort((a, b) => (a.left < b.left ? -1 : 1));
}

/** The columns of a pair. A name that neither table has is told once. */
export function columnsOf(
  { left, right, at }: Pair,
  of: { readonly left: ColumnLookup; readonly right: ColumnLookup },
) {
  const isTold = left === right && findColumn(of.left.shape, left) === undefined;
  const there: ColumnInfo | undefined = isTold ? findColumn(of.right.shape, right) : of.right.any(right, at);
  return { left: of.left.any(left, at), right: there ?? ({ name: right, type: 'unknown' } as const) };
}

interface Keys {
  readonly left: readonly string[];
  readonly right: readonly string[];
}

interface Rows {
  readonly left: Uint32Array;
  readonly right: Uint32Array;
}

/** The keys of joined rows: from the left where there is one, from the right otherwise. */
export function gatherKeys(
  spec: Keys,
  tables: { readonly left: Table; readonly right: Table },
  rows: Rows,
): (readonly [string, Column])[] {
  return spec.left.map(
    (name, k) =>
      [name, joinColumn(tables.left.column(name), tables.right.column(spec.right[k] as string), rows)] as const,
  );
}

function joinColumn(left: Column, right: Column, rows: Rows): Column {
  const n = rows.left.length;
  const from = (i: number): readonly [Column, number] =>
    rows.left[i] !== MISSING ? [left, rows.left[i] as number] : [right, rows.right[i] as number];
  if (kindOf([left, right]) === 'number') {
    return numbers(
      Float64Array.from({ length: n }, (_, i) => {
        const [column, row] = from(i);
        return column.kind === 'number' ? (column.values[row] as number) : Number.NaN;
      }),
    );
  }
  return texts(
    (function* () {
      for (let i = 0; i < n; i++) {
        const [column, row] = from(i);
        yield column.kind === 'text' ? textAt(column, row) : undefined;
      }
    })(),
    n,
  );
}
