/** What differs between two states of a record: estimates by term, with their stars, and other figures by their path. */
import type { Json, JsonRecord } from '../contract.ts';
import type { EstimateState, RecordChanges, TermChange, ValueOfRecord } from '../contract-differences.ts';
import { isColumn } from './codec.ts';
import { decodeRecord } from './record.ts';

/** What rows of records are named by, in the order in which it is tried. */
const NAMES = [
  'term',
  'name',
  'variable',
  'column',
  'indicator',
  'cell',
  'case',
  'group',
  'label',
  'cohort',
  'period',
  'left_out',
];
/** Of these several together, where none is enough. */
const KINDS = ['effect', 'test', 'type', 'method', 'group', 'treated', 'control', 'cohort', 'time', 'm'];
/** Rows without a name beyond that number are draws: they are no news one by one. */
const MOST_UNNAMED = 50;
/** Follows from the rest, or is told in words elsewhere. */
const SKIPPED = new Set(['vcov', 'notes']);
/** Figures beyond these are counted. */
const MOST = 200;

/** Undefined where one is no record: a table may have a column that is called like the value of one. */
export function recordChanges(before: Uint8Array, after: Uint8Array): RecordChanges | undefined {
  if (isColumn(before) || isColumn(after)) return undefined;
  const walk = new Walk();
  walk.values(decodeRecord(before), decodeRecord(after), '');
  return { terms: walk.terms, figures: walk.figures.slice(0, MOST), more: Math.max(0, walk.figures.length - MOST) };
}

const isRecord = (value: Json | undefined): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isRows = (value: Json | undefined): value is readonly JsonRecord[] =>
  Array.isArray(value) && value.length > 0 && value.every(isRecord);

class Walk {
  readonly terms: TermChange[] = [];
  readonly figures: ValueOfRecord[] = [];

  values(before: Json | undefined, after: Json | undefined, path: string): void {
    if (JSON.stringify(before) === JSON.stringify(after)) return;
    if (isRows(before) && isRows(after)) this.#rows(before, after, path);
    else if (isRecord(before) && isRecord(after)) this.#members(before, after, path);
    else this.figures.push({ path, before: leaf(before), after: leaf(after) });
  }

  #members(before: JsonRecord, after: JsonRecord, path: string): void {
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)]))
      if (!SKIPPED.has(name)) this.values(before[name], after[name], path === '' ? name : `${path}.${name}`);
  }

  #rows(before: readonly JsonRecord[], after: readonly JsonRecord[], path: string): void {
    const name = namer(before, after);
    if (name === undefined && Math.max(before.length, after.length) > MOST_UNNAMED) {
      this.figures.push({ path, before: leaf(before), after: leaf(after) });
      return;
    }
    const idOf = (row: JsonRecord, i: number): string => name?.(row) ?? String(i + 1);
    const old = new Map(before.map((row, i) => [idOf(row, i), row]));
    const now = new Map(after.map((row, i) => [idOf(row, i), row]));
    for (const id of new Set([...old.keys(), ...now.keys()])) this.#row(old.get(id), now.get(id), `${path}[${id}]`, id);
  }

  #row(before: JsonRecord | undefined, after: JsonRecord | undefined, path: string, id: string): void {
    if (JSON.stringify(before) === JSON.stringify(after)) return;
    const [was, is] = [estimateOf(before), estimateOf(after)];
    if (was === undefined && is === undefined) {
      if (before !== undefined && after !== undefined) this.#members(before, after, path);
      else
        this.figures.push({ path, before: before === undefined ? null : '…', after: after === undefined ? null : '…' });
      return;
    }
    const at = path.startsWith('terms[') ? id : path;
    this.terms.push({
      term: at,
      ...(was === undefined ? {} : { before: was }),
      ...(is === undefined ? {} : { after: is }),
    });
  }
}

/** What tells rows apart on both sides: one member, or several kinds together. */
function namer(...sides: readonly (readonly JsonRecord[])[]): ((row: JsonRecord) => string) | undefined {
  const kinds = (row: JsonRecord): string =>
    KINDS.flatMap((k) => (row[k] === undefined || row[k] === null ? [] : [String(row[k])])).join('·');
  const tellsApart = (of: (row: JsonRecord) => string): boolean =>
    sides.every((rows) => new Set(rows.map(of)).size === rows.length);
  const single = NAMES.find(
    (n) => sides.every((rows) => rows.every((row) => (row[n] ?? null) !== null)) && tellsApart((row) => String(row[n])),
  );
  if (single !== undefined) return (row) => String(row[single]);
  return tellsApart(kinds) ? kinds : undefined;
}

/** A list of figures is told by its length: a thousand draws are no news one by one. */
function leaf(value: Json | undefined): Json {
  if (value === undefined) return null;
  return typeof value === 'object' && value !== null
    ? `${Array.isArray(value) ? value.length : Object.keys(value).length} …`
    : value;
}

function estimateOf(row: JsonRecord | undefined): EstimateState | undefined {
  if (row === undefined || !('estimate' in row)) return undefined;
  const { estimate, std_error, p_value } = row;
  return {
    estimate: estimate ?? null,
    std_error: std_error ?? null,
    p_value: p_value ?? null,
    stars: starsOf(p_value),
  };
}

/** The usual marks: 1 %, 5 % and 10 %. A table may print others. */
function starsOf(p: Json | undefined): string {
  if (typeof p !== 'number') return '';
  return p < 0.01 ? '***' : p < 0.05 ? '**' : p < 0.1 ? '*' : '';
}
