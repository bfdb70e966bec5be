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

/** A stage whose groups are not known yet, and where its rows come from. */
export interface Branch {
  readonly stage: string;
  readonly column: string;
  readonly from: { readonly instance: string; readonly output: string };
  readonly at: Place;
}

/** Name of the case that stands for all. */
export const ANY = '…';

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
  if (levels === undefined) return [{ ...make(ANY, `not missing(\`${column}\`)`), each: column }];
  return levels.map(({ name, value }) => {
    const literal = typeof value === 'number' ? `(${value})` : `'${value.replaceAll("'", "''")}'`;
    return make(name, `\`${column}\` == ${literal}`);
  });
}

/** Stages over groups that are still to be found. */
export function branchesOf(drafts: readonly Draft[], instances: ReadonlyMap<string, Instance>): readonly Branch[] {
  return drafts.flatMap((draft): Branch[] => {
    if (draft.each === undefined) return [];
    const filter = [...instances.values()].find((i) => i.owner === draft.name);
    const from = filter?.inputs.from?.[0];
    if (from === undefined) return [];
    return [{ stage: draft.stage, column: draft.each, from, at: draft.key }];
  });
}

/**
 * Values of a column as cases: numbers by size, texts by their code units, so that the order of rows does not matter.
 * Brackets, which end a case's name, become parentheses.
 */
export function levelsOf(values: readonly unknown[]): readonly Level[] {
  const found = new Set(values.filter((v) => typeof v === 'string' || typeof v === 'number'));
  const sorted = [...found].sort((a, b) => (a < b ? -1 : 1));
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
