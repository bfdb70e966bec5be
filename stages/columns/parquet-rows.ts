/** The rows of a Parquet file, with what `hyparquet` 1.31 reads wrong put right. */
import type { AsyncBuffer, ColumnChunk, FileMetaData, RowGroup, SchemaElement, SchemaTree } from 'hyparquet';

type Row = Record<string, unknown>;

/** Said of a file whose parts are damaged. */
export const MISFIT = 'its parts do not fit together';

export async function parquetRows(file: AsyncBuffer, metadata: FileMetaData): Promise<readonly Row[]> {
  const { parquetReadObjects, parquetSchema } = await import('hyparquet');
  const root = parquetSchema(metadata);
  // the package would throw while it reads the columns before, and what these throw nobody would hear
  const isKnown = (chunk: ColumnChunk): boolean => isInside(root, pathOf(chunk));
  if (!metadata.row_groups.every((group) => group.columns.every(isKnown))) throw new Error(MISFIT);
  const { compressors } = await import('hyparquet-compressors');
  const groups: Row[][] = [];
  for (const group of metadata.row_groups) {
    const { names, ...widened } = widenedGroup(metadata.schema, group);
    const own = { ...metadata, ...widened, num_rows: group.num_rows };
    const rows: Row[] = await parquetReadObjects({ file, metadata: own, compressors, parsers });
    for (const name of names) for (const row of rows) row[name] = unsigned(row[name]);
    groups.push(rows);
  }
  return groups.flat();
}

/** Before 1970 the part of a millisecond belongs to the one before, as it does after it; the package cuts towards 1970. */
const milliseconds = (count: bigint, parts: bigint): Date =>
  new Date(Number((count - (((count % parts) + parts) % parts)) / parts));

const parsers = {
  timestampFromMicroseconds: (micros: bigint): Date => milliseconds(micros, 1000n),
  timestampFromNanoseconds: (nanos: bigint): Date => milliseconds(nanos, 1_000_000n),
};

const unsigned = (cell: unknown): unknown => (typeof cell === 'bigint' ? Number(BigInt.asUintN(32, cell)) : cell);

/**
 * Unsigned 32-bit integers in delta encoding, read as if they had 64 bits: some programs (DuckDB) write the first of a page with 33
 * bits, of which the package keeps 32, and all behind it are wrong by 2³¹. Those that wrap at 32 bits come to the same modulo 2³².
 */
function widenedGroup(
  schema: readonly SchemaElement[],
  group: RowGroup,
): { readonly schema: SchemaElement[]; readonly row_groups: RowGroup[]; readonly names: readonly string[] } {
  const leaves = schema.filter((element) => element.num_children === undefined);
  const isWide = group.columns.map((chunk, i) => isUnsigned(leaves[i]) && isDelta(chunk));
  const inner = group.columns.find((chunk, i) => isWide[i] && pathOf(chunk).length > 1 && isLong(chunk));
  if (inner !== undefined)
    throw new Error(`unsigned 32-bit integers in delta encoding inside '${pathOf(inner)[0]}', beyond 2^31`);
  const wide = new Set(leaves.filter((_, i) => isWide[i] && pathOf(group.columns[i]).length === 1));
  const columns = group.columns.map((chunk, i) =>
    wide.has(leaves[i] as SchemaElement) && chunk.meta_data !== undefined
      ? { ...chunk, meta_data: { ...chunk.meta_data, type: 'INT64' as const } }
      : chunk,
  );
  return {
    schema: schema.map((element) => (wide.has(element) ? asLong(element) : element)),
    row_groups: [{ ...group, columns }],
    names: [...wide].map(({ name }) => name),
  };
}

const pathOf = (chunk: ColumnChunk | undefined): readonly string[] => chunk?.meta_data?.path_in_schema ?? [];

function isInside(root: SchemaTree, path: readonly string[]): boolean {
  let at: SchemaTree | undefined = root;
  for (const name of path) at = at?.children.find(({ element }) => element.name === name);
  return at !== undefined;
}

const isUnsigned = (element: SchemaElement | undefined): boolean =>
  element?.type === 'INT32' &&
  (element.converted_type === 'UINT_32' ||
    (element.logical_type?.type === 'INTEGER' &&
      element.logical_type.bitWidth === 32 &&
      !element.logical_type.isSigned));

/** Beside the values, levels have an encoding. */
const isDelta = ({ meta_data: made }: ColumnChunk): boolean =>
  made?.encodings.includes('DELTA_BINARY_PACKED') === true &&
  made.encodings.every((e) => e === 'DELTA_BINARY_PACKED' || e === 'RLE' || e === 'BIT_PACKED');

/** Or may be. */
function isLong({ meta_data: made }: ColumnChunk): boolean {
  const most = made?.statistics?.max_value;
  return !(typeof most === 'number' && most < 2 ** 31);
}

/** Without what it stands for: the package would take it for 32 bits again. */
const asLong = ({ name, repetition_type: repetition }: SchemaElement): SchemaElement => ({
  name,
  type: 'INT64',
  ...(repetition === undefined ? {} : { repetition_type: repetition }),
});
