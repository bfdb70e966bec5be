import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Folder } from '../command-line.ts';

const absent = (process.env.CETERIS_ABSENT ?? '').split(',');
const needs = ['libreoffice-writer-nogui', 'poppler-utils', 'fonts-noto-cjk'];
const canOpen =
  !needs.some((name) => absent.includes(name)) &&
  ['soffice', 'pdftotext'].every((program) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0);

/** What LibreOffice makes of a file, as PDF; a home of its own, so that nothing of the machine's has a part. */
function opened(file: string): { readonly pdf: string; readonly text: string } {
  const folder = mkdtempSync(join(tmpdir(), 'ceteris-office-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const run = spawnSync(
    'soffice',
    [`-env:UserInstallation=file://${folder}/home`, '--headless', '--convert-to', 'pdf', '--outdir', folder, file],
    { encoding: 'utf8', timeout: 300_000 },
  );
  expect(run.stderr + run.stdout).toContain('writer_pdf_Export');
  const pdf = join(folder, (file.split('/').at(-1) ?? '').replace(/\.docx$/, '.pdf'));
  return { pdf, text: spawnSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8' }).stdout };
}

const PIPELINE = `ceteris: 1
name: p
labels: { npp: 新质生产力, policy: 试点政策, city: 城市, year: 年份 }
stages:
  raw: { stage: ingest, file: panel.csv, panel: { unit: city, time: year } }
  fit: { stage: regress, from: raw, y: npp, x: policy, absorb: [city, year], cluster: city }
  table1: { stage: table, columns: fit, title: 表1 基准回归, lang: zh, formats: [docx] }
  figure1: { stage: figure, kind: coefficients, from: fit, title: 图1 系数, lang: zh }
  paper:
    stage: report
    title: 试点政策与新质生产力
    lang: zh
    sections: [{ heading: 结果, text: 政策效应为正。, show: [table1, figure1] }]
    formats: [docx]
`;

const rows = Array.from({ length: 60 }, (_, i) => {
  const [city, year] = [Math.floor(i / 6), 2010 + (i % 6)];
  const policy = city % 2 === 0 && year >= 2013 ? 1 : 0;
  return `c${city},${year},${policy},${0.2 * policy + ((i * 7) % 11) / 50}`;
});

test.skipIf(!canOpen)('LibreOffice opens tables and reports, with their Chinese', () => {
  const folder = new Folder({
    'pipeline.yaml': PIPELINE,
    'panel.csv': ['city,year,policy,npp', ...rows, ''].join('\n'),
  });
  expect(folder.run().last.ok).toBe(true);
  const table = opened(folder.at('out', 'table1.docx')).text;
  for (const part of ['表1 基准回归', '新质生产力', '试点政策', '城市固定效应', '样本量', '60'])
    expect(table.replace(/表 1/, '表1')).toContain(part);
  const report = opened(folder.at('out', 'paper.docx'));
  for (const part of ['试点政策与新质生产力', '结果', '政策效应为正']) expect(report.text).toContain(part);
  const images = spawnSync('pdfimages', ['-list', report.pdf], { encoding: 'utf8' }).stdout.trim().split('\n');
  expect(images.length).toBeGreaterThan(2);
});

test.skipIf(!canOpen)('a pdf figure holds its texts', () => {
  const folder = new Folder({
    'pipeline.yaml': PIPELINE,
    'panel.csv': ['city,year,policy,npp', ...rows, ''].join('\n'),
  });
  folder.edit('pipeline.yaml', 'title: 图1 系数, lang: zh', 'title: 图1 系数, lang: zh, formats: [pdf]');
  folder.run();
  const file = join(mkdtempSync(join(tmpdir(), 'ceteris-pdf-')), 'figure.pdf');
  onTestFinished(() => rmSync(file, { force: true }));
  writeFileSync(file, readFileSync(folder.at('out', 'figure1.pdf')));
  const { stdout } = spawnSync('pdftotext', [file, '-'], { encoding: 'utf8' });
  expect(stdout).toContain('图1 系数');
  expect(stdout).toContain('试点政策');
});
