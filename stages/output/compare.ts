/** `compare`: published numbers beside computed ones. */
import { type Static, Type } from '@sinclair/typebox';
import { FilePath, means, Params } from '../columns/params.ts';
import { numberOf, recordOf, recordOutput } from '../columns/record.ts';
import {
  type DeclareContext,
  defineStage,
  error,
  type Fault,
  type InputShape,
  type Json,
  type RecordKind,
  type RunResult,
  VALUE,
} from '../contract.ts';
import { type Comparison, compareCells, type Tolerance } from './compare-cells.ts';
import { compareDoc } from './compare-doc.ts';
import { fieldsOf } from './fields.ts';
import { follow } from './inner-path.ts';
import { type PublishedFormat, printedNumber, readPublished } from './published.ts';

/** Results that a path can lead into. */
export const RECORDS: readonly RecordKind[] = [
  'model',
  'summary',
  'weights',
  'effects',
  'test',
  'distribution',
  'decomposition',
  'bounds',
  'balance',
  'curve',
];

const params = Params({
  published: Type.Union(
    [
      FilePath('a JSON, YAML or CSV file of published numbers', '含已发表数值的 JSON、YAML 或 CSV 文件'),
      Type.Record(
        Type.String(),
        Type.Union([Type.String(), Type.Number()]),
        means(
          "the numbers by cell, as printed: '0.070' (in quotes, so that the last zero counts)",
          "按单元格列出印出的数值，如 '0.070'（加引号，末位的零才有效）",
        ),
      ),
    ],
    means('published numbers: a file, or a mapping of cells', '已发表的数值：文件，或按单元格列出'),
  ),
  cells: Type.Optional(
    Type.Record(
      Type.String(),
      Type.String(),
      means(
        'where the number of a cell stands in the file: `tables.3.rows.Policy.cells.0.coef_text`; default: under its name',
        '各单元格的数值在文件中的位置：`tables.3.rows.Policy.cells.0.coef_text`；默认即其名称',
      ),
    ),
  ),
  with: Type.Record(
    Type.String(),
    Type.String({ 'x-ceteris': 'reference' }),
    means(
      'the computed number of each cell: `base[4].terms.policy.estimate`',
      '各单元格对应的计算结果：`base[4].terms.policy.estimate`',
    ),
  ),
  tolerance: Type.Optional(
    Type.Union([Type.Literal('rounding'), Type.Number({ minimum: 0 })], {
      default: 'rounding',
      ...means(
        'rounding: the computed number rounds to the printed digits; a number: the largest absolute difference',
        'rounding：计算结果按印出的位数四舍五入后须相同；写数值则为最大绝对差',
      ),
    }),
  ),
  expect: Type.Optional(
    Type.Union([Type.Literal('same'), Type.Literal('differ')], {
      default: 'same',
      ...means(
        'same: the stage fails when a cell does not agree; differ: differences are known, it never fails',
        'same：有单元格不一致则步骤失败；differ：已知有差异，从不失败',
      ),
    }),
  ),
});

type CompareParams = Static<typeof params>;

export type CompareSpec = {
  readonly cells: readonly {
    readonly name: string;
    /** steps into the computed record */
    readonly inner: readonly string[];
    /** the number as printed, or the steps to it in the file */
    readonly published: string | readonly string[];
  }[];
  readonly format: PublishedFormat | 'inline';
  readonly tolerance: Tolerance;
  readonly expect: 'same' | 'differ';
};

const cellOf = (input: InputShape): string => input.key ?? '';

