import { test } from 'vitest';
import { checkAgainstScratch } from './from-scratch.ts';

test('after any of many sequences of edits the results are those of a run from scratch, and stand', () =>
  checkAgainstScratch(25));
