import type { Lang } from '../catalogue/entry.ts';
/** A table for people, in no format yet: what every renderer reads. */

/** Line weights in points; 0 draws no line. */
export interface Style {
  readonly top: number;
  readonly header: number;
  readonly section: number;
  readonly bottom: number;
}

export interface Cell {
  readonly text: string;
  /** the text is digits: its hyphens are minus signs */
  readonly numeric?: boolean;
  readonly stars?: string;
  /** the number behind the text, for formats that keep numbers (a spreadsheet) */
  readonly value?: {
    readonly number: number;
    readonly digits: number;
    readonly before: string;
    readonly after: string;
    /** with a comma between thousands */
    readonly thousands?: true;
  };
  /** columns that it takes up; 1 unless said */
  readonly span?: number;
}

export interface Row {
  /** `group`: one cell over the whole width; `statistic`: belongs to the row above it */
  readonly kind: 'header' | 'line' | 'statistic' | 'group';
  readonly cells: readonly Cell[];
}

export interface TableDocument {
  readonly caption: readonly string[];
  readonly lang: Lang;
  readonly head: readonly Row[];
  /** blocks of rows: coefficients, then the foot */
  readonly sections: readonly (readonly Row[])[];
  readonly notes: readonly string[];
  /** leading columns that hold text and stand to the left; the others are centred */
  readonly textColumns: number;
  readonly columns: number;
  readonly style: Style;
}

export const EMPTY: Cell = { text: '' };
export const cell = (text: string): Cell => ({ text });
export const MINUS = '−';

/** The text of a cell without its stars, with true minus signs. */
export const cellText = (c: Cell): string => (c.numeric === true ? c.text.replaceAll('-', MINUS) : c.text);

/** Position of each cell: the column in which it starts, and how many it takes. */
export function placed(row: Row): readonly { readonly cell: Cell; readonly column: number; readonly span: number }[] {
  let column = 0;
  return row.cells.map((c) => {
    const at = { cell: c, column, span: c.span ?? 1 };
    column += at.span;
    return at;
  });
}

/** Journals' habits. `three-line`: 三线表, heavy outer rules; `aer`: light rules, standard errors and no stars unless asked for. */
export const STYLES = {
  'three-line': { top: 1.5, header: 0.75, section: 0, bottom: 1.5 },
  aer: { top: 0.75, header: 0.5, section: 0, bottom: 0.75 },
} as const satisfies Record<string, Style>;

export type StyleName = keyof typeof STYLES;
