import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BlobStore } from '../../cache/store.ts';
import { ended, type Lab, labIn, openLab, PANEL, readRun, type ShownEvent } from './lab.ts';

const yaml = `ceteris: 1
name: t
stages:
  raw: { stage: ingest, file: panel.csv, panel: { unit: id, time: year } }
  logs: { stage: derive, from: raw, columns: { ly: log(y), d: id > 3 and year > 2002 } }
  late: { stage: filter, from: logs, keep: year > 2001 }
  fit: { stage: regress, from: late, y: ly, matrix: { x: [x, z], absorb: [[], [id], [id, year]] } }
  long: { stage: placebo, from: logs, y: y, x: d, absorb: [id, year], draws: 3000 }
  means: { stage: aggregate, from: late, by: id, columns: { m: mean(y) } }
  tab: { stage: table, columns: "fit[*]", formats: [csv, md, html] }
`;
const files = { 'pipeline.yaml': yaml, 'panel.csv': PANEL };

/** Every value in the store has the digest that it is called by. */
function wholeStore(lab: Lab): void {
  const store = BlobStore.open(lab.at('.ceteris'));
  for (const { digest } of store.list()) expect(store.get(digest).found, digest).toBe(true);
  store.close();
}

function finishedIn(out: string): string[] {
  const events = out.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as ShownEvent];
    } catch {
      return []; // the line in which it was killed
    }
  });
  return events.flatMap((e) =>
    e.type === 'stage-finished' && /ran|cached/.test(e.status ?? '') ? [String(e.stage)] : [],
  );
}

test('kill -9 at any moment loses no finished result and leaves no half one', async () => {
  const clean = openLab(files);
  expect((await clean.run()).code).toBe(0);
  const outputs = ['out/tab.csv', 'out/tab.md', 'out/tab.html'];
  let interrupted = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 60, max: 500 }), { minLength: 1, maxLength: 3 }), async (kills) => {
      const lab = labIn(mkdtempSync(join(tmpdir(), 'ceteris-kill-')), files);
      const told = new Set<string>();
      for (const ms of kills) {
        const child = lab.start(['run', '--json']);
        const end = ended(child);
        const timer = setTimeout(() => child.kill('SIGKILL'), ms);
        const { out, signal } = await end;
        clearTimeout(timer);
        if (signal === 'SIGKILL') interrupted++;
        for (const name of finishedIn(out)) told.add(name);
        wholeStore(lab);
        for (const name of outputs) if (existsSync(lab.at(name))) expect(lab.read(name)).toBe(clean.read(name));
      }
      const after = await lab.run();
      expect([after.code, after.err]).toEqual([0, '']);
      for (const name of told) expect(after.stage(name)?.status, name).toBe('cached');
      for (const name of outputs) expect(lab.read(name)).toBe(clean.read(name));
      expect((await lab.run()).stages.every((s) => s.endsWith('cached'))).toBe(true);
      rmSync(lab.folder, { recursive: true, force: true });
    }),
    { numRuns: 40 },
  );
  expect(interrupted).toBeGreaterThan(20);
});

test('runs that are killed beside a run that is not do it no harm', async () => {
  const clean = openLab(files);
  await clean.run();
  for (let round = 0; round < 8; round++) {
    const lab = openLab(files);
    const steady = lab.run();
    const others = [120, 200, 280].map(async (ms) => {
      const child = lab.start(['run', '--json']);
      const end = ended(child);
      setTimeout(() => child.kill('SIGKILL'), ms + round * 11);
      return end;
    });
    const run = await steady;
    await Promise.all(others);
    expect([run.code, run.diagnostics]).toEqual([0, []]);
    wholeStore(lab);
    expect(readRun(await lab.cli(['run', '--json']), lab.folder).stages.every((s) => s.endsWith('cached'))).toBe(true);
    expect(lab.read('out/tab.csv')).toBe(clean.read('out/tab.csv'));
  }
});
