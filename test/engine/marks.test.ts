import { describe, expect, test } from 'vitest';
import { Folder } from '../command-line.ts';

const PIPELINE = `ceteris: 1
name: p
stages:
  made:
    stage: simulate
    units: 12
    unit: id
    time: year
    times: { from: 2001, to: 2006 }
    variables:
      y: { mean: 2, sd: 1 }
      x: { mean: 0, sd: 1, loads: { y: 0.4 } }
  real: { stage: ingest, file: panel.csv, panel: { unit: id, time: year } }
  twice: { stage: derive, from: made, columns: { z: y * 2 } }
  merged: { stage: merge, from: real, with: twice, on: [id, year] }
  fit: { stage: regress, from: merged, y: z, x: w }
  honest: { stage: regress, from: real, y: w, x: id }
  t: { stage: table, columns: fit, lang: zh, title: { en: A fit, zh: 回归 } }
  f: { stage: figure, kind: coefficients, from: fit }
  both: { stage: table, columns: [honest, fit] }
  h: { stage: table, columns: honest }
`;
const rows = Array.from({ length: 72 }, (_, i) => `${1 + Math.floor(i / 6)},${2001 + (i % 6)},${(i * 7) % 13}`);

describe('simulated data', () => {
  test('what is made from them is marked, through any number of stages, and says so in print', () => {
    const folder = new Folder({ 'pipeline.yaml': PIPELINE, 'panel.csv': ['id,year,w', ...rows, ''].join('\n') });
    expect(folder.run().last.ok).toBe(true);
    for (const stage of ['made', 'merged', 'fit', 't']) expect(folder.show(stage).marks).toEqual(['simulated']);
    for (const stage of ['real', 'honest', 'h']) expect(folder.show(stage)).not.toHaveProperty('marks');
    expect(folder.read('out/t.md')).toContain('模拟数据');
    expect(folder.read('out/t.md')).toContain('回归（模拟数据）');
    expect(folder.read('out/f.svg')).toContain('Simulated data');
    expect(folder.read('out/both.md')).toContain('Simulated data');
    expect(folder.read('out/h.md')).not.toContain('imulated');
    // the data of the same name, once observed: nothing says so any more
    folder.edit('pipeline.yaml', 'from: real, with: twice, on: [id, year]', 'from: real, with: real2, on: [id, year]');
    folder.edit('pipeline.yaml', '  twice:', '  real2: { stage: derive, from: real, columns: { z: w + 1 } }\n  twice:');
    folder.edit('pipeline.yaml', 'merge, from: real, with: real2', 'merge, from: real, with: pick');
    folder.edit(
      'pipeline.yaml',
      '  twice:',
      '  pick: { stage: select, from: real2, columns: [id, year, z] }\n  twice:',
    );
    expect(folder.run().last.ok).toBe(true);
    expect(folder.read('out/both.md')).not.toContain('Simulated data');
  });
});
