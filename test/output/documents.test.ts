import { existsSync, readdirSync, rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Folder } from '../command-line.ts';

const rows = Array.from({ length: 60 }, (_, i) => {
  const [city, year] = [Math.floor(i / 6), 2010 + (i % 6)];
  const policy = city % 2 === 0 && year >= 2013 ? 1 : 0;
  return `c${city},${year},${policy},${(0.2 * policy + ((i * 7) % 11) / 50).toFixed(3)},${(i * 5) % 7}`;
});

const PIPELINE = `ceteris: 1
name: p
stages:
  raw: { stage: ingest, file: panel.csv, panel: { unit: city, time: year } }
  fit: { stage: regress, from: raw, y: npp, x: policy, controls: open, absorb: [city, year], cluster: city }
  table1: { stage: table, columns: fit, title: Table 1 }
  figure1: { stage: figure, kind: coefficients, from: fit, title: 图1 }
  paper:
    stage: report
    title: Paper
    with: { b: fit.terms.policy.estimate }
    sections:
      - { heading: Result, text: "{b:2}", show: [table1, figure1] }
    data:
      - { from: raw, source: made up }
    formats: [md, html]
`;

const folderOf = () =>
  new Folder({ 'pipeline.yaml': PIPELINE, 'panel.csv': ['city,year,policy,npp,open', ...rows, ''].join('\n') });

const statuses = (folder: Folder): Readonly<Record<string, string>> =>
  Object.fromEntries(folder.run().last.stages.map((s) => [s.stage, s.status]));

test('a report sets the tables and figures of the pipeline; only files that were asked for are written', () => {
  const folder = folderOf();
  expect(folder.run().last.ok).toBe(true);
  expect(readdirSync(folder.at('out')).sort()).toEqual(['figure1.svg', 'paper.html', 'paper.md', 'table1.md']);
  const md = folder.read('out/paper.md');
  for (const part of [
    '# Paper',
    '## Result',
    '**Table 1**',
    '![图1](data:image/png;base64,',
    '| made up |',
    '| 60 | 10 | 2010–2015 |',
  ])
    expect(md).toContain(part);
});

test('renaming a table runs nothing; a changed caption runs the table and the report', () => {
  const folder = folderOf();
  folder.run();
  for (const name of ['  table1:', 'show: [table1,'])
    folder.edit('pipeline.yaml', name, name.replace('table1', 'baseline'));
  expect(statuses(folder)).toEqual({
    raw: 'cached',
    fit: 'cached',
    baseline: 'cached',
    figure1: 'cached',
    paper: 'cached',
  });
  folder.edit('pipeline.yaml', 'title: Table 1', 'title: Table 2');
  expect(statuses(folder)).toMatchObject({ fit: 'cached', baseline: 'ran', figure1: 'cached', paper: 'ran' });
  expect(folder.read('out/paper.md')).toContain('**Table 2**');
});

test('a format more of a table does not run the report', () => {
  const folder = folderOf();
  folder.run();
  folder.edit('pipeline.yaml', 'title: Table 1 }', 'title: Table 1, formats: [md, csv] }');
  expect(statuses(folder)).toMatchObject({ table1: 'ran', paper: 'cached' });
});

test('a file that was deleted comes back without running anything', () => {
  const folder = folderOf();
  folder.run();
  rmSync(folder.at('out', 'paper.html'));
  expect(new Set(Object.values(statuses(folder)))).toEqual(new Set(['cached']));
  expect(existsSync(folder.at('out', 'paper.html'))).toBe(true);
});

test('a stage that is not there is told at its place inside the section', () => {
  const folder = folderOf();
  folder.edit('pipeline.yaml', 'show: [table1, figure1]', 'show: [table1, figur1]');
  const { last } = folder.run();
  expect(last.diagnostics).toMatchObject([{ code: 'CE1001', line: 13 }]);
});

test('a comparison that does not hold ends with exit code 1, and its rows can be shown', () => {
  const folder = folderOf();
  folder.edit(
    'pipeline.yaml',
    '  paper:',
    '  printed: { stage: compare, published: { n: "61" }, with: { n: fit.nobs } }\n  paper:',
  );
  const { code, last } = folder.run();
  expect(code).toBe(1);
  expect(last.stages.find((s) => s.stage === 'printed')).toMatchObject({
    status: 'failed',
    diagnostics: [{ code: 'CE2831' }],
  });
  expect(last.stages.find((s) => s.stage === 'paper')?.status).toBe('ran');
  folder.edit('pipeline.yaml', 'with: { n: fit.nobs }', 'with: { n: fit.nobs }, expect: differ');
  expect(folder.run().code).toBe(0);
  expect(folder.show('printed').rows).toEqual([
    { cell: 'n', printed: '61', published: 61, computed: 60, difference: -1, within: false },
  ]);
});
