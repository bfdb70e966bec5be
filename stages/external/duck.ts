/** Columns into an embedded DuckDB, and the result of a query back. The package is loaded when first used. */
import type {
  DuckDBConnection,
  DuckDBPreparedStatement,
  DuckDBResultReader,
  DuckDBType,
  DuckDBValue,
} from '@duckdb/node-api';
import { type Column, textAt } from '../columns/column.ts';
import type { NamedType } from '../columns/file-columns.ts';
import { isoTime } from '../columns/parse.ts';
import type { Table } from '../columns/table.ts';
import { areSafeIntegers, givenType, type KnownType } from '../columns/value-column.ts';
import { statementsIn } from './sql-reads.ts';

type Duck = typeof import('@duckdb/node-api');

/** Rows a chunk holds: DuckDB's vector size. */
const CHUNK = 2048;

/**
 * Nothing of the machine reaches the query: no files, no extensions, no network. One thread: sums of floating-point numbers
 * depend on their order.
 */
const SETTINGS = {
  threads: '1',
  enable_external_access: 'false',
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
  preserve_insertion_order: 'true',
} as const;

export interface SqlTable {
  readonly name: string;
  readonly columns: readonly NamedType[];
  readonly table: Table;
}

export interface SqlResult {
  readonly names: readonly string[];
  readonly columns: readonly (readonly unknown[])[];
  /** by the query, whatever the values */
  readonly types: readonly KnownType[];
  readonly rows: number;
}

/** Undefined where the package is not installed. */
export async function loadDuck(): Promise<Duck | undefined> {
  try {
    return await import('@duckdb/node-api');
  } catch {
    return undefined;
  }
}

export interface SqlQuery {
  readonly query: string;
  readonly seed: number;
  readonly signal?: AbortSignal;
}

/**
 * The result of one query; the number of statements when there are others than one; `other`: the word of one that asks nothing.
 * @throws Error with DuckDB's message
 */
export async function runQuery(
  duck: Duck,
  tables: readonly SqlTable[],
  { query, seed, signal }: SqlQuery,
): Promise<SqlResult | number | { readonly other: string }> {
  const instance = await duck.DuckDBInstance.create(':memory:', SETTINGS);
  const connection = await instance.connect();
  try {
    for (const table of tables) await place(duck, connection, table);
    await connection.run(`SET TimeZone = 'UTC'; SET lock_configuration = true`).catch(() => {});
    await connection.run(`SELECT setseed(${(seed % 2 ** 31) / 2 ** 31})`);
    const statements = await connection.extractStatements(query);
    const last = statements.count - 1;
    const written = last === 0 ? 1 : statementsIn(query);
    if (written !== 1) return written;
    // DuckDB makes several of a PIVOT without IN: types of the values that it finds, then the query
    for (let made = 0; made < last; made++) await (await statements.prepare(made)).run();
    const prepared = await statements.prepare(last);
    const { statementType } = prepared;
    if (statementType !== duck.StatementType.SELECT) return { other: duck.StatementType[statementType] };
    const reader = await stepwise(duck, prepared, signal);
    const said = reader.columnTypes().map(String);
    // sums of integers: amounts, which a double may round
    const columns = reader.getColumnsJS().map((values, i) => values.map(meaningOf(said[i] ?? '')));
    return { names: reader.columnNames(), columns, types: said.map(knownType), rows: reader.currentRowCount };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** So many steps are a fraction of a second, or two. */
const BREATH_STEPS = 4;

/** In steps between which the thread may be ended or hear that nobody waits any more: DuckDB itself would go on to its end. */
async function stepwise(
  duck: Duck,
  prepared: DuckDBPreparedStatement,
  signal: AbortSignal | undefined,
): Promise<DuckDBResultReader> {
  const pending = prepared.start();
  for (let step = 1; pending.runTask() !== duck.DuckDBPendingResultState.RESULT_READY; step++) {
    if (step % BREATH_STEPS === 0) await new Promise((wake) => setTimeout(wake, 0));
    if (signal?.aborted === true) throw new Error('cancelled');
  }
  return pending.readAll();
}

/** What is made of a value: a number of a sum, text of a time of day. */
function meaningOf(said: string): (value: unknown) => unknown {
  if (said === 'HUGEINT') return (value) => (typeof value === 'bigint' ? Number(value) : value);
  if (said === 'TIME') return (value) => (typeof value === 'bigint' ? isoTime(value, MICROSECONDS) : value);
  return (value) => value;
}

const MICROSECONDS = 6;

function knownType(said: string): KnownType {
  if (said === 'BOOLEAN') return 'boolean';
  if (said === 'DATE') return 'date';
  if (/^(?:FLOAT|DOUBLE|DECIMAL\b.*)$/.test(said)) return 'number';
  return /^U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?$/.test(said) ? 'integer' : 'text';
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

async function place(duck: Duck, connection: DuckDBConnection, { name, columns, table }: SqlTable): Promise<void> {
  // a table needs a column: `count(*)` works over rows of which nothing else is read
  const kinds = columns.length === 0 ? [duck.BOOLEAN] : columns.map((c) => typeOf(duck, c, table));
  const definition =
    columns.length === 0 ? '"_" BOOLEAN' : columns.map((c, i) => `${quoted(c.name)} ${String(kinds[i])}`).join(', ');
  await connection.run(`CREATE TABLE ${quoted(name)} (${definition})`);
  const appender = await connection.createAppender(name);
  const cells = columns.map((c) => cellOf(duck, table.column(c.name), c));
  for (let from = 0; from < table.rows; from += CHUNK) {
    const count = Math.min(CHUNK, table.rows - from);
    const values = (cell: (row: number) => DuckDBValue): DuckDBValue[] =>
      Array.from({ length: count }, (_, i) => cell(from + i));
    const chunk = duck.DuckDBDataChunk.create(kinds, count);
    chunk.setColumns(cells.length === 0 ? [values(() => true)] : cells.map(values));
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

function typeOf(duck: Duck, { name, type }: NamedType, table: Table): DuckDBType {
  const column = table.column(name);
  if (column.kind === 'text') return duck.VARCHAR;
  if (type === 'boolean') return duck.BOOLEAN;
  if (type === 'date') return duck.DATE;
  return givenType(type, column) === 'integer' && areSafeIntegers(column.values) ? duck.BIGINT : duck.DOUBLE;
}

function cellOf(duck: Duck, column: Column, { type }: NamedType): (row: number) => DuckDBValue {
  if (column.kind === 'text') return (row) => textAt(column, row) ?? null;
  const { values } = column;
  const make = (of: (x: number) => DuckDBValue) => (row: number) =>
    Number.isNaN(values[row]) ? null : of(values[row] as number);
  if (type === 'boolean') return make((x) => x !== 0);
  if (type === 'date') return make((x) => new duck.DuckDBDateValue(Math.floor(x)));
  return type === 'integer' && areSafeIntegers(values) ? make((x) => BigInt(x)) : make((x) => x);
}
