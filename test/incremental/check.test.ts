/** A check after a run says what it says without one, at any moment. */
import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Folder } from '../command-line.ts';
import { study, YAML } from './study.ts';

const said = (folder: Folder, ...args: readonly string[]) => {
  const { code, stdout, stderr } = folder.run('check', ...args);
  return { code, stdout, stderr };
};

function expectTheSame(folder: Folder): void {
  const others = [[], ['--lang', 'zh']] as const;
  const here = others.map((args) => said(folder, ...args));
  rmSync(folder.at('.ceteris', 'standing'), { recursive: true, force: true });
  expect(here).toEqual(others.map((args) => said(folder, ...args)));
  folder.run('run');
}

test('a check after a run says what it says without one', () => {
  const folder = new Folder(study);
  folder.run('run');
  expectTheSame(folder);
  expect(said(folder).code).toBe(0);
  // the data has lost a column that a stage names
  for (const name of ['first.csv', 'second.csv'] as const) folder.write(name, study[name].replace(',x,', ',q,'));
  expect(said(folder).code).toBe(2);
  expectTheSame(folder);
  for (const name of ['first.csv', 'second.csv'] as const) folder.write(name, study[name]);
  folder.run('run');
  folder.write('pipeline.yaml', `${YAML}  more: { stage: regress, from: raw, y: nobody, x: x }\n`);
  expect(said(folder).code).toBe(2);
  expectTheSame(folder);
});

test('groups that a run has found are no stages of a check', () => {
  const folder = new Folder({
    ...study,
    'pipeline.yaml': `${YAML}  each: { stage: describe, from: raw, foreach: year }\n`,
  });
  folder.run('run');
  expectTheSame(folder);
});
