import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test('the runner takes any folder of cases, whatever names and keys its data have', () => {
  const runner = join(import.meta.dirname, 'run.mjs');
  const folder = join(import.meta.dirname, '../fixtures/reference-panel');
  const { stdout, status } = spawnSync(process.execPath, [runner, folder], { encoding: 'utf8' });
  expect(stdout).toMatch(/\n12 passed, 0 failed, 0 unsupported\n$/);
  expect(status).toBe(0);
}, 0);
