/** The groups that a `foreach` stage had in the last run, for who only looks: an edit of the data need not have made others. */

import type { Past } from '../history/past.ts';
import { type Grouped, type Level, levelsOf } from '../load/groups.ts';

/** Undefined when it had none, or they were of another column. */
export function pastLevels(
  { stage, column }: Pick<Grouped, 'stage' | 'column'>,
  past: Past,
): readonly Level[] | undefined {
  const values: (string | number)[] = [];
  for (const { name, params } of past.stages.values()) {
    if (!name.startsWith(`${stage}[`) || !name.endsWith(FILTER)) continue;
    const value = typeof params?.where === 'string' ? valueIn(params.where, column) : undefined;
    if (value !== undefined) values.push(value);
  }
  return values.length === 0 ? undefined : levelsOf(values);
}

/** What the condition of a case is written into, as `engine/load/where.ts` names it. */
const FILTER = ']~where';

/** The value that a condition of `casesOfEach` ends in. */
function valueIn(where: string, column: string): string | number | undefined {
  const start = `\`${column}\` == `;
  // the stage's own condition may speak of the column too, and so may the value
  for (let at = where.indexOf(start); at !== -1; at = where.indexOf(start, at + 1)) {
    const literal = where.slice(at + start.length);
    if (/^'(?:[^']|'')*'$/.test(literal)) return literal.slice(1, -1).replaceAll("''", "'");
    const number = /^\((-?[\d.e+-]+)\)$/.exec(literal)?.[1];
    if (number !== undefined) return Number(number);
  }
  return undefined;
}
