/** Texts that records hold and that mean the same in every study, with their names in print. */
import type { Word } from '../catalogue/words.ts';
import { COMPARISONS } from './comparison-types.ts';

const VALUES: Readonly<Record<string, Readonly<Record<string, Word>>>> = {
  type: COMPARISONS,
  effect: {
    total: 'totalEffect',
    direct: 'directEffect',
    indirect: 'indirectEffect',
    a: 'firstPath',
    b: 'secondPath',
  },
  method: {
    sobel: 'sobelTest',
    goodman: 'goodmanTest',
    bootstrap: 'percentileBootstrap',
    'bootstrap-bca': 'acceleratedBootstrap',
    flci: 'fixedLength',
    'c-lf': 'conditionalLeastFavourable',
    conditional: 'conditionalTest',
  },
};

/** The word for a value of a field, if it is one of those. */
export function wordOfValue(field: string, value: string): Word | undefined {
  const known = Object.hasOwn(VALUES, field) ? VALUES[field] : undefined;
  return known !== undefined && Object.hasOwn(known, value) ? known[value] : undefined;
}
