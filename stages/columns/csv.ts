/**
 * Delimited text to fields: quoted fields with doubled quotes, line breaks inside quotes, CRLF, CR or LF, a last line with or
 * without its end. Fields are kept as offsets into the text, so that numbers are read without a string per cell.
 * Source: RFC 4180, with the delimiter found from the header.
 */
import { error, type Fault } from '../contract.ts';
import { headerFaults } from './header.ts';

export interface Delimited {
  readonly text: string;
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
const ROW_LABELS = 'row';

/** The delimiter that the header line has most of, outside quotes; a comma when it has none. */
export function findDelimiter(text: string): string {
  const counts = DELIMITERS.map(() => 0);
  let inside = false;
  for (let i = 0; i < text.length; i++) {
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
export function readDelimited(text: string, delimiter: string | undefined, whole = true): DelimitedResult {
  const separator = (delimiter ?? findDelimiter(text)).charCodeAt(0);
  const scan = new Scanner(text, separator);
  const first = scan.line();
  if (first === undefined) return { ok: false, faults: [error('CE2012', {}, ['file'])] };
  const header = withRowLabels(first.map((f) => cleanName(scan.field(f))));
  const faults = headerFaults(header);
  if (faults.length > 0 || !whole)
    return faults.length > 0 ? { ok: false, faults } : { ok: true, value: empty(text, header) };
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

/** Spaces around a name, also full-width and zero-width ones, are no part of it. */
const cleanName = (name: string): string => name.replace(/^[\s\u3000\u200b\ufeff]+|[\s\u3000\u200b\ufeff]+$/g, '');

/** R and pandas write row labels first, under no name: they are called `row`. */
const withRowLabels = (header: readonly string[]): readonly string[] =>
  header.length > 1 && header[0] === '' && !header.includes(ROW_LABELS) ? [ROW_LABELS, ...header.slice(1)] : header;

interface Field {
  readonly start: number;
  readonly end: number;
  readonly escaped: boolean;
}

class Scanner {
  private at = 0;
  private lineNumber = 1;
  private readonly text: string;
  private readonly separator: number;

  constructor(text: string, separator: number) {
    this.text = text;
    this.separator = separator;
  }

  field({ start, end, escaped }: Field): string {
    const raw = this.text.slice(start, end);
    return escaped ? raw.replaceAll('""', '"') : raw;
  }

  /** Fields of the next line that is not blank. */
  line(): Field[] | undefined {
    const out: Field[] = [];
    if (!this.skipBlank()) return undefined;
    this.each((start, end, escaped) => out.push({ start, end, escaped }));
    return out;
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

  /** Calls back for every field of the line at hand; leaves `at` behind its end. Returns false when a quote never closes. */
  private each(take: (start: number, end: number, escaped: boolean) => void): boolean {
    const { text, separator } = this;
    const n = text.length;
    let i = this.at;
    for (;;) {
      let start = i;
      let escaped = false;
      let end: number;
      if (text.charCodeAt(i) === QUOTE) {
        start = ++i;
        for (;;) {
          if (i >= n) {
            this.at = n;
            return false;
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
        // what follows a closing quote up to the delimiter is kept as part of the field only if it is blank
        while (i < n && text.charCodeAt(i) !== separator && text.charCodeAt(i) !== LF && text.charCodeAt(i) !== CR) i++;
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
    return true;
  }

  rows(header: readonly string[]): DelimitedResult {
    const columns = header.length;
    const faults: Fault[] = [];
    let ragged = 0;
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
      const closed = this.each((start, end, escaped) => {
        if (count < columns) {
          bounds[2 * (base + count)] = start;
          bounds[2 * (base + count) + 1] = end;
          escapes[base + count] = escaped ? 1 : 0;
        }
        count++;
      });
      if (!closed) faults.push(error('CE2016', { line }, ['file']));
      else if (count !== columns && ++ragged <= MOST_FAULTS)
        faults.push(error('CE2017', { row: rows + 1, line, found: count, expected: columns }, ['file']));
      lines.push(line);
      rows++;
    }
    if (ragged > MOST_FAULTS) faults.push(error('CE2018', { more: ragged - MOST_FAULTS }, ['file']));
    if (faults.length > 0) return { ok: false, faults };
    return {
      ok: true,
      value: { text: this.text, header, rows, bounds, escaped: escapes, lines: Int32Array.from(lines) },
    };
  }
}

function grown<T extends Int32Array | Uint8Array>(old: T, least: number): T {
  const next = new (old.constructor as new (n: number) => T)(Math.max(least, old.length * 2));
  next.set(old);
  return next;
}

/** The text of a field. */
export function fieldText(d: Delimited, row: number, column: number): string {
  const at = row * d.header.length + column;
  const raw = d.text.slice(d.bounds[2 * at], d.bounds[2 * at + 1]);
  return d.escaped[at] === 1 ? raw.replaceAll('""', '"') : raw;
}
