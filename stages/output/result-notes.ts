/** What results say of themselves, under the table that prints them: rows that were lost, terms that were dropped, weak comparisons. */
import type { FaultArgs, Lang } from '../catalogue/entry.ts';
import { isPrintedCode, type PrintedCode, printedMessage } from '../catalogue/printed.ts';
import type { Json } from '../contract.ts';
import { type Place, saidOf } from './by-column.ts';
import { MINUS } from './document.ts';
import { fieldsOf, recordsOf, textOf } from './fields.ts';
import { groupLabel } from './labels.ts';
import { effectName, type Labels, termLabel } from './term-label.ts';
import { say } from './wording.ts';

/** Notes for whoever runs the study, not for whoever reads the paper: advice, and checks that hold. */
const ADVICE: ReadonlySet<string> = new Set(['CN2404', 'CN2406', 'CN2432', 'CN2500', 'CN2532', 'CN2537']);

/** Arguments that name columns, terms or effects: they are called in print what the table calls them. */
const NAMES: ReadonlySet<string> = new Set(['columns', 'effects', 'term', 'terms', 'name', 'unit', 'by']);

interface Remark {
  readonly code: PrintedCode;
  readonly args: FaultArgs;
}

/** The notes of a record that a reader of its numbers must know. */
function remarksOf(record: Json): readonly Remark[] {
  return recordsOf(fieldsOf(record).notes).flatMap((note) => {
    const code = textOf(note.code) ?? '';
    return isPrintedCode(code) && !ADVICE.has(code) ? [{ code, args: fieldsOf(note.args) as FaultArgs }] : [];
  });
}

const called = (name: string, labels: Labels, lang: Lang): string =>
  name.includes('^') || name.includes('[') ? effectName(name, labels, lang) : termLabel(name, labels, lang);

/** "collinear with a, b": the terms are called what the table calls them. */
function reasonInPrint(reason: string, labels: Labels, lang: Lang): string {
  const found = /^collinear with (?!the fixed effects$)(.+)$/.exec(reason);
  if (found === null) return reason;
  // commas inside brackets belong to a term
  const terms = (found[1] ?? '').split(/, (?![^(]*\))/);
  return `collinear with ${terms.map((term) => called(term, labels, lang)).join(say('listJoin', lang))}`;
}

function inPrint({ code, args }: Remark, labels: Labels, lang: Lang): string {
  const named = Object.entries(args).map(([key, value]): readonly [string, FaultArgs[string]] => {
    if (key === 'reason' && typeof value === 'string') return [key, reasonInPrint(value, labels, lang)];
    if (key === 'group' && typeof value === 'string') return [key, groupLabel(value, labels, lang)];
    if (!NAMES.has(key) || typeof value === 'number') return [key, value];
    const names = (typeof value === 'string' ? [value] : value).map((v) => called(v, labels, lang));
    return [key, names.join(say('listJoin', lang))];
  });
  // quotes are for names as they stand in the pipeline, hyphens before digits for minus signs
  return printedMessage(code, Object.fromEntries(named), lang)
    .replace(/'([^']*)'/g, '$1')
    .replace(/(?<=^|[\s([（])-(?=\d)/g, MINUS);
}

/** One line, each remark once and before it the columns that make it; none where there is nothing to say. */
export function resultNotes(
  records: readonly Json[],
  { labels, lang, place = 'column' }: { readonly labels: Labels; readonly lang: Lang; readonly place?: Place },
): readonly string[] {
  const columns = new Map<string, number[]>();
  for (const [i, record] of records.entries())
    for (const text of new Set(remarksOf(record).map((remark) => inPrint(remark, labels, lang))))
      columns.set(text, [...(columns.get(text) ?? []), i + 1]);
  if (columns.size === 0) return [];
  const join = say('sentenceJoin', lang);
  const groups = new Map<string, { readonly at: readonly number[]; readonly texts: string[] }>();
  for (const [text, at] of columns) {
    const group = groups.get(at.join()) ?? { at, texts: [] };
    groups.set(at.join(), group);
    group.texts.push(text);
  }
  const sentences = [...groups.values()].map(({ at, texts }) =>
    saidOf(texts.join(join), at, { all: records.length, lang, place }),
  );
  const line = sentences.join(join) + say('sentenceEnd', lang);
  // a sentence of ours may begin with a capital; a column's name stays as it is
  return [/^(?:columns? \(|panels? [A-Z])/.test(line) ? line.charAt(0).toUpperCase() + line.slice(1) : line];
}
