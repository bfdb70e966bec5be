/** Names of columns as a file has them. */
import { error, type Fault, isInner, type Note } from '../contract.ts';

/** The one name that no object of JavaScript can have, and those of what lies beside the columns of a table. */
export const isForbidden = (name: string): boolean => name === '__proto__' || isInner(name);

const ROW_LABELS = 'row';

/** Where the header is: lines that are passed over, above it titles, below it units; and how many it has itself. */
export interface HeaderPlace {
  readonly before?: number;
  readonly lines?: number;
  readonly after?: number;
  /** the part of a sheet */
  readonly range?: string;
}

/** CE2012, an empty file; CE1144, nothing where the header is said to be. */
export function noHeader({ before = 0, lines = 1, range }: HeaderPlace): Fault {
  const said = [
    ...(range === undefined ? [] : [`range: ${range}`]),
    ...(before > 0 ? [`skip: ${before}`] : []),
    ...(lines > 1 ? [`header-rows: ${lines}`] : []),
  ];
  return said.length === 0 ? error('CE2012', {}, ['file']) : error('CE1144', { said }, ['file']);
}

/**
 * One name a column from several rows, joined from top to bottom by `_`. A cell stands also over the columns to its right that have no name
 * in its row and one below it, as a merged cell does; a name that goes down over several rows is written once.
 */
export function joinedNames(rows: readonly (readonly string[])[]): readonly string[] {
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  const names = Array.from({ length: width }, () => '');
  for (const row of rows.toReversed()) {
    let over = '';
    for (let column = 0; column < width; column++) {
      const below = names[column] as string;
      const own = row[column] ?? '';
      over = own !== '' ? own : over;
      if (below === '') over = '';
      const name = own !== '' ? own : over;
      names[column] = below === '' || name === '' ? name || below : `${name}_${below}`;
    }
  }
  return names;
}

/** Spaces around a name, also full-width and zero-width ones, are no part of it. */
export const cleanName = (name: string): string =>
  name.replace(/^[\s\u3000\u200b\ufeff]+|[\s\u3000\u200b\ufeff]+$/g, '');

/** R and pandas write row labels first, under no name: they are called `row`. */
export const withRowLabels = (header: readonly string[]): readonly string[] =>
  header.length > 1 && header[0] === '' && !header.includes(ROW_LABELS) ? [ROW_LABELS, ...header.slice(1)] : header;

/** A column without a name, two of one name, and forbidden names. Errors: CE2013–CE2015. */
export const headerFaults = (names: readonly string[]): Fault[] => [
  ...namelessFaults(columnsWithoutName(names)),
  ...nameFaults(names),
];

/** Their places, from 0. */
export const columnsWithoutName = (names: readonly string[]): readonly number[] =>
  names.flatMap((name, i) => (name === '' ? [i] : []));

const counted = (columns: readonly number[]): string[] => columns.map((i) => String(i + 1));

/** CE2013 of columns that hold values under no name. */
export const namelessFaults = (columns: readonly number[]): Fault[] =>
  columns.length > 0 ? [error('CE2013', { columns: counted(columns) }, ['file'])] : [];

/** Excel writes columns that are formatted or were emptied, with neither a name nor a value. */
export const emptyNotes = (columns: readonly number[]): Note[] =>
  columns.length > 0 ? [{ code: 'CN1140', args: { columns: counted(columns) } }] : [];

/** Two columns of one name, and forbidden names; columns without one are left to `namelessFaults`. */
export function nameFaults(names: readonly string[]): Fault[] {
  const faults: Fault[] = [];
  const seen = new Map<string, number>();
  names.forEach((name, i) => {
    const first = seen.get(name);
    if (name === '') return;
    if (isForbidden(name)) faults.push(error('CE2014', { name }, ['file']));
    else if (first !== undefined) faults.push(error('CE2015', { name, first: first + 1, second: i + 1 }, ['file']));
    else seen.set(name, i);
  });
  return faults;
}
