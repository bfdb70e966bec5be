/** Files that a program left, as outputs. */
import { recordOutput } from '../columns/record.ts';
import { tableOutput } from '../columns/table.ts';
import { readTable } from '../columns/table-file.ts';
import {
  error,
  type Fault,
  type Json,
  type OutputValue,
  type Panel,
  type ParamPath,
  type TableShape,
} from '../contract.ts';

export const outputFormats = ['csv', 'tsv', 'parquet', 'model', 'file'] as const;
export type OutputFormat = (typeof outputFormats)[number];

export type CollectedOutput = {
  readonly name: string;
  readonly file: string;
  readonly format: OutputFormat;
  /** of a file: what stands behind the stage's name in `out/` */
  readonly part?: string;
  readonly panel?: Panel;
};

export type CollectedValue =
  | { readonly ok: true; readonly value: OutputValue }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** A file for people is mended by hand or read otherwise; here the program is to write another. */
const codeOf = ({ code }: Fault): Fault['code'] =>
  code === 'CE2017' ? 'CE2916' : code === 'CE2071' ? 'CE2917' : code === 'CE2013' ? 'CE2918' : code;

export async function collectOutput(output: CollectedOutput, bytes: Uint8Array): Promise<CollectedValue> {
  const at: ParamPath = ['outputs', output.name, 'file'];
  const { format } = output;
  if (format === 'file') return { ok: true, value: { parts: new Map([[output.part ?? 'file', bytes]]) } };
  if (format === 'model') return modelOf(bytes, output.file, at);
  const read = await readTable(bytes, format);
  if (!read.ok)
    return { ok: false, faults: read.faults.map((fault) => ({ ...fault, code: codeOf(fault), param: at })) };
  const { columns, infos, rows } = read.value;
  const { panel } = output;
  const absent = panel === undefined ? [] : [panel.unit, panel.time].filter((name) => !columns.has(name));
  if (absent.length > 0) {
    const known = [...columns.keys()];
    const faults = absent.map((name) => error('CE2023', { name, known }, ['outputs', output.name, 'panel']));
    return { ok: false, faults };
  }
  const shape: TableShape = {
    kind: 'table',
    columns: infos,
    open: false,
    ...(panel === undefined ? {} : { panel }),
  };
  return { ok: true, value: { ...tableOutput(columns, rows), shape } };
}

function modelOf(bytes: Uint8Array, file: string, at: ParamPath): CollectedValue {
  let value: Json;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes.slice())) as Json;
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    return { ok: false, faults: [error('CE2904', { file, reason }, at)] };
  }
  if (!isModel(value)) return { ok: false, faults: [error('CE2905', { file }, at)] };
  return { ok: true, value: recordOutput({ notes: [], absorbed: [], dropped: [], ...value }) };
}

function isModel(value: Json): value is { readonly [key: string]: Json } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { terms } = value as { readonly [key: string]: Json };
  return (
    Array.isArray(terms) &&
    terms.every((t: Json) => {
      const term = t as { readonly term?: unknown; readonly estimate?: unknown } | null;
      return typeof term?.term === 'string' && (typeof term.estimate === 'number' || term.estimate === null);
    })
  );
}
