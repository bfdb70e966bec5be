import { type TSchema, Type } from '@sinclair/typebox';
import type { Column } from '../columns/column.ts';
import { fieldText, readDelimited } from '../columns/csv.ts';
import { decodeText, type Encoding } from '../columns/encoding.ts';
import { FilePath, LocalText, means } from '../columns/params.ts';
import { type Cells, DEFAULT_MISSING, parseCells } from '../columns/parse.ts';
import { tableOutput } from '../columns/table.ts';
import {
  type ColumnInfo,
  type ColumnType,
  defineStage,
  error,
  type Fault,
  type FileHead,
  type Note,
  type Panel,
  type RunResult,
  type TableShape,
  type Text,
} from '../contract.ts';
import { combine, factorOfNumbers } from '../kernels/factor-codes.ts';
import { readSheet } from './sheet.ts';
import { keyFaults } from './unique-key.ts';

type DeclaredColumn = {
  readonly from?: string;
  readonly type?: Exclude<ColumnType, 'unknown'>;
  readonly label?: Text;
  readonly unit?: Text;
};

interface Params {
  readonly file: string;
  readonly format?: 'csv' | 'tsv' | 'xlsx';
  readonly encoding?: Encoding;
  readonly delimiter?: string;
  readonly sheet?: string | number;
  readonly range?: string;
  readonly missing?: readonly (string | number)[];
  readonly columns?: Readonly<Record<string, DeclaredColumn>>;
  readonly key?: string | readonly string[];
  readonly panel?: Panel;
}

export type IngestSpec = {
  readonly format: 'csv' | 'xlsx';
  readonly encoding?: Encoding;
  readonly delimiter?: string;
  readonly sheet?: string | number;
  readonly range?: string;
  readonly missing: readonly string[];
  /** only what changes values: labels and units are read by what prints them */
  readonly columns: Readonly<Record<string, { readonly from: string; readonly type?: Exclude<ColumnType, 'unknown'> }>>;
  readonly key: readonly string[];
  readonly panel?: Panel;
};

const types = ['number', 'integer', 'text', 'boolean', 'date'] as const;

const columnSchema = Type.Object(
  {
    from: Type.Optional(
      Type.String(means('name in the file, when it is to have another here', '文件中的列名（与此处的名称不同时填写）')),
    ),
    type: Type.Optional(
      Type.Union(
        types.map((t) => Type.Literal(t)) as TSchema[],
        means('type; a cell that does not fit fails the stage', '类型；有不符的单元格时步骤失败'),
      ),
    ),
    label: Type.Optional(LocalText('text for tables and figures', '表格与图中的显示名称')),
    unit: Type.Optional(LocalText('unit, for tables and figures', '计量单位，用于表格与图')),
  },
  { additionalProperties: false },
);

/**
 * A data file as a table. Columns are what the header says; types are declared or inferred from all rows.
 * Missing: empty cells, `NA`, `.`, `NaN`, or the codes of `missing`. Errors: CE2010–CE2025.
 */
