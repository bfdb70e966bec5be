/** `save`: a table as data files for other programs and other people. */
import { type Static, Type } from '@sinclair/typebox';
import { stataNames } from '../columns/dta/names.ts';
import { type DtaColumn, isStataNumber, writeDta } from '../columns/dta/write.ts';
import { ColumnNames, means, Params, Reference } from '../columns/params.ts';
import { ColumnLookup, tableShapeOf } from '../columns/schema.ts';
import { type Table, tableOf } from '../columns/table.ts';
import { TABLE_FILE_FORMATS, writeTable } from '../columns/table-file.ts';
import { type ColumnType, defineStage, error, type Fault, type Note, type PartDecl, ROWS } from '../contract.ts';
import { dataSheet, SHEET } from './data-sheet.ts';
import { saveDoc } from './save-doc.ts';
import { inLanguage } from './wording.ts';

const FORMATS = [...TABLE_FILE_FORMATS, 'dta', 'xlsx'] as const;
type Format = (typeof FORMATS)[number];

const FormatName = Type.Union(FORMATS.map((f) => Type.Literal(f)));

const params = Params({
  from: Reference('the table', '输入的表'),
  columns: Type.Optional(
    ColumnNames('columns to write, in order; globs allowed; default: all', '写出的列，按此顺序；可用通配符；默认全部'),
  ),
  formats: Type.Optional(
    Type.Union([FormatName, Type.Array(FormatName, { minItems: 1 })], {
      default: ['csv'],
      ...means('files to write', '输出的文件格式'),
    }),
  ),
  lang: Type.Optional(
    Type.Union([Type.Literal('en'), Type.Literal('zh')], {
      default: 'en',
      ...means('language of the labels of variables (dta)', '变量标签的语言（dta）'),
    }),
  ),
});

type SaveParams = Static<typeof params>;

type SaveSpec = {
  readonly columns: readonly { readonly name: string; readonly type: ColumnType; readonly label: string }[];
  readonly formats: readonly Format[];
};

export const save = defineStage<SaveParams, SaveSpec>({
  type: 'save',
  doc: saveDoc,
  params,
  inputs: { from: { kinds: ['table'] } },
  outputs: { document: { kind: 'document', doc: { en: 'one file for each format', zh: '每种格式一个文件' } } },
  declare({ params, inputs, labels }) {
    const shape = tableShapeOf(inputs.from?.[0]);
    const lookup = new ColumnLookup(shape);
    const chosen = params.columns === undefined ? shape.columns : lookup.list(params.columns, ['columns']);
    const { formats = ['csv'], lang = 'en' } = params;
    const written = [...new Set(typeof formats === 'string' ? [formats] : formats)];
    const columns = chosen.map(({ name, type, label }) => ({
      name,
      type,
      label: inLanguage(labels[name] ?? label, lang) ?? '',
    }));
    const isEmpty = columns.length === 0 && !shape.open && lookup.faults.length === 0;
    return {
      faults: [...lookup.faults, ...(isEmpty ? [error('CE2040', {}, ['columns'])] : [])],
      spec: { columns, formats: written },
      reads: { from: [[ROWS, ...columns.map(({ name }) => name)]] },
      outputs: {
        document: {
          shape: { kind: 'document', formats: written },
          parts: written.map((name): PartDecl => ({ name, how: 'made' })),
        },
      },
    };
  },
  async run({ spec, inputs }) {
    const input = inputs.from?.[0];
    if (input === undefined) throw new Error('ceteris bug: save without a table');
    const table = tableOf(input);
    const faults = [
      ...spec.formats.flatMap((format) => tooLarge(format, table.rows, spec.columns.length)),
      ...(spec.formats.includes('xlsx') ? spec.columns.flatMap(({ name }) => tooLong(name, table)) : []),
    ];
    if (faults.length > 0) return { ok: false, faults };
    const parts = new Map<string, Uint8Array>();
    const notes: Note[] = [];
    for (const format of spec.formats)
      parts.set(
        format,
        format === 'dta'
          ? stataFile(table, spec, notes)
          : format === 'xlsx'
            ? await dataSheet(table, spec.columns)
            : await writeTable(table, spec.columns, format),
      );
    return { ok: true, outputs: { document: { parts } }, notes };
  },
  // loading the writer of office files takes longer than a hop to a worker
  weight: (spec) => (spec.formats.includes('xlsx') ? 150 : 10),
});

/** Of Stata: `help limits` (SE). */
const MOST: Partial<Record<Format, { readonly rows: number; readonly columns: number }>> = {
  dta: { rows: 2_147_483_620, columns: 32_767 },
  xlsx: { rows: SHEET.rows - 1, columns: SHEET.columns },
};

function tooLarge(format: Format, rows: number, columns: number): readonly Fault[] {
  const most = MOST[format];
  if (most === undefined || (rows <= most.rows && columns <= most.columns)) return [];
  return [error('CE2880', { format, rows, columns, most_rows: most.rows, most_columns: most.columns }, ['formats'])];
}

/** CE1143: Excel takes a workbook with a longer text for damaged. */
function tooLong(name: string, table: Table): readonly Fault[] {
  const column = table.column(name);
  if (column.kind === 'number') return [];
  const lengths = column.levels.map((text) => text.length);
  const row = column.codes.findIndex((code) => (lengths[code] ?? 0) > SHEET.characters);
  if (row === -1) return [];
  const length = lengths[column.codes[row] as number] as number;
  return [error('CE1143', { name, row: row + 1, length, most: SHEET.characters }, ['formats'])];
}

function stataFile(table: Table, { columns }: SaveSpec, notes: Note[]): Uint8Array {
  const names = stataNames(columns.map(({ name }) => name));
  const changed = columns.flatMap(({ name }, i) => (names[i] === name ? [] : [`${name} → ${names[i]}`]));
  if (changed.length > 0) notes.push({ code: 'CN2880', args: { count: changed.length, names: changed } });
  let count = 0;
  const without: string[] = [];
  const made = columns.map(({ name, type, label }, i): DtaColumn => {
    const column = table.column(name);
    if (column.kind === 'number') {
      const lost = column.values.reduce((n, x) => (Number.isNaN(x) || isStataNumber(x) ? n : n + 1), 0);
      if (lost > 0) without.push(name);
      count += lost;
    }
    const variable = names[i] as string;
    return { name: variable, type, column, label: label === '' && variable !== name ? name : label };
  });
  if (count > 0) notes.push({ code: 'CN2881', args: { count, columns: without } });
  return writeDta(made, table.rows);
}
