/** Types of comparison in a decomposition of a two-way estimate, in the order in which they are listed. */
import type { Word } from '../catalogue/words.ts';

export const COMPARISONS: Readonly<Record<string, Word>> = {
  treated_vs_untreated: 'treatedVsUntreated',
  earlier_vs_later: 'earlierVsLater',
  later_vs_earlier: 'laterVsEarlier',
  later_vs_always: 'laterVsAlways',
  both_treated: 'bothTreated',
  within: 'withinCohorts',
};
