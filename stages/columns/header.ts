/** Names of columns as a file has them. */
import { error, type Fault, isInner } from '../contract.ts';

/** The one name that no object of JavaScript can have, and those of what lies beside the columns of a table. */
export const isForbidden = (name: string): boolean => name === '__proto__' || isInner(name);

/** A column without a name, two of one name, and forbidden names. Errors: CE2013–CE2015. */
export function headerFaults(names: readonly string[]): Fault[] {
  const faults: Fault[] = [];
  const seen = new Map<string, number>();
  names.forEach((name, i) => {
    const first = seen.get(name);
    if (name === '') faults.push(error('CE2013', { column: i + 1 }, ['file']));
    else if (isForbidden(name)) faults.push(error('CE2014', { name }, ['file']));
    else if (first !== undefined) faults.push(error('CE2015', { name, first: first + 1, second: i + 1 }, ['file']));
    else seen.set(name, i);
  });
  return faults;
}
