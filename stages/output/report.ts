/** `report`: one document that puts texts, tables and figures in order, and says where its data come from. */
import { decodeRecord, numberOf, recordOf } from '../columns/record.ts';
import {
  CONTENT,
  defineStage,
  error,
  type Fault,
  type InputValue,
  type Json,
  type PartDecl,
  type RunContext,
  type RunResult,
  unreachable,
} from '../contract.ts';
import { RECORDS } from './compare.ts';
import type { TableDocument } from './document.ts';
import type { Drawing } from './drawing.ts';
import { follow } from './inner-path.ts';
import type { Block, ReportDocument } from './report-block.ts';
import { reportDoc } from './report-doc.ts';
import { type ReportFormat, type ReportParams, reportParams } from './report-params.ts';
import { dataReads, type ReportSpec, reportSpec, type Shown } from './report-spec.ts';
import { filled, joinedLines } from './report-text.ts';
import { say } from './wording.ts';

type Inputs = RunContext<ReportSpec>['inputs'];

/** The table or figure in a document; its form is that of the stage type that made it, which `content` names. */
function blockOf({ port, index, content }: Shown, inputs: Inputs): Block {
  const bytes = inputs[port]?.[index]?.parts.get(CONTENT);
  if (bytes === undefined) throw new Error('ceteris bug: a document without its content');
  const value = decodeRecord(bytes) as Json & object;
  return content === 'table'
    ? { kind: 'table', table: value as unknown as TableDocument }
    : { kind: 'figure', drawing: value as unknown as Drawing };
}

function numbersOf(spec: ReportSpec, inputs: readonly InputValue[]): { values: Map<string, number>; faults: Fault[] } {
  const values = new Map<string, number>();
  const faults: Fault[] = [];
  spec.numbers.forEach(({ name, inner }, i) => {
    const at = ['with', name];
    const found = follow(recordOf(inputs[i] as InputValue), inner);
    if (!found.ok) faults.push(error('CE2822', { name: inner[found.step] ?? '', known: found.known }, at));
    else if (typeof found.value === 'object' && found.value !== null)
      faults.push(error('CE2823', { path: inner.join('.'), fields: Object.keys(found.value) }, at));
    else values.set(name, numberOf(found.value));
  });
  return { values, faults };
}

async function documentOf(
  spec: ReportSpec,
  values: ReadonlyMap<string, number>,
  inputs: Inputs,
): Promise<ReportDocument> {
  const { dataTable } = await import('./report-data.ts');
  const data = await dataTable(spec.data, inputs.data ?? [], spec.lang);
  const blocks = spec.sections.flatMap((section): readonly Block[] => [
    ...(section.heading === '' ? [] : [{ kind: 'heading' as const, level: section.level, text: section.heading }]),
    ...(section.text === '' ? [] : [{ kind: 'text' as const, text: joinedLines(filled(section.text, values)) }]),
    ...section.show.map((shown) => blockOf(shown, inputs)),
  ]);
  const remarks = spec.remarks.map((text): Block => ({ kind: 'text', text: `**${text}**` }));
  const provenance: readonly Block[] =
    data === undefined
      ? []
      : [
          { kind: 'heading', level: 1, text: say('dataHeading', spec.lang) },
          { kind: 'table', table: data },
        ];
  return {
    title: spec.title,
    subtitle: spec.subtitle,
    lang: spec.lang,
    blocks: [...remarks, ...blocks, ...provenance],
  };
}

/** Each writer is loaded only when its file is wanted. */
async function render(doc: ReportDocument, format: ReportFormat): Promise<Uint8Array> {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  switch (format) {
    case 'md':
      return bytes(await (await import('./report-markdown.ts')).reportMarkdown(doc));
    case 'html':
      return bytes((await import('./report-html.ts')).reportHtml(doc));
    case 'docx':
      return (await import('./report-word.ts')).reportWord(doc);
    default:
      return unreachable(format);
  }
}

export const report = defineStage<ReportParams, ReportSpec>({
  type: 'report',
  doc: reportDoc,
  params: reportParams,
  inputs: {
    from: { kinds: ['document'], many: true, optional: true },
    sections: { kinds: ['document'], many: true, optional: true, within: 'show' },
    with: { kinds: RECORDS, many: true, keyed: true, optional: true },
    data: { kinds: ['table'], many: true, optional: true, within: 'from' },
  },
  outputs: { document: { kind: 'document', doc: { en: 'one file for each format', zh: '每种格式一个文件' } } },
  declare(context) {
    const { spec, faults } = reportSpec(context);
    const { inputs } = context;
    const parts = spec.formats.map((name): PartDecl => ({ name, how: 'made' }));
    const content = (port: string) => (inputs[port] ?? []).map(() => [CONTENT]);
    return {
      faults,
      spec,
      reads: {
        from: content('from'),
        sections: content('sections'),
        with: (inputs.with ?? []).map(() => 'all' as const),
        data: dataReads(inputs.data ?? []),
      },
      outputs: { document: { shape: { kind: 'document', formats: spec.formats }, parts } },
    };
  },
  async run({ spec, inputs }): Promise<RunResult> {
    const { values, faults } = numbersOf(spec, inputs.with ?? []);
    if (faults.length > 0) return { ok: false, faults };
    const doc = await documentOf(spec, values, inputs);
    const parts = new Map<string, Uint8Array>();
    for (const format of spec.formats) parts.set(format, await render(doc, format));
    return { ok: true, outputs: { document: { parts } }, notes: [] };
  },
  weight: (spec) => (spec.formats.includes('docx') ? 400 : 100),
});
