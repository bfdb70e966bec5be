/** What an edit reaches where groups hang on the data and types on code of the folder; and when that cannot be told from what stands. */
import { rmSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Folder } from '../command-line.ts';
import { LOSSES } from './edits.ts';
import { applyGrouped, groupedEdits } from './grouped-edits.ts';
import { groupedStudy } from './grouped-study.ts';
import { expectTheSame, expectTheSameResults, lookedAt, ran, settled } from './reached.ts';

const value = (f: Folder): void => f.write('first.csv', f.read('first.csv').replace(/^(\d+,\d+,)\d+/m, '$177'));

for (const [title, edit, isPart] of [
  ['a value', value, true],
  [
    'a row of a group that is there',
    (f) => f.write('second.csv', `${f.read('second.csv')}11,2002,33.3,44,55,g2\n`),
    true,
  ],
  ['a row of a new group', (f) => f.write('second.csv', `${f.read('second.csv')}11,2002,33.3,44,55,g7\n`), false],
  ['a group that is gone', (f) => f.write('first.csv', f.read('first.csv').replaceAll(/^.*,2003,.*\n/gm, '')), true],
  [
    'a group that is gone from all files',
    (f) => {
      for (const name of ['first.csv', 'second.csv']) f.write(name, f.read(name).replaceAll(/^.*,2003,.*\n/gm, ''));
    },
    false,
  ],
  ['a row that goes to another group', (f) => f.write('first.csv', f.read('first.csv').replace(',g1', ',g2')), true],
  [
    'a group of another name',
    (f) => {
      for (const name of ['first.csv', 'second.csv']) f.write(name, f.read(name).replaceAll(',g1\n', ',west\n'));
    },
    false,
  ],
  ['a document removed', (f) => rmSync(f.at('out', 'tab.md')), true],
  ['a param', (f) => f.edit('pipeline.yaml', 'columns: [ly, x]', 'columns: [ly, x, z]'), true],
  ['a column whose groups they are', (f) => f.edit('pipeline.yaml', 'note, columns', 'id, columns'), false],
  [
    'a condition before the groups',
    (f) => f.edit('pipeline.yaml', 'foreach: note, column:', 'foreach: note, where: x > 30, column:'),
    true,
  ],
  [
    'a table whose groups they are',
    (f) => f.edit('pipeline.yaml', 'from: logs, foreach: note, columns', 'from: raw, foreach: note, columns'),
    false,
  ],
  ['code', (f) => f.edit('types/ends.ts', '* 1)', '* 2)'), false],
  ['code that is imported', (f) => f.write('types/scale.js', 'export const scale = 3;\n'), false],
  ['a file that the import takes instead', (f) => f.write('types/scale.ts', 'export const scale = 4;\n'), false],
  ['a name in the code that the YAML uses', (f) => f.edit('types/ends.ts', "type: 'ends'", "type: 'bounds'"), false],
  [
    'a param of a type of the folder',
    (f) => f.edit('pipeline.yaml', 'foreach: note, column: ly', 'foreach: note, column: x'),
    true,
  ],
] as const satisfies readonly (readonly [string, (folder: Folder) => void, boolean])[])
  test(`a run after an edit is a run of all, with groups and plugins: ${title}`, async () => {
    const folder = await settled(groupedStudy);
    edit(folder);
    await expectTheSame(folder);
    if (isPart) expect(lookedAt(folder)).toBeGreaterThan(0);
    else expect(lookedAt(folder)).toBeUndefined();
    value(folder);
    await expectTheSame(folder);
  });

test('only what an edit reaches is looked at: a stage beside the groups, and the plugin is not compiled for it', async () => {
  const folder = await settled(groupedStudy);
  folder.edit('pipeline.yaml', 'late: { stage: describe,', 'late: { stage: describe, columns: [x],');
  expect(ran(await expectTheSame(folder))).toEqual(['late']);
  expect(lookedAt(folder)).toBe(1);
});

test('a pipeline whose groups another command left otherwise is read anew', async () => {
  const folder = await settled(groupedStudy);
  const [one, other] = [folder.read('second.csv'), `${folder.read('second.csv')}11,2002,33.3,44,55,g7\n`];
  folder.write('second.csv', other);
  folder.run();
  folder.write('second.csv', one);
  folder.run('run', 'all');
  folder.write('second.csv', other.replace('33.3', '34.4'));
  await expectTheSame(folder);
});

test('a stage that reads what many others made is shown when all of it was lost', () => {
  const folder = new Folder(groupedStudy);
  folder.run();
  const shown = folder.show('both');
  rmSync(folder.at('.ceteris', 'blobs'), { recursive: true });
  expect(folder.show('both')).toEqual(shown);
});

test('after any edits of any kind, with groups and plugins', async () => {
  const property = fc.asyncProperty(fc.array(groupedEdits, { minLength: 1, maxLength: 3 }), async (batches) => {
    const folder = new Folder(groupedStudy);
    folder.run();
    let hasLost = false;
    for (const batch of batches) {
      for (const edit of batch) applyGrouped(folder, edit);
      hasLost ||= batch.some(({ kind }) => LOSSES.has(kind));
      if (hasLost) await expectTheSameResults(folder);
      else await expectTheSame(folder);
    }
    rmSync(folder.path, { recursive: true, force: true });
  });
  await fc.assert(property, { numRuns: 1, endOnFailure: true });
});
