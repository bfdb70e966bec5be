/**
 * `foreach: column`: a stage over each group of rows with the same value. The values are known only when the data is: until then one
 * case stands for all (its rows: those with any value), so that everything is checked; then the file is loaded again with them.
 */
import type { Faults } from '../yaml/faults.ts';
import { type Entry, isText, scalarNode } from '../yaml/node.ts';
import { ANY, type Branch, type Each, type Known, type Level } from './groups.ts';
import type { Case } from './matrix.ts';
import type { Instance } from './pipeline.ts';

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

/** Stages over groups: those whose groups are still to be found, and the others. */
export function groupedIn(
  drafts: readonly { readonly name: string; readonly stage: string; readonly each?: Each }[],
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
