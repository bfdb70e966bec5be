/** What a note says of how models were estimated: the estimator and whom it compares, instruments, weights. */
import type { Lang } from '../catalogue/entry.ts';
import type { Word } from '../catalogue/words.ts';
import { numberOf } from '../columns/record.ts';
import type { Json, JsonRecord } from '../contract.ts';
import { estimatorName } from './estimator-name.ts';
import { fieldsOf, itemsOf, textOf } from './fields.ts';
import { joined } from './listing.ts';
import { type Labels, termLabel } from './term-label.ts';
import { numberText } from './ticks.ts';
import { say } from './wording.ts';

/** Options of event studies that tell whom an estimator compares, and how; those that a reader must know. */
const OPTIONS: Readonly<Record<string, Readonly<Record<string, Word>>>> = {
  control: { never: 'againstNever', 'not-yet': 'againstNotYet', later: 'againstLater' },
  method: {
    dr: 'byDoublyRobust',
    ipw: 'byProbability',
    reg: 'byRegression',
    efficient: 'byEfficient',
    did: 'byDifference',
    means: 'byMeans',
  },
  base: { varying: 'baseVarying', universal: 'baseUniversal' },
  switchers: { in: 'switchersIn', out: 'switchersOut' },
};

function optionTexts(options: JsonRecord, lang: Lang): readonly string[] {
  const chosen = Object.entries(OPTIONS).flatMap(([option, known]) => {
    const value = textOf(options[option]) ?? '';
    const word = Object.hasOwn(known, value) ? known[value] : undefined;
    return word === undefined ? [] : [say(word, lang)];
  });
  const anticipation = numberOf(options.anticipation);
  return [
    ...chosen,
    ...(anticipation > 0 ? [say('anticipation', lang, { n: numberText(anticipation, 0) })] : []),
    ...(options.normalized === true ? [say('perUnitOfTreatment', lang)] : []),
  ];
}

/** @param isNamed the head of the table says the estimator's name */
function estimatorText(record: Json, lang: Lang, isNamed: boolean): string {
  const name = estimatorName(record, lang);
  if (name === undefined) return '';
  const texts = optionTexts(fieldsOf(fieldsOf(record).options), lang);
  const first = isNamed ? [] : [say('estimatorIs', lang, { name })];
  return [...first, ...texts].join(lang === 'zh' ? '，' : ', ');
}

const METHODS: Readonly<Record<string, Word>> = { '2sls': 'twoStageSquares', liml: 'liml', fuller: 'fuller' };

/** Dummies of one variable are called by it. */
function termList(value: Json | undefined, labels: Labels, lang: Lang): string {
  const names = itemsOf(value).flatMap((name) => textOf(name) ?? []);
  const variables = names.map((name) => (names.length > 4 ? name.replace(/::[^:]+/g, '') : name));
  return joined(
    [...new Set(variables)].map((name) => termLabel(name, labels, lang)),
    lang,
  );
}

function instrumentText(record: Json, labels: Labels, lang: Lang): string {
  const iv = fieldsOf(fieldsOf(record).iv);
  const method = METHODS[textOf(iv.method) ?? ''];
  if (method === undefined) return '';
  return say('instrumentedBy', lang, {
    method: say(method, lang),
    endogenous: termList(iv.endogenous, labels, lang),
    instruments: termList(iv.instruments, labels, lang),
  });
}

/** What `match` calls its weights. */
const MATCH_WEIGHT = '_weight';

function weightText(record: Json, labels: Labels, lang: Lang): string {
  const weights = textOf(fieldsOf(record).weights);
  if (weights === undefined) return '';
  const isOurs = weights === MATCH_WEIGHT && !Object.hasOwn(labels, weights);
  return say('weightedBy', lang, { name: isOurs ? say('matchingWeights', lang) : termLabel(weights, labels, lang) });
}

export interface EstimationTexts {
  readonly estimator: string;
  readonly instruments: string;
  readonly weights: string;
}

/** Of one model; '' where there is nothing to say. */
export const estimationTexts = (
  record: Json,
  { labels, lang, isNamed }: { readonly labels: Labels; readonly lang: Lang; readonly isNamed: boolean },
): EstimationTexts => ({
  estimator: estimatorText(record, lang, isNamed),
  instruments: instrumentText(record, labels, lang),
  weights: weightText(record, labels, lang),
});
