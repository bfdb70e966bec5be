import { Type } from '@sinclair/typebox';
import { cellText, type Typed } from '../columns/cell-text.ts';
import { isMissing, numbers, texts } from '../columns/column.ts';
import { isForbidden } from '../columns/header.ts';
import { means, Params, References } from '../columns/params.ts';
import { recordOf } from '../columns/record.ts';
import { commonType } from '../columns/schema.ts';
import { tableOf, tableOutput } from '../columns/table.ts';
import { columnOf } from '../columns/value-column.ts';
import {
  type ColumnInfo,
  type ColumnType,
  defineStage,
  error,
  type Fault,
  type InputShape,
  type InputValue,
  type Json,
  type RunResult,
} from '../contract.ts';

interface GatherParams {
  readonly from: string | readonly string[];
  readonly as?: string;
}

export type GatherSpec = {
  readonly as: string;
  /** what each input is called: its group, its case, or its place in the list */
  readonly cases: readonly string[];
  /** they are numbers; a group of text, `010`, stays text */
  readonly numeric: boolean;
  /** per input, the columns of a table with their types; empty for a record */
  readonly columns: readonly (readonly { readonly name: string; readonly type: ColumnType }[])[];
};

/** Fields of a term, in the order in which they are read; others follow. */
const OF_TERM = ['term', 'estimate', 'std_error', 'statistic', 'p_value', 'conf_low', 'conf_high'] as const;
/** Fields of a model that stand beside each of its terms. */
const OF_MODEL = ['nobs', 'r2', 'within_r2'] as const;

/** The results of many cases as one table, a column saying which case each row is of. */
export const gather = defineStage<GatherParams, GatherSpec>({
  type: 'gather',
  doc: {
    summary: { en: 'Many results as one table', zh: '把多个结果合并为一张表' },
    details: {
      en: `For the cases of a \`matrix\` or a \`foreach\`. Of models, one row per term, with its estimate, error, interval and the number of observations;
of summaries, weights, distributions and the like, their rows; of tables, their rows under one another. The column named by \`as\` says
the case. Columns that an input lacks are missing in its rows.`,
      zh: `用于 matrix 或 foreach 的各子项。模型：每个系数一行，含估计值、标准误、区间与样本量；汇总、权重、分布等：其各行；表格：各行纵向合并。as 指定的列写明子项名。某输入没有的列在其各行为缺失。`,
    },
    example: `stages:
  raw: { stage: ingest, file: panel.csv, panel: { unit: city, time: year } }
  by_year: { stage: regress, from: raw, foreach: year, y: y, x: x }
  slopes: { stage: gather, from: "by_year[*]", as: year }
`,
  },
  params: Params({
    from: References('the results, `stage[*]`', '各子项的结果，`步骤[*]`'),
    as: Type.Optional(
      Type.String({ minLength: 1, default: 'case', ...means('name of the column with the case', '记录子项名称的列') }),
    ),
  }),
  inputs: { from: { kinds: [], many: true } },
  outputs: { table: { kind: 'table', doc: { en: 'all rows', zh: '全部行' } } },
  declare({ params, inputs }) {
    const from = inputs.from ?? [];
    const documents = from.filter((i) => i.shape.kind === 'document');
    const spec: GatherSpec = {
      as: params.as ?? 'case',
      cases: from.map((input, i) => String(input.group ?? input.case ?? i + 1)),
      numeric: from.length > 0 && from.every(isNumber),
      columns: from.map(({ shape }) =>
        shape.kind === 'table' ? shape.columns.map(({ name, type }) => ({ name, type })) : [],
      ),
    };
    return {
      faults: [
        ...documents.map((d) => error('CE2930', {}, d.path)),
        ...mixedDates(from),
        ...(isForbidden(spec.as) ? [error('CE2014', { name: spec.as }, ['as'])] : []),
      ],
      spec,
      reads: { from: from.map(() => 'all' as const) },
      outputs: { table: { shape: { kind: 'table', columns: [], open: true }, parts: 'made' } },
    };
  },
  run: ({ spec, inputs }) => gathered(spec, inputs.from ?? []),
});

/** CE2042: a column that holds dates in one table and other numbers in another. */
function mixedDates(inputs: readonly InputShape[]): Fault[] {
  const seen = new Map<string, ColumnType>();
  return inputs.flatMap(({ shape, path }) =>
    shape.kind !== 'table'
      ? []
      : shape.columns.flatMap(({ name, type }) => {
          const before = seen.get(name) ?? 'unknown';
          if (before === 'unknown') seen.set(name, type);
          const isMixed = commonType(before, type) === undefined && before !== 'text' && type !== 'text';
          return isMixed ? [error('CE2042', { name, left: before, right: type }, path)] : [];
        }),
  );
}

