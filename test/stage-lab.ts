/** Runs stage types as the engine would, without the engine: declare, hand over just the parts that were declared, run. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeColumn } from '../stages/columns/codec.ts';
import type { Column } from '../stages/columns/column.ts';
import { gatherBytes } from '../stages/columns/gather-bytes.ts';
import { decodeRecord } from '../stages/columns/record.ts';
import type {
  AnyStageType,
  Declared,
  Fault,
  InputValue,
  Json,
  Note,
  OutputDecl,
  PartName,
  RunResult,
  Shape,
} from '../stages/contract.ts';
import { filter } from '../stages/prepare/filter.ts';
import { ingest } from '../stages/prepare/ingest.ts';

export interface Value {
  readonly shape: Shape;
  readonly parts: ReadonlyMap<PartName, Uint8Array>;
}

export interface Ran {
  readonly faults: readonly Fault[];
  readonly verdict: readonly Fault[];
  readonly outputs: Readonly<Record<string, Value>>;
  readonly notes: readonly Note[];
}

export type LabInputs = Readonly<Record<string, Value | readonly Value[]>>;

export interface LabOptions {
  readonly files?: Readonly<Record<string, { readonly ending: string; readonly bytes: Uint8Array }>>;
  readonly labels?: Readonly<Record<string, string>>;
}

export const fixtures = join(import.meta.dirname, 'fixtures');

const listOfInput = (value: Value | readonly Value[]): readonly Value[] =>
  Array.isArray(value) ? value : [value as Value];

export function declareStage(
  type: AnyStageType,
  params: unknown,
  inputs: LabInputs = {},
  options: LabOptions = {},
): Declared {
  const files = Object.entries(options.files ?? {}).map(
    ([param, f]) => [param, { param: [param], ending: f.ending, head: f.bytes, whole: true }] as const,
  );
  return type.declare({
    params,
    inputs: Object.fromEntries(
      Object.entries(inputs).map(([port, value]) => [
        port,
        listOfInput(value).map((v, i) => ({
          shape: v.shape,
          path: Array.isArray(value) ? [port, i] : [port],
          inner: [],
        })),
      ]),
    ),
    files: Object.fromEntries(files),
    labels: options.labels ?? {},
  });
}

export async function runStage(
  type: AnyStageType,
  params: unknown,
  inputs: LabInputs = {},
  options: LabOptions = {},
): Promise<Ran> {
  const declared = declareStage(type, params, inputs, options);
  const errors = declared.faults.filter((f) => f.severity === 'error');
  if (errors.length > 0) return { faults: errors, verdict: [], outputs: {}, notes: [] };
  const given: Record<string, InputValue[]> = {};
  for (const [port, value] of Object.entries(inputs))
    given[port] = listOfInput(value).map((v, i) => {
      const reads = declared.reads[port]?.[i] ?? [];
      const parts = reads === 'all' ? v.parts : new Map(reads.map((name) => [name, v.parts.get(name) as Uint8Array]));
      return { kind: v.shape.kind, parts };
    });
  const bytes = Object.fromEntries(Object.entries(options.files ?? {}).map(([param, f]) => [param, f.bytes]));
  // a spec goes through JSON, as it does on its way to a key and to a worker
  const spec = JSON.parse(JSON.stringify(declared.spec)) as Json;
  const result: RunResult = await type.run({ spec, inputs: given, files: bytes });
  if (!result.ok) return { faults: result.faults, verdict: [], outputs: {}, notes: [] };
  const outputs = Object.entries(declared.outputs).map(
    ([name, decl]) =>
      [name, assemble(decl, result.outputs[name]?.parts ?? new Map(), inputs, result.outputs[name]?.shape)] as const,
  );
  return { faults: [], verdict: result.verdict ?? [], outputs: Object.fromEntries(outputs), notes: result.notes };
}

function assemble(
  decl: OutputDecl,
  made: ReadonlyMap<PartName, Uint8Array>,
  inputs: LabInputs,
  shape: Shape | undefined,
): Value {
  if (decl.parts === 'made') return { shape: shape ?? decl.shape, parts: made };
  const parts = new Map<PartName, Uint8Array>();
  for (const part of decl.parts) {
    const own = made.get(part.name);
    if (part.how === 'made') {
      if (own === undefined) throw new Error(`the stage did not make '${part.name}'`);
      parts.set(part.name, own);
      continue;
    }
    const source = listOfInput(inputs[part.input] as Value)[part.index]?.parts.get(part.part);
    if (source === undefined) throw new Error(`there is no part '${part.part}' to pass`);
    parts.set(part.name, part.how === 'passed' ? source : gatherBytes(source, made.get(part.by) as Uint8Array));
  }
  return { shape: shape ?? decl.shape, parts };
}

export async function readTable(
  text: string | Uint8Array,
  params: Readonly<Record<string, unknown>> = {},
): Promise<Value> {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  const ran = await runStage(
    ingest,
    { file: 'data.csv', ...params },
    {},
    { files: { file: { ending: 'csv', bytes } } },
  );
  if (ran.faults.length > 0) throw new Error(JSON.stringify(ran.faults));
  return ran.outputs.table as Value;
}

/** A data set of the reference fixtures, rows chosen by a condition of the pipeline language. */
export async function referenceTable(
  dataset: string,
  params: Readonly<Record<string, unknown>> = {},
  sample?: string,
): Promise<Value> {
  const path = dataset.includes('/')
    ? join(fixtures, 'reference', dataset)
    : join(fixtures, 'reference', 'data', `${dataset}.csv`);
  const table = await readTable(readFileSync(path), params);
  if (sample === undefined) return table;
  const ran = await runStage(filter, { from: 'x', keep: sample }, { from: table });
  if (ran.faults.length > 0) throw new Error(JSON.stringify(ran.faults));
  return ran.outputs.table as Value;
}

export interface ReferenceCase {
  readonly dataset: string;
  // biome-ignore lint/suspicious/noExplicitAny: fixtures are JSON of many forms, read by tests that know them
  readonly spec: any;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly results: any;
}

export const referenceCase = (id: string): ReferenceCase =>
  JSON.parse(readFileSync(join(fixtures, 'reference', 'cases', `${id}.json`), 'utf8')) as ReferenceCase;

// biome-ignore lint/suspicious/noExplicitAny: a record's form is known to the test that asks for it
export const record = (value: Value | undefined): any => decodeRecord(value?.parts.get('value') as Uint8Array);

export const columnOf = (value: Value | undefined, name: string): Column =>
  decodeColumn(value?.parts.get(name) as Uint8Array);

export const valuesOf = (value: Value | undefined, name: string): (number | string | undefined)[] => {
  const column = columnOf(value, name);
  if (column.kind === 'number') return Array.from(column.values, (v) => (Number.isNaN(v) ? undefined : v));
  return Array.from(column.codes, (c) => column.levels[c]);
};

/** Relative distance; absolute near zero. */
export const near = (got: number, want: number, tolerance: number): boolean =>
  Math.abs(got - want) <= tolerance * Math.max(Math.abs(want), 1e-8);
