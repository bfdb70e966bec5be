/** Params of `figure` → the complete description of one picture. */
import type { Lang } from '../catalogue/entry.ts';
import { listOf } from '../columns/params.ts';
import { ColumnLookup, tableShapeOf } from '../columns/schema.ts';
import { type DeclareContext, error, type Fault, type InputShape, type Kind, type Text } from '../contract.ts';
import { dateColumns } from './date-labels.ts';
import { FIGURE_FORMATS, type FigureFormat, type FigureKind, type FigureParams } from './figure-params.ts';
import { inputNames, pickLabels } from './labels.ts';
import { type Labels, termLabel } from './term-label.ts';
import { captionLines, inLanguage, mainLanguage, markNotes, marksOf } from './wording.ts';

export type FigureSpec = {
  readonly kind: FigureKind;
  readonly title: readonly string[];
  readonly notes: readonly string[];
  readonly axes: { readonly x?: string; readonly y?: string };
  readonly labels: Labels;
  /** what the inputs are called in print; '' where nothing is known */
  readonly names: readonly string[];
  /** the group or case of inputs that would have the same name */
  readonly parts: readonly string[];
  /** the outcome's name in print, when all inputs have the same one */
  readonly outcome: string;
  /** columns of dates */
  readonly dates: readonly string[];
  readonly keep: readonly string[];
  readonly drop: readonly string[];
  readonly by: string;
  readonly connect: boolean;
  readonly trends?: { readonly y: string; readonly by: string; readonly time: string };
  readonly lang: Lang;
  readonly width: number;
  /** absent: by what is drawn */
  readonly height?: number;
  readonly dpi: number;
  readonly formats: readonly FigureFormat[];
};

/** Kinds of result that a kind of figure draws, and whether several may stand side by side. */
const DRAWS: Readonly<Record<FigureKind, { readonly kind: Kind; readonly many: boolean }>> = {
  'event-study': { kind: 'model', many: true },
  coefficients: { kind: 'model', many: true },
  placebo: { kind: 'distribution', many: false },
  weights: { kind: 'weights', many: false },
  bacon: { kind: 'decomposition', many: false },
  honest: { kind: 'bounds', many: true },
  'spec-curve': { kind: 'curve', many: false },
  balance: { kind: 'balance', many: false },
  trends: { kind: 'table', many: false },
};

type Context = DeclareContext<FigureParams>;

const outcomeOf = ({ shape }: InputShape): string =>
  shape.kind === 'table' || shape.kind === 'document' ? '' : (shape.outcome ?? '');

function inputFaults(kind: FigureKind, inputs: readonly InputShape[]): readonly Fault[] {
  const wanted = DRAWS[kind];
  return [
    ...inputs
      .filter(({ shape }) => shape.kind !== wanted.kind)
      .map(({ shape, path }) => error('CE2811', { name: kind, wants: wanted.kind, is: shape.kind }, path)),
    ...(inputs.length > 1 && !wanted.many ? [error('CE2812', { name: kind, count: inputs.length }, ['from'])] : []),
  ];
}

/** Params that only another kind of figure has are no mistake to pass over. */
function strayFaults(params: FigureParams): readonly Fault[] {
  const homes: readonly (readonly [param: keyof FigureParams, kinds: readonly FigureKind[]])[] = [
    ['y', ['trends']],
    ['time', ['trends']],
    ['by', ['trends', 'weights']],
    ['keep', ['coefficients']],
    ['drop', ['coefficients']],
    ['connect', ['event-study']],
  ];
  return homes.flatMap(([param, kinds]) =>
    params[param] === undefined || kinds.includes(params.kind)
      ? []
      : [error('CE2840', { name: param, kind: params.kind, kinds }, [param])],
  );
}

function trendsOf({ params, inputs }: Context): {
  readonly trends?: FigureSpec['trends'];
  readonly faults: readonly Fault[];
} {
  if (params.kind !== 'trends') return { faults: [] };
  const shape = tableShapeOf(inputs.from?.[0]);
  const lookup = new ColumnLookup(shape);
  const time = params.time ?? shape.panel?.time;
  const by = params.by ?? 'cohort';
  const faults: Fault[] = [];
  if (params.y === undefined) faults.push(error('CE2841', {}));
  else lookup.number(params.y, ['y']);
  if (time === undefined) faults.push(error('CE2842', {}));
  else lookup.number(time, params.time === undefined ? ['from'] : ['time']);
  lookup.any(by, params.by === undefined ? ['from'] : ['by']);
  return { trends: { y: params.y ?? '', by, time: time ?? '' }, faults: [...faults, ...lookup.faults] };
}

/** A figure of simulated data says so also when it has no title. */
export function figureSpec(context: Context): { readonly spec: FigureSpec; readonly faults: readonly Fault[] } {
  const { params, labels } = context;
  const inputs = context.inputs.from ?? [];
  const lang = mainLanguage(params.lang ?? 'en');
  const printed = pickLabels({ inputs, pipeline: labels, own: params.labels }, lang);
  const outcomes = new Set(inputs.map(outcomeOf));
  const [outcome = ''] = outcomes.size === 1 ? outcomes : [''];
  const { trends, faults } = trendsOf(context);
  const asked = params.formats === undefined ? ['svg'] : listOf<string>(params.formats);
  const [x, y] = [inLanguage(params.x_title, lang), inLanguage(params.y_title, lang)];
  return {
    faults: [
      ...inputFaults(params.kind, inputs),
      ...strayFaults(params),
      ...(inputs[0]?.shape.kind === 'table' ? faults : []),
    ],
    spec: {
      kind: params.kind,
      title: captionLines(params.title, params.lang ?? 'en', marksOf(inputs)),
      notes: [
        ...listOf<Text>(params.notes as Text | readonly Text[] | undefined).map((text) => inLanguage(text, lang) ?? ''),
        ...markNotes(inputs, lang),
      ],
      axes: { ...(x === undefined ? {} : { x }), ...(y === undefined ? {} : { y }) },
      labels: printed,
      ...inputNames(inputs, printed, lang),
      outcome: outcome === '' ? '' : termLabel(outcome, printed, lang),
      dates: dateColumns(inputs),
      keep: listOf<string>(params.keep),
      drop: listOf<string>(params.drop),
      by: params.kind === 'weights' ? (params.by ?? 'indicator') : '',
      connect: params.connect ?? false,
      ...(trends === undefined ? {} : { trends }),
      lang,
      width: params.width ?? 640,
      ...(params.height === undefined ? {} : { height: params.height }),
      dpi: params.dpi ?? 300,
      formats: FIGURE_FORMATS.filter((f) => asked.includes(f)),
    },
  };
}
