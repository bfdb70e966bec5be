/**
 * `foreach: column`: a stage over each group of rows with the same value. The values are known only when the data is: until then one
 * case stands for all (its rows: those with any value), so that everything is checked; then the file is loaded again with them.
 */
import type { Place } from '../diagnostic/diagnostic.ts';
import type { Draft } from './draft.ts';
import type { Faults } from './faults.ts';
import type { Case } from './matrix.ts';
import { type Entry, isText, scalarNode } from './node.ts';
import type { Instance } from './pipeline.ts';

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

/** Name of the case that stands for all. */
const ANY = '…';

/** @param where the stage's own condition */
export function casesOfEach(
  each: Entry,
  where: Entry | undefined,
  levels: readonly Level[] | undefined,
  stage: string,
  faults: Faults,
): readonly Case[] | undefined {
  if (!isText(each.value) || each.value.value.includes('`')) {
    if (each.value.kind !== 'broken') faults.add('CE1320', {}, { at: each.value.at, stage });
    return undefined;
  }
  const column = each.value.value;
  const at = each.value.at;
  const make = (name: string, condition: string): Case => {
    const own = where?.value.kind === 'scalar' && where.value.value !== null ? `(${where.value.text}) and ` : '';
    // it is written nowhere: whatever is wrong with it stands at the column's name
    const value = scalarNode(`${own}${condition}`, at, { pieces: [{ end: Number.POSITIVE_INFINITY, from: at }] });
    return { name, at, params: new Map([['where', { name: 'where', key: each.key, value }]]) };
  };
  if (levels === undefined) return [{ ...make(ANY, `not missing(\`${column}\`)`), each: { column, at } }];
  return levels.map((level) => {
    const { name, value } = level;
    const literal = typeof value === 'number' ? `(${value})` : `'${value.replaceAll("'", "''")}'`;
    return { ...make(name, `\`${column}\` == ${literal}`), each: { column, at, levels, level } };
  });
}

/** What stands in the column, where that is all that the case is about. */
export const groupOf = ({ case: name, each }: Draft): Pick<Instance, 'group'> =>
  each?.level === undefined || each.level.name !== name ? {} : { group: each.level.value };

/** Stages over groups: those whose groups are still to be found, and the others. */
export function groupedIn(
  drafts: readonly Draft[],
  instances: ReadonlyMap<string, Instance>,
): { readonly branches: readonly Branch[]; readonly groups: readonly Known[] } {
  const branches: Branch[] = [];
  const groups: Known[] = [];
  const seen = new Set<string>();
  for (const { name, stage, each } of drafts) {
    if (each === undefined || seen.has(stage)) continue;
    seen.add(stage);
    const filters = [...instances.values()].filter((i) => i.owner === name);
    const from = filters.flatMap((i) => (i.inputs.from ?? []).map(({ instance, output }) => ({ instance, output })));
    if (from.length === 0) continue;
    const { column, levels } = each;
    if (levels === undefined) branches.push({ stage, column, from, at: each.at });
    else groups.push({ stage, column, from, levels });
  }
  return { branches, groups };
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
  const taken = new Set<string>();
  return sorted.map((value) => {
    const plain = String(value).replaceAll('[', '(').replaceAll(']', ')').replaceAll(/\s+/g, ' ').trim();
    const base = plain === '' || plain === '*' ? `(${plain})` : plain;
    let name = base;
    for (let n = 2; taken.has(name); n++) name = `${base} ${n}`;
    taken.add(name);
    return { name, value };
  });
}
