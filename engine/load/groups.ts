/** Groups of rows with the same value in a column, as the cases of a stage with `foreach`. */
import type { Place } from '../diagnostic/diagnostic.ts';

/** Name of the case that stands for all while they are not known. */
export const ANY = '…';

/** A value of the column, and the case that it makes. */
export interface Level {
  readonly name: string;
  readonly value: string | number;
}

/** By stage. */
export type Levels = ReadonlyMap<string, readonly Level[]>;

/** The column that the cases of a stage are groups of; without levels one case stands for all of them. */
export interface Each {
  readonly column: string;
  readonly at: Place;
  readonly levels?: readonly Level[];
  readonly level?: Level;
}

/** The tables in which the groups of a stage are found: several where it takes several. */
export interface Grouped {
  readonly stage: string;
  readonly column: string;
  readonly from: readonly { readonly instance: string; readonly output: string }[];
}

/** A stage whose groups are not known yet. */
export interface Branch extends Grouped {
  readonly at: Place;
}

/** A stage whose groups are known. */
export interface Known extends Grouped {
  readonly levels: readonly Level[];
}

/** What stands in the column, where that is all that the case is about. */
export const groupOf = ({ case: name, each }: Case): { readonly group?: string | number } =>
  each?.level === undefined || each.level.name !== name ? {} : { group: each.level.value };

interface Case {
  readonly case?: string;
  readonly each?: Each;
}

/**
 * Values of a column as cases: numbers by size, also those that are text, other texts by their code units, so that the order of rows
 * does not matter.
 * Brackets, which end a case's name, become parentheses.
 */
export function levelsOf(values: readonly unknown[]): readonly Level[] {
  const found = new Set(values.filter((v) => typeof v === 'string' || typeof v === 'number'));
  const areWhole = [...found].every((v) => typeof v === 'number' || /^-?\d{1,15}$/.test(v));
  const bySize = (a: string | number, b: string | number): number => (areWhole ? Number(a) - Number(b) : 0);
  const sorted = [...found].sort((a, b) => bySize(a, b) || (a < b ? -1 : 1));
  // a name that is written as it stands belongs to its value
  const owners = new Map(sorted.filter((value) => caseName(value) === value).map((value) => [value, value]));
  return sorted.map((value) => {
    const base = caseName(value);
    let name = base;
    for (let n = 2; owners.has(name) && owners.get(name) !== value; n++) name = `${base} ${n}`;
    owners.set(name, value);
    return { name, value };
  });
}

function caseName(value: string | number): string {
  const plain = String(value).replaceAll('[', '(').replaceAll(']', ')').replaceAll(/\s+/g, ' ').trim();
  // `[*]` and `[…]` stand for all of them
  return ['', '*', ANY].includes(plain) ? `(${plain})` : plain;
}
