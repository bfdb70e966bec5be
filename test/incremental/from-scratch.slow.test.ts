import { test } from 'vitest';
import { checkAgainstScratch, checkGroupsAgainstScratch } from './from-scratch.ts';

test('after any of many sequences of edits the results are those of a run from scratch, and stand', () => {
  checkAgainstScratch(25);
});

test('so they are where groups hang on the data and stages on code of the folder', () => {
  checkGroupsAgainstScratch(25);
});
