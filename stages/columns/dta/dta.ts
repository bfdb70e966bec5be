/** Stata files of the formats 113 to 115 and 117 to 119 as columns. */
import { error, type Fault } from '../../contract.ts';
import { MISSING, type TextColumn } from '../column.ts';
import { type Encoding, strictly } from '../encoding.ts';
import type { TableRead } from '../file-columns.ts';
import { headerFaults } from '../header.ts';
import type { KnownType, ValueColumn } from '../value-column.ts';
import { Cursor, DtaFault } from './cursor.ts';
import { numbersOrDates, typeOf } from './dates.ts';
import { type DtaHeader, readHeader } from './header.ts';
import { readSections } from './sections.ts';
import { labelled, longTextsAt, numbersAt, type RawTexts, textsAt } from './values.ts';

export interface DtaOptions {
  /** of its texts; found from the bytes when not said */
  readonly encoding?: Encoding;
  /** variables whose value labels are taken in place of their codes: all that have some, or these */
  readonly labels?: 'text' | readonly string[];
}

/** Names and, where the description tells, types; undefined when the beginning of the file does not say. */
export function dtaColumns(
  head: Uint8Array,
  options: DtaOptions,
): readonly { readonly name: string; readonly type?: KnownType }[] | undefined {
  try {
    const header = readHeader(new Cursor(head));
    const names = namesOf(header, options);
    return header.variables.map((variable, i) => {
      const name = names[i] as string;
      // the labels stand at the end of the file
      const type = variable.labels !== '' && takesLabels(name, options) ? undefined : typeOf(variable);
      return type === undefined ? { name } : { name, type };
    });
  } catch (thrown) {
    if (thrown instanceof DtaFault) return undefined;
    throw thrown;
  }
}

/** Errors: CE3160–CE3164. */
export function readDta(bytes: Uint8Array, options: DtaOptions): TableRead {
  try {
    return read(new Cursor(bytes), options);
  } catch (thrown) {
    if (thrown instanceof DtaFault) return { ok: false, faults: [thrown.fault] };
    throw thrown;
  }
}

function read(cursor: Cursor, options: DtaOptions): TableRead {
  const header = readHeader(cursor);
  const names = namesOf(header, options);
  const sections = readSections(cursor, header);
  const faults: Fault[] = [];
  let at = sections.data;
  const raw = header.variables.map((variable, i): ValueColumn | RawTexts => {
    const place = { at, step: sections.rowWidth, rows: header.rows };
    at += variable.width;
    const name = names[i] as string;
    const labels = sections.labels.get(variable.labels);
    if (labels === undefined && options.labels !== 'text' && options.labels?.includes(name) === true)
      faults.push(error('CE3164', { name }, ['labels']));
    if (variable.kind === 'str') return textsAt(cursor, variable.width, place);
    if (variable.kind === 'strL') return longTextsAt(cursor, header.release, place, sections);
    const values = numbersAt(cursor, variable.kind, place);
    return labels !== undefined && takesLabels(name, options)
      ? labelled(values, labels)
      : numbersOrDates(values, variable);
  });
  if (faults.length > 0) return { ok: false, faults };
  const used = raw.flatMap((column) => ('levels' in column ? column.levels : []));
  const decode = decoderOf(used, header.release, options.encoding);
  const columns = raw.map(
    (column): ValueColumn => ('levels' in column ? { column: decoded(column, decode), type: 'text' } : column),
  );
  return {
    ok: true,
    value: {
      columns: new Map(columns.map(({ column }, i) => [names[i] as string, column])),
      infos: columns.map(({ type }, i) => ({ name: names[i] as string, type })),
      rows: header.rows,
    },
  };
}

const takesLabels = (name: string, { labels }: DtaOptions): boolean =>
  labels === 'text' || labels?.includes(name) === true;

/** From the names alone, which the head of the file has too. */
function namesOf(header: DtaHeader, { encoding }: DtaOptions): string[] {
  const raw = header.variables.map((v) => v.name);
  const names = raw.map(decoderOf(raw, header.release, encoding));
  const [fault] = headerFaults(names);
  if (fault !== undefined) throw new DtaFault(fault);
  return names;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: what is the same in every encoding
const ASCII = /^[\x00-\x7f]*$/;

/**
 * The first encoding in which all of these can be read. Stata writes UTF-8 since format 118, before that whatever the machine had; a file of
 * old that a later Stata saved without translating it holds what it held.
 */
function decoderOf(raw: readonly string[], release: number, wanted: Encoding | undefined): (text: string) => string {
  const odd = raw.filter((text) => !ASCII.test(text));
  const tries: readonly Encoding[] =
    wanted !== undefined ? [wanted] : release < 118 ? ['utf-8', 'gb18030', 'windows-1252'] : ['utf-8', 'gb18030'];
  let unread = '';
  for (const encoding of tries) {
    const texts = new Map<string, string>();
    const bad = odd.find((text) => {
      const read = strictly(bytesOf(text), encoding, true);
      if (read !== undefined) texts.set(text, read);
      return read === undefined;
    });
    if (bad === undefined) return (text) => texts.get(text) ?? text;
    unread = bad;
  }
  throw new DtaFault(error('CE3163', { encoding: tries.join(', '), text: readable(unread) }, ['file']));
}

const bytesOf = (raw: string): Uint8Array => Uint8Array.from(raw, (c) => c.charCodeAt(0));

const readable = (raw: string): string => new TextDecoder().decode(bytesOf(raw)).slice(0, 40);

/** Two spellings of one text are one level. */
function decoded({ codes, levels }: RawTexts, decode: (text: string) => string): TextColumn {
  const known = new Map<string, number>();
  const to = levels.map((level) => {
    const text = decode(level);
    let code = known.get(text);
    if (code === undefined) known.set(text, (code = known.size));
    return code;
  });
  return {
    kind: 'text',
    codes: codes.map((code) => (code === MISSING ? MISSING : (to[code] as number))),
    levels: [...known.keys()],
  };
}
