import { Type } from '@sinclair/typebox';
import { type Column, emptyColumn, lengthOf, numbers, textAt, texts } from '../columns/column.ts';
import { References } from '../columns/params.ts';
import { commonType, findColumn, tableShapeOf } from '../columns/schema.ts';
import { tableOf, tableOutput } from '../columns/table.ts';
import {
  type ColumnInfo,
  defineStage,
  error,
  type Fault,
  type Panel,
  type PartDecl,
  ROWS,
  type TableShape,
} from '../contract.ts';

interface Params {
  readonly from: string | readonly string[];
}

export type AppendSpec = {
  readonly columns: readonly {
    readonly name: string;
    readonly kind: 'number' | 'text';
    readonly in: readonly boolean[];
  }[];
};

/** The rows of several tables under one another; a column that a table lacks is missing in its rows. */
export const append = defineStage<Params, AppendSpec>({
  type: 'append',
  doc: {
    summary: { en: 'Puts the rows of tables under one another', zh: '纵向合并多张表' },
    details: {
      en: `Columns are matched by name, in the order in which they first occur. A column that a table lacks is missing in its rows. Types must agree.
No row is changed, moved or left out, also where one stands in two tables.

The panel of the first table stays declared if all others have its unit and time and declare no other panel. That no unit has a period twice is checked
by what goes by periods (\`lag\`, \`interpolate\`, \`bacon\`); a \`panel\` stage behind the append checks it at once.`,
      zh: `按列名对应，列的次序为首次出现的次序；某表没有的列，在其各行为缺失。同名列的类型须一致。行数、取值与次序均不改变，不去重。

若其余各表都有首表的个体列与时间列，且未声明其他面板，则首表的面板声明保留。个体在同一时期是否重复，由按时期取值的步骤（lag、interpolate、bacon 等）检查；在其后加 panel 步骤可立即检查。`,
    },
    example: `stages:
  east: { stage: ingest, file: east.csv }
  west: { stage: ingest, file: west.csv }
  all: { stage: append, from: [east, west] }
`,
  },
  params: Type.Object(
    { from: References('the tables, in order', '要上下拼接的表，依次列出') },
    { additionalProperties: false },
  ),
  inputs: { from: { kinds: ['table'], many: true } },
  outputs: { table: { kind: 'table', doc: { en: 'all rows', zh: '全部行' } } },
  declare({ inputs }) {
    const shapes = (inputs.from ?? []).map(tableShapeOf);
    const faults: Fault[] = [];
    const columns = new Map<string, ColumnInfo>();
    shapes.forEach((shape, i) => {
      for (const c of shape.columns) {
        const before = columns.get(c.name);
        const type = commonType(before?.type ?? 'unknown', c.type);
        if (before === undefined || before.type === 'unknown') columns.set(c.name, c);
        else if (type !== undefined) columns.set(c.name, { ...before, type });
        else faults.push(error('CE2042', { name: c.name, left: before.type, right: c.type }, inputs.from?.[i]?.path));
      }
    });
    const panel = commonPanel(shapes);
    const shape: TableShape = {
      kind: 'table',
      columns: [...columns.values()],
      open: shapes.some((s) => s.open),
      ...(panel === undefined ? {} : { panel }),
    };
    const spec: AppendSpec = {
      columns: shape.columns.map((c) => ({
        name: c.name,
        kind: c.type === 'text' ? 'text' : 'number',
        in: shapes.map((s) => s.columns.some((d) => d.name === c.name)),
      })),
    };
    return {
      faults,
      spec,
      reads: { from: shapes.map((s) => [ROWS, ...s.columns.map((c) => c.name)]) },
      outputs: {
        table: {
          shape,
          parts: [rowsOf(shapes), ...shape.columns.map((c) => madeOf(c.name, shapes))],
        },
      },
    };
  },
  run({ spec, inputs }) {
    const tables = (inputs.from ?? []).map((input) => tableOf(input));
    const rows = tables.reduce((n, t) => n + t.rows, 0);
    const made = spec.columns.map(({ name, kind, in: present }) => {
      const pieces = tables.map((t, i) => (present[i] ? t.column(name) : emptyColumn(kind, t.rows)));
      return [name, stack(pieces, rows)] as const;
    });
    return { ok: true, outputs: { table: tableOutput(made, rows) }, notes: [] };
  },
});

/** The panel of the first table, where that of the others can be no other. */
function commonPanel([first, ...others]: readonly TableShape[]): Panel | undefined {
  const panel = first?.panel;
  const isIn = (shape: TableShape): boolean =>
    panel !== undefined &&
    [panel.unit, panel.time].every((name) => findColumn(shape, name) !== undefined) &&
    (shape.panel === undefined || (shape.panel.unit === panel.unit && shape.panel.time === panel.time));
  return others.every(isIn) ? panel : undefined;
}

function stack(pieces: readonly Column[], rows: number): Column {
  if (pieces.every((p) => p.kind === 'number')) {
    const out = new Float64Array(rows);
    let at = 0;
    for (const p of pieces) {
      out.set(p.values, at);
      at += p.values.length;
    }
    return numbers(out);
  }
  return texts(
    (function* () {
      for (const p of pieces)
        for (let i = 0; i < lengthOf(p); i++)
          yield p.kind === 'text' ? textAt(p, i) : Number.isNaN(p.values[i]) ? undefined : String(p.values[i]);
    })(),
    rows,
  );
}

/** A column of the result comes from those of its name. */
function madeOf(name: string, shapes: readonly TableShape[]): PartDecl {
  const from = shapes.flatMap((shape, index) =>
    shape.columns.some((c) => c.name === name) ? [{ input: 'from', index, part: name }] : [],
  );
  return { name, how: 'made', from };
}

/** How many rows there are comes from how many each has. */
const rowsOf = (shapes: readonly TableShape[]): PartDecl => ({
  name: ROWS,
  how: 'made',
  from: shapes.map((_, index) => ({ input: 'from', index, part: ROWS })),
});
