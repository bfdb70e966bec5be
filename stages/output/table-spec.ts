/** Params of `table` → the complete description of one table. */
import { listOf } from '../columns/params.ts';
import { type DeclareContext, error, type Fault, type InputShape, type JsonRecord, type Text } from '../contract.ts';
import { dateColumns } from './date-labels.ts';
import { itemsOf, textOf } from './fields.ts';
import { FOOT_ROWS, type FootRow, USUAL_FOOT } from './foot-rows.ts';
import { inputNames, pickLabels } from './labels.ts';
import type { CommonSpec, RegressionSpec, Statistic } from './regression-spec.ts';
import { TABLE_FORMATS, type TableFormat } from './render-table.ts';
import { type StarsParam, starRule } from './stars.ts';
import type { StatisticsSpec } from './statistics-table.ts';
import type { TableParams } from './table-params.ts';
import type { ControlsOf } from './term-rows.ts';
import { captionLines, inLanguage, mainLanguage, markNotes, marksOf } from './wording.ts';

export type TableSpec = { readonly formats: readonly TableFormat[] } & (
  | { readonly kind: 'models'; readonly table: RegressionSpec }
  | { readonly kind: 'statistics'; readonly table: StatisticsSpec }
);

type Context = DeclareContext<TableParams>;

const kindOf = (input: InputShape): string => input.shape.kind;

function commonSpec({ params, inputs, labels }: Context): CommonSpec {
  const lang = params.lang ?? 'en';
  const main = mainLanguage(lang);
  const shapes = [...(inputs.columns ?? []), ...(inputs.tests ?? [])];
  return {
    caption: captionLines(params.title, lang, marksOf(shapes)),
    labels: pickLabels({ inputs: shapes, pipeline: labels, own: params.labels }, main),
    notes: [
      ...listOf<Text>(params.notes as Text | readonly Text[] | undefined).map((text) => inLanguage(text, main) ?? ''),
      ...markNotes(shapes, main),
    ],
    remarks: params.remarks ?? true,
    digits: params.digits ?? 3,
    ...(params.thousands === true ? { thousands: true } : {}),
    style: params.style ?? 'three-line',
    lang,
  };
}

/** What the stage behind a column says of its controls (`facts.controls`). */
function controlsIn({ shape }: InputShape): ControlsOf {
  const facts: JsonRecord = shape.kind === 'table' || shape.kind === 'document' ? {} : (shape.facts ?? {});
  return {
    stated: facts.controls !== undefined,
    globs: itemsOf(facts.controls).flatMap((name) => textOf(name) ?? []),
    compares: facts.estimator !== undefined,
  };
}

function controlsOf(params: TableParams, inputs: readonly InputShape[]): RegressionSpec['controls'] {
  const asked = params.controls ?? 'show';
  if (asked === 'show') return 'shown';
  return asked === 'collapse' ? { collapsed: inputs.map(controlsIn) } : listOf<string>(asked);
}

function headersOf(params: TableParams, lang: 'en' | 'zh'): RegressionSpec['headers'] {
  return (params.headers ?? []).map((header) =>
    typeof header === 'object' && 'span' in header
      ? { text: inLanguage(header.text, lang) ?? '', span: header.span }
      : { text: inLanguage(header as Text, lang) ?? '', span: 1 },
  );
}

function modelsSpec(context: Context, inputs: readonly InputShape[]): RegressionSpec {
  const { params } = context;
  const common = commonSpec(context);
  const headers = headersOf(params, mainLanguage(common.lang));
  const plain = headers.every((h) => h.span === 1);
  const light = common.style === 'aer';
  const { names, parts } = inputNames(inputs, common.labels, mainLanguage(common.lang));
  return {
    ...common,
    stat: (params.stat as Statistic | undefined) ?? (light ? 'se' : 't'),
    stars: starRule((params.stars as StarsParam | undefined) ?? !light),
    keep: listOf<string>(params.keep),
    drop: listOf<string>(params.drop),
    controls: controlsOf(params, inputs),
    rows: params.rows === undefined ? USUAL_FOOT : (listOf<string>(params.rows) as readonly FootRow[]),
    asked: params.rows !== undefined,
    headers: plain ? [] : headers,
    outcomes: inputs.map(({ shape }) =>
      shape.kind === 'table' || shape.kind === 'document' ? '' : (shape.outcome ?? ''),
    ),
    columnLabels: plain && headers.length > 0 ? headers.map((h) => h.text) : names,
    columnParts: parts,
    dates: dateColumns(inputs),
  };
}

function modelFaults(context: Context, columns: number): readonly Fault[] {
  const { params } = context;
  const known: readonly string[] = FOOT_ROWS;
  const headers = headersOf(params, 'en');
  const spanned = headers.reduce((sum, h) => sum + h.span, 0);
  const many = typeof params.rows === 'object';
  return [
    ...listOf<string>(params.rows).flatMap((name, i) =>
      known.includes(name) ? [] : [error('CE2803', { name, known }, many ? ['rows', i] : ['rows'])],
    ),
    ...(headers.length > 0 && spanned !== columns ? [error('CE2804', { spanned, columns }, ['headers'])] : []),
  ];
}

/** Formats in one order, each once. */
const formatsOf = (params: TableParams): readonly TableFormat[] => {
  const asked: readonly string[] = params.formats === undefined ? ['md'] : listOf<string>(params.formats);
  return TABLE_FORMATS.filter((f) => asked.includes(f));
};

export function tableSpec(context: Context): { readonly spec: TableSpec; readonly faults: readonly Fault[] } {
  const inputs = context.inputs.columns ?? [];
  const formats = formatsOf(context.params);
  const first = inputs[0];
  if (first !== undefined && kindOf(first) !== 'model') {
    const mixed = inputs.filter((input) => kindOf(input) === 'model');
    const faults = mixed.map((input) => error('CE2801', { is: 'model', beside: kindOf(first) }, input.path));
    const common = commonSpec(context);
    const fields = listOf<string>(context.params.rows);
    const panels = inputs.map((input) => inLanguage(input.label, mainLanguage(common.lang)) ?? '');
    return {
      spec: {
        kind: 'statistics',
        formats,
        table: { ...common, fields, panels, stars: starRule((context.params.stars as StarsParam | undefined) ?? true) },
      },
      faults,
    };
  }
  const mixed = inputs.filter((input) => kindOf(input) !== 'model');
  const faults = [
    ...mixed.map((input) => error('CE2801', { is: kindOf(input), beside: 'model' }, input.path)),
    ...modelFaults(context, inputs.length),
  ];
  return { spec: { kind: 'models', formats, table: modelsSpec(context, inputs) }, faults };
}
