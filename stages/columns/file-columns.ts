/** The columns of a file that holds a table: as they are written, and as they are read. */
import type { ColumnInfo, ColumnType, Fault } from '../contract.ts';
import type { Column } from './column.ts';

export type NamedType = {
  readonly name: string;
  readonly type: ColumnType;
};

export interface ReadTable {
  readonly columns: ReadonlyMap<string, Column>;
  readonly infos: readonly ColumnInfo[];
  readonly rows: number;
}

export type TableRead =
  | { readonly ok: true; readonly value: ReadTable }
  | { readonly ok: false; readonly faults: readonly Fault[] };
