import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Lab, openLab, PANEL, type Ran } from './lab.ts';

const PIPELINE = `ceteris: 1
name: t
stages:
  raw: { stage: ingest, file: panel.csv }
  fit: { stage: regress, from: raw, y: y, x: x }
  tab: { stage: table, columns: fit, formats: [csv, md] }
  other: { stage: table, columns: fit, formats: [csv] }
`;
const study = async (pipeline = PIPELINE): Promise<Lab> => {
  const lab = openLab({ 'pipeline.yaml': pipeline, 'panel.csv': PANEL });
  expect((await lab.run()).code).toBe(0);
  return lab;
};
const outputs = (lab: Lab, ...names: readonly string[]): readonly string[] =>
  names.filter((n) => existsSync(lab.at(n)));
const told = ({ events }: Ran): readonly string[] =>
  events.flatMap((e) => (e.type === 'output-orphaned' ? [`${String(e.file)} ${e.removed ? 'removed' : 'stays'}`] : []));

describe('files that no stage writes any more', () => {
  test.each([
    {
      what: 'a renamed stage',
      from: '  tab:',
      to: '  table1:',
      gone: ['out/tab.csv', 'out/tab.md'],
      made: 'out/table1.md',
    },
    {
      what: 'a new place',
      from: 'columns: fit, formats: [csv, md]',
      to: 'to: tables/one, columns: fit, formats: [csv, md]',
      gone: ['out/tab.csv', 'out/tab.md'],
      made: 'tables/one.md',
    },
    { what: 'a format that went', from: '[csv, md]', to: '[md]', gone: ['out/tab.csv'], made: 'out/tab.md' },
    {
      what: 'a removed stage',
      from: '  other: { stage: table, columns: fit, formats: [csv] }\n',
      to: '',
      gone: ['out/other.csv'],
      made: 'out/tab.md',
    },
  ])('$what: they are removed, and that is said', async ({ from, to, gone, made }) => {
    const lab = await study();
    lab.edit('pipeline.yaml', from, to);
    const ran = await lab.run();
    expect([...told(ran)].sort()).toEqual(gone.map((name) => `${name} removed`));
    expect(outputs(lab, ...gone)).toEqual([]);
    expect(outputs(lab, made)).toEqual([made]);
    expect(told(await lab.run())).toEqual([]);
  });

  test('one that was edited stays, and that is said once', async () => {
    const lab = await study();
    lab.write({ 'out/tab.csv': 'mine\n' });
    lab.edit('pipeline.yaml', '  tab:', '  table1:');
    expect([...told(await lab.run())].sort()).toEqual(['out/tab.csv stays', 'out/tab.md removed']);
    expect(lab.read('out/tab.csv')).toBe('mine\n');
    lab.edit('pipeline.yaml', 'name: t', 'name: u');
    expect(told(await lab.run())).toEqual([]);
    expect(lab.read('out/tab.csv')).toBe('mine\n');
  });

  for (const isEdited of [false, true])
    test(`one that runs of some stages wrote more than once is told of once${isEdited ? ', also when edited' : ''}`, async () => {
      const lab = await study();
      for (const [from, to] of [
        ['[csv, md]', '[md]'],
        ['[md]', '[csv, md], title: A'],
        ['title: A', 'title: B'],
        ['[csv, md], title: B', '[csv], title: C'],
        ['[csv], title: C', '[csv, md], title: D'],
        ['[csv, md], title: D', '[csv], title: E'],
      ] as const) {
        lab.edit('pipeline.yaml', from, to);
        await lab.run('tab');
      }
      if (isEdited) lab.write({ 'out/tab.md': 'mine\n' });
      expect(told(await lab.run())).toEqual([`out/tab.md ${isEdited ? 'stays' : 'removed'}`]);
    });

  test('a run that fails or is of some stages removes nothing; the next whole one does', async () => {
    const lab = await study();
    lab.edit('pipeline.yaml', '  tab:', '  table1:');
    lab.edit('pipeline.yaml', 'panel.csv', 'none.csv');
    expect(told(await lab.run())).toEqual([]);
    lab.edit('pipeline.yaml', 'none.csv', 'panel.csv');
    expect(told(await lab.run('table1'))).toEqual([]);
    expect(outputs(lab, 'out/tab.csv', 'out/other.csv')).toEqual(['out/tab.csv', 'out/other.csv']);
    expect([...told(await lab.run())].sort()).toEqual(['out/tab.csv removed', 'out/tab.md removed']);
  });

  test('of a group that went, but not of groups that cannot be found now', async () => {
    const lab = await study(`ceteris: 1
name: t
stages:
  raw: { stage: ingest, file: panel.csv, panel: { unit: id, time: year } }
  each: { stage: figure, kind: trends, from: raw, foreach: z, y: y, by: id, formats: [svg] }
`);
    const figures = () => readdirSync(lab.at('out')).length;
    const before = figures();
    expect(before).toBeGreaterThan(2);
    lab.edit('pipeline.yaml', 'panel.csv', 'none.csv');
    expect(told(await lab.run())).toEqual([]);
    expect(figures()).toBe(before);
    lab.edit('pipeline.yaml', 'none.csv', 'panel.csv');
    lab.write({ 'panel.csv': PANEL.split('\n').slice(0, 3).join('\n') });
    const ran = await lab.run();
    expect(told(ran)).toHaveLength(before - 2);
    expect(figures()).toBe(2);
  });

  test('what another pipeline of the folder has taken over is its own', async () => {
    const lab = await study();
    lab.write({ 'second.yaml': PIPELINE.replace('name: t', 'name: second').replace(/ {2}other:.*\n/, '') });
    expect((await lab.run('second.yaml')).code).toBe(0);
    lab.edit('pipeline.yaml', '  tab: { stage: table, columns: fit, formats: [csv, md] }\n', '');
    expect(told(await lab.run())).toEqual([]);
    expect(outputs(lab, 'out/tab.csv', 'out/tab.md')).toHaveLength(2);
  });
});
