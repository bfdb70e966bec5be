/**
 * Which columns of its inputs a query can touch, from its words alone. A column that is not named is not handed to the
 * database, so a wrong guess is an error and never a wrong result; whatever may stand for all columns reads them all.
 */

/** Words, quoted names without their quotes, and single signs; comments and texts are left out. */
function tokensOf(query: string): readonly string[] {
  const pattern = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"((?:[^"]|"")*)"|([\p{L}_][\p{L}\p{N}_$]*)|\d[\w.]*|\S/gu;
  return [...query.matchAll(pattern)].flatMap((m) => {
    const text = m[0];
    if (text.startsWith('--') || text.startsWith('/*')) return [];
    if (text.startsWith("'")) return ["''"];
    if (m[1] !== undefined) return [m[1].replaceAll('""', '"').toLowerCase()];
    return [text.toLowerCase()];
  });
}

/** Nothing but remarks. */
export const isEmpty = (query: string): boolean => tokensOf(query).every((token) => token === ';');

/** Words after which a star is all columns and not a product. */
const BEFORE_ALL = new Set(['select', 'distinct', 'all', ',', '.', '(', undefined]);
/** Words that bring in columns which are not named. */
const IMPLICIT = new Set(['natural', 'columns', 'pivot', 'unpivot', 'summarize', 'describe', 'positional']);
const BEFORE_TABLE = new Set(['from', 'join']);

/**
 * @param tables column names by the name under which the query knows the table
 * @returns the columns to hand over, by table
 */
export function sqlReads(
  query: string,
  tables: Readonly<Record<string, readonly string[]>>,
): Readonly<Record<string, readonly string[]>> {
  const tokens = tokensOf(query);
  const names = new Set(Object.keys(tables).map((t) => t.toLowerCase()));
  const count = (word: string): number => tokens.filter((t) => t === word).length;
  const all =
    count('select') < count('from') ||
    tokens.some((token, i) => {
      const before = tokens[i - 1];
      if (token === '*') return BEFORE_ALL.has(before) && !(before === '(' && tokens[i - 2] === 'count');
      if (IMPLICIT.has(token)) return true;
      // a table's name as a value is the whole row
      return names.has(token) && tokens[i + 1] !== '.' && !BEFORE_TABLE.has(before ?? '') && before !== 'as';
    });
  const words = new Set(tokens);
  return Object.fromEntries(
    Object.entries(tables).map(([table, columns]) => [
      table,
      all ? columns : columns.filter((c) => words.has(c.toLowerCase())),
    ]),
  );
}
