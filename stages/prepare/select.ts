import { Type } from '@sinclair/typebox';
import { ColumnNames, means, Reference } from '../columns/params.ts';
import { ColumnLookup, findColumn, globMatches, tableShapeOf } from '../columns/schema.ts';
import { type ColumnInfo, defineStage, error, type Fault, type PartDecl, ROWS, type TableShape } from '../contract.ts';

interface Params {
  readonly from: string;
  readonly columns?: string | readonly string[];
  readonly rename?: Readonly<Record<string, string>>;
}

/** Columns chosen, ordered and renamed. Nothing is computed: the columns are the very ones of the input. */
export const select = defineStage<Params, null>({
  type: 'select',
  doc: {
    summary: { en: 'Chooses, orders and renames columns', zh: '选择、排序与重命名列' },
    details: {
      en: '`columns` takes names and globs and gives the order; without it all columns stay. `rename` is `{ new: old }`. A renamed column is the same column: what reads it is not computed again.',
      zh: `columns 为列名与通配符，并决定次序；省略则保留所有列。rename 写作 { 新名: 旧名 }。改名后的列仍是同一列，读取它的步骤不会重新计算。`,
    },
    example: `stages:
  raw: { stage: ingest, file: panel.csv }
  small:
    stage: select
    from: raw
    columns: [city, year, "ind_*"]
    rename: { place: city }
`,
  },
  params: Type.Object(
    {
      from: Reference('the table', '输入的表'),
      columns: Type.Optional(
        ColumnNames('columns to keep, in order; globs allowed; old names', '保留的列，按此顺序；可用通配符；写原列名'),
      ),
      rename: Type.Optional(
        Type.Record(Type.String({ minLength: 1 }), Type.String(), means('`{ new: old }`', '重命名：`{ 新名: 原名 }`')),
      ),
    },
    { additionalProperties: false },
  ),
  inputs: { from: { kinds: ['table'] } },
  outputs: { table: { kind: 'table', doc: { en: 'the chosen columns', zh: '选出的列' } } },
  declare({ params, inputs }) {
    const shape = tableShapeOf(inputs.from?.[0]);
    const lookup = new ColumnLookup(shape);
    const own: Fault[] = [];
    const chosen = params.columns === undefined ? shape.columns : lookup.list(params.columns, ['columns']);
    // what they stand for may be known only when the data has been read
    const globs = lookup.unsettled(params.columns ?? '*');
    const isLeftOut = (name: string): boolean =>
      findColumn(shape, name) !== undefined &&
      !chosen.some((c) => c.name === name) &&
      !globs.some((glob) => globMatches(glob, name));
    const names = new Map<string, string>();
    for (const [name, old] of Object.entries(params.rename ?? {})) {
      lookup.any(old, ['rename', name]);
      if (isLeftOut(old)) own.push(error('CE2112', { name: old, to: name }, ['rename', name]));
      const first = names.get(old);
      if (first !== undefined) own.push(error('CE2110', { name: old, first, second: name }, ['rename', name]));
      names.set(old, name);
    }
    const columns: ColumnInfo[] = chosen.map((c) => ({ ...c, name: names.get(c.name) ?? c.name }));
    const twice = columns.filter((c, i) => columns.findIndex((d) => d.name === c.name) !== i);
    for (const { name } of twice) own.push(error('CE2041', { name }, ['rename', name]));
    if (columns.length === 0 && !shape.open && lookup.faults.length === 0) own.push(error('CE2040', {}, ['columns']));
    const renamed = (name: string): string => names.get(name) ?? name;
    const { panel } = shape;
    const keeps = (name: string): boolean =>
      columns.some((c) => c.name === renamed(name)) || globs.some((glob) => globMatches(glob, name));
    const keepsPanel = panel !== undefined && [panel.unit, panel.time].every(keeps);
    const out: TableShape = {
      kind: 'table',
      columns,
      open: globs.length > 0,
      ...(keepsPanel && panel !== undefined ? { panel: { unit: renamed(panel.unit), time: renamed(panel.time) } } : {}),
    };
    const parts: PartDecl[] = [
      { name: ROWS, how: 'passed', input: 'from', index: 0, part: ROWS },
      ...chosen.map((c): PartDecl => ({ name: renamed(c.name), how: 'passed', input: 'from', index: 0, part: c.name })),
    ];
    return {
      faults: [...lookup.faults, ...own],
      spec: null,
      reads: { from: [[]] },
      outputs: { table: { shape: out, parts } },
    };
  },
  run: () => ({ ok: true, outputs: { table: { parts: new Map() } }, notes: [] }),
});
