/** The note under a table of models: what stands in brackets, how the errors were computed, what the stars mean. */

import type { Word } from '../catalogue/words.ts';
import type { Lang } from '../contract.ts';
import { decimalOfDouble } from './decimal.ts';
import type { Row } from './document.ts';
import { errorSentences } from './error-kind.ts';
import { joined } from './listing.ts';
import type { Model } from './model-record.ts';
import { noteLines } from './note-lines.ts';
import { DASH } from './number-cell.ts';
import type { RegressionSpec, Statistic } from './regression-table.ts';
import type { StarRule } from './stars.ts';
import { mainLanguage, say } from './wording.ts';

const BRACKETS = { t: 'bracketT', se: 'bracketSe', p: 'bracketP', ci: 'bracketCi' } as const satisfies Record<
  Statistic,
  Word
>;

/** 0.05 as `5`, 0.001 as `0.1`. */
export function percent(share: number): string {
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

/** One line of ours, then the author's own. */
export function regressionNotes(
  models: readonly Model[],
  body: readonly Row[],
  spec: RegressionSpec,
): readonly string[] {
  const lang = mainLanguage(spec.lang);
  const cells = body.flatMap((row) => row.cells.slice(1).map((c) => ({ kind: row.kind, c })));
  const bracketed = cells.some(({ kind, c }) => kind === 'statistic' && c.text !== '');
  const level = percent(models[0]?.level ?? 0.95);
  const sentences = [
    ...(bracketed ? [say(BRACKETS[spec.stat], lang, { level })] : []),
    ...errorSentences(models, spec.labels, lang),
    ...starSentence(spec.stars, lang),
    ...(cells.some(({ c }) => c.text === DASH) ? [say('dashIs', lang)] : []),
  ];
  return noteLines(sentences, spec.notes, lang);
}
