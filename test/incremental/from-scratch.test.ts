import { test } from 'vitest';
import { checkAgainstScratch, checkGroupsAgainstScratch } from './from-scratch.ts';

test('after any sequence of edits the results are those of a run from scratch, and stand', () =>
  checkAgainstScratch(2));

test('so they are where groups hang on the data and stages on code of the folder', () =>
  checkGroupsAgainstScratch(1, 2));
