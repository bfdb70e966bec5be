import { readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ended, type Lab, openLab, PANEL, readRun } from './lab.ts';

/** `long` takes about as many seconds as there are hundred thousands of draws; the rest is done at once. */
const yaml = (draws: number) => `ceteris: 1
name: t
stages:
  raw: { stage: ingest, file: panel.csv, panel: { unit: id, time: year } }
  fit: { stage: regress, from: raw, y: y, x: x }
  long: { stage: placebo, from: raw, y: y, x: d, absorb: [id, year], cluster: id, draws: ${draws} }
  tab: { stage: table, columns: fit, formats: [csv] }
`;
const DATA = PANEL.split('\n')
  .map((line, i) => {
    const [id, year] = line.split(',').map(Number);
    return line === '' ? '' : `${line},${i === 0 ? 'd' : Number(id) > 3 && Number(year) > 2002 ? 1 : 0}`;
  })
  .join('\n');
const study = (draws: number): Lab => openLab({ 'pipeline.yaml': yaml(draws), 'panel.csv': DATA });

/** Starts a run and waits until one line of its output fits. */
async function runningUntil(lab: Lab, args: readonly string[], fits: (line: string) => boolean) {
  const child = lab.start(['run', '--json', ...args]);
  const end = ended(child);
  await new Promise<void>((seen) => {
    let text = '';
    child.stdout?.on('data', (more: string) => {
      text += more;
      if (text.split('\n').some(fits)) seen();
    });
  });
  return { child, end };
}
const fitIsDone = (line: string): boolean => line.includes('"stage-finished"') && line.includes('"stage":"tab"');

describe('an interrupted run', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s once: ends with 130, says what was cancelled, keeps what was finished',
    async (signal) => {
      const lab = study(5_000_000);
      const { child, end } = await runningUntil(lab, [], fitIsDone);
      const asked = performance.now();
      child.kill(signal);
      const run = readRun(await end, lab.folder);
      expect(performance.now() - asked).toBeLessThan(5000); // the work itself would take far longer
      expect(run.code).toBe(130);
      expect(run.err).toBe('');
      expect(run.stages).toEqual(['raw ran', 'fit ran', 'long cancelled', 'tab ran']);
      lab.write({ 'pipeline.yaml': yaml(100) });
      expect((await lab.run()).stages).toEqual(['raw cached', 'fit cached', 'long ran', 'tab cached']);
    },
  );

  test('with one job at a time too', async () => {
    const lab = study(5_000_000);
    const { child, end } = await runningUntil(lab, ['--jobs', '1'], (line) => line.includes('"stage":"long"'));
    child.kill('SIGINT');
    expect((await end).code).toBe(130);
  });

  test('Ctrl-C twice ends at once', async () => {
    const lab = study(5_000_000);
    const { child, end } = await runningUntil(lab, [], fitIsDone);
    child.kill('SIGINT');
    child.kill('SIGINT');
    expect((await end).code).toBe(130);
    lab.write({ 'pipeline.yaml': yaml(100) });
    expect((await lab.run()).stages).toEqual(['raw cached', 'fit cached', 'long ran', 'tab cached']);
  });

  test('kill -9 loses nothing that was told as finished', async () => {
    const lab = study(5_000_000);
    const { child, end } = await runningUntil(lab, [], fitIsDone);
    child.kill('SIGKILL');
    expect((await end).signal).toBe('SIGKILL');
    lab.write({ 'pipeline.yaml': yaml(100) });
    expect((await lab.run()).stages).toEqual(['raw cached', 'fit cached', 'long ran', 'tab cached']);
  });
});

describe('an edit in the middle of a run', () => {
  test('is no part of that run, and is seen by the next', async () => {
    const lab = study(60_000);
    const { end } = await runningUntil(lab, [], fitIsDone);
    lab.edit('panel.csv', '\n1,2001,', '\n1,2001,1');
    expect(readRun(await end, lab.folder).stages).toEqual(['raw ran', 'fit ran', 'long ran', 'tab ran']);
    expect((await lab.run()).stages).toEqual(['raw ran', 'fit ran', 'long ran', 'tab ran']);
    const alone = study(60_000);
    alone.write({ 'panel.csv': lab.read('panel.csv') });
    await alone.run();
    expect(lab.read('out/tab.csv')).toBe(alone.read('out/tab.csv'));
    expect(await lab.json('show', 'long')).toEqual(await alone.json('show', 'long'));
  });
});

describe('several runs at once over one store', () => {
  test('all succeed, agree, and leave a whole store', async () => {
    const lab = study(3000);
    const runs = await Promise.all(Array.from({ length: 4 }, () => lab.run()));
    for (const run of runs) {
      expect([run.code, run.diagnostics]).toEqual([0, []]);
      expect(run.stages.every((s) => /ran|cached/.test(s))).toBe(true);
    }
    expect((await lab.run()).stages.every((s) => s.endsWith('cached'))).toBe(true);
    const alone = study(3000);
    await alone.run();
    expect(lab.read('out/tab.csv')).toBe(alone.read('out/tab.csv'));
    expect(await lab.json('show', 'long')).toEqual(await alone.json('show', 'long'));
  });

  test('a sweep that removes all it may does them no harm', async () => {
    const lab = study(100);
    await lab.run();
    lab.edit('pipeline.yaml', 'y: y, x: x', 'y: y, x: z');
    await lab.run();
    // everything is old enough to go
    const stored = readdirSync(lab.at('.ceteris'), { recursive: true }).map((name) =>
      lab.at(join('.ceteris', String(name))),
    );
    for (const path of stored) utimesSync(path, 1000, 1000);
    lab.write({ 'pipeline.yaml': yaml(60_000) });
    const { end } = await runningUntil(lab, [], (line) => line.includes('"stage":"raw"'));
    const sweeps = await Promise.all([0, 1].map(() => lab.cli(['gc', '--keep', '0', '--age', '0d', '--json'])));
    // they may meet, and then the later one leaves it to the other
    expect(sweeps.map((s) => [s.code, s.err.replace('another sweep of this store is under way\n', '')])).toEqual([
      [0, ''],
      [0, ''],
    ]);
    expect(sweeps.some((s) => !s.out.includes('"blobs":0,'))).toBe(true);
    const run = readRun(await end, lab.folder);
    expect([run.code, run.diagnostics]).toEqual([0, []]);
    expect((await lab.run()).code).toBe(0);
    const alone = study(60_000);
    await alone.run();
    expect(lab.read('out/tab.csv')).toBe(alone.read('out/tab.csv'));
    expect(await lab.json('show', 'long')).toEqual(await alone.json('show', 'long'));
  });
});
