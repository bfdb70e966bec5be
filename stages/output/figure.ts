/** `figure`: one picture of one result, or of models side by side, as files for people. */
import { encodeRecord } from '../columns/record.ts';
import { CONTENT, defineStage, type Kind, type PartDecl, ROWS, type RunResult } from '../contract.ts';
import { figureDoc } from './figure-doc.ts';
import { type FigureParams, figureParams } from './figure-params.ts';
import { type FigureSpec, figureSpec } from './figure-spec.ts';

const DRAWABLE: readonly Kind[] = [
  'model',
  'distribution',
  'weights',
  'decomposition',
  'bounds',
  'curve',
  'balance',
  'table',
];

export const figure = defineStage<FigureParams, FigureSpec>({
  type: 'figure',
  doc: figureDoc,
  params: figureParams,
  inputs: { from: { kinds: DRAWABLE, many: true } },
  outputs: { document: { kind: 'document', doc: { en: 'one file for each format', zh: '每种格式一个文件' } } },
  declare(context) {
    const { spec, faults } = figureSpec(context);
    const parts = [...spec.formats, CONTENT].map((name): PartDecl => ({ name, how: 'made' }));
    const { trends } = spec;
    const columns = trends === undefined ? [] : [...new Set([trends.y, trends.by, trends.time])];
    return {
      faults,
      spec,
      reads: {
        from: (context.inputs.from ?? []).map(({ shape }) => (shape.kind === 'table' ? [ROWS, ...columns] : 'all')),
      },
      outputs: { document: { shape: { kind: 'document', formats: spec.formats, content: 'figure' }, parts } },
    };
  },
  async run({ spec, inputs }): Promise<RunResult> {
    const { drawn, glyphNotes, renderFigure } = await import('./figure-drawing.ts');
    const result = drawn(spec, inputs.from ?? []);
    if ('faults' in result) return { ok: false, faults: result.faults };
    const parts = new Map([[CONTENT, encodeRecord(result.drawing)]]);
    for (const format of spec.formats) parts.set(format, await renderFigure(result.drawing, format, spec.dpi));
    return { ok: true, outputs: { document: { parts } }, notes: glyphNotes(result.drawing, spec.formats) };
  },
  // the font takes 20 ms to load, png and pdf some 100 more
  weight: (spec) => 20 + (spec.formats.includes('png') ? 100 : 0) + (spec.formats.includes('pdf') ? 300 : 0),
});
