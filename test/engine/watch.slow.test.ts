import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { labIn, openLab, PANEL } from './lab.ts';
import { watch } from './watched.ts';

const yaml = `ceteris: 1
name: t
stages:
  raw: { stage: ingest, file: panel.csv, panel: { unit: id, time: year } }
  fit: { stage: regress, from: raw, y: y, x: x, matrix: { a: {}, b: { absorb: id } } }
  tab: { stage: table, columns: "fit[*]", formats: [csv] }
`;

/** Clock ticks of processor time that a process has used. */
const ticks = (pid: number | undefined): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? [];
  return Number(fields[11]) + Number(fields[12]);
};
const residentMb = (pid: number | undefined): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]) / 1024;
const isLinux = process.platform === 'linux';

test.runIf(isLinux)('an idle watch uses no processor time', async () => {
  // one folder deeper: what others make and remove in the folder of temporary files is news that a watch looks at
  const lab = labIn(openLab({ 'study/panel.csv': PANEL }).at('study'), { 'pipeline.yaml': yaml });
  const w = watch(lab);
  await w.settled();
  const used = async (ms: number): Promise<number> => {
    const before = ticks(w.child.pid);
    await new Promise((done) => setTimeout(done, ms));
    return ticks(w.child.pid) - before;
  };
  await used(10_000); // V8 collects garbage once, some eight seconds after the last run
  expect(await used(5000)).toBeLessThanOrEqual(1);
  await w.stop();
});

test.runIf(isLinux)('memory does not grow over 1,000 saves', async () => {
  const lab = openLab({ 'pipeline.yaml': yaml, 'panel.csv': PANEL });
  const w = watch(lab, [], { NODE_OPTIONS: '--max-old-space-size=200' });
  await w.settled();
  const at: number[] = [];
  for (let i = 1; i <= 1000; i++) {
    const next = w.next((e) => e.type === 'watching');
    if (i % 10 === 0) lab.write({ 'pipeline.yaml': `${yaml}# ${i}\n` });
    else lab.write({ 'panel.csv': PANEL.replace('\n1,2001,', `\n1,2001,${i}`) });
    await next;
    if (i % 100 === 0) at.push(residentMb(w.child.pid));
  }
  const growth = (at[9] as number) - (at[3] as number);
  expect(growth, `resident megabytes at each 100 saves: ${at.map(Math.round)}`).toBeLessThan(25);
  await w.stop();
});

test('10,000 watched files', async () => {
  const many = 10_000;
  const cell = (i: number): string => `id,v\n${i},${i % 7}\n`;
  const files = Object.fromEntries(Array.from({ length: many }, (_, i) => [`data/${i % 20}/f${i}.csv`, cell(i)]));
  const stages = Array.from({ length: many }, (_, i) => `  s${i}: { stage: ingest, file: data/${i % 20}/f${i}.csv }\n`);
  const lab = openLab({ 'pipeline.yaml': `ceteris: 1\nname: many\nstages:\n${stages.join('')}`, ...files });
  const w = watch(lab, ['--jobs', '1']);
  const first = await w.next((e) => e.type === 'watching');
  expect(first.files).toBe(many + 1);
  for (const i of [0, 4321, 9999]) {
    const done = w.next((e) => e.type === 'run-finished');
    lab.write({ [`data/${i % 20}/f${i}.csv`]: `id,v\n${i},42\n` });
    const run = await done;
    expect(run.ok).toBe(true);
    expect(run.stages?.filter((s) => s.status === 'ran').map((s) => s.stage)).toEqual([`s${i}`]);
    await w.next((e) => e.type === 'watching');
  }
  await w.stop();
});
