/** Which columns an ingest will have, as far as the head of the file and the params say it. */
import { readDelimited } from '../columns/csv.ts';
import { dtaColumns } from '../columns/dta/dta.ts';
import { decodeText } from '../columns/encoding.ts';
import type { KnownType } from '../columns/value-column.ts';
import { type ColumnInfo, type ColumnType, error, type Fault, type FileHead, type TableShape } from '../contract.ts';
import type { DeclaredColumn, IngestParams, IngestSpec } from './ingest-params.ts';
import { headerPlace } from './ingest-spec.ts';

/** Names in the file's header, with the types that it tells; undefined when they cannot be known before the run (a workbook, Parquet, a missing file). */
export function headerOf(spec: IngestSpec, file: FileHead | undefined): readonly HeaderColumn[] | undefined {
  if (spec.format === 'xlsx' || spec.format === 'parquet' || file?.head === undefined) return undefined;
  // a file that cannot be read is a failure of the run, not of the pipeline
  if (spec.format === 'dta') return dtaColumns(file.head, spec);
  const decoded = decodeText(file.head, spec.encoding, file.whole === true);
  if (!decoded.ok) return undefined;
  const read = readDelimited(decoded.text, spec.delimiter, false, headerPlace(spec));
  return read.ok ? read.value.header.map((name) => ({ name })) : undefined;
}

export function shapeOf(params: IngestParams, found: readonly HeaderColumn[] | undefined, faults: Fault[]): TableShape {
  const header = found?.map((h) => h.name);
  const declared = Object.entries(params.columns ?? {});
  const renamed = new Map(declared.map(([name, c]) => [c.from ?? name, name]));
  if (renamed.size < declared.length) {
    const seen = new Set<string>();
    for (const [name, c] of declared) {
      const from = c.from ?? name;
      if (seen.has(from)) faults.push(error('CE2024', { name: from }, ['columns', name]));
      seen.add(from);
    }
  }
  if (header !== undefined)
    for (const [name, c] of declared)
      if (!header.includes(c.from ?? name))
        faults.push(
          error(
            'CE2023',
            { name: c.from ?? name, known: header },
            c.from === undefined ? ['columns', name] : ['columns', name, 'from'],
          ),
        );
  if (header !== undefined) faults.push(...takenNames(params.columns ?? {}, header));
  const names = header?.map((h) => renamed.get(h) ?? h) ?? declared.map(([name]) => name);
  const columns = names.map((name, i) => infoOf(name, params.columns?.[name], found?.[i]?.type));
  const open = header === undefined;
  const must = (name: string, path: (string | number)[]): void => {
    if (!open && !names.includes(name)) faults.push(error('CE2023', { name, known: names }, path));
  };
  const keys = typeof params.key === 'string' ? [params.key] : (params.key ?? []);
  keys.forEach((name, i) => must(name, typeof params.key === 'string' ? ['key'] : ['key', i]));
  if (typeof params.labels === 'object') params.labels.forEach((name, i) => must(name, ['labels', i]));
  if (params.panel !== undefined) {
    must(params.panel.unit, ['panel', 'unit']);
    must(params.panel.time, ['panel', 'time']);
  }
  return { kind: 'table', columns, open, ...(params.panel === undefined ? {} : { panel: params.panel }) };
}

/** CE1140: a column is to have the name of another one of the file, which keeps its own. */
export function takenNames(
  columns: Readonly<Record<string, { readonly from?: string | undefined }>>,
  header: readonly string[],
): readonly Fault[] {
  const renamed = new Set(Object.entries(columns).map(([name, c]) => c.from ?? name));
  return Object.entries(columns).flatMap(([name, { from = name }]) =>
    from === name || renamed.has(name) || !header.includes(name)
      ? []
      : [error('CE1140', { name, from }, ['columns', name])],
  );
}

const infoOf = (name: string, declared: DeclaredColumn | undefined, type?: ColumnType): ColumnInfo => ({
  name,
  type: declared?.type ?? type ?? 'unknown',
  ...(declared?.label === undefined ? {} : { label: declared.label }),
  ...(declared?.unit === undefined ? {} : { unit: declared.unit }),
});

type HeaderColumn = { readonly name: string; readonly type?: KnownType };