/** Steps of a path in a file; a number with a point inside stands between backticks. */
const stepsOf = (path: string): readonly string[] => path.match(/`[^`]*`|[^.]+/g) ?? [];

function inlineFaults(
  published: Readonly<Record<string, string | number>>,
  cells: readonly string[],
): readonly Fault[] {
  const known = Object.keys(published);
  return cells.flatMap((name) => {
    if (!Object.hasOwn(published, name)) return [error('CE2821', { name, known }, ['with', name])];
    const value = String(published[name]);
    return printedNumber(value) === undefined ? [error('CE2824', { value, cell: name }, ['published', name])] : [];
  });
}

function specOf({ params, inputs, files }: DeclareContext<CompareParams>): {
  readonly spec: CompareSpec;
  readonly faults: readonly Fault[];
} {
  const computed = inputs.with ?? [];
  const names = computed.map(cellOf);
  const { published } = params;
  const isInline = typeof published === 'object';
  const given = Object.keys(params.cells ?? {});
  const faults = [
    ...(Object.keys(params.with).length === 0 ? [error('CE2826', {}, ['with'])] : []),
    ...(isInline ? inlineFaults(published, names) : []),
    ...given.flatMap((name) =>
      Object.hasOwn(params.with, name)
        ? []
        : [error('CE2832', { name, known: Object.keys(params.with) }, ['cells', name])],
    ),
    ...(isInline && given.length > 0 ? [error('CE2833', {}, ['cells'])] : []),
  ];
  const steps = (name: string): readonly string[] => stepsOf(params.cells?.[name] ?? name);
  const ending = files.published?.ending ?? '';
  return {
    spec: {
      cells: computed.map((input) => {
        const name = cellOf(input);
        return { name, inner: input.inner, published: isInline ? String(published[name] ?? '') : steps(name) };
      }),
      format: isInline ? 'inline' : ending === 'csv' || ending === 'tsv' ? 'csv' : 'yaml',
      tolerance: params.tolerance ?? 'rounding',
      expect: params.expect ?? 'same',
    },
    faults,
  };
}

/** The number of a reference, or what is wrong with the reference. */
function computedOf(record: Json, cell: CompareSpec['cells'][number]): number | Fault {
  const at = ['with', cell.name];
  const found = follow(record, cell.inner);
  if (!found.ok) return error('CE2822', { name: cell.inner[found.step] ?? '', known: found.known }, at);
  const path = cell.inner.join('.');
  if (found.value === null) return error('CE2830', { path, cell: cell.name }, at);
  const value = numberOf(found.value);
  return Number.isFinite(value) ? value : error('CE2823', { path, fields: fieldNames(found.value) }, at);
}

function fieldNames(value: Json): readonly string[] {
  if (typeof value !== 'object' || value === null) return [String(value)];
  return Array.isArray(value) ? value.map((_, i) => String(i)) : Object.keys(fieldsOf(value));
}

/** The text of a published number, or what is wrong with its place in the file. */
function printedOf(file: Json, cell: CompareSpec['cells'][number]): string | Fault {
  if (typeof cell.published === 'string') return cell.published;
  const found = follow(file, cell.published);
  const at = ['with', cell.name];
  if (!found.ok)
    return error('CE2834', { name: cell.published[found.step] ?? '', cell: cell.name, known: found.known }, at);
  if (typeof found.value !== 'object' || found.value === null) return String(found.value ?? '');
  const rest = Object.entries(fieldsOf(found.value)).filter(([, v]) => printedNumber(String(v)) !== undefined);
  const [only] = rest;
  if (only !== undefined && rest.length === 1) return String(only[1]);
  return error('CE2835', { path: cell.published.join('.'), cell: cell.name, fields: fieldNames(found.value) }, at);
}

function comparisonsOf(spec: CompareSpec, file: Json, records: readonly Json[]): readonly (Comparison | Fault)[] {
  return spec.cells.flatMap((cell, i): readonly (Comparison | Fault)[] => {
    const computed = computedOf(records[i] ?? null, cell);
    const text = printedOf(file, cell);
    const printed = typeof text === 'string' ? printedNumber(text) : undefined;
    const faults = [computed, text].filter((v): v is Fault => typeof v === 'object');
    if (faults.length > 0 || typeof computed === 'object' || typeof text === 'object') return faults;
    if (printed === undefined) return [error('CE2824', { value: text, cell: cell.name }, ['with', cell.name])];
    return [{ cell: cell.name, text, printed, computed }];
  });
}

const isFault = (value: Comparison | Fault): value is Fault => 'code' in value;

export const compare = defineStage<CompareParams, CompareSpec>({
  type: 'compare',
  doc: compareDoc,
  params,
  inputs: { with: { kinds: RECORDS, keyed: true, many: true } },
  files: ['published'],
  outputs: {
    comparison: {
      kind: 'comparison',
      doc: {
        en: 'one row for each cell: published, computed, difference, within',
        zh: '每个单元格一行：已发表值、计算值、差异、是否在容差内',
      },
    },
  },
  declare(context) {
    const { spec, faults } = specOf(context);
    const computed = context.inputs.with ?? [];
    // a row a cell
    const rows = computed.map((_, index) => [{ input: 'with', index, part: VALUE }]);
    return {
      faults,
      spec,
      reads: { with: computed.map(() => 'all' as const) },
      outputs: {
        comparison: { shape: { kind: 'comparison', columns: [] }, parts: [{ name: VALUE, how: 'made', rows }] },
      },
    };
  },
  async run({ spec, inputs, files }): Promise<RunResult> {
    let file: Json = null;
    if (spec.format !== 'inline') {
      const read = await readPublished(files.published ?? new Uint8Array(), spec.format);
      if (!read.ok) return { ok: false, faults: read.faults };
      file = read.value;
    }
    const all = comparisonsOf(spec, file, (inputs.with ?? []).map(recordOf));
    const faults = all.filter(isFault);
    if (faults.length > 0) return { ok: false, faults };
    const cells = all.filter((v): v is Comparison => !isFault(v));
    const result = compareCells(cells, spec.tolerance, spec.expect);
    return {
      ok: true,
      outputs: { comparison: recordOutput(result.record) },
      notes: result.notes,
      ...(result.verdict.length === 0 ? {} : { verdict: result.verdict }),
    };
  },
});
