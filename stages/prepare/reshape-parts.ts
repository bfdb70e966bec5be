/** What both ways of `reshape` declare alike: parts, names and ids. */
import { datesAmong, typedColumns } from '../columns/cell-text.ts';
import { type Column, isMissing } from '../columns/column.ts';
import { isForbidden } from '../columns/header.ts';
import { ColumnLookup } from '../columns/schema.ts';
import type { Table } from '../columns/table.ts';
import {
  type ColumnInfo,
  error,
  type Fault,
  type ParamPath,
  type PartDecl,
  type PartSource,
  type TableShape,
  type Text,
} from '../contract.ts';
import type { Patterns } from './reshape-names.ts';
import { KEPT, type ReshapeParams } from './reshape-params.ts';
import { keyFaults } from './unique-key.ts';

const sourceOf = (part: string): PartSource => ({ input: 'from', index: 0, part });

export const madeOf = (name: string, from: readonly string[]): PartDecl => ({
  name,
  how: 'made',
  from: [...new Set(from)].map(sourceOf),
});

/** Columns of the input, each row from the one that `KEPT` names. */
export const gathered = (columns: readonly ColumnInfo[]): PartDecl[] =>
  columns.map(({ name }) => ({ name, how: 'gathered', input: 'from', index: 0, part: name, by: KEPT }));

/** A column that is made has the label that the pipeline gives it, and the unit of what it is made of. */
export function madeColumn(
  made: Pick<ColumnInfo, 'name' | 'type'>,
  of: readonly ColumnInfo[],
  labels: Readonly<Record<string, Text>>,
): ColumnInfo {
  const label = Object.hasOwn(labels, made.name) ? labels[made.name] : undefined;
  const units = new Map(of.map(({ unit }) => [JSON.stringify(unit), unit]));
  const [unit] = units.size === 1 ? units.values() : [];
  return { ...made, ...(label === undefined ? {} : { label }), ...(unit === undefined ? {} : { unit }) };
}

/** The columns that both ways leave as they are: ids, and others that are carried along by name. */
export function idAndCarry({ id, carry }: ReshapeParams, shape: TableShape) {
  const lookup = new ColumnLookup(shape);
  return {
    lookup,
    faults: lookup.faults,
    id: lookup.list(id, ['id']),
    carry: carry === undefined ? undefined : lookup.list(carry, ['carry']),
  };
}

export interface Named {
  readonly name: string;
  readonly as: string;
  readonly at: ParamPath;
}

/** Columns by what the params use them as. */
export const rolesOf = (
  id: readonly ColumnInfo[],
  carry: readonly ColumnInfo[] | undefined,
  { key, patterns }: Patterns,
): { readonly ids: readonly Named[]; readonly values: readonly Named[]; readonly carried: readonly Named[] } => ({
  ids: id.map(({ name }) => ({ name, as: 'id', at: ['id'] })),
  values: [
    { name: key, as: `{${key}}`, at: patterns[0]?.at ?? ['columns'] },
    ...patterns.map(({ name, at }) => ({ name, as: 'columns', at })),
  ],
  carried: (carry ?? []).map(({ name }) => ({ name, as: 'carry', at: ['carry'] })),
});

/** CE2180: a column in two roles; CE2014, CE2041: a new column whose name cannot be, or is taken. */
export function nameFaults(roles: readonly Named[], made: readonly Named[], carried: readonly ColumnInfo[]): Fault[] {
  const faults: Fault[] = [];
  const taken = new Map<string, string>();
  for (const { name, as, at } of [...roles, ...made]) {
    const first = taken.get(name);
    if (first !== undefined) faults.push(error('CE2180', { name, first, second: as }, at));
    else taken.set(name, as);
  }
  for (const { name, at } of made) {
    if (isForbidden(name)) faults.push(error('CE2014', { name }, at));
    if (carried.some((c) => c.name === name)) faults.push(error('CE2041', { name }, at));
  }
  return faults;
}

type Ids = { readonly id: readonly string[]; readonly dates: readonly string[] };

/** The columns of a spec with what messages need of their types. */
export const typedIn = (table: Table, names: readonly string[], { dates }: Ids) =>
  typedColumns(table, names, dates).map((typed, i) => ({ ...typed, name: names[i] as string }));

/** CE2656: the first row in which an id is missing. */
export const missingIds = (table: Table, { id }: Ids): Fault[] =>
  id.flatMap((name) => {
    const row = firstMissing(table.column(name), table.rows);
    return row === undefined ? [] : [error('CE2656', { name, row: row + 1 }, ['id'])];
  });

export function firstMissing(column: Column, rows: number): number | undefined {
  for (let i = 0; i < rows; i++) if (isMissing(column, i)) return i;
  return undefined;
}

/** CE2656; CE2655: an id that stands in several rows. */
export function idFaults(table: Table, spec: Ids): Fault[] {
  const missing = missingIds(table, spec);
  if (missing.length > 0) return missing;
  return keyFaults(typedIn(table, spec.id, spec), table.rows).map(({ args }) => error('CE2655', args, ['id']));
}

export const datesIn = (columns: readonly ColumnInfo[]): readonly string[] => [...new Set(datesAmong(columns))];
