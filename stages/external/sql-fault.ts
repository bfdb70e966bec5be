/** What DuckDB says of a query, as a fault at its place; columns and tables go by what the user has, not by what was handed over. */
import { error, type Fault } from '../contract.ts';

/** Columns by the name that the query knows their table by. */
export type KnownColumns = { readonly [table: string]: readonly string[] };

/** What the package says of its own step before DuckDB's message. */
const STEP = /^(?:Failed to extract statements|Failure running pending result task): /;

/** Of a column that no table has, or not the one that is named. */
const NO_COLUMN =
  /^Binder Error: (?:Referenced column "(.*)" not found in FROM clause!|Table "(.*)" does not have a column named "(.*)")/;
const NO_TABLE = /^Catalog Error: Table with name (.*) does not exist!/;

export function queryFault(message: string, query: string, known: KnownColumns): Fault {
  const [said = ''] = message.replace(STEP, '').split('\n\nLINE ');
  const fault = faultOf(said, known);
  const found = /\n\nLINE (\d+): (.*)\n( *)\^/.exec(message);
  if (found === null) return fault;
  const lines = query.split('\n');
  const line = Number(found[1]) - 1;
  const shown = found[2] ?? '';
  // the caret counts from the prefix `LINE n: `, and long lines are shown cut
  const column = (found[3] ?? '').length - `LINE ${found[1]}: `.length;
  if (!(lines[line] ?? '').startsWith(shown)) return fault;
  const start = lines.slice(0, line).reduce((sum, l) => sum + l.length + 1, 0) + Math.max(0, column);
  return { ...fault, within: { start, end: start + 1 } };
}

function faultOf(said: string, known: KnownColumns): Fault {
  const [, anywhere, table = '', inTable] = NO_COLUMN.exec(said) ?? [];
  const name = anywhere ?? inTable;
  if (name !== undefined) {
    // a table may go by another name in the query
    const columns = Object.hasOwn(known, table) ? (known[table] ?? []) : Object.values(known).flat();
    return error('CE2965', { name, known: [...new Set(columns)] }, ['query']);
  }
  const absent = NO_TABLE.exec(said)?.[1];
  if (absent !== undefined) return error('CE2966', { name: absent, known: Object.keys(known) }, ['query']);
  return error('CE2921', { said: said.replaceAll('\n', ' ') }, ['query']);
}
