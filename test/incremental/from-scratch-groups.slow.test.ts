import { test } from 'vitest';
import { checkGroupsAgainstScratch } from './from-scratch.ts';

test('so they are where groups hang on the data and stages on code of the folder', () => checkGroupsAgainstScratch(25));