function isNumber({ group, case: name }: InputShape): boolean {
  if (group !== undefined) return typeof group === 'number';
  return name === undefined || (name.trim() !== '' && Number.isFinite(Number(name)));
}

type Block = { readonly rows: number; readonly columns: ReadonlyMap<string, Typed> };

function gathered(spec: GatherSpec, inputs: readonly InputValue[]): RunResult {
  const blocks = inputs.map((input, i) => blockOf(input, spec.columns[i] ?? []));
  const rows = blocks.reduce((sum, b) => sum + b.rows, 0);
  const names = [...new Set(blocks.flatMap((b) => [...b.columns.keys()]))].filter((n) => n !== spec.as);
  const cases = spec.cases.flatMap((name, i) => Array.from({ length: blocks[i]?.rows ?? 0 }, () => name));
  const caseColumn = spec.numeric ? numbers(Float64Array.from(cases, Number)) : texts(cases, rows);
  const made = new Map<string, Typed>([[spec.as, { column: caseColumn, type: spec.numeric ? 'number' : 'text' }]]);
  for (const name of names) made.set(name, stacked(name, blocks, rows));
  const infos = [...made].map(([name, { type }]): ColumnInfo => ({ name, type }));
  const output = tableOutput(
    [...made].map(([name, { column }]) => [name, column] as const),
    rows,
  );
  return {
    ok: true,
    outputs: { table: { ...output, shape: { kind: 'table', columns: infos, open: false } } },
    notes: [],
  };
}

function blockOf(input: InputValue, columns: GatherSpec['columns'][number]): Block {
  if (input.kind === 'table') {
    const table = tableOf(input);
    return {
      rows: table.rows,
      columns: new Map(columns.map(({ name, type }) => [name, { column: table.column(name), type }])),
    };
  }
  const rows = rowsOf(recordOf(input));
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return {
    rows: rows.length,
    columns: new Map(
      names.map((name) => [
        name,
        columnOf(
          rows.map((r) => r[name]),
          'number',
        ),
      ]),
    ),
  };
}

type Row = { readonly [key: string]: Json };

/** Terms of a model, rows of another record, or the record itself as one row; only what fits a cell. */
function rowsOf(record: Json): readonly Row[] {
  const fields = record as Row;
  const listed = (name: string): readonly Row[] | undefined =>
    Array.isArray(fields[name]) ? (fields[name] as readonly Row[]) : undefined;
  const terms = listed('terms');
  const beside = terms === undefined ? {} : pick(fields, OF_MODEL);
  const rows = terms ?? listed('rows') ?? [fields];
  const first = terms === undefined ? [] : OF_TERM;
  return rows.map((row) => ({ ...pick(row, first), ...cellsOf(row), ...beside }));
}

const pick = (fields: Row, names: readonly string[]): Row =>
  Object.fromEntries(names.flatMap((name) => (fields[name] === undefined ? [] : [[name, fields[name] as Json]])));

/** Infinite numbers are texts in a record. */
const cellsOf = (row: Row): Row =>
  Object.fromEntries(
    Object.entries(row)
      .filter(([, v]) => v === null || typeof v !== 'object')
      .map(([k, v]) => [k, v === 'Inf' ? Number.POSITIVE_INFINITY : v === '-Inf' ? Number.NEGATIVE_INFINITY : v]),
  );

/** Amounts under one another are amounts, dates dates; anything else is text. */
function stacked(name: string, blocks: readonly Block[], rows: number): Typed {
  const pieces = blocks.map((b) => b.columns.get(name));
  const type = pieces.reduce<ColumnType | undefined>(
    (common, piece) => (common === undefined ? undefined : commonType(common, piece?.type ?? 'unknown')),
    'unknown',
  );
  if (type !== undefined && pieces.every((p) => p === undefined || p.column.kind === 'number')) {
    const out = new Float64Array(rows).fill(Number.NaN);
    let at = 0;
    pieces.forEach((piece, i) => {
      if (piece?.column.kind === 'number') out.set(piece.column.values, at);
      at += blocks[i]?.rows ?? 0;
    });
    return { column: numbers(out), type: type === 'unknown' ? 'number' : type };
  }
  const values = pieces.flatMap((piece, i) => {
    const count = blocks[i]?.rows ?? 0;
    if (piece === undefined) return Array.from({ length: count }, () => undefined);
    const { column, type: own } = piece;
    return Array.from({ length: count }, (_, row) => (isMissing(column, row) ? undefined : cellText(column, row, own)));
  });
  return { column: texts(values, rows), type: 'text' };
}
