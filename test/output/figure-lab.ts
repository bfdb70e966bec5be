/** Figures of records, for tests of what is drawn. */
import { expect } from 'vitest';
import type { Recordable } from '../../stages/columns/record.ts';
import type { InputShape, InputValue, RecordKind, Text } from '../../stages/contract.ts';
import { figure } from '../../stages/output/figure.ts';
import { labels, recordInput, shapeOf, term } from './records.ts';

export interface Input {
  readonly shape: InputShape;
  readonly value: InputValue;
}

export const record = (kind: RecordKind, value: Recordable, more: { label?: Text; outcome?: string } = {}): Input => ({
  shape: shapeOf(kind, { path: ['from'], ...more }),
  value: recordInput(kind, value),
});

/** A figure declared and drawn; codes of the faults, if there are any. */
export async function figureOf(params: Readonly<Record<string, unknown>>, inputs: readonly Input[]) {
  const declared = figure.declare({
    params: { from: 'x', ...params } as never,
    inputs: { from: inputs.map((i) => i.shape) },
    files: {},
    labels,
  });
  const codes = (faults: readonly { readonly code: string }[]) => faults.map((f) => f.code);
  if (declared.faults.length > 0)
    return { faults: codes(declared.faults), notes: [], files: new Map<string, Uint8Array>() };
  const spec = JSON.parse(JSON.stringify(declared.spec));
  const ran = await figure.run({ spec, inputs: { from: inputs.map((i) => i.value) }, files: {} });
  if (!ran.ok) return { faults: codes(ran.faults), notes: [], files: new Map<string, Uint8Array>() };
  return { faults: [], notes: ran.notes, files: ran.outputs.document?.parts ?? new Map<string, Uint8Array>() };
}

export async function svgOf(params: Readonly<Record<string, unknown>>, inputs: readonly Input[]): Promise<string> {
  const made = await figureOf(params, inputs);
  expect(made.faults).toEqual([]);
  return new TextDecoder().decode(made.files.get('svg'));
}

export const texts = (picture: string): string[] =>
  [...picture.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((m) => m[1] ?? '');
export const count = (picture: string, pattern: RegExp): number => [...picture.matchAll(pattern)].length;
export const eventStudy = {
  outcome: 'npp',
  level: 0.95,
  reference: [-1],
  pretrend: { statistic: 1.2, df1: 2, df2: 30, p_value: 0.315 },
  terms: [-3, -2, 0, 1, 2].map((period) => ({
    ...term(`rel_time::${period}`, period < 0 ? 0 : 0.01 * (period + 1), 0.005, 0.1),
    period,
  })),
};
