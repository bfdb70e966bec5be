/**
 * Which columns of its inputs a query can touch, from its words alone. A column that is not named is not handed to the
 * database, so a wrong guess is an error and never a wrong result; whatever may stand for all columns reads them all.
 */

interface Token {
  /** lower case, without quotes */
  readonly text: string;
  /** a name in double quotes: never a word of the language */
  readonly quoted: boolean;
}

/** Words, quoted names without their quotes, and single signs; comments and texts are left out. */
function tokensOf(query: string): readonly Token[] {
  const pattern = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"((?:[^"]|"")*)"|([\p{L}_][\p{L}\p{N}_$]*)|\d[\w.]*|\S/gu;
  return [...query.matchAll(pattern)].flatMap((m): Token[] => {
    const text = m[0];
    if (text.startsWith('--') || text.startsWith('/*')) return [];
    if (text.startsWith("'")) return [{ text: "''", quoted: false }];
    if (m[1] !== undefined) return [{ text: m[1].replaceAll('""', '"').toLowerCase(), quoted: true }];
    return [{ text: text.toLowerCase(), quoted: false }];
  });
}

/** Statements as they are written; remarks are none. */
export function statementsIn(query: string): number {
  const isEnd = (token: Token | undefined): boolean => token === undefined || (token.text === ';' && !token.quoted);
  return tokensOf(query).filter((token, i, all) => !isEnd(token) && isEnd(all[i - 1])).length;
}

/** Words that begin a statement which changes the database, or tells of it. */
const COMMANDS = new Set(
  'alter attach begin call checkpoint commit copy create delete detach drop execute explain export force import insert install load merge pragma prepare reset rollback set show truncate update use vacuum'.split(
    ' ',
  ),
);

/** The word by which a statement is no query; undefined for what may be one. */
export function otherThanQuery(query: string): string | undefined {
  const first = tokensOf(query).find(({ text }) => text !== ';');
  return first !== undefined && COMMANDS.has(first.text) ? first.text : undefined;
}

/** Words after which a star is all columns and not a product. */
const BEFORE_ALL = new Set(['select', 'distinct', 'all', ',', '.', '(', undefined]);
/** Words that bring in columns which are not named. */
const IMPLICIT = new Set(['natural', 'columns', 'pivot', 'unpivot', 'summarize', 'describe', 'positional']);
/** Words that end a list of tables. */
const AFTER_FROM = new Set(
  'where group having order limit offset window qualify union intersect except select using sample fetch'.split(' '),
);
/** Words that may stand behind a table and are no other name of it. */
const BEHIND_TABLE = new Set([
  ...AFTER_FROM,
  ...'on join left right full inner outer cross natural asof positional semi anti lateral tablesample'.split(' '),
]);

interface Tables {
  /** where tokens are the tables of a FROM, by index */
  readonly places: ReadonlySet<number>;
  /** other names that tables have in the query, with where they are given */
  readonly aliases: ReadonlyMap<string, ReadonlySet<number>>;
  /** columns get names by their position */
  readonly byPosition: boolean;
}

/** The tables of the lists after FROM, behind commas too. */
function tablesIn(tokens: readonly Token[], names: ReadonlySet<string>): Tables {
  const places = new Set<number>();
  const aliases = new Map<string, Set<number>>();
  let byPosition = false;
  let isNext = false;
  /** by depth of brackets: a comma goes on to another table */
  const lists = [false];
  const word = (i: number): string | undefined => (tokens[i]?.quoted === false ? tokens[i]?.text : undefined);
  for (let i = 0; i < tokens.length; i++) {
    const said = word(i);
    const top = lists.length - 1;
    if (said === '(') lists.push(isNext);
    else if (said === ')') {
      if (top > 0) lists.pop();
      isNext = false;
    } else if (said === ',') isNext = lists[top] === true;
    else if ((said === 'from' && word(i - 1) !== 'distinct') || said === 'join') {
      lists[top] = true;
      isNext = true;
    } else if (said !== undefined && AFTER_FROM.has(said) && !(said === 'using' && word(i + 1) === '(')) {
      lists[top] = false;
      isNext = false;
    } else if (isNext && said !== 'lateral') {
      isNext = false;
      if (!names.has(tokens[i]?.text ?? '')) continue;
      places.add(i);
      const at = word(i + 1) === 'as' ? i + 2 : i + 1;
      const alias = tokens[at];
      if (alias === undefined || !isName(alias)) continue;
      aliases.set(alias.text, (aliases.get(alias.text) ?? new Set()).add(at));
      if (word(at + 1) === '(') byPosition = true;
    }
  }
  return { places, aliases, byPosition };
}

const isName = ({ text, quoted }: Token): boolean => quoted || (/^[\p{L}_]/u.test(text) && !BEHIND_TABLE.has(text));

/**
 * @param tables column names by the name under which the query knows the table
 * @returns the columns to hand over, by table
 */
export function sqlReads(
  query: string,
  tables: Readonly<Record<string, readonly string[]>>,
): Readonly<Record<string, readonly string[]>> {
  const tokens = tokensOf(query);
  const texts = tokens.map(({ text }) => text);
  const names = new Set(Object.keys(tables).map((t) => t.toLowerCase()));
  const { places, aliases, byPosition } = tablesIn(tokens, names);
  const count = (word: string): number => texts.filter((t) => t === word).length;
  const all =
    byPosition ||
    count('select') < count('from') ||
    texts.some((token, i) => {
      const before = texts[i - 1];
      if (token === '*') return BEFORE_ALL.has(before) && !(before === '(' && texts[i - 2] === 'count');
      if (IMPLICIT.has(token)) return true;
      // a table's name as a value is the whole row, and so is another name of it
      if (texts[i + 1] === '.' || before === 'as') return false;
      return (names.has(token) && !places.has(i)) || aliases.get(token)?.has(i) === false;
    });
  const words = new Set(texts);
  return Object.fromEntries(
    Object.entries(tables).map(([table, columns]) => [
      table,
      all ? columns : columns.filter((c) => words.has(c.toLowerCase())),
    ]),
  );
}
