/**
 * A run after an edit looks at what the edit may reach, and tells, writes and records what a run tells, writes and records that
 * looks at everything.
 */
import { rmSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Folder } from '../command-line.ts';
import { apply, edits } from './edits.ts';
import { elsewhere, expectTheSame, lookedAt, ran, settled } from './reached.ts';
import { study, YAML } from './study.ts';

/** The study with filters, notes, a stage that others do not hang on, and a warning of the data. */
const files = {
  ...study,
  'pipeline.yaml': `${YAML}  late: { stage: describe, from: raw, where: year > 2002 }
  few: { stage: regress, from: logs, where: x > 20, y: ly, x: [x] }
  alone: { stage: describe, from: second }
`,
};

describe('a run of what an edit may reach', () => {
  for (const [title, edit, reached] of [
    ['a value', (f) => f.edit('second.csv', '.0,', '.7,'), undefined],
    [
      'a column that nobody reads',
      (f) => f.write('first.csv', f.read('first.csv').replace('n10', 'm10')),
      ['first', 'raw'],
    ],
    [
      'a file saved with other line ends',
      (f) => f.write('first.csv', f.read('first.csv').replaceAll('\n', '\r\n')),
      ['first'],
    ],
    [
      'a column more',
      (f) => f.write('second.csv', f.read('second.csv').replaceAll(/(.)\n/g, '$1,1\n').replace(',1\n', ',w\n')),
      undefined,
    ],
    ['a document edited', (f) => f.write('out/tab.csv', 'x'), []],
    ['a document removed', (f) => rmSync(f.at('out', 'tab.md')), []],
    ['a column that is gone', (f) => f.write('first.csv', f.read('first.csv').replace('x', 'v')), undefined],
    ['a file that is gone', (f) => rmSync(f.at('first.csv')), undefined],
    ['a file that makes no sense', (f) => f.write('first.csv', '"'), undefined],
    ['too few rows', (f) => f.write('first.csv', f.read('first.csv').split('\n').slice(0, 2).join('\n')), undefined],
  ] as const satisfies readonly (readonly [
    string,
    (folder: Folder) => void,
    readonly string[] | 'unsound' | undefined,
  ])[])
    test(`is a run of all: ${title}`, async () => {
      const folder = await settled(files);
      edit(folder);
      const finished = await expectTheSame(folder);
      expect(lookedAt(folder)).toBeGreaterThan(0);
      if (reached !== undefined) expect(ran(finished)).toEqual(reached);
    });

  for (const [title, from, to, isPart] of [
    ['a param', 'x > ${top}', 'x > 2 * ${top}', true],
    ['a condition', 'year > 2002', 'year > 2001', true],
    ['a var', 'top: 9', 'top: 40', true],
    ['a remark', 'stages:', 'stages: # all', true],
    ['a description', '    stage: regress', '    stage: regress\n    description: the main one', true],
    ['another input', 'alone: { stage: describe, from: second }', 'alone: { stage: describe, from: first }', true],
    [
      'another type',
      'alone: { stage: describe, from: second }',
      'alone: { stage: filter, from: second, keep: x > 1 }',
      true,
    ],
    ['a param that is none', 'cluster: id', 'clusters: id', false],
    ['a column that there is none of', 'cluster: id', 'cluster: ident', false],
    ['a label', 'vars:', 'labels: { x: The x }\nvars:', false],
    ['a stage more', '  alone:', '  also: { stage: describe, from: first }\n  alone:', false],
    ['a stage less', '  alone: { stage: describe, from: second }\n', '', false],
    ['another name', '  alone:', '  lonely:', false],
    ['another place', 'formats: [csv, md]', 'formats: [csv, md]\n    to: out/other', false],
    ['a format less', 'formats: [csv, md]', 'formats: [csv]', true],
    ['another order', '  late: {', '  alone: { stage: describe, from: second }\n  late: {', false],
  ] as const)
    test(`is a run of all after an edit of the YAML: ${title}`, async () => {
      const folder = await settled(files);
      folder.edit('pipeline.yaml', from, to);
      if (title === 'another order')
        folder.write('pipeline.yaml', folder.read('pipeline.yaml').replace(/ {2}alone.*\n$/, ''));
      await expectTheSame(folder);
      if (isPart) expect(lookedAt(folder)).toBeLessThan(10);
      else expect(lookedAt(folder)).toBeUndefined();
      folder.edit('second.csv', '.0,', '.8,');
      await expectTheSame(folder);
      folder.write('pipeline.yaml', files['pipeline.yaml']);
      await expectTheSame(folder);
    });

  test('another data file is read from then on', async () => {
    const folder = await settled({ ...files, 'third.csv': files['second.csv'].replace('.0,', '.6,') });
    folder.edit('data.yaml', 'second.csv', 'third.csv');
    await expectTheSame(folder);
    expect(lookedAt(folder)).toBeGreaterThan(0);
    for (const name of ['third.csv', 'third.csv', 'second.csv']) {
      folder.write(name, folder.read(name).replace(/^(\d+,\d+,\d)/m, '$11'));
      expect(ran(await expectTheSame(folder)).includes('second')).toBe(name === 'third.csv');
    }
  });

  test('a column gone that a stage names: nothing runs, and the message says where it is named', async () => {
    const folder = await settled(files);
    for (const name of ['first.csv', 'second.csv']) folder.write(name, folder.read(name).replace('x,z', 'x,v'));
    const { code, last } = await expectTheSame(folder);
    expect([code, last.diagnostics?.map((d) => d.line)]).toEqual([2, [14]]);
    for (const name of ['first.csv', 'second.csv']) folder.write(name, folder.read(name).replace('x,v', 'x,z'));
    expect(ran(await expectTheSame(folder))).toEqual([]);
  });

  test('in Chinese, with targets, and for people', async () => {
    const folder = await settled(files);
    for (const [y, args] of [['--lang', 'zh'], ['fit'], ['late', 'alone']].entries()) {
      folder.run('run', ...args);
      for (const tenth of [1, 2]) {
        folder.write('second.csv', folder.read('second.csv').replace(/^(\d+,\d+,)[\d.]+/m, `$13${y}.${tenth}`));
        expect(ran(await expectTheSame(folder, args)).length).toBeGreaterThan(0);
        expect(lookedAt(folder)).toBeGreaterThan(0);
      }
    }
    folder.run();
    folder.edit('second.csv', '.0,', '.9,');
    const other = elsewhere(folder);
    const text = (f: Folder): string[] =>
      f
        .elsewhere(f.path, 'run')
        .replaceAll(/[\d.]+ m?s/g, '')
        .split('\n')
        .sort();
    expect(text(folder)).toEqual(text(other));
  });

  test('a result that was lost from the store is made again by whoever made it', async () => {
    const folder = await settled(files);
    folder.write('first.csv', folder.read('first.csv').replace(/^(\d+,\d+,)[\d.]+/m, '$133.3'));
    rmSync(folder.at('.ceteris', 'blobs'), { recursive: true });
    await expectTheSame(folder);
  });

  test('a document that was lost with its text in the store is made and written once', async () => {
    const folder = await settled(files);
    rmSync(folder.at('.ceteris', 'blobs'), { recursive: true });
    rmSync(folder.at('out'), { recursive: true });
    const told = folder.run().stdout.split('\n');
    const count = (type: string): number => told.filter((l) => l.includes(`"${type}"`) && l.includes('"tab"')).length;
    expect(['store-damaged', 'stage-started', 'output-written', 'stage-finished'].map(count)).toEqual([1, 1, 2, 1]);
    expect(ran(await expectTheSame(folder))).toEqual([]);
  });

  for (const [title, of, target, from, to] of [
    ['a stage that has never run is read', 'raw', 'raw', '[first]', '[first, second]'],
    ['a stage is not read any more', 'raw', 'raw', '[first, second]', '[first]'],
    ['another is read', 'alone', 'alone', 'from: second', 'from: first'],
    ['a table has a column more', 'fit', 'more', 'columns: fit', 'columns: [fit, few]'],
  ] as const)
    test(`of some stages, when their inputs are others: ${title}`, async () => {
      const file = of === 'raw' ? 'data.yaml' : 'pipeline.yaml';
      const all = { ...files, 'pipeline.yaml': `${files['pipeline.yaml']}  more: { stage: table, columns: fit }\n` };
      const folder = new Folder({ ...all, [file]: all[file].replace(to, from) });
      folder.edit(file, from, from); // it is there
      expect(folder.run('run', target).code).toBe(0);
      folder.edit(file, from, to);
      expect((await expectTheSame(folder, [target])).code).toBe(0);
      folder.edit(file, to, from);
      expect((await expectTheSame(folder, [target])).code).toBe(0);
      expect((await expectTheSame(folder)).code).toBe(0);
    });

  test('after any edits of any kind, of all stages or of some', async () => {
    const targets = fc.constantFrom<string[]>([], ['tab'], ['fit'], ['late', 'alone']);
    const property = fc.asyncProperty(
      fc.array(edits, { minLength: 1, maxLength: 3 }),
      targets,
      async (batches, args) => {
        const folder = new Folder(files);
        folder.run('run', ...args);
        for (const batch of batches) {
          for (const edit of batch) apply(folder, edit);
          await expectTheSame(folder, args);
        }
        rmSync(folder.path, { recursive: true, force: true });
      },
    );
    await fc.assert(property, { numRuns: 2, endOnFailure: true });
  });
});
