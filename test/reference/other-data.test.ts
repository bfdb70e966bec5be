import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const fixtures = join(import.meta.dirname, '../fixtures');

for (const [name, claim] of [
  ['reference-panel', 'the runner takes any folder of cases, whatever names and keys its data have'],
  ['oracle', 'what other programs give on unpleasant data'],
] as const)
  test(claim, () => {
    const folder = join(fixtures, name);
    const cases = readdirSync(join(folder, 'cases')).length;
    const runner = join(import.meta.dirname, 'run.mjs');
    const { stdout, status } = spawnSync(process.execPath, [runner, folder], { encoding: 'utf8' });
    expect(stdout.trimEnd().split('\n').at(-1)).toBe(`${cases} passed, 0 failed, 0 unsupported`);
    expect(status).toBe(0);
  }, 0);
