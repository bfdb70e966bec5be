import { test } from 'vitest';
import { checkAfterFailures } from './failures.ts';

test('after any of many sequences of edits that break and mend, a run is a run of all', () => checkAfterFailures(12));
