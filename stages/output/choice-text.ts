/** The choices of a specification curve in print. */
import type { Lang } from '../catalogue/entry.ts';
import type { Word } from '../catalogue/words.ts';
import { effectName, type Labels, termLabel } from './term-label.ts';
import { say } from './wording.ts';

/** What a curve varies, in the order in which people read it. */
export const AXES: Readonly<Record<string, Word>> = {
  y: 'axisOutcome',
  x: 'axisRegressor',
  controls: 'controls',
  absorb: 'axisEffects',
  cluster: 'axisErrors',
  vcov: 'axisErrors',
  weights: 'axisWeights',
  where: 'axisSample',
};

/** Names that the curve gives to choices of nothing. */
const OWN: Readonly<Record<string, Word>> = { none: 'noneChosen', 'all rows': 'allRowsChosen' };

/** Columns in a choice are called by their labels; an empty one is a dash. */
export function choiceText(choice: string, labels: Labels, lang: Lang): string {
  if (choice === '') return '—';
  if (Object.hasOwn(labels, choice)) return labels[choice] as string;
  const own = Object.hasOwn(OWN, choice) ? OWN[choice] : undefined;
  if (own !== undefined) return say(own, lang);
  return choice
    .split(' + ')
    .map((part) => (/[\^[]/.test(part) ? effectName : termLabel)(part, labels, lang))
    .join(' + ');
}
