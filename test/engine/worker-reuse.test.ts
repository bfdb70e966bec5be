import { expect, test } from 'vitest';
import { openLab, statuses } from './lab.ts';

const rows = Array.from({ length: 40 }, (_, i) => {
  const [id, year] = [i % 8, 2001 + Math.floor(i / 8)];
  return `${id},${year},${((i * 37) % 11) + id},${id < 4 && year > 2002 ? 1 : 0}`;
});

const placebo = (seed: number): string => `
  p${seed}: { stage: placebo, from: raw, y: y, x: d, absorb: [id, year], draws: 500, seed: ${seed} }`;

test('threads serve one stage after the other', async () => {
  const seeds = Array.from({ length: 14 }, (_, i) => i + 1);
  const folder = openLab({
    'panel.csv': ['id,year,y,d', ...rows, ''].join('\n'),
    'pipeline.yaml': `ceteris: 1
name: t
stages:
  raw: { stage: ingest, file: panel.csv, panel: { unit: id, time: year } }${seeds.map(placebo).join('')}
`,
  });
  const ran = await folder.run('--jobs', '2');
  expect(statuses(ran)).toEqual({ raw: 'ran', ...Object.fromEntries(seeds.map((seed) => [`p${seed}`, 'ran'])) });
});