export const ingest = defineStage<Params, IngestSpec>({
  type: 'ingest',
  doc: {
    summary: { en: 'Reads a data file: CSV, TSV or Excel', zh: '读取数据文件：CSV、TSV 或 Excel' },
    details: {
      en: `Reads delimited text (comma, tab, semicolon or bar, found from the header) in UTF-8 with or without a mark, GB18030 or UTF-16, or a
sheet of an Excel workbook.

Columns under \`columns\` are read as declared: a cell that is not of its type fails the stage, with row, column and text. The others
are kept, their types inferred from all rows: numbers by value (\`1\`, \`1.0\` and \`"1"\` are the same), a leading zero (\`010\`) makes text, and so does
an integer that a double would round (beyond 2^53: codes of 17 digits and more),
true/false and ISO dates are recognised. \`missing\` replaces the default codes of missing values (empty cells stay missing).

\`key\` and \`panel\` must name every row once; which rows do not is said. Nothing is dropped, recoded or sorted. A first column without
a name (row labels, as R and pandas write them) is called \`row\`.`,
      zh: `读取分隔文本（逗号、制表符、分号或竖线，由表头判断；UTF-8 有无标记均可，GB18030 或 UTF-16）或 Excel 工作表。

columns 中声明的列按声明读取：不符合类型的单元格使该步骤失败，并给出行、列与原文。其余列保留，类型由全部行推断：数值按大小（1、1.0 与 "1" 相同），前导零（010）视为文本，超出双精度精确范围（2^53）的整数（如 18 位编码）亦视为文本，识别 true/false 与 ISO 日期。
missing 替换默认的缺失代码（空单元格始终为缺失）。

key 与 panel 须唯一标识每一行，重复者会被指出。不删除、不重编码、不排序。首列无列名时（R、pandas 写出的行标签）命名为 row。`,
    },
    example: `stages:
  raw:
    stage: ingest
    file: data/panel.csv
    columns:
      year: { type: integer, label: { en: Year, zh: 年份 } }
    panel: { unit: city, time: year }
`,
  },
  params: Type.Object(
    {
      file: FilePath('the data file, relative to this YAML file', '数据文件，路径相对于本 YAML 文件'),
      format: Type.Optional(
        Type.Union(
          [Type.Literal('csv'), Type.Literal('tsv'), Type.Literal('xlsx')],
          means('default: by the ending of the file', '文件格式；默认由扩展名判断'),
        ),
      ),
      encoding: Type.Optional(
        Type.Union(
          ['utf-8', 'gb18030', 'utf-16le', 'utf-16be'].map((e) => Type.Literal(e)) as TSchema[],
          means('default: found from the bytes', '文件编码；默认由内容识别'),
        ),
      ),
      delimiter: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 1,
          ...means('default: found from the header', '分隔符；默认由表头识别'),
        }),
      ),
      sheet: Type.Optional(
        Type.Union([Type.String(), Type.Integer({ minimum: 1 })], {
          default: 1,
          ...means('sheet of a workbook, by name or number', '工作簿中的工作表，写名称或序号'),
        }),
      ),
      range: Type.Optional(
        Type.String({
          pattern: '^[A-Z]+[0-9]+:[A-Z]+[0-9]+$',
          ...means(
            'part of the sheet, `A3:H40`; its first row is the header',
            '工作表中的区域，如 `A3:H40`；首行为表头',
          ),
        }),
      ),
      missing: Type.Optional(
        Type.Array(Type.Union([Type.String(), Type.Number()]), {
          default: [...DEFAULT_MISSING],
          ...means('texts that stand for a missing value, beside the empty cell', '表示缺失值的文字，空单元格总是缺失'),
        }),
      ),
      columns: Type.Optional(
        Type.Record(Type.String(), columnSchema, means('declared columns, by name', '声明的列，按列名')),
      ),
      key: Type.Optional(
        Type.Union(
          [Type.String(), Type.Array(Type.String())],
          means('columns that name every row once', '唯一标识每一行的列'),
        ),
      ),
      panel: Type.Optional(
        Type.Object(
          { unit: Type.String(), time: Type.String() },
          {
            additionalProperties: false,
            ...means(
              'columns of the unit and the time; checked to be unique together',
              '个体列与时间列；检查二者合起来是否唯一',
            ),
          },
        ),
      ),
    },
    { additionalProperties: false },
  ),
  inputs: {},
  files: ['file'],
  outputs: { table: { kind: 'table', doc: { en: 'the data', zh: '数据表' } } },
  declare({ params, files }) {
    const spec = specOf(params, files.file);
    const { names, faults } = headerOf(spec, files.file);
    const shape = shapeOf(params, names, faults);
    return { faults, spec, reads: {}, outputs: { table: { shape, parts: 'made' } } };
  },
  weight: () => 5,
  run({ spec, files }) {
    const bytes = files.file;
    if (bytes === undefined) throw new Error('ceteris bug: ingest without its file');
    const made = (read: Read): RunResult =>
      'faults' in read ? { ok: false, faults: read.faults } : build(spec, read.cells, read.rows);
    if (bytes.length === 0) return { ok: false, faults: [error('CE2012', {}, ['file'])] };
    return spec.format === 'xlsx' ? readSheet(bytes, spec).then(made) : made(cellsOf(spec, bytes));
  },
});

