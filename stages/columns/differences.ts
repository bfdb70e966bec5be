/** What changed between two states of a column: how many values, which rows came or went, and the largest changes by name. */
import type { ColumnType, Json } from '../contract.ts';
import type { ColumnDifferences, ColumnState, ValueChange } from '../contract-differences.ts';
import { decodeColumn } from './codec.ts';
import { type Column, isMissing, lengthOf, textAt } from './column.ts';
import { isoDate } from './parse.ts';

export interface DifferencesOptions {
  /** examples at most */
  readonly most: number;
  readonly type: ColumnType;
}

/** Rows are matched by their keys where both states have some that are unique, by position otherwise. */
export function differences(
  before: ColumnState,
  after: ColumnState,
  { most, type }: DifferencesOptions,
): ColumnDifferences {
  const [old, now] = [decodeColumn(before.column), decodeColumn(after.column)];
  const [oldKeys, nowKeys] = [namesOf(before, old), namesOf(after, now)];
  const isKeyed = oldKeys !== undefined && nowKeys !== undefined;
  const matched = isKeyed ? byName(oldKeys, nowKeys) : byPosition(lengthOf(old), lengthOf(now));
  const changed: Changed[] = [];
  for (const [i, j] of matched.pairs) {
    const size = changeOf(old, i, now, j);
    if (size > 0) changed.push({ i, j, size });
  }
  changed.sort((a, b) => b.size - a.size || a.j - b.j);
  const nameOfRow = (row: number): readonly string[] => (nowKeys ?? oldKeys)?.[row]?.split(SEPARATOR) ?? [];
  const examples = changed.slice(0, most).map(({ i, j }): ValueChange => {
    const at = nameOfRow(j);
    return {
      ...(at.length === 0 ? { row: j + 1 } : { at }),
      before: cell(old, i, type),
      after: cell(now, j, type),
    };
  });
  const named = (rows: readonly number[], keys: readonly string[] | undefined): readonly string[] =>
    rows.slice(0, most).map((row) => keys?.[row]?.replaceAll(SEPARATOR, ' ') ?? String(row + 1));
  return {
    rows: lengthOf(now),
    changed: changed.length,
    examples,
    added: matched.added.length,
    addedNames: named(matched.added, nowKeys),
    removed: matched.removed.length,
    removedNames: named(matched.removed, oldKeys),
  };
}

interface Changed {
  readonly i: number;
  readonly j: number;
  readonly size: number;
}

const SEPARATOR = '\u001f';

/** A name a row; undefined without keys, with keys of another length, or with keys that do not tell the rows apart. */
function namesOf({ keys }: ColumnState, column: Column): readonly string[] | undefined {
  if (keys === undefined || keys.length === 0) return undefined;
  const decoded = keys.map(({ column: bytes, type }) => ({ column: decodeColumn(bytes), type }));
  const n = lengthOf(column);
  if (decoded.some((k) => lengthOf(k.column) !== n)) return undefined;
  const names = Array.from({ length: n }, (_, row) =>
    decoded.map(({ column: key, type }) => String(cell(key, row, type) ?? '')).join(SEPARATOR),
  );
  return new Set(names).size === n ? names : undefined;
}

interface Matched {
  readonly pairs: Iterable<readonly [before: number, after: number]>;
  readonly added: readonly number[];
  readonly removed: readonly number[];
}

function byName(before: readonly string[], after: readonly string[]): Matched {
  const rows = new Map(before.map((name, i) => [name, i]));
  const pairs: [number, number][] = [];
  const added: number[] = [];
  after.forEach((name, j) => {
    const i = rows.get(name);
    if (i === undefined) added.push(j);
    else {
      pairs.push([i, j]);
      rows.delete(name);
    }
  });
  return { pairs, added, removed: [...rows.values()] };
}

function byPosition(before: number, after: number): Matched {
  const both = Math.min(before, after);
  const rest = (from: number): number[] => Array.from({ length: Math.max(0, from - both) }, (_, i) => both + i);
  return { pairs: Array.from({ length: both }, (_, i) => [i, i] as const), added: rest(after), removed: rest(before) };
}

/** 0: the same; among numbers the distance; what appears, disappears or is text counts as the largest. */
function changeOf(old: Column, i: number, now: Column, j: number): number {
  const [gone, missing] = [isMissing(old, i), isMissing(now, j)];
  if (gone || missing) return gone === missing ? 0 : Number.POSITIVE_INFINITY;
  if (old.kind === 'number' && now.kind === 'number') {
    const [a, b] = [old.values[i] as number, now.values[j] as number];
    return a === b ? 0 : Math.abs(a - b);
  }
  return cell(old, i, 'number') === cell(now, j, 'number') ? 0 : Number.POSITIVE_INFINITY;
}

function cell(column: Column, row: number, type: ColumnType): Json {
  if (column.kind === 'text') return textAt(column, row) ?? null;
  const value = column.values[row] as number;
  if (Number.isNaN(value)) return null;
  if (!Number.isFinite(value)) return value > 0 ? 'Inf' : '-Inf';
  if (type === 'boolean') return value !== 0;
  return type === 'date' ? isoDate(value) : value;
}
