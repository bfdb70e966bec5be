/** A reason for staleness in words. */
import type { Lang } from '../../stages/catalogue/entry.ts';
import { fill } from '../../stages/catalogue/fill.ts';
import { messageOf } from '../../stages/catalogue/render.ts';
import { ui } from '../../stages/catalogue/ui.ts';
import { type Fault, type Json, ROWS } from '../../stages/contract.ts';
import type { ColumnDifferences, ValueChange } from '../../stages/contract-differences.ts';
import type { PartDifference, Reason } from '../plan/reason.ts';
import { clauses, listed } from './list-text.ts';
import { timeText } from './time-text.ts';

export function reasonText(reason: Reason, lang: Lang): string {
  switch (reason.kind) {
    case 'never-ran':
      return ui['reason-never-ran'][lang];
    case 'no-result':
      return reason.faults === undefined
        ? ui['reason-no-result'][lang]
        : fill(ui['reason-fails'][lang], { faults: faultsText(reason.faults, lang) });
    case 'code': {
      const { type, file, edited } = reason;
      const text = fill(ui['reason-code'][lang], { type });
      if (file === undefined) return text;
      return `${reasonText({ kind: 'file', param: '', file, ...(edited === undefined ? {} : { edited }) }, lang)}${lang === 'zh' ? '：' : ': '}${text}`;
    }
    case 'runtime':
      return fill(ui['reason-runtime'][lang], { before: reason.before, now: reason.now });
    case 'spec':
      return fill(ui['reason-spec'][lang], {
        path: specWords(reason.path, lang),
        before: reason.before || '–',
        now: reason.now || '–',
      });
    case 'param':
      // of a run that was recorded the place is not known any more
      return fill(ui[reason.place === '' ? 'reason-spec' : 'reason-param'][lang], {
        ...reason,
        before: reason.before || '–',
        now: reason.now || '–',
      });
    case 'file':
      return reason.edited === undefined
        ? fill(ui['reason-file'][lang], { file: reason.file })
        : fill(ui['reason-file-edited'][lang], { file: reason.file, time: timeText(reason.edited) });
    case 'part': {
      const { from, part, change, values } = reason;
      const text =
        part === ROWS
          ? fill(ui['reason-rows'][lang], { from })
          : fill(ui[`reason-part-${change}`][lang], { from, part });
      const details = values === undefined ? '' : part === ROWS ? rowsText(values, lang) : valuesText(values, lang);
      return details === '' ? text : `${text}${lang === 'zh' ? '：' : ': '}${details}`;
    }
    case 'depends':
      return fill(ui['reason-depends'][lang], { on: listed(reason.on, lang) });
  }
}

const faultsText = (faults: readonly Pick<Fault, 'code' | 'args'>[], lang: Lang): string =>
  faults.map(({ code, args }) => `${code}: ${messageOf(code, args, lang)}`).join(lang === 'zh' ? '；' : '; ');

/** Lists in which tables and figures have the `label` of each stage that they show. */
const STAGE_LABELS = /^(?:\w+\.)?(?:columnLabels|columnParts|panels|names|parts)$/;

/** What is in a spec and not in the stage's own params was written elsewhere: mostly as a label, of a column or of a stage. */
function specWords(path: string, lang: Lang): string {
  const column = /^(?:\w+\.)?labels\.(.+)$/.exec(path)?.[1];
  if (column !== undefined) return fill(ui['reason-label'][lang], { name: column });
  if (STAGE_LABELS.test(path)) return ui['reason-labels'][lang];
  if (/^(?:\w+\.)?controls\.collapsed\b/.test(path)) return ui['reason-controls'][lang];
  return path.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Reasons in words. Rows that came or went are told once, and not again for each column that has them. */
export function reasonTexts(why: readonly Reason[], lang: Lang): string[] {
  const valuesOf = (from: string): ColumnDifferences | undefined =>
    why.flatMap((r) => (r.kind === 'part' && r.from === from && r.values !== undefined ? [r.values] : []))[0];
  const texts = why.flatMap((reason): string[] => {
    if (reason.kind !== 'part') return [reasonText(reason, lang)];
    const { part, values, from } = reason;
    if (part === ROWS) return [reasonText({ ...reason, ...optionalValues(valuesOf(from)) }, lang)];
    if (values === undefined || values.added + values.removed === 0) return [reasonText(reason, lang)];
    // as many rows may come as go
    const rows = reasonText({ ...reason, part: ROWS }, lang);
    return values.changed === 0 ? [rows] : [rows, reasonText(reason, lang)];
  });
  return [...new Set(texts)];
}

const optionalValues = (values: ColumnDifferences | undefined) => (values === undefined ? {} : { values });

/** What a stage makes otherwise, a line a column, and the rows that came or went. */
export function makesTexts(makes: readonly PartDifference[], lang: Lang): string[] {
  const rows = makes.map((m) => rowsText(m.values, lang)).find((text) => text !== '');
  const changed = makes.filter((m) => m.values.changed > 0).map((m) => `→ ${m.part}: ${valuesText(m.values, lang)}`);
  return rows === undefined ? changed : [`→ ${rows}`, ...changed];
}

const SHOWN = 3;

/** `12 of 3850 values (Ningbo 2016: 0.41 → 0.44, …)` */
function valuesText(d: ColumnDifferences, lang: Lang): string {
  const examples = d.examples.slice(0, SHOWN).map(changeText);
  const list = clauses([...examples, ...(d.changed > examples.length && examples.length > 0 ? ['…'] : [])], lang);
  const counts = fill(ui['values-changed'][lang], { changed: grouped(d.changed), rows: grouped(d.rows) });
  return list === '' ? counts : `${counts} (${list})`;
}

/** `rows added: 1 (Lhasa 2022), rows removed: 2 (…)`; '' when there are none. */
function rowsText(d: ColumnDifferences, lang: Lang): string {
  const one = (text: 'rows-added' | 'rows-removed', count: number, names: readonly string[]): string[] => {
    if (count === 0) return [];
    const list = clauses([...names.slice(0, SHOWN), ...(count > SHOWN ? ['…'] : [])], lang);
    return [`${fill(ui[text][lang], { count: grouped(count) })} (${list})`];
  };
  return clauses(
    [...one('rows-added', d.added, d.addedNames), ...one('rows-removed', d.removed, d.removedNames)],
    lang,
  );
}

/** 3,850 */
const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');

const changeText = ({ at, row, before, after }: ValueChange): string => {
  const short = [valueText(before, 6), valueText(after, 6)] as const;
  const [a, b] = short[0] === short[1] ? [valueText(before, 17), valueText(after, 17)] : short;
  return `${at?.join(' ') ?? `#${row}`}: ${a} → ${b}`;
};

function valueText(value: Json, digits: number): string {
  if (value === null) return 'NA';
  if (typeof value === 'number') return String(Number(value.toPrecision(digits)));
  return typeof value === 'string' ? `'${value}'` : String(value);
}
