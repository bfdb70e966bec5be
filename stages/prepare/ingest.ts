import type { Column } from '../columns/column.ts';
import { delimitedCells, readDelimited } from '../columns/csv.ts';
import { readDta } from '../columns/dta/dta.ts';
import { decodeText } from '../columns/encoding.ts';
import type { TableRead } from '../columns/file-columns.ts';
import { fitColumn } from '../columns/fit-column.ts';
import { columnsWithoutName, emptyNotes } from '../columns/header.ts';
import { readParquet } from '../columns/parquet.ts';
import { type Parsed, parseCells } from '../columns/parse.ts';
import { tableOutput } from '../columns/table.ts';
import type { KnownType } from '../columns/value-column.ts';
import {
  type ColumnInfo,
  defineStage,
  error,
  type Fault,
  type Note,
  type RunResult,
  type TableShape,
} from '../contract.ts';
import { type IngestParams, type IngestSpec, ingestParams } from './ingest-params.ts';
import { headerOf, shapeOf, takenNames } from './ingest-shape.ts';
import { headerPlace, paramFaults, specOf } from './ingest-spec.ts';
import { gapNotes } from './panel-gaps.ts';
import { readSheet, type SheetRead } from './sheet.ts';
import { keyFaults } from './unique-key.ts';

/**
 * A data file as a table. Columns are what the header says; types are declared or inferred from all rows.
 * Missing: empty cells, `NA`, `.`, `NaN`, or the codes of `missing`. Errors: CE2010–CE2027, CE2070, CE2071; CE1140, CE1144; CE3070; CE3160–CE3164.
 */
