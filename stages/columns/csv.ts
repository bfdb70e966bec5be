/**
 * Delimited text to fields: quoted fields with doubled quotes, line breaks inside quotes, CRLF, CR or LF, a last line with or
 * without its end. Fields are kept as offsets into the text, so that numbers are read without a string per cell.
 * Source: RFC 4180, with the delimiter found from the header.
 */
import { error, type Fault } from '../contract.ts';
import {
  cleanName,
  columnsWithoutName,
  type HeaderPlace,
  joinedNames,
  nameFaults,
  namelessFaults,
  noHeader,
  withRowLabels,
} from './header.ts';
import type { Cells } from './parse.ts';

export interface Delimited {
  readonly text: string;
  /** '' over a column that has neither a name nor a value */
  readonly header: readonly string[];
  readonly rows: number;
  /** start and end of each field, row by row: `bounds[2 * (row * columns + column)]` */
  readonly bounds: Int32Array;
  /** 1 where the field was quoted and holds doubled quotes, so that its text must be unescaped */
  readonly escaped: Uint8Array;
  /** line of the file (from 1) on which each row starts */
  readonly lines: Int32Array;
}

export type DelimitedResult =
  | { readonly ok: true; readonly value: Delimited }
  | { readonly ok: false; readonly faults: readonly Fault[] };

const DELIMITERS = [',', '\t', ';', '|'] as const;
const CODES = DELIMITERS.map((d) => d.charCodeAt(0));
const QUOTE = 34;
const LF = 10;
const CR = 13;
const MOST_FAULTS = 20;

/** The delimiter that the header line has most of, outside quotes; a comma when it has none. */
function findDelimiter(text: string, from: number): string {
  const counts = DELIMITERS.map(() => 0);
  let inside = false;
  for (let i = from; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === QUOTE) inside = !inside;
    if (inside) continue;
    if (c === LF || c === CR) break;
    const d = CODES.indexOf(c);
    if (d !== -1) counts[d] = (counts[d] as number) + 1;
  }
  return DELIMITERS[counts.indexOf(Math.max(...counts))] as string;
}

/** @param whole false: the text is a beginning; only the header is wanted */
export function readDelimited(
  text: string,
  delimiter: string | undefined,
  whole = true,
  place: HeaderPlace = {},
): DelimitedResult {
  const { before = 0, lines = 1, after = 0 } = place;
  const scan = new Scanner(text);
  scan.skipLines(before);
  const names: string[][] = [];
  for (let i = 0; i < lines; i++) {
    const line = scan.line(delimiter);
    if (line === undefined) return { ok: false, faults: [noHeader(place)] };
    if (!Array.isArray(line)) return { ok: false, faults: [line] };
    names.push(line.map((f) => cleanName(scan.field(f))));
  }
  const header = withRowLabels(joinedNames(names));
  const faults = nameFaults(header);
  if (!whole) faults.unshift(...namelessFaults(columnsWithoutName(header)));
  if (faults.length > 0) return { ok: false, faults };
  if (!whole) return { ok: true, value: empty(text, header) };
  scan.skipLines(after);
  return scan.rows(header);
}

const empty = (text: string, header: readonly string[]): Delimited => ({
  text,
  header,
  rows: 0,
  bounds: new Int32Array(0),
  escaped: new Uint8Array(0),
  lines: new Int32Array(0),
});

interface Field {
  readonly start: number;
  readonly end: number;
  readonly escaped: boolean;
}

class Scanner {
  private at = 0;
  private lineNumber = 1;
  private readonly text: string;
  private separator = 0;
  private headerLine = 1;

  constructor(text: string) {
    this.text = text;
  }

  field({ start, end, escaped }: Field): string {
    const raw = this.text.slice(start, end);
    return escaped ? raw.replaceAll('""', '"') : raw;
  }

