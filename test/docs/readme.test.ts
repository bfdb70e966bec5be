import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { Folder } from '../command-line.ts';

const root = resolve(import.meta.dirname, '..', '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const yaml = /```yaml\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
const castle = readFileSync(join(root, 'pipelines/castle/data/castle.csv'), 'utf8');

const study = (): Folder => new Folder({ 'pipeline.yaml': yaml, 'data/castle.csv': castle });

const ran = (folder: Folder): string[] => {
  const { code, last } = folder.run();
  expect([...(last.diagnostics ?? []), ...last.stages.flatMap((s) => s.diagnostics ?? [])]).toEqual([]);
  expect(code).toBe(0);
  return last.stages.flatMap((s) => (s.status === 'ran' ? [s.stage] : [])).sort();
};

/** Another value in a column: in the first row, or in all rows of its state. */
function edit(folder: Folder, column: string, value: string, rows: 'first row' | 'state' = 'first row'): void {
  const [head = '', ...lines] = folder.read('data/castle.csv').split('\n');
  const at = head.trim().replaceAll('"', '').split(',').indexOf(column);
  const unit = head.replaceAll('"', '').split(',').indexOf('state');
  const state = lines[0]?.split(',')[unit];
  const edited = lines.map((line, i) => {
    const cells = line.split(',');
    if (rows === 'state' ? cells[unit] === state : i === 0) cells[at] = value;
    return cells.join(',');
  });
  folder.write('data/castle.csv', [head, ...edited].join('\n'));
}

/** What the README's table says of an edit: the stages in its second column. */
function promised(edit: string): string[] {
  const line = readme.split('\n').find((l) => l.startsWith('|') && l.includes(edit)) ?? '';
  const cell = line.split('|')[2] ?? '';
  return [...cell.matchAll(/`([^`]+)`/g)].map((m) => m[1] as string).sort();
}

test('the README says what each edit of its pipeline runs', () => {
  const folder = study();
  expect(ran(folder)).toHaveLength(6);

  folder.write('data/castle.csv', castle);
  folder.write('pipeline.yaml', `# why these laws\n${yaml}`);
  expect(ran(folder)).toEqual([]);

  edit(folder, 'l_income', '10.5');
  expect(ran(folder)).toEqual(promised('a value in `l_income`'));

  const lines = folder.read('data/castle.csv').trimEnd().split(/\r?\n/);
  folder.write('data/castle.csv', lines.map((line, i) => (i === 0 ? `"new",${line}` : `0,${line}`)).join('\n'));
  expect(ran(folder)).toEqual(promised('a column is added'));

  edit(folder, 'poverty', '14.1');
  expect(ran(folder)).toEqual(promised('a value in `poverty`'));

  edit(folder, 'effyear', '2007', 'state');
  expect(ran(folder)).toEqual(promised('`effyear` of a state'));

  folder.edit('pipeline.yaml', 'stage: table,', 'stage: table, digits: 4,');
  expect(ran(folder)).toEqual(promised('digits: 4'));

  folder.write(
    'pipeline.yaml',
    folder.read('pipeline.yaml').replace('  laws:', '  effects:').replace('laws[*]', 'effects[*]'),
  );
  expect(ran(folder)).toEqual([]);

  folder.write('pipeline.yaml', yaml);
  folder.write('data/castle.csv', castle);
  expect(ran(folder)).toEqual([]);
});
