/** The cells of printed tables, and the numbers of reports, that parts of results reach. */
import type { Lang } from '../../stages/catalogue/entry.ts';
import { CONTENT, type PrintedCell } from '../../stages/contract.ts';
import type { CliContext } from '../cli/context.ts';
import type { Instance, Pipeline } from '../load/pipeline.ts';
import { keyOf, type Lineage, type PartAddress, type Step } from '../plan/lineage.ts';
import { listed } from '../report/list-text.ts';

/** By the instance that prints them; none of tables that were never printed. */
export type TouchedCells = ReadonlyMap<string, readonly PrintedCell[]>;

export async function touchedCells(
  context: CliContext,
  { pipeline, lineage, start, steps }: Reach,
): Promise<TouchedCells> {
  const printers = [...new Set(steps.map((s) => s.instance))].flatMap((name) => {
    const instance = pipeline.instances.get(name);
    return instance?.type.cells === undefined ? [] : [instance];
  });
  if (printers.length === 0) return new Map();
  const reached = new Set(steps.map(keyOf));
  const session = await context.openSession(pipeline.folder);
  try {
    const inspection = session.inspect(pipeline);
    return new Map(
      printers.map((instance): [string, readonly PrintedCell[]] => {
        const printed = inspection.printed(instance.name);
        const cells = printed === undefined ? [] : (instance.type.cells?.(printed.spec, printed.content) ?? []);
        return [instance.name, cells.filter((cell) => lineage.touches(cell, instance, { reached, start }))];
      }),
    );
  } finally {
    await session.close();
  }
}

export interface Reach {
  readonly pipeline: Pipeline;
  readonly lineage: Lineage;
  readonly start: readonly PartAddress[];
  readonly steps: readonly Step[];
}

/** `(2), (4): Openness, Observations, R²`: by column, or by row where that is shorter; what reads alike on one line. */
export function cellLines(cells: readonly PrintedCell[], lang: Lang): readonly string[] {
  const by = (of: 'row' | 'column', list: 'row' | 'column'): readonly string[] => {
    const groups = new Map<string, string[]>();
    for (const cell of cells) groups.set(cell[of], [...(groups.get(cell[of]) ?? []), cell[list]]);
    const names = new Map<string, string[]>();
    for (const [name, items] of groups) {
      const texts = listed(items, lang);
      names.set(texts, [...(names.get(texts) ?? []), name]);
    }
    return [...names].map(([items, of]) => `${listed(of, lang)}${lang === 'zh' ? '：' : ': '}${items}`);
  };
  const [columns, rows] = [by('column', 'row'), by('row', 'column')];
  return columns.length <= rows.length ? columns : rows;
}

/** Of a document that takes in others and puts numbers in its text: which of them are reached. */
export function takenIn(instance: Instance, steps: readonly Step[]): readonly string[] {
  const reached = new Set(steps.map(keyOf));
  const references = Object.values(instance.inputs).flat();
  const numbers = references.flatMap((r) =>
    r.key !== undefined && reached.has(keyOf({ ...r, part: 'value' })) ? [`{${r.key}}`] : [],
  );
  const documents = references.flatMap((r) => (reached.has(keyOf({ ...r, part: CONTENT })) ? [r.instance] : []));
  return [...new Set([...numbers, ...documents])];
}
