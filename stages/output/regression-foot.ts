/** The foot of a table of models: controls, fixed effects, sample size, fit. */
import type { Lang } from '../catalogue/entry.ts';
import type { Word } from '../catalogue/words.ts';
import type { Note } from '../contract.ts';
import { type Cell, cell, type Row } from './document.ts';
import { COUNTS, FIT, type FootRow, TESTS } from './foot-rows.ts';
import type { GroupTest } from './group-test.ts';
import type { Model } from './model-record.ts';
import { numberCell } from './number-cell.ts';
import type { RegressionSpec } from './regression-spec.ts';
import { effectLabel, type Labels, termLabel } from './term-label.ts';
import { mainLanguage, say } from './wording.ts';

export interface FootMatter {
  readonly models: readonly Model[];
  readonly tests: readonly GroupTest[];
  readonly shown: readonly string[];
  readonly controls: readonly (boolean | undefined)[] | undefined;
}

const line = (label: string, cells: readonly Cell[]): Row => ({ kind: 'line', cells: [cell(label), ...cells] });

/** Empty where the question does not arise. */
const yesNo = (label: string, truths: readonly (boolean | undefined)[], lang: Lang): Row =>
  line(
    label,
    truths.map((t) => cell(t === undefined ? '' : say(t ? 'yes' : 'no', lang))),
  );

function effectRows(models: readonly Model[], labels: Labels, lang: Lang): readonly Row[] {
  const names = [...new Set(models.flatMap((m) => m.absorbed ?? []))];
  return names.map((name) =>
    yesNo(
      effectLabel(name, labels, lang),
      models.map((m) => m.absorbed?.includes(name)),
      lang,
    ),
  );
}

function clusterRow(models: readonly Model[], { lang: languages, thousands }: RegressionSpec): readonly Row[] {
  const lang = mainLanguage(languages);
  const counts = models.map((m) => m.clusters.map((c) => c.levels).filter(Number.isFinite));
  if (counts.every((c) => c.length === 0)) return [];
  const one = (c: readonly number[]): Cell =>
    c.length === 1 ? numberCell(c[0] ?? Number.NaN, { digits: 0, thousands }) : cell(c.join(', '));
  return [line(say('clusterCount', lang), counts.map(one))];
}

/** The tests of terms that are printed. */
export const testsShown = ({ tests, shown }: Pick<FootMatter, 'tests' | 'shown'>): readonly GroupTest[] =>
  tests.filter(({ term, pValue }) => Number.isFinite(pValue) && (term === undefined || shown.includes(term)));

/** A p-value over the whole width for each term that is tested between the models. */
function testRows(matter: FootMatter, spec: RegressionSpec): readonly Row[] {
  const lang = mainLanguage(spec.lang);
  const rows = testsShown(matter);
  return rows.map(({ term, pValue }) => {
    const between = say('differenceBetweenGroups', lang);
    const many = rows.length > 1 && term !== undefined;
    const name = many ? `${between}${lang === 'zh' ? '：' : ': '}${termLabel(term, spec.labels, lang)}` : between;
    const value = numberCell(pValue, { digits: spec.digits });
    return line(say('groupDifference', lang, { name }), [{ ...value, span: matter.models.length }]);
  });
}

interface Stat {
  readonly name: string;
  readonly word: Word;
  /** where in the record */
  readonly path: string;
}

function statRow({ name, word, path }: Stat, matter: FootMatter, spec: RegressionSpec): readonly Row[] {
  const values = matter.models.map((m) => m.stat(path));
  if (!values.some(Number.isFinite)) return [];
  const digits = Object.hasOwn(COUNTS, name) ? 0 : spec.digits;
  const label = spec.labels[name] ?? say(word, mainLanguage(spec.lang));
  return [
    line(
      label,
      values.map((v) => numberCell(v, { digits, thousands: spec.thousands })),
    ),
  ];
}

function statOf(name: keyof typeof COUNTS | keyof typeof FIT | keyof typeof TESTS): Stat {
  if (Object.hasOwn(TESTS, name)) {
    const [word, path] = TESTS[name as keyof typeof TESTS];
    return { name, word, path };
  }
  return { name, word: { ...COUNTS, ...FIT }[name as keyof typeof COUNTS | keyof typeof FIT], path: name };
}

/** The rows asked for, in that order; a row that no model has a value for is left out, and told of where it was asked for. */
export function footRows(
  matter: FootMatter,
  spec: RegressionSpec,
): { readonly rows: readonly Row[]; readonly notes: readonly Note[] } {
  const made = spec.rows.map((name) => ({ name, rows: footRow(name, matter, spec) }));
  const absent = spec.asked ? made.filter(({ rows }) => rows.length === 0) : [];
  return {
    rows: made.flatMap(({ rows }) => rows),
    notes: absent.map(({ name }) =>
      name === 'controls' && matter.controls === undefined
        ? { code: 'CN2892', args: {} }
        : { code: 'CN2891', args: { name } },
    ),
  };
}

function footRow(row: FootRow, matter: FootMatter, spec: RegressionSpec): readonly Row[] {
  const lang = mainLanguage(spec.lang);
  if (row === 'controls') {
    const told = matter.controls?.some((has) => has !== undefined) ?? false;
    const label = spec.labels.controls ?? say('controls', lang);
    return matter.controls === undefined || !told ? [] : [yesNo(label, matter.controls, lang)];
  }
  if (row === 'effects') return effectRows(matter.models, spec.labels, lang);
  if (row === 'clusters') return clusterRow(matter.models, spec);
  if (row === 'tests') return testRows(matter, spec);
  return statRow(statOf(row), matter, spec);
}