const formatOf = (params: Params, ending: string): 'csv' | 'tsv' | 'xlsx' =>
  params.format ?? (ending === 'xlsx' ? 'xlsx' : ending === 'tsv' || ending === 'tab' ? 'tsv' : 'csv');

function specOf(params: Params, file: FileHead | undefined): IngestSpec {
  const format = formatOf(params, file?.ending ?? '');
  const delimiter = params.delimiter ?? (format === 'tsv' ? '\t' : undefined);
  const key = params.key === undefined ? [] : typeof params.key === 'string' ? [params.key] : params.key;
  const columns = Object.entries(params.columns ?? {}).flatMap(([name, c]) =>
    c.from === undefined && c.type === undefined
      ? []
      : [[name, { from: c.from ?? name, ...(c.type === undefined ? {} : { type: c.type }) }] as const],
  );
  return {
    format: format === 'xlsx' ? 'xlsx' : 'csv',
    ...(params.encoding === undefined ? {} : { encoding: params.encoding }),
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(format === 'xlsx' ? { sheet: params.sheet ?? 1 } : {}),
    ...(params.range === undefined ? {} : { range: params.range }),
    missing: params.missing === undefined ? DEFAULT_MISSING : [...new Set(['', ...params.missing.map(String)])],
    columns: Object.fromEntries(columns),
    key,
    ...(params.panel === undefined ? {} : { panel: params.panel }),
  };
}

/** Names in the file's header; undefined when they cannot be known before the run (a workbook, a missing file). */
function headerOf(
  spec: IngestSpec,
  file: FileHead | undefined,
): { names: readonly string[] | undefined; faults: Fault[] } {
  if (spec.format === 'xlsx' || file?.head === undefined) return { names: undefined, faults: [] };
  const decoded = decodeText(file.head, spec.encoding, file.whole === true);
  // a file that cannot be read is a failure of the run, not of the pipeline
  if (!decoded.ok) return { names: undefined, faults: [] };
  const read = readDelimited(decoded.text, spec.delimiter, false);
  return { names: read.ok ? read.value.header : undefined, faults: [] };
}

function shapeOf(params: Params, header: readonly string[] | undefined, faults: Fault[]): TableShape {
  const declared = Object.entries(params.columns ?? {});
  const renamed = new Map(declared.map(([name, c]) => [c.from ?? name, name]));
  if (renamed.size < declared.length) {
    const seen = new Set<string>();
    for (const [name, c] of declared) {
      const from = c.from ?? name;
      if (seen.has(from)) faults.push(error('CE2024', { name: from }, ['columns', name]));
      seen.add(from);
    }
  }
  if (header !== undefined)
    for (const [name, c] of declared)
      if (!header.includes(c.from ?? name))
        faults.push(
          error(
            'CE2023',
            { name: c.from ?? name, known: header },
            c.from === undefined ? ['columns', name] : ['columns', name, 'from'],
          ),
        );
  const names = header?.map((h) => renamed.get(h) ?? h) ?? declared.map(([name]) => name);
  const columns = names.map((name) => infoOf(name, params.columns?.[name]));
  const open = header === undefined;
  const must = (name: string, path: (string | number)[]): void => {
    if (!open && !names.includes(name)) faults.push(error('CE2023', { name, known: names }, path));
  };
  const keys = typeof params.key === 'string' ? [params.key] : (params.key ?? []);
  keys.forEach((name, i) => must(name, typeof params.key === 'string' ? ['key'] : ['key', i]));
  if (params.panel !== undefined) {
    must(params.panel.unit, ['panel', 'unit']);
    must(params.panel.time, ['panel', 'time']);
  }
  return { kind: 'table', columns, open, ...(params.panel === undefined ? {} : { panel: params.panel }) };
}

