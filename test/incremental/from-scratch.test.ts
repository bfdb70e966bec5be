import { test } from 'vitest';
import { checkAgainstScratch } from './from-scratch.ts';

test('after any sequence of edits the results are those of a run from scratch, and stand', () => {
  checkAgainstScratch(2);
});
