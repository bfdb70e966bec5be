/** A run after one that failed goes on from what stands of the stages that did not, and is a run of all. */
import { rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Folder } from '../command-line.ts';
import { checkAfterFailures, expectTheSameAfter, files, toggle } from './failures.ts';
import { expectTheSame, lookedAt, ran, settled } from './reached.ts';

describe('a run after one that failed', () => {
  for (const [kind, pick] of [
    ['bad value', 0],
    ['bad value', 1],
    ['open quote', 0],
    ['high bar', 0],
  ] as const)
    test(`looks at what failed, and at no more than is reached: ${kind} ${pick}`, async () => {
      const folder = await settled(files);
      toggle(folder, kind, pick);
      expect((await expectTheSame(folder)).code).toBe(1);
      expect(lookedAt(folder)).toBeGreaterThan(0);
      // another stage is edited meanwhile
      folder.edit(pick === 0 ? 'second.csv' : 'first.csv', '.1,', '.7,');
      expect((await expectTheSame(folder)).code).toBe(1);
      expect(lookedAt(folder)).toBeGreaterThan(0);
      toggle(folder, kind, pick);
      expect((await expectTheSame(folder)).code).toBe(0);
      expect(lookedAt(folder)).toBeGreaterThan(0);
      expect(ran(folder.run())).toEqual([]);
    });

  test('so does one that looks at all, and fails', async () => {
    const folder = await settled(files);
    rmSync(folder.at('.ceteris', 'actions.log'));
    toggle(folder, 'open quote', 1);
    expect((await expectTheSame(folder)).code).toBe(1);
    toggle(folder, 'open quote', 1);
    expect((await expectTheSame(folder)).code).toBe(0);
  });

  test('again and again, with nothing changed, fails each time', async () => {
    const folder = await settled(files);
    toggle(folder, 'open quote');
    for (let i = 0; i < 3; i++) expect((await expectTheSame(folder)).code).toBe(1);
    toggle(folder, 'open quote');
    expect(ran(await expectTheSame(folder))).toEqual([]);
  });

  test('what waited for the failed stage has what else changed meanwhile', async () => {
    const folder = await settled(files);
    toggle(folder, 'bad value', 0);
    folder.edit('second.csv', '.0,', '.8,'); // 'mine' comes out otherwise, and 'both' waits for 'program'
    expect((await expectTheSame(folder)).code).toBe(1);
    toggle(folder, 'bad value', 0);
    expect(ran(await expectTheSame(folder))).toContain('both');
  });

  test('columns that failed stages did not come to check are checked when the data is as it was', async () => {
    const folder = await settled(files);
    for (const name of ['first.csv', 'second.csv']) folder.write(name, folder.read(name).replace('x,z,note', 'x,z,w'));
    folder.edit(
      'pipeline.yaml',
      'alone: { stage: describe, from: second }',
      'alone: { stage: describe, from: second, columns: [x, z] }',
    );
    toggle(folder, 'open quote', 1);
    await expectTheSame(folder);
    toggle(folder, 'open quote', 1);
    folder.edit('pipeline.yaml', 'columns: [x, z]', 'columns: [x, w]');
    await expectTheSame(folder);
    for (const name of ['first.csv', 'second.csv']) folder.write(name, folder.read(name).replace('x,z,w', 'x,z,note'));
    await expectTheSame(folder);
  });

  test('tables whose texts were lost from the store while another stage failed', async () => {
    await expectTheSameAfter([
      [
        { kind: 'bad value', pick: 0 },
        { kind: 'row', pick: 4377 },
      ],
      [
        { kind: 'bad value', pick: 1 },
        { kind: 'blobs deleted', pick: 0 },
      ],
      [{ kind: 'param', pick: 6 }],
      [{ kind: 'bad value', pick: 1 }],
    ]);
  });

  test('a pipeline that never was whole is looked at as one', async () => {
    const folder = new Folder(files);
    toggle(folder, 'bad value', 1);
    expect(folder.run().code).toBe(1);
    folder.edit('second.csv', '.0,', '.6,');
    expect((await expectTheSame(folder)).code).toBe(1);
    expect(lookedAt(folder)).toBeUndefined();
  });

  test('after any edits that break and mend', () => checkAfterFailures(2));
});