const infoOf = (name: string, declared: DeclaredColumn | undefined, type?: ColumnType): ColumnInfo => ({
  name,
  type: type ?? declared?.type ?? 'unknown',
  ...(declared?.label === undefined ? {} : { label: declared.label }),
  ...(declared?.unit === undefined ? {} : { unit: declared.unit }),
});

type Read = { readonly cells: readonly Cells[]; readonly rows: number } | { readonly faults: readonly Fault[] };

function cellsOf(spec: IngestSpec, bytes: Uint8Array): Read {
  const decoded = decodeText(bytes, spec.encoding);
  if (!decoded.ok) return { faults: [decoded.fault] };
  const read = readDelimited(decoded.text, spec.delimiter);
  if (!read.ok) return { faults: read.faults };
  const d = read.value;
  const cells = d.header.map(
    (name, column): Cells => ({
      name,
      rows: d.rows,
      text: (row) => fieldText(d, row, column),
      line: (row) => d.lines[row] as number,
    }),
  );
  return { cells, rows: d.rows };
}

function build(spec: IngestSpec, cells: readonly Cells[], rows: number): RunResult {
  if (rows === 0) return { ok: false, faults: [error('CE2019', {}, ['file'])] };
  const missing = new Set(spec.missing);
  const names = new Map(Object.entries(spec.columns).map(([name, c]) => [c.from, name]));
  const faults: Fault[] = [];
  const header = cells.map((c) => c.name);
  for (const [name, c] of Object.entries(spec.columns))
    if (!header.includes(c.from)) faults.push(error('CE2023', { name: c.from, known: header }, ['columns', name]));
  const columns = new Map<string, Column>();
  const infos: ColumnInfo[] = [];
  const odd: Note[] = [];
  for (const cell of cells) {
    const name = names.get(cell.name) ?? cell.name;
    const declared = Object.hasOwn(spec.columns, name) ? spec.columns[name] : undefined;
    const parsed = parseCells({ ...cell, name }, declared?.type, missing);
    faults.push(...parsed.faults);
    if (parsed.odd !== undefined) odd.push({ code: 'CN3001', args: { column: name, ...parsed.odd } });
    columns.set(name, parsed.column);
    infos.push({ name, type: parsed.type });
  }
  faults.push(...keysOf(spec, columns, infos, rows));
  if (faults.length > 0) return { ok: false, faults };
  const shape: TableShape = {
    kind: 'table',
    columns: infos,
    open: false,
    ...(spec.panel === undefined ? {} : { panel: spec.panel }),
  };
  return {
    ok: true,
    outputs: { table: { ...tableOutput(columns, rows), shape } },
    notes: [...odd, ...balanceNotes(spec, columns, rows)],
  };
}

function keysOf(
  spec: IngestSpec,
  columns: ReadonlyMap<string, Column>,
  infos: readonly ColumnInfo[],
  rows: number,
): Fault[] {
  const check = (names: readonly string[], param: string): Fault[] => {
    const absent = names.filter((n) => !columns.has(n));
    if (absent.length > 0) return absent.map((name) => error('CE2023', { name, known: [...columns.keys()] }, [param]));
    return keyFaults(
      names.map((name) => ({
        name,
        column: columns.get(name) as Column,
        date: infos.find((i) => i.name === name)?.type === 'date',
      })),
      rows,
      [param],
    );
  };
  return [
    ...(spec.key.length > 0 ? check(spec.key, 'key') : []),
    ...(spec.panel === undefined ? [] : check([spec.panel.unit, spec.panel.time], 'panel')),
  ];
}

function balanceNotes(spec: IngestSpec, columns: ReadonlyMap<string, Column>, rows: number): Note[] {
  if (spec.panel === undefined) return [];
  const levels = (name: string): number => {
    const column = columns.get(name) as Column;
    return column.kind === 'number'
      ? factorOfNumbers(column.values).levels
      : combine([{ codes: new Int32Array(column.codes), levels: column.levels.length }]).levels;
  };
  const units = levels(spec.panel.unit);
  const periods = levels(spec.panel.time);
  const cells = units * periods;
  return cells === rows ? [] : [{ code: 'CN2001', args: { units, periods, gaps: cells - rows, cells } }];
}