  /** Passes over lines of the file, whatever is in them. */
  skipLines(count: number): void {
    const { text } = this;
    for (let left = count; left > 0 && this.at < text.length; left--) {
      let c = text.charCodeAt(this.at);
      while (this.at < text.length && c !== LF && c !== CR) c = text.charCodeAt(++this.at);
      this.at += c === CR && text.charCodeAt(this.at + 1) === LF ? 2 : 1;
      this.lineNumber++;
    }
  }

  /** Fields of the header, the next line that is not blank; what is wrong with its quotes. */
  line(delimiter: string | undefined): Field[] | Fault | undefined {
    const out: Field[] = [];
    if (!this.skipBlank()) return undefined;
    this.headerLine = this.lineNumber;
    // all lines of the header have the delimiter of its first
    this.separator ||= (delimiter ?? findDelimiter(this.text, this.at)).charCodeAt(0);
    return this.each((start, end, escaped) => out.push({ start, end, escaped })) ?? out;
  }

  private skipBlank(): boolean {
    const { text } = this;
    while (this.at < text.length) {
      const c = text.charCodeAt(this.at);
      if (c !== LF && c !== CR) return true;
      if (c === LF || text.charCodeAt(this.at + 1) !== LF) this.lineNumber++;
      this.at++;
    }
    return false;
  }

  /**
   * Calls back for every field of the line at hand; leaves `at` behind its end. Errors: CE2016, a quote that never closes; CE2070, text behind
   * one that does.
   */
  private each(take: (start: number, end: number, escaped: boolean) => void): Fault | undefined {
    const { text, separator } = this;
    const n = text.length;
    let i = this.at;
    let wrong: Fault | undefined;
    for (;;) {
      let start = i;
      let escaped = false;
      let end: number;
      if (text.charCodeAt(i) === QUOTE) {
        const line = this.lineNumber;
        start = ++i;
        for (;;) {
          if (i >= n) {
            this.at = n;
            return error('CE2016', { line }, ['file']);
          }
          const c = text.charCodeAt(i);
          if (c === QUOTE) {
            if (text.charCodeAt(i + 1) !== QUOTE) break;
            escaped = true;
            i++;
          } else if (c === LF) this.lineNumber++;
          i++;
        }
        end = i++;
        // blanks between a closing quote and the delimiter are no part of the field; anything else would be lost with them
        while (i < n && text.charCodeAt(i) !== separator && text.charCodeAt(i) !== LF && text.charCodeAt(i) !== CR) i++;
        if (i > end + 1 && wrong === undefined && text.slice(end + 1, i).trim() !== '')
          wrong = error('CE2070', { line: this.lineNumber, field: shortened(text.slice(start - 1, i)) }, ['file']);
      } else {
        let c = text.charCodeAt(i);
        while (i < n && c !== separator && c !== LF && c !== CR) c = text.charCodeAt(++i);
        end = i;
      }
      take(start, end, escaped);
      if (i >= n) break;
      const c = text.charCodeAt(i);
      if (c === separator) {
        i++;
        continue;
      }
      i += c === CR && text.charCodeAt(i + 1) === LF ? 2 : 1;
      this.lineNumber++;
      break;
    }
    this.at = i;
    return wrong;
  }

