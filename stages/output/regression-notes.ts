/** The note under a table of models: what stands in brackets, how the errors were computed, what the stars mean. */
import type { Lang } from '../catalogue/entry.ts';
import type { Word } from '../catalogue/words.ts';
import { byColumn } from './by-column.ts';
import { decimalOfDouble } from './decimal.ts';
import type { Row } from './document.ts';
import { errorSentences } from './error-kind.ts';
import type { EstimationTexts } from './estimation-note.ts';
import { type GroupTest, groupTestText } from './group-test.ts';
import { joined } from './listing.ts';
import type { Model } from './model-record.ts';
import { noteLines } from './note-lines.ts';
import { DASH } from './number-cell.ts';
import type { RegressionSpec, Statistic } from './regression-spec.ts';
import type { StarRule } from './stars.ts';
import { numberText } from './ticks.ts';
import { mainLanguage, say } from './wording.ts';

const BRACKETS = { t: 'bracketT', se: 'bracketSe', p: 'bracketP', ci: 'bracketCi' } as const satisfies Record<
  Statistic,
  Word
>;

/** 0.05 as `5`, 0.001 as `0.1`. */
function percent(share: number): string {
  const { units, scale } = decimalOfDouble(share);
  return String(Number(`${units}e${2 - scale}`));
}

/** What the stars mean; nothing where there are none. */
export function starSentence(stars: StarRule, lang: Lang): readonly string[] {
  if (stars.length === 0) return [];
  const strict = [...stars].reverse();
  const symbols = strict.map((s) => s.symbol);
  const levels = strict.map((s) => `${percent(s.level)}%`);
  const list = (texts: readonly string[]) => (lang === 'zh' ? texts.join(say('listJoin', lang)) : joined(texts, lang));
  return [say(strict.length === 1 ? 'starIs' : 'starsAre', lang, { symbols: list(symbols), levels: list(levels) })];
}

/** "The reference period is −1", of the models whose periods are printed and compared with it. */
function referenceSentences({ models, shown }: NoteMatter, lang: Lang): readonly string[] {
  return byColumn(
    models.map(({ terms, reference }) => {
      const estimated = new Set(terms.map((t) => t.period));
      const left = reference.filter((r) => !estimated.has(r)).map((r) => numberText(r, 0));
      if (left.length === 0 || !terms.some((t) => t.period !== undefined && shown.includes(t.name))) return '';
      return say(left.length === 1 ? 'referenceIs' : 'referencesAre', lang, { periods: joined(left, lang) });
    }),
    lang,
  );
}

interface NoteMatter {
  readonly models: readonly Model[];
  readonly body: readonly Row[];
  /** names of the printed terms */
  readonly shown: readonly string[];
  /** what to say of how each model was estimated */
  readonly estimation: readonly EstimationTexts[];
  /** tests between the models that are printed */
  readonly tests: readonly GroupTest[];
  /** lines about the results */
  readonly remarks: readonly string[];
}

/** One line of ours, what the results say of themselves, then the author's own. */
export function regressionNotes(matter: NoteMatter, spec: RegressionSpec): readonly string[] {
  const { models, body } = matter;
  const lang = mainLanguage(spec.lang);
  const cells = body.flatMap((row) => row.cells.slice(1).map((c) => ({ kind: row.kind, c })));
  const bracketed = cells.some(({ kind, c }) => kind === 'statistic' && c.text !== '');
  const level = percent(models[0]?.level ?? 0.95);
  const sentences = (of: keyof EstimationTexts): readonly string[] =>
    byColumn(
      matter.estimation.map((texts) => texts[of]),
      lang,
    );
  const all = [
    ...(bracketed ? [say(BRACKETS[spec.stat], lang, { level })] : []),
    ...sentences('estimator'),
    ...sentences('instruments'),
    ...errorSentences(models, spec.labels, lang),
    ...sentences('weights'),
    ...new Set(matter.tests.map((test) => groupTestText(test, lang)).filter((text) => text !== '')),
    ...starSentence(spec.stars, lang),
    ...referenceSentences(matter, lang),
    ...(cells.some(({ c }) => c.text === DASH) ? [say('dashIs', lang)] : []),
  ];
  return noteLines(all, [...matter.remarks, ...spec.notes], lang);
}
