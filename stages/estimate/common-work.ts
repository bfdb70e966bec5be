/**
 * Work that models on the same rows have in common: made once, under what it follows from. Columns are the same object for all that
 * share a memo (by their digest), rows by their content; everything else is kept under the ids of those objects.
 */
import type { Table } from '../columns/table.ts';
import type { Memo } from '../contract-memo.ts';
import { type Absorber, absorber } from '../kernels/absorb.ts';
import type { Effect } from '../kernels/effects.ts';
import type { Factor } from '../kernels/factor-codes.ts';
import type { CommonColumns } from '../kernels/linear-model.ts';

const ids = new WeakMap<object, number>();
let last = 0;

/** A number of its own for each object, as long as the object lives. */
function idOf(object: object): number {
  let id = ids.get(object);
  if (id === undefined) ids.set(object, (id = ++last));
  return id;
}

const idsOf = (objects: readonly object[]): string => objects.map(idOf).join(',');

/** Two 32-bit hashes of the numbers (FNV-1a and a multiplicative one): a name to look under, not a proof. */
function nameOfRows(rows: Int32Array): string {
  let a = 0x811c9dc5;
  let b = rows.length;
  for (let i = 0; i < rows.length; i++) {
    a = Math.imul(a ^ (rows[i] as number), 0x01000193);
    b = (Math.imul(b, 0x9e3779b1) + (rows[i] as number)) | 0;
  }
  return `rows ${rows.length} ${a} ${b}`;
}

/** The one object that stands for these rows. */
export function commonRows(table: Table, rows: Int32Array): Int32Array {
  if (table.memo === undefined) return rows;
  const held = table.memo.get(
    nameOfRows(rows),
    () => rows,
    (r) => r.byteLength,
  );
  if (held === rows) return rows;
  for (let i = 0; i < rows.length; i++) if (held[i] !== rows[i]) return rows;
  return held;
}

/** The codes of columns over rows. */
export function commonFactor(table: Table, columns: readonly string[], rows: Int32Array, make: () => Factor): Factor {
  const { memo } = table;
  if (memo === undefined) return make();
  const key = `factor ${idOf(rows)} ${idsOf(columns.map((name) => table.column(name)))}`;
  return memo.get(key, make, (factor) => 12 * factor.codes.length);
}

/** Chosen rows of a column's values. */
export function commonValues(
  memo: Memo | undefined,
  values: Float64Array,
  rows: Int32Array,
  make: () => Float64Array,
): Float64Array {
  if (memo === undefined) return make();
  const key = `values ${idOf(values)} ${idOf(rows)}`; // names the column, too, for when all rows are chosen
  if (rows.length === values.length) return make();
  const chosen = memo.get(key, make, (v) => v.byteLength);
  idOf(chosen);
  return chosen;
}

export interface CommonEffects {
  readonly absorber: Absorber;
  readonly common: CommonColumns;
}

/** Effects made ready to be taken out, and what is kept of the columns that they were taken out of; of columns made for one model, nothing. */
export function commonEffects(
  memo: Memo | undefined,
  effects: readonly Effect[],
  n: number,
  weights: Float64Array | undefined,
): CommonEffects | undefined {
  if (memo === undefined || effects.length === 0) return undefined;
  const parts = effects.map((e) => `${idOf(e.codes)}${e.slopeOnly === true ? '!' : ''}[${idsOf(e.slopes ?? [])}]`);
  const made = memo.get(
    `absorber ${parts.join(' ')} ${weights === undefined ? '' : idOf(weights)}`,
    () => absorber(effects, n, weights),
    bytesOfAbsorber,
  );
  const common: CommonColumns = {
    takenOut: (column, make) =>
      ids.has(column) ? memo.get(`taken-out ${idOf(made)} ${idOf(column)}`, make, (t) => t.column.byteLength) : make(),
    products: (columns, make) =>
      columns.every((c) => ids.has(c))
        ? memo.get(
            `products ${idOf(made)} ${idsOf(columns)}`,
            make,
            ({ blocks }) => 8 * columns.length * (columns.length + 2 * blocks.layout.restColumns),
          )
        : make(),
    solved: (columns, make) =>
      columns.every((c) => ids.has(c))
        ? memo.get(
            `solved ${idOf(made)} ${idsOf(columns)}`,
            make,
            ({ residuals, sums }) => residuals.byteLength + (sums.byLevel?.byteLength ?? 0),
          )
        : make(),
  };
  return { absorber: made, common };
}

/** About what an absorber holds: order, codes and loads of the rows, and its factored Schur complement. */
const bytesOfAbsorber = ({ n, layout, schur, method }: Absorber): number =>
  n * (12 + layout.rest.length * (method === 'iterative' ? 32 : 12) + 8 * layout.bases.length) +
  (schur === undefined ? 0 : schur.factor.byteLength);
