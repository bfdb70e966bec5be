/** What an ingest is told, in the form that its run takes. */
import type { HeaderPlace } from '../columns/header.ts';
import { listOf } from '../columns/params.ts';
import { DEFAULT_MISSING } from '../columns/parse.ts';
import { error, type Fault, type FileHead, warning } from '../contract.ts';
import { type IngestFormat, type IngestParams, type IngestSpec, ingestParams } from './ingest-params.ts';

/** Params that say where cells stand in a file or how they are written, with the formats that need it said. */
const FORMATS: Partial<Record<keyof IngestParams, readonly IngestFormat[]>> = {
  delimiter: ['csv', 'tsv'],
  sheet: ['xlsx'],
  range: ['xlsx'],
  skip: ['csv', 'tsv', 'xlsx'],
  'header-rows': ['csv', 'tsv', 'xlsx'],
  'skip-after-header': ['csv', 'tsv', 'xlsx'],
  decimal: ['csv', 'tsv', 'xlsx'],
  thousands: ['csv', 'tsv', 'xlsx'],
  labels: ['dta'],
};

/** CE3070, two marks that are one; warning CE1141, a param that says nothing of such a file. */
export function paramFaults(params: IngestParams, file: FileHead | undefined): Fault[] {
  const { decimal = '.', thousands } = params;
  const format = formatOf(params, file?.ending ?? '');
  const idle = Object.entries(FORMATS).filter(([name, formats]) => {
    const value = params[name as keyof IngestParams];
    const { default: usual } = ingestParams.properties[name as keyof IngestParams];
    return value !== undefined && value !== usual && !formats.includes(format);
  });
  return [
    ...(thousands === decimal ? [error('CE3070', { mark: thousands }, ['thousands'])] : []),
    ...idle.map(([name]) => warning('CE1141', { name, format }, [name])),
  ];
}

const formatOf = (params: IngestParams, ending: string): IngestFormat =>
  params.format ??
  (ending === 'xlsx' || ending === 'dta' || ending === 'parquet'
    ? ending
    : ending === 'tsv' || ending === 'tab'
      ? 'tsv'
      : 'csv');

export function specOf(params: IngestParams, file: FileHead | undefined): IngestSpec {
  const format = formatOf(params, file?.ending ?? '');
  const delimiter = params.delimiter ?? (format === 'tsv' ? '\t' : undefined);
  const key = params.key === undefined ? [] : typeof params.key === 'string' ? [params.key] : params.key;
  const columns = Object.entries(params.columns ?? {}).flatMap(([name, c]) =>
    c.from === undefined && c.type === undefined
      ? []
      : [[name, { from: c.from ?? name, ...(c.type === undefined ? {} : { type: c.type }) }] as const],
  );
  return {
    format: format === 'tsv' ? 'csv' : format,
    ...(params.encoding === undefined ? {} : { encoding: params.encoding }),
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(format === 'xlsx' ? { sheet: params.sheet ?? 1 } : {}),
    ...(params.range === undefined ? {} : { range: params.range }),
    ...(isText(format) ? writingOf(params) : {}),
    ...(format === 'dta' ? labelsOf(params) : {}),
    missing: missingOf(params, format),
    columns: Object.fromEntries(columns),
    key,
    ...(params.panel === undefined ? {} : { panel: params.panel }),
  };
}

/** Formats whose cells are texts, or may be. */
const isText = (format: IngestFormat): boolean => format !== 'dta' && format !== 'parquet';

function writingOf(params: IngestParams): Partial<IngestSpec> {
  const { skip = 0, 'header-rows': headerRows = 1, decimal = '.', thousands } = params;
  const { 'skip-after-header': skipAfterHeader = 0 } = params;
  return {
    ...(skip > 0 && { skip }),
    ...(headerRows > 1 && { headerRows }),
    ...(skipAfterHeader > 0 && { skipAfterHeader }),
    ...(decimal !== '.' && { decimal }),
    ...(thousands !== undefined && { thousands }),
  };
}

export const headerPlace = ({ skip = 0, headerRows = 1, skipAfterHeader = 0 }: IngestSpec): HeaderPlace => ({
  before: skip,
  lines: headerRows,
  after: skipAfterHeader,
});

/** Formats with types of their own know what is missing; in text it must be guessed. */
const missingOf = ({ missing }: IngestParams, format: IngestFormat): readonly string[] =>
  missing === undefined
    ? format === 'dta' || format === 'parquet'
      ? ['']
      : DEFAULT_MISSING
    : [...new Set(['', ...listOf<string | number>(missing).map(String)])];

function labelsOf({ labels = 'codes', columns = {} }: IngestParams): Pick<IngestSpec, 'labels'> {
  if (labels === 'codes') return {};
  const inFile = (name: string): string => (Object.hasOwn(columns, name) ? columns[name]?.from : undefined) ?? name;
  return { labels: labels === 'text' ? labels : labels.map(inFile) };
}
