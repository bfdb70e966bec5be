import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Lab, openLab, PANEL, type Ran } from './lab.ts';

const pipeline = (table = ''): string => `ceteris: 1
stages:
  raw: { stage: ingest, file: panel.csv }
  fit: { stage: regress, from: raw, y: y, x: x }
  tab: { stage: table, columns: fit, formats: [csv, md]${table} }
`;
const lab = (table = '', more: Readonly<Record<string, string>> = {}): Lab =>
  openLab({ 'pipeline.yaml': pipeline(table), 'panel.csv': PANEL, ...more });
const replaced = ({ events }: Ran): unknown =>
  events.find((e) => e.type === 'run-finished')?.stages?.flatMap((s) => (s as { replaced?: unknown[] }).replaced ?? []);

describe('a stage never writes over what its own pipeline reads', () => {
  test.each([
    ['data', ', to: panel', {}, 'CE1350 5:panel'],
    ['data, by another spelling', ', to: sub/../panel', {}, 'CE1350 5:sub/../panel'],
    ['data, in other case, which many disks take for the same', ', to: PANEL', {}, 'CE1350 5:PANEL'],
    ["git's own folder", ', to: .git/config', {}, 'CE1351 5:.git/config'],
    ["git's own folder of a folder below", ', to: a/.Git/config', {}, 'CE1351 5:a/.Git/config'],
  ])('%s', async (_, to, more, fault) => {
    const l = lab(to, more);
    expect((await l.check()).faults).toEqual([fault]);
    expect((await l.run()).code).toBe(2);
    expect(l.read('panel.csv')).toBe(PANEL);
  });

  test('nor in its default place', async () => {
    const l = openLab({
      'pipeline.yaml': pipeline().replace('panel.csv', 'out/tab.csv'),
      'out/tab.csv': PANEL,
    });
    expect((await l.check()).faults).toEqual(['CE1350 5:tab']);
    expect((await l.run()).code).toBe(2);
    expect(l.read('out/tab.csv')).toBe(PANEL);
  });

  test('after a run, when only a format or a file is another', async () => {
    const l = lab(', to: panel');
    l.edit('pipeline.yaml', '[csv, md]', '[md]');
    expect((await l.run()).code).toBe(0);
    l.edit('pipeline.yaml', '[md]', '[md, csv]');
    expect((await l.run()).faults).toEqual(['CE1350 5:panel']);
    l.edit('pipeline.yaml', 'to: panel', 'to: Panel');
    expect((await l.run()).faults).toEqual(['CE1350 5:Panel']);
    l.edit('pipeline.yaml', 'to: Panel', 'to: panel');
    l.edit('pipeline.yaml', '[md, csv]', '[md]');
    l.edit('pipeline.yaml', '\nstages:', '\nstages:\n  old: { stage: ingest, file: panel.csv }');
    expect((await l.run()).code).toBe(0);
    l.edit('pipeline.yaml', 'file: panel.csv', 'file: panel.md');
    expect((await l.run()).faults).toEqual(['CE1350 6:panel']);
    expect(l.read('panel.csv')).toBe(PANEL);
  });
});

describe('what stood in the place of an output is kept', () => {
  test('a file that was there and that the store does not know', async () => {
    const l = lab(', to: notes', { 'notes.md': 'mine\n' });
    expect(replaced(await l.run())).toEqual([{ file: 'notes.md', kept: 'notes.md.before', was: 'there' }]);
    expect(l.read('notes.md.before')).toBe('mine\n');
    expect(l.read('notes.md')).toContain('|');
    expect(replaced(await l.run())).toEqual([]);
  });

  test('a file that was edited, also under out/; each edit has a copy of its own, and an equal one none', async () => {
    const l = lab();
    await l.run();
    const was = l.read('out/tab.md');
    for (const [edit, kept] of [
      ['one', 'out/tab.md.before'],
      ['two', 'out/tab.md.before-2'],
      ['one', 'out/tab.md.before'],
    ] as const) {
      l.write({ 'out/tab.md': `${was}${edit}\n` });
      expect(replaced(await l.run())).toEqual([{ file: 'out/tab.md', kept, was: 'edited' }]);
      expect(l.read('out/tab.md')).toBe(was);
      expect(l.read(kept)).toBe(`${was}${edit}\n`);
    }
    expect(readdirSync(l.at('out')).sort()).toEqual(['tab.csv', 'tab.md', 'tab.md.before', 'tab.md.before-2']);
  });

  test('a file that was edited before its stage got another name', async () => {
    const l = lab(', to: out/one');
    await l.run();
    l.write({ 'out/one.md': 'mine\n' });
    l.edit('pipeline.yaml', '  tab:', '  table1:');
    expect(replaced(await l.run())).toEqual([{ file: 'out/one.md', kept: 'out/one.md.before', was: 'edited' }]);
  });

  test('it is said in the lines of the run', async () => {
    const l = lab();
    await l.run();
    l.write({ 'out/tab.md': 'mine\n' });
    expect((await l.cli(['run'])).out).toContain(
      '! out/tab.md was edited: the edited file is kept as out/tab.md.before\n',
    );
  });

  test('nothing is kept of results: newer ones go over older ones, under out/ also where the store is new', async () => {
    const l = lab();
    await l.run();
    const older = l.read('out/tab.md');
    l.edit('pipeline.yaml', 'x: x', 'x: z');
    l.edit('pipeline.yaml', '[csv, md]', '[csv, md], title: New');
    expect(replaced(await l.run())).toEqual([]);
    expect(l.read('out/tab.md')).not.toBe(older);
    rmSync(l.at('.ceteris'), { recursive: true });
    l.edit('pipeline.yaml', 'title: New', 'title: Newer');
    expect(replaced(await l.run())).toEqual([]);
    expect(l.read('out/tab.md')).toContain('Newer');
    expect(readdirSync(l.at('out')).sort()).toEqual(['tab.csv', 'tab.md']);
  });

  test('two pipelines of a store that write one file are told of each other', async () => {
    const l = lab();
    l.write({ 'b.yaml': pipeline(', title: Of b') });
    expect(replaced(await l.run())).toEqual([]);
    const also = (of: string): unknown => [{ file: 'out/tab.md', also: of }];
    expect(replaced(await l.run('b.yaml'))).toEqual(also('pipeline.yaml'));
    expect(replaced(await l.run())).toEqual(also('b.yaml'));
    expect(existsSync(l.at('out/tab.md.before'))).toBe(false);
    expect((await l.cli(['run', 'b.yaml'])).out).toContain(
      "! out/tab.md is also written by the pipeline 'pipeline.yaml'",
    );
  });
});

describe('something in the way of an output is named', () => {
  test('a folder of its name', async () => {
    const l = lab();
    mkdirSync(l.at('out/tab.md'), { recursive: true });
    const ran = await l.run();
    expect(ran.code).toBe(3);
    expect(ran.stage('tab')?.diagnostics?.map((d) => d.code)).toEqual(['CE3050']);
  });

  test('a file on the way', async () => {
    const l = lab('', { out: 'a file' });
    const ran = await l.run();
    expect(ran.code).toBe(3);
    expect(ran.stage('tab')?.diagnostics?.map((d) => d.code)).toEqual(['CE3051']);
    expect(l.read('out')).toBe('a file');
  });
});