  rows(header: readonly string[]): DelimitedResult {
    const columns = header.length;
    const faults: Fault[] = [];
    let spoilt = 0;
    const widths: Widths = new Map();
    let rows = 0;
    let bounds = new Int32Array(Math.max(2 * columns, Math.ceil(this.text.length / 3)));
    let escapes = new Uint8Array(bounds.length >> 1);
    const lines: number[] = [];
    while (this.skipBlank()) {
      const line = this.lineNumber;
      const base = rows * columns;
      if ((base + columns) * 2 > bounds.length) {
        bounds = grown(bounds, (base + columns) * 2);
        escapes = grown(escapes, bounds.length >> 1);
      }
      let count = 0;
      const wrong = this.each((start, end, escaped) => {
        if (count < columns) {
          bounds[2 * (base + count)] = start;
          bounds[2 * (base + count) + 1] = end;
          escapes[base + count] = escaped ? 1 : 0;
        }
        count++;
      });
      const fault =
        wrong ??
        (count === columns
          ? undefined
          : error('CE2017', { row: rows + 1, line, found: count, expected: columns }, ['file']));
      // a quote that never closes is told of behind however many: it may be what spoils them
      if (wrong === undefined) {
        const width = widths.get(count);
        if (width === undefined) widths.set(count, { lines: 1, first: line, isTop: rows === 0 });
        else width.lines++;
      }
      if (fault !== undefined && (++spoilt <= MOST_FAULTS || fault.code === 'CE2016')) faults.push(fault);
      lines.push(line);
      rows++;
    }
    const title =
      spoilt === 0 || faults.at(-1)?.code === 'CE2016'
        ? undefined
        : titleFault(widths, { columns, rows, line: this.headerLine });
    if (title !== undefined) return { ok: false, faults: [title] };
    const isEmpty = (column: number): boolean => isBlank(this.text, bounds, { columns, rows }, column);
    const nameless = namelessFaults(columnsWithoutName(header).filter((column) => !isEmpty(column)));
    if (nameless.length > 0) return { ok: false, faults: nameless };
    if (spoilt > faults.length) faults.push(error('CE2018', { more: spoilt - faults.length }, ['file']));
    if (faults.length > 0) return { ok: false, faults };
    return {
      ok: true,
      value: { text: this.text, header, rows, bounds, escaped: escapes, lines: Int32Array.from(lines) },
    };
  }
}

/** Whether all cells of a column are blank. */
function isBlank(text: string, bounds: Int32Array, size: { columns: number; rows: number }, column: number): boolean {
  for (let row = 0; row < size.rows; row++) {
    const at = 2 * (row * size.columns + column);
    if (text.slice(bounds[at], bounds[at + 1]).trim() !== '') return false;
  }
  return true;
}

/** How many lines have how many fields, and the first of them. */
type Widths = Map<number, { lines: number; readonly first: number; readonly isTop: boolean }>;

/** CE2071 where most lines have more fields than the header: titles stand above it. One more may be labels of rows, as R writes them. */
function titleFault(
  widths: Widths,
  header: { readonly columns: number; readonly rows: number; readonly line: number },
): Fault | undefined {
  const [most] = [...widths].sort(([, a], [, b]) => b.lines - a.lines);
  if (most === undefined) return undefined;
  const [found, { lines, first, isTop }] = most;
  const labelled = header.columns > 1 && found === header.columns + 1 && isTop;
  if (found <= header.columns || lines * 2 <= header.rows || labelled) return undefined;
  return error('CE2071', { line: header.line, fields: header.columns, found, skip: first - 1 }, ['file']);
}

/** A field as a message can hold it. */
const shortened = (field: string): string => (field.length > 40 ? `${field.slice(0, 40)}…` : field);

function grown<T extends Int32Array | Uint8Array>(old: T, least: number): T {
  const next = new (old.constructor as new (n: number) => T)(Math.max(least, old.length * 2));
  next.set(old);
  return next;
}

/** Its columns, but for those that have neither a name nor a value. */
export const delimitedCells = (d: Delimited): readonly Cells[] =>
  d.header.flatMap((name, column): Cells[] =>
    name === ''
      ? []
      : [{ name, rows: d.rows, text: (row) => fieldText(d, row, column), line: (row) => d.lines[row] as number }],
  );

/** The text of a field. */
function fieldText(d: Delimited, row: number, column: number): string {
  const at = row * d.header.length + column;
  const raw = d.text.slice(d.bounds[2 * at], d.bounds[2 * at + 1]);
  return d.escaped[at] === 1 ? raw.replaceAll('""', '"') : raw;
}
