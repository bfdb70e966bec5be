/** Which computed numbers are the published ones. */
import type { Recordable } from '../columns/record.ts';
import { error, type Fault, type Note } from '../contract.ts';
import { type Decimal, doubleOf, fixed, roundsTo } from './decimal.ts';

export interface Comparison {
  readonly cell: string;
  /** as printed */
  readonly text: string;
  readonly printed: Decimal;
  readonly computed: number;
}

/** `rounding`: to the printed digits; a number: the largest absolute difference. */
export type Tolerance = 'rounding' | number;

const agrees = ({ computed, printed }: Comparison, tolerance: Tolerance): boolean =>
  tolerance === 'rounding' ? roundsTo(computed, printed) : Math.abs(computed - doubleOf(printed)) <= tolerance;

/** Two digits more than were printed show by how much a number misses. */
const shown = ({ computed, printed }: Comparison): string =>
  fixed(computed, Math.max(0, Math.min(printed.scale + 2, 15)));

export function compareCells(
  cells: readonly Comparison[],
  tolerance: Tolerance,
  expect: 'same' | 'differ',
): { readonly record: Recordable; readonly notes: readonly Note[]; readonly verdict: readonly Fault[] } {
  const within = cells.map((cell) => agrees(cell, tolerance));
  const hits = within.filter(Boolean).length;
  const notes: Note[] = [{ code: 'CN2803', args: { within: hits, cells: cells.length } }];
  if (expect === 'differ' && hits === cells.length) notes.push({ code: 'CN2810', args: { cells: cells.length } });
  return {
    record: {
      rows: cells.map((cell, i) => ({
        cell: cell.cell,
        printed: cell.text,
        published: doubleOf(cell.printed),
        computed: cell.computed,
        difference: cell.computed - doubleOf(cell.printed),
        within: within[i] as boolean,
      })),
      cells: cells.length,
      agree: hits,
      tolerance,
      expect,
    },
    notes,
    verdict:
      expect === 'differ'
        ? []
        : cells.flatMap((cell, i) =>
            within[i] === true
              ? []
              : [error('CE2831', { cell: cell.cell, printed: cell.text, computed: shown(cell) }, ['with', cell.cell])],
          ),
  };
}
