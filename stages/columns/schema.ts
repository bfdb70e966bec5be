/** Looking up columns while declaring: names, globs, types; every miss is a fault that points at its param. */
import {
  type ColumnInfo,
  type ColumnType,
  error,
  type Fault,
  type InputShape,
  type ParamPath,
  type PartDecl,
  ROWS,
  type TableShape,
} from '../contract.ts';
import { listOf } from './params.ts';

/** An empty open table stands in for an input that is no table (the engine has already said so). */
export const tableShapeOf = (input: InputShape | undefined): TableShape =>
  input?.shape.kind === 'table' ? input.shape : { kind: 'table', columns: [], open: true };

export const columnNames = (shape: TableShape): readonly string[] => shape.columns.map((c) => c.name);

export const findColumn = (shape: TableShape, name: string): ColumnInfo | undefined => {
  const found = shape.columns.find((c) => c.name === name);
  return found ?? (shape.open ? { name, type: 'unknown' } : undefined);
};

const isNumeric = (type: ColumnType): boolean => type !== 'text';

/**
 * The type of a column in which values of both stand. Undefined when they do not go together: texts, dates (which are counts of days) and
 * amounts are three things.
 */
export function commonType(a: ColumnType, b: ColumnType): ColumnType | undefined {
  if (a === b || b === 'unknown') return a;
  if (a === 'unknown') return b;
  return [a, b].some((type) => type === 'text' || type === 'date') ? undefined : 'number';
}

/** Collects faults while columns are looked up. */
export class ColumnLookup {
  readonly shape: TableShape;
  readonly faults: Fault[] = [];

  constructor(shape: TableShape) {
    this.shape = shape;
  }

  /** A column that must exist. */
  any(name: string, param: ParamPath): ColumnInfo {
    const found = findColumn(this.shape, name);
    if (found === undefined) this.faults.push(error('CE2001', { name, known: columnNames(this.shape) }, param));
    return found ?? { name, type: 'unknown' };
  }

  /** A column that must exist and hold numbers (numbers, integers, booleans, dates). */
  number(name: string, param: ParamPath): ColumnInfo {
    const found = this.any(name, param);
    if (!isNumeric(found.type)) this.faults.push(error('CE2002', { name, is: found.type }, param));
    return found;
  }

  /**
   * Names and globs (`ind_*`) to columns, in the order written; a glob gives the table's order. A name given twice counts once.
   * @param written a name or a list, as in the params
   */
  list(
    written: string | readonly string[] | undefined,
    param: ParamPath,
    want: 'any' | 'number' = 'any',
  ): readonly ColumnInfo[] {
    const out = new Map<string, ColumnInfo>();
    const many = typeof written === 'object';
    for (const [i, pattern] of (written === undefined
      ? []
      : typeof written === 'string'
        ? [written]
        : written
    ).entries()) {
      const at = many ? [...param, i] : param;
      if (!pattern.includes('*')) {
        out.set(pattern, want === 'number' ? this.number(pattern, at) : this.any(pattern, at));
        continue;
      }
      const matching = this.shape.columns.filter((c) => globMatches(pattern, c.name));
      if (matching.length === 0 && !this.shape.open)
        this.faults.push(error('CE2003', { name: pattern, known: columnNames(this.shape) }, at));
      for (const c of matching) out.set(c.name, want === 'number' ? this.number(c.name, at) : c);
    }
    return [...out.values()];
  }

  /** Of what is written for `list`, the globs that may match columns that are not known yet. */
  unsettled(written: string | readonly string[] | undefined): readonly string[] {
    return this.shape.open ? listOf<string>(written).filter((pattern) => pattern.includes('*')) : [];
  }
}

export function globMatches(pattern: string, name: string): boolean {
  const source = pattern.split('*').map((s) => s.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${source.join('.*')}$`, 'su').test(name);
}

/** Columns that are each made of the one of the same name and of those that all go by. */
export const madeEach = (names: readonly string[], shared: readonly string[]): PartDecl[] =>
  names.map((name) => {
    const parts = [...new Set([name, ...shared])];
    return { name, how: 'made', from: parts.map((part) => ({ input: 'from', index: 0, part })) };
  });

/** All parts of an input table passed through untouched, in order, but for `except`. */
export const passAll = (shape: TableShape, input: string, except: ReadonlySet<string> = new Set()): PartDecl[] => [
  { name: ROWS, how: 'passed', input, index: 0, part: ROWS },
  ...shape.columns
    .filter((c) => !except.has(c.name))
    .map((c): PartDecl => ({ name: c.name, how: 'passed', input, index: 0, part: c.name })),
];

/** All columns of an input table, picked by the made row index `by`. The row count must be made. */
export const gatherAll = (shape: TableShape, input: string, by: string, index = 0): PartDecl[] =>
  shape.columns.map((c): PartDecl => ({ name: c.name, how: 'gathered', input, index, part: c.name, by }));

/** The shape with columns added, or replaced where they stand. */
export function withColumns(shape: TableShape, added: readonly ColumnInfo[]): TableShape {
  const columns = [...shape.columns];
  for (const c of added) {
    const at = columns.findIndex((old) => old.name === c.name);
    if (at === -1) columns.push(c);
    else columns[at] = c;
  }
  return { ...shape, columns };
}
