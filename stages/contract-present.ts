/** How a value is to be shown to people. */
import type { Lang, PartName } from './contract.ts';

export interface PresentOptions {
  readonly lang: Lang;
  /** first rows only */
  readonly head?: number;
  readonly digests: ReadonlyMap<PartName, string>;
}

/** A cell of a printed table that holds a number. */
export interface PrintedCell {
  readonly row: string;
  readonly column: string;
  readonly text: string;
  /** the port and the index of the reference that it comes from */
  readonly input: string;
  readonly index: number;
  /** the row of that record, from 0, where it comes from one alone */
  readonly at?: number;
}
