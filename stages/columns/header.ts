/** Names of columns as a file has them. */
import { error, type Fault, isInner } from '../contract.ts';

/** The one name that no object of JavaScript can have, and those of what lies beside the columns of a table. */
export const isForbidden = (name: string): boolean => name === '__proto__' || isInner(name);

const ROW_LABELS = 'row';

/** Spaces around a name, also full-width and zero-width ones, are no part of it. */
export const cleanName = (name: string): string =>
  name.replace(/^[\s\u3000\u200b\ufeff]+|[\s\u3000\u200b\ufeff]+$/g, '');

/** R and pandas write row labels first, under no name: they are called `row`. */
export const withRowLabels = (header: readonly string[]): readonly string[] =>
  header.length > 1 && header[0] === '' && !header.includes(ROW_LABELS) ? [ROW_LABELS, ...header.slice(1)] : header;

/** A column without a name, two of one name, and forbidden names. Errors: CE2013–CE2015. */
export function headerFaults(names: readonly string[]): Fault[] {
  const faults: Fault[] = [];
  const seen = new Map<string, number>();
  const nameless = names.flatMap((name, i) => (name === '' ? [String(i + 1)] : []));
  names.forEach((name, i) => {
    const first = seen.get(name);
    if (name === '') return;
    if (isForbidden(name)) faults.push(error('CE2014', { name }, ['file']));
    else if (first !== undefined) faults.push(error('CE2015', { name, first: first + 1, second: i + 1 }, ['file']));
    else seen.set(name, i);
  });
  if (nameless.length > 0) faults.push(error('CE2013', { columns: nameless }, ['file']));
  return faults;
}
