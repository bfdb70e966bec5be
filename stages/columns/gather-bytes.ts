import { decodeColumn, decodeIndex, encodeColumn } from './codec.ts';
import { gatherColumn } from './column.ts';

/** `Registry.gather`: the rows of a column's bytes that the bytes of an index name. */
export const gatherBytes = (column: Uint8Array, index: Uint8Array): Uint8Array =>
  encodeColumn(gatherColumn(decodeColumn(column), decodeIndex(index)));
