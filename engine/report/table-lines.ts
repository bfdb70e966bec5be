/** A presented value as lines for the terminal: tables and records aligned in columns, wide characters counted as two. */
import type { Lang } from '../../stages/catalogue/entry.ts';
import { reasonText } from '../../stages/catalogue/reason.ts';
import type { Json } from '../../stages/contract.ts';
import { widthOf } from '../diagnostic/frame.ts';
import { paintWith } from '../diagnostic/paint.ts';

export interface TableLineOptions {
  readonly lang: Lang;
  readonly color: boolean;
  readonly head: number;
  /** so many lines of a text; all when absent */
  readonly lines?: number;
}

type JsonObject = { readonly [key: string]: Json };

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A text that was written in several languages. */
const isText = (value: JsonObject): boolean => {
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => (key === 'en' || key === 'zh') && typeof value[key] === 'string');
};

/** Seven significant digits are enough to read; `--json` gives all. */
function cellText(value: Json | undefined, lang: Lang): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(7)));
  if (isObject(value) && isText(value)) return String(value[lang] ?? value.en ?? value.zh);
  return typeof value === 'object' ? JSON.stringify(value) : printable(String(value));
}

/** A line break in a cell, say, is no end of the row, and other control characters are no commands to the terminal. */
const printable = (text: string): string =>
  text.replace(/\p{Cc}/gu, (c) => WRITTEN[c] ?? `\\u${(c.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`);

/** In columns of the terminal. */
const WIDEST = 40;

/** A cell that would push all others out of sight is cut; `--json` gives it whole. */
function brief(text: string): string {
  if (text.length <= WIDEST / 2 || widthOf(text) <= WIDEST) return text;
  let [kept, width] = ['', 0];
  for (const character of text) {
    width += widthOf(character);
    if (width >= WIDEST) break;
    kept += character;
  }
  return `${kept}…`;
}

const WRITTEN: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function aligned(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  numeric: readonly boolean[],
): string[] {
  const widths = header.map((h, j) => Math.max(widthOf(h), ...rows.map((r) => widthOf(r[j] ?? ''))));
  const line = (cells: readonly string[]): string =>
    cells
      .map((c, j) => {
        const pad = ' '.repeat((widths[j] as number) - widthOf(c));
        return numeric[j] ? pad + c : c + pad;
      })
      .join('  ')
      .trimEnd();
  return [line(header), ...rows.map(line)];
}

/** Rows of texts in columns; `numeric` ones to the right. */
export const alignedLines = (rows: readonly (readonly string[])[], numeric: readonly boolean[] = []): string[] =>
  rows.length === 0 ? [] : aligned(rows[0] as readonly string[], rows.slice(1), numeric);

/** What a row is of, then what was estimated, as people read it; other fields follow as they come. */
const FIRST = [
  ...['term', 'name', 'variable', 'indicator', 'left_out', 'group', 'effect', 'method', 'draw'],
  ...['estimate', 'std_error', 'statistic', 'p_value', 'conf_low', 'conf_high'],
];

/** @param fields the order that the record itself wants */
function inOrder(names: readonly string[], fields: readonly string[]): readonly string[] {
  const first = [...fields, ...FIRST];
  const rank = (name: string): number => (first.includes(name) ? first.indexOf(name) : first.length);
  return [...names].sort((a, b) => rank(a) - rank(b));
}

function rowsOfObjects(list: readonly JsonObject[], lang: Lang, fields: readonly string[]): string[] {
  // what a note is made of stands in its message, what a reason is made of in the reason
  const isNote = list.every((row) => typeof row.message === 'string');
  const hidden = isNote ? 'args' : 'why';
  const names = [...new Set(list.flatMap((row) => Object.keys(row)))].filter((h) => h !== hidden);
  const header = isNote ? names : inOrder(names, fields);
  const numeric = header.map((h) => list.some((row) => typeof row[h] === 'number'));
  return aligned(
    header,
    list.map((row) => header.map((h) => (h === 'reason' ? reasonText(row, lang) : cellText(row[h], lang)))),
    numeric,
  );
}

/** A table for people: caption, lines in columns, notes, then the files that hold it. */
function printed({ caption, head, lines, notes, files }: JsonObject, lang: Lang): string[] {
  const list = (of: Json | undefined): readonly Json[] => (Array.isArray(of) ? of : []);
  const rows = [...list(head), ...list(lines)].map((row) => list(row).map((c) => cellText(c, lang)));
  const texts = (of: Json | undefined): string[] => list(of).map((text) => cellText(text, lang));
  return [...texts(caption), ...alignedLines(rows), ...texts(notes), ...texts(files).map((file) => `→ ${file}`)];
}

export function tableLines(value: JsonObject, options: TableLineOptions): string[] {
  const paint = paintWith(options.color);
  if (value.kind === 'table' && Array.isArray(value.columns) && isObject(value.data)) {
    const columns = value.columns as unknown as readonly { name: string; type: string }[];
    const data = value.data as { readonly [name: string]: readonly Json[] };
    const shown = columns.filter((c) => data[c.name] !== undefined);
    const count = Math.min(options.head, ...shown.map((c) => (data[c.name] as readonly Json[]).length));
    const rows = Array.from({ length: shown.length === 0 ? 0 : count }, (_, i) =>
      shown.map((c) => brief(cellText(data[c.name]?.[i], options.lang))),
    );
    const lines = aligned(
      shown.map((c) => printable(c.name)),
      rows,
      shown.map((c) => c.type !== 'text'),
    );
    const more = Number(value.rows) - rows.length;
    return more > 0 ? [...lines, paint.dim(`… ${more}`)] : lines;
  }
  if (value.kind === 'document' && typeof value.text === 'string') {
    const lines = value.text.replace(/\n$/, '').split('\n');
    const more = lines.length - (options.lines ?? lines.length);
    return more > 0 ? [...lines.slice(0, options.lines), paint.dim(`… ${more}`)] : lines;
  }
  if (value.kind === 'document' && Array.isArray(value.head) && Array.isArray(value.lines))
    return printed(value, options.lang);
  const lines: string[] = [];
  for (const [key, member] of Object.entries(value)) {
    if (Array.isArray(member) && member.length > 0 && member.every(isObject)) {
      const list = (member as readonly JsonObject[]).slice(0, options.head);
      const fields = key === 'rows' && Array.isArray(value.fields) ? value.fields.map(String) : [];
      lines.push(paint.bold(key), ...rowsOfObjects(list, options.lang, fields).map((l) => `  ${l}`));
      if (member.length > list.length) lines.push(paint.dim(`  … ${member.length - list.length}`));
    } else if (key !== 'kind' && key !== 'vcov')
      lines.push(`${paint.bold(key)}: ${cellText(member as Json, options.lang)}`);
  }
  return lines;
}
