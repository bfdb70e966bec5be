/** Params of `report` → the complete description of one document. */
import type { Lang } from '../catalogue/entry.ts';
import { listOf } from '../columns/params.ts';
import { columnNames } from '../columns/schema.ts';
import { type DeclareContext, error, type Fault, type InputShape, ROWS } from '../contract.ts';
import { REPORT_FORMATS, type ReportFormat, type ReportParams } from './report-params.ts';
import { placeholdersIn } from './report-text.ts';
import { inLanguage, markNotes } from './wording.ts';

/** A table or figure, by its port and its place there. */
export type Shown = {
  readonly port: 'from' | 'sections';
  readonly index: number;
  readonly content: 'table' | 'figure';
};

export type ReportSection = {
  readonly heading: string;
  readonly level: number;
  readonly text: string;
  readonly show: readonly Shown[];
};

export type ReportData = {
  readonly name: string;
  readonly source: string;
  readonly licence: string;
  readonly columns: readonly string[];
  readonly unit?: string;
  readonly time?: string;
};

export type ReportSpec = {
  readonly title: string;
  readonly subtitle: string;
  /** what must be said before all else: that the data are simulated */
  readonly remarks: readonly string[];
  readonly lang: Lang;
  readonly sections: readonly ReportSection[];
  readonly numbers: readonly { readonly name: string; readonly inner: readonly string[] }[];
  readonly data: readonly ReportData[];
  readonly formats: readonly ReportFormat[];
};

type Context = DeclareContext<ReportParams>;

const shownOf = (
  port: Shown['port'],
  inputs: readonly InputShape[],
): readonly (Shown & { readonly path: InputShape['path'] })[] =>
  inputs.flatMap(({ shape, path }, index) =>
    shape.kind === 'document' && shape.content !== undefined ? [{ port, index, content: shape.content, path }] : [],
  );

/** Documents that hold only files: a program's log, another report. */
const closedFaults = (inputs: readonly InputShape[]): readonly Fault[] =>
  inputs.flatMap(({ shape, path }) =>
    shape.kind === 'document' && shape.content === undefined ? [error('CE2850', {}, path)] : [],
  );

function sectionsOf({ params, inputs }: Context, lang: Lang): readonly ReportSection[] {
  const shown = shownOf('sections', inputs.sections ?? []);
  const bare = ({ port, index, content }: Shown): Shown => ({ port, index, content });
  const first = shownOf('from', inputs.from ?? []).map(bare);
  const given = (params.sections ?? []).map(
    (section, i): ReportSection => ({
      heading: inLanguage(section.heading, lang) ?? '',
      level: section.level ?? 1,
      text: inLanguage(section.text, lang) ?? '',
      show: shown.filter(({ path }) => path[1] === i).map(bare),
    }),
  );
  return first.length === 0 ? given : [{ heading: '', level: 1, text: '', show: first }, ...given];
}

/** Numbers that a text asks for and `with` does not give; a report without `with` may have braces in its texts. */
function textFaults({ params }: Context, lang: Lang): readonly Fault[] {
  const known = Object.keys(params.with ?? {});
  if (known.length === 0) return [];
  return (params.sections ?? []).flatMap((section, i) =>
    placeholdersIn(inLanguage(section.text, lang) ?? '')
      .filter((name) => !known.includes(name))
      .map((name) => error('CE2851', { name, known }, ['sections', i, 'text'])),
  );
}

function dataOf({ params, inputs }: Context, lang: Lang): readonly ReportData[] {
  const tables = inputs.data ?? [];
  return (params.data ?? []).flatMap((entry, i): readonly ReportData[] => {
    const input = tables.find(({ path }) => path[1] === i);
    const { shape } = input ?? {};
    if (shape?.kind !== 'table') return [];
    return [
      {
        name: inLanguage(entry.name ?? input?.label, lang) ?? '',
        source: inLanguage(entry.source, lang) ?? '',
        licence: inLanguage(entry.licence, lang) ?? '',
        columns: columnNames(shape),
        ...(shape.panel === undefined ? {} : { unit: shape.panel.unit, time: shape.panel.time }),
      },
    ];
  });
}

export function reportSpec(context: Context): { readonly spec: ReportSpec; readonly faults: readonly Fault[] } {
  const { params, inputs } = context;
  const lang = params.lang ?? 'en';
  const asked = params.formats === undefined ? ['md'] : listOf<string>(params.formats);
  const sections = sectionsOf(context, lang);
  const isEmpty = params.from === undefined && (params.sections ?? []).length === 0;
  return {
    faults: [
      ...(isEmpty ? [error('CE2852', {})] : []),
      ...closedFaults([...(inputs.from ?? []), ...(inputs.sections ?? [])]),
      ...textFaults(context, lang),
    ],
    spec: {
      title: inLanguage(params.title, lang) ?? '',
      subtitle: inLanguage(params.subtitle, lang) ?? '',
      remarks: markNotes(Object.values(inputs).flat(), lang),
      lang,
      sections,
      numbers: (inputs.with ?? []).map((input) => ({ name: input.key ?? '', inner: input.inner })),
      data: dataOf(context, lang),
      formats: REPORT_FORMATS.filter((f) => asked.includes(f)),
    },
  };
}

/** The digest of a data set is that of all its columns. */
export const dataReads = (inputs: readonly InputShape[]): readonly (readonly string[])[] =>
  inputs.map(({ shape }) => (shape.kind === 'table' ? [ROWS, ...columnNames(shape)] : []));
