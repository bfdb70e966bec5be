import { renameSync, statSync, utimesSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Lab, labIn, openLab, PANEL, readRun } from './lab.ts';

const PIPELINE = `ceteris: 1
name: t
stages:
  raw: { stage: ingest, file: panel.csv }
  fit: { stage: regress, from: raw, y: y, x: x }
  tab: { stage: table, columns: fit, formats: [csv] }
`;
const study = (): Lab => openLab({ 'pipeline.yaml': PIPELINE, 'panel.csv': PANEL });
const preload = `--import ${new URL('other-clock.mjs', import.meta.url).href}`;
const DAY = 86_400_000;

describe('data files', () => {
  test('a renamed file is the same content, and a copy of the folder the same study', async () => {
    const lab = study();
    await lab.run();
    renameSync(lab.at('panel.csv'), lab.at('cities.csv'));
    lab.edit('pipeline.yaml', 'panel.csv', 'cities.csv');
    expect((await lab.run()).stages).toEqual(['raw cached', 'fit cached', 'tab cached']);
    const moved = labIn(lab.at('moved'), { 'p.yaml': lab.read('pipeline.yaml'), 'cities.csv': lab.read('cities.csv') });
    const ran = await moved.run('p.yaml', '--cache', lab.at('.ceteris'));
    expect(ran.stages).toEqual(['raw cached', 'fit cached', 'tab cached']);
  });

  test.each([
    ['the time put back', (at: number) => at],
    ['a time far in the past', () => 1000],
    ['a time in the future', () => Math.floor(Date.now() / 1000) + 100_000],
    ['a time in whole seconds', () => Math.floor(Date.now() / 1000)],
    ['a time in even seconds, as FAT has it', () => 2 * Math.floor(Date.now() / 2000)],
  ])('an edit of the same size with %s is seen, whatever the clock says', async (_, timeOf) => {
    for (const clock of [0, -DAY, DAY]) {
      const lab = study();
      const run = async () =>
        readRun(
          await lab.cli(['run', '--json'], { NODE_OPTIONS: preload, CETERIS_CLOCK_OFF: String(clock) }),
          lab.folder,
        );
      expect((await run()).stages).toEqual(['raw ran', 'fit ran', 'tab ran']);
      const seconds = timeOf(Number(statSync(lab.at('panel.csv')).mtimeMs) / 1000);
      lab.edit('panel.csv', '\n1,2001,5', '\n1,2001,9');
      utimesSync(lab.at('panel.csv'), seconds, seconds);
      expect([clock, (await run()).stages]).toEqual([clock, ['raw ran', 'fit ran', 'tab ran']]);
      lab.edit('panel.csv', '\n1,2001,9', '\n1,2001,5');
      utimesSync(lab.at('panel.csv'), seconds, seconds);
      expect([clock, (await run()).stages]).toEqual([clock, ['raw cached', 'fit cached', 'tab cached']]);
    }
  });
});