export const ingest = defineStage<IngestParams, IngestSpec>({
  type: 'ingest',
  doc: {
    summary: {
      en: 'Reads a data file: CSV, TSV, Excel, Stata or Parquet',
      zh: '读取数据文件：CSV、TSV、Excel、Stata 或 Parquet',
    },
    details: {
      en: `Reads delimited text (comma, tab, semicolon or bar, found from the header) in UTF-8 with or without a mark, GB18030 or UTF-16, a
sheet of an Excel workbook, a Stata file (\`.dta\`, formats 113 to 115 and 117 to 119), or Parquet (uncompressed, Snappy, gzip, Brotli, LZ4 or zstd).

Columns under \`columns\` are read as declared: a cell that is not of its type fails the stage, with row, column and text. The others
are kept, their types inferred from all rows: numbers by value (\`1\`, \`1.0\` and \`"1"\` are the same), a leading zero (\`010\`) makes text, and so does
an integer that a double would round (beyond 2^53: codes of 17 digits and more),
true/false and ISO dates are recognised; a column without any value has no type (\`unknown\`) and goes with columns of all. \`missing\` replaces the default codes of missing values (empty cells stay missing).

Numbers are written \`1234.5\`. For \`1.234,5\` write \`decimal: ','\` and \`thousands: '.'\`; marks between thousands must stand between thousands.
Full-width digits and the minus of typesetters (\`−\`) are read in columns that are declared as numbers; per cent and signs of currencies are not read. A
column of text that looks like numbers written otherwise is told in a note, with what to write.

Titles above the header are passed over with \`skip\`, a row of units below it with \`skip-after-header\`. A header of two rows, as of yearbooks (economy over GDP
and population), is read with \`header-rows: 2\`: \`economy_GDP\`, \`economy_population\`. Lines in messages stay those of the file. In a sheet,
days are dates, and one time of day makes a column text (\`2020-01-01T13:45:00.000Z\`), as in a Stata file. Errors (\`#DIV/0!\`) and formulas that were saved
without their results are missing, and told in a note, the errors unless \`missing\` lists them. Rows of a sheet without any value are passed over, and blanks around its texts are no part of them.

A Stata file says itself what its columns are. \`.\`, \`.a\` to \`.z\` and the empty text are missing. A column with value labels holds its codes, or with
\`labels\` their texts (the number where a value has none). Days (\`%td\`) are dates, and so are times (\`%tc\`) that all are midnights; weeks, months,
quarters, half-years and years stay what Stata counts since 1960, so that the next period is one more. A float is the double of the same value:
0.1 stored as a float is 0.10000000149011612, as in Stata. Texts of formats before 118 are read as UTF-8, else GB18030, else Windows-1252, unless \`encoding\` says.

\`key\` and \`panel\` must name every row once; which rows do not is said. Nothing is dropped, recoded or sorted. A first column without
a name (row labels, as R and pandas write them) is called \`row\`; columns with neither a name nor a value, as Excel leaves them, are left out with a note.`,
      zh: `读取分隔文本（逗号、制表符、分号或竖线，由表头判断；UTF-8 有无标记均可，GB18030 或 UTF-16）、Excel 工作表、Stata 文件（.dta，格式 113–115 与 117–119）或 Parquet（未压缩，或 Snappy、gzip、Brotli、LZ4、zstd 压缩）。

columns 中声明的列按声明读取：不符合类型的单元格使该步骤失败，并给出行、列与原文。其余列保留，类型由全部行推断：数值按大小（1、1.0 与 "1" 相同），前导零（010）视为文本，超出双精度精确范围（2^53）的整数（如 18 位编码）亦视为文本，识别 true/false 与 ISO 日期。没有任何取值的列没有类型（unknown），可与任何类型的列对应。
missing 替换默认的缺失代码（空单元格始终为缺失）。

数值写作 1234.5。若写作 1.234,5，请声明 decimal: ',' 与 thousands: '.'；千分位符号只能出现在千分位上。声明为数值的列可读取全角数字与排版用的减号（−）；百分号与货币符号不读取。文本列若像是以其他方式书写的数值，会在附注中指出并给出写法。

表头之上的标题行用 skip 略过，表头之下的计量单位行用 skip-after-header 略过；统计年鉴式的两行表头（“经济”下设“GDP”“人口”）写 header-rows: 2，得到 经济_GDP、经济_人口；提示中的行号仍为文件中的行号。工作表中，日期按日期读取；列中只要有一个带时刻的单元格，整列即为文本（2020-01-01T13:45:00.000Z），与 Stata 文件相同。错误值（#DIV/0!）与保存时没有结果的公式为缺失，并在附注中列出；missing 中列出的错误值除外。工作表中没有任何取值的行会略过，文本首尾的空格不计入。

Stata 文件自带各列的类型。.、.a 至 .z 与空文本均为缺失。带值标签的列取数值代码；写 labels 时取标签文本（无标签的取值写作数字）。日（%td）为日期，全为零点的时刻（%tc）亦为日期；周、月、季、半年与年保留 Stata 自 1960 年起的计数，相邻两期相差 1。float 按原值扩为双精度：以 float 存储的 0.1 即 0.10000000149011612，与 Stata 相同。118 以前的格式依次按 UTF-8、GB18030、Windows-1252 解读文本，可用 encoding 指定。

key 与 panel 须唯一标识每一行，重复者会被指出。不删除、不重编码、不排序。首列无列名时（R、pandas 写出的行标签）命名为 row；既无列名也无取值的列（Excel 常留下）不读入，并给出附注。`,
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
  params: ingestParams,
  inputs: {},
  files: ['file'],
  outputs: { table: { kind: 'table', doc: { en: 'the data', zh: '数据表' } } },
  declare({ params, files }) {
    const spec = specOf(params, files.file);
    const faults = paramFaults(params, files.file);
    const shape = shapeOf(params, headerOf(spec, files.file), faults);
    return { faults, spec, reads: {}, outputs: { table: { shape, parts: 'made' } } };
  },
  weight: () => 5,
  run({ spec, files }) {
    const bytes = files.file;
    if (bytes === undefined) throw new Error('ceteris bug: ingest without its file');
    if (bytes.length === 0) return { ok: false, faults: [error('CE2012', {}, ['file'])] };
    const made = (read: Read): RunResult => ('faults' in read ? { ok: false, faults: read.faults } : build(spec, read));
    const missing = new Set(spec.missing);
    switch (spec.format) {
      case 'xlsx':
        return readSheet(bytes, spec).then((sheet) => made('faults' in sheet ? sheet : fromCells(sheet, spec)));
      case 'dta':
        return made(fromTyped(readDta(bytes, spec), missing));
      case 'parquet':
        return readParquet(bytes).then((read) => made(fromTyped(read, missing)));
      default:
        return made(cellsOf(spec, bytes));
    }
  },
});

/** A column of the file, not yet of the type that is declared for it. */
interface Raw {
  readonly name: string;
  parse(name: string, declared: KnownType | undefined): Parsed;
}

type Read =
  | { readonly columns: readonly Raw[]; readonly rows: number; readonly notes: readonly Note[] }
  | { readonly faults: readonly Fault[] };

function cellsOf(spec: IngestSpec, bytes: Uint8Array): Read {
  const decoded = decodeText(bytes, spec.encoding);
  if (!decoded.ok) return { faults: [decoded.fault] };
  const read = readDelimited(decoded.text, spec.delimiter, true, headerPlace(spec));
  if (!read.ok) return { faults: read.faults };
  const { header, rows } = read.value;
  const notes = emptyNotes(columnsWithoutName(header));
  return fromCells({ cells: delimitedCells(read.value), rows, notes }, spec);
}

function fromCells({ cells, rows, notes }: Extract<SheetRead, { cells: unknown }>, spec: IngestSpec): Read {
  const missing = new Set(spec.missing);
  const { decimal, thousands } = spec;
  const marks =
    decimal === undefined && thousands === undefined
      ? undefined
      : { ...(decimal !== undefined && { decimal }), ...(thousands !== undefined && { thousands }) };
  const columns = cells.map(
    (cell): Raw => ({
      name: cell.name,
      parse: (name, declared) => parseCells({ ...cell, name }, declared, missing, marks),
    }),
  );
  return { columns, rows, notes };
}

function fromTyped(read: TableRead, missing: ReadonlySet<string>): Read {
  if (!read.ok) return { faults: read.faults };
  const { columns, infos, rows } = read.value;
  return {
    columns: infos.map((info) => ({
      name: info.name,
      parse: (name, declared) =>
        fitColumn(name, columns.get(info.name) as Column, info.type as KnownType, declared, missing),
    })),
    rows,
    notes: [],
  };
}

const ODD = {
  decimal: 'CN3072',
  thousands: 'CN3073',
  wide: 'CN3074',
  sign: 'CN3075',
  point: 'CN3076',
} as const;

function build(spec: IngestSpec, { columns: found, rows, notes }: Exclude<Read, { faults: unknown }>): RunResult {
  if (rows === 0) return { ok: false, faults: [error('CE2019', {}, ['file'])] };
  const names = new Map(Object.entries(spec.columns).map(([name, c]) => [c.from, name]));
  const faults: Fault[] = [];
  const header = found.map((c) => c.name);
  for (const [name, c] of Object.entries(spec.columns))
    if (!header.includes(c.from)) faults.push(error('CE2023', { name: c.from, known: header }, ['columns', name]));
  faults.push(...takenNames(spec.columns, header));
  const columns = new Map<string, Column>();
  const infos: ColumnInfo[] = [];
  const odd: Note[] = [];
  for (const raw of found) {
    const name = names.get(raw.name) ?? raw.name;
    const declared = Object.hasOwn(spec.columns, name) ? spec.columns[name] : undefined;
    const parsed = raw.parse(name, declared?.type);
    faults.push(...parsed.faults);
    if (parsed.odd !== undefined) {
      const { writing, ...place } = parsed.odd;
      odd.push({ code: writing === undefined ? 'CN3001' : ODD[writing], args: { column: name, ...place } });
    }
    columns.set(name, parsed.column);
    infos.push({ name, type: parsed.type });
  }
  faults.push(...keysOf(spec, columns, infos, rows));
  if (faults.length > 0) return { ok: false, faults };
  const at = (name: string): Column => columns.get(name) as Column;
  const gaps = spec.panel === undefined ? [] : gapNotes(at(spec.panel.unit), at(spec.panel.time), rows);
  const shape: TableShape = {
    kind: 'table',
    columns: infos,
    open: false,
    ...(spec.panel === undefined ? {} : { panel: spec.panel }),
  };
  return {
    ok: true,
    outputs: { table: { ...tableOutput(columns, rows), shape } },
    notes: [...notes, ...odd, ...gaps],
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
        type: infos.find((i) => i.name === name)?.type ?? 'unknown',
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
