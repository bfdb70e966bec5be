/** How two states of a column are set beside each other for people: a part of the contract between stages and engine. */
import type { ColumnType, Json } from './contract.ts';

/** The bytes of a column, with those of the columns that name its rows (unit and time). */
export interface ColumnState {
  readonly column: Uint8Array;
  readonly keys?: readonly { readonly column: Uint8Array; readonly type: ColumnType }[];
}

export interface ValueChange {
  /** names of the row: unit and time */
  readonly at?: readonly string[];
  /** its number from 1, where it has no names */
  readonly row?: number;
  readonly before: Json;
  readonly after: Json;
}

export interface ColumnDifferences {
  /** rows now */
  readonly rows: number;
  readonly changed: number;
  /** the largest changes first */
  readonly examples: readonly ValueChange[];
  readonly added: number;
  readonly addedNames: readonly string[];
  readonly removed: number;
  readonly removedNames: readonly string[];
}

export interface EstimateState {
  readonly estimate: Json;
  readonly std_error: Json;
  readonly p_value: Json;
  /** at 1, 5 and 10 % */
  readonly stars: string;
}

/** An estimate that moved, came or went. */
export interface TermChange {
  readonly term: string;
  readonly before?: EstimateState;
  readonly after?: EstimateState;
}

/** Another figure of a record, by its path: `nobs`, `f.statistic`. */
export interface ValueOfRecord {
  readonly path: string;
  readonly before: Json;
  readonly after: Json;
}

export interface RecordChanges {
  readonly terms: readonly TermChange[];
  readonly figures: readonly ValueOfRecord[];
  /** figures beyond those */
  readonly more: number;
}

/** A cell of a table that reads otherwise; '' where there is none. An estimate is followed by its statistic. */
export interface CellChange {
  readonly row: string;
  readonly column: string;
  readonly before: string;
  readonly after: string;
  /** its marks of significance are others */
  readonly stars?: true;
}

/** What a reader of a printed table finds otherwise. */
export interface PrintedChanges {
  /** first line of the caption */
  readonly caption: string;
  /** its last, where it is in two languages: English stands above Chinese */
  readonly captionBelow?: string;
  /** cells that it has now */
  readonly of: number;
  readonly cells: readonly CellChange[];
  /** captions, headings, labels of rows and notes that read otherwise */
  readonly texts: readonly { readonly before: string; readonly after: string }[];
}
