import { readdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { PrintedChanges, RecordChanges } from '../../stages/contract-differences.ts';
import { Folder, until } from '../command-line.ts';
import { study } from './study.ts';

interface Diffed {
  readonly a: string;
  readonly b: string;
  readonly same: number;
  readonly stages: readonly {
    readonly stage: string;
    readonly change: string;
    readonly was?: string;
    readonly why: readonly { readonly kind: string; readonly part?: string; readonly on?: readonly string[] }[];
    readonly outputs: readonly {
      readonly output: string;
      readonly parts: readonly { readonly part: string; readonly change: string }[];
      readonly record?: RecordChanges;
      readonly printed?: PrintedChanges;
    }[];
  }[];
  readonly causes: readonly {
    readonly why: Readonly<Record<string, unknown>>;
    readonly stages: readonly string[];
  }[];
}

const diff = (folder: Folder, ...args: string[]): Diffed =>
  JSON.parse(folder.run('diff', ...args, '--json').stdout) as Diffed;
const changes = ({ stages }: Diffed) => Object.fromEntries(stages.map((s) => [s.stage, s.change]));
const settled = (): Folder => {
  const folder = new Folder(study);
  folder.run();
  return folder;
};
const edit = (folder: Folder, y: number): void =>
  folder.write('first.csv', folder.read('first.csv').replace(/^10,2001,[\d.]+/m, `10,2001,${y}`));

describe('diff', () => {
  test('of the last run and the pipeline as it stands: nothing, then what an edit would run again', () => {
    const folder = settled();
    expect(diff(folder)).toMatchObject({ same: 6, stages: [] });
    edit(folder, 44.5);
    expect(changes(diff(folder))).toEqual({ first: 'stale', raw: 'stale', logs: 'stale', fit: 'stale', tab: 'stale' });
    expect(diff(folder).stages[0]?.why).toMatchObject([{ kind: 'file' }]);
  });

  test('of two runs: the columns that differ, and by how much the coefficients moved', () => {
    const folder = settled();
    const before = folder.show('fit') as { terms: { term: string; estimate: number }[] };
    edit(folder, 44.5);
    folder.run();
    const after = folder.show('fit') as typeof before;
    const found = diff(folder, 'latest~1', 'latest');
    expect(changes(found)).toEqual({
      first: 'changed',
      raw: 'changed',
      logs: 'changed',
      fit: 'changed',
      tab: 'changed',
    });
    expect(found.stages.find((s) => s.stage === 'raw')).toMatchObject({
      why: [{ kind: 'part', from: 'first', part: 'y' }],
      outputs: [{ output: 'table', parts: [{ part: 'y', change: 'changed' }] }],
    });
    const terms = found.stages.find((s) => s.stage === 'fit')?.outputs.find((o) => o.output === 'model')?.record?.terms;
    expect(terms?.map((t) => [t.term, t.before?.estimate, t.after?.estimate])).toEqual(
      before.terms.map((t, i) => [t.term, t.estimate, after.terms[i]?.estimate]),
    );
  });

  test('what failed in a run is named, and so does the list of runs', () => {
    const folder = settled();
    folder.write('second.csv', folder.read('second.csv').replace('\n', '\n"'));
    expect(folder.run().code).toBe(1);
    const [last] = (JSON.parse(folder.run('log', '--json').stdout) as { runs: readonly object[] }).runs;
    expect(last).toMatchObject({ ok: false, counts: { cached: 1, failed: 1, blocked: 4 }, failed: ['second'] });
    expect(folder.run('log').stdout.split('\n')[0]).toContain('✗ 1 cached, 1 failed, 4 blocked');
    expect(folder.run('diff', 'latest~1', 'latest').stdout).toContain('right of the arrow failed: second;');
    expect(folder.run('diff', 'latest').stdout).toContain('left of the arrow failed: second;');
    expect(diff(folder, 'latest~1', 'latest')).toMatchObject({ failed: { a: [], b: ['second'] } });
    expect(diff(folder, 'latest~1', 'latest', 'first')).not.toHaveProperty('failed');
  });

  test('a column that is called value is one like any other', () => {
    const folder = new Folder({
      'pipeline.yaml': `ceteris: 1
name: long
stages:
  raw: { stage: ingest, file: long.csv }
  twice: { stage: derive, from: raw, columns: { value: value * 2 } }
`,
      'long.csv': 'id,variable,value\n1,gdp,2\n1,pop,3\n',
    });
    folder.run();
    folder.edit('long.csv', ',3', ',4');
    const ran = folder.run().last.stages as readonly { readonly changed?: readonly string[] }[];
    expect(ran.map((s) => s.changed)).toEqual([['raw.value'], ['twice.value']]);
    const { stages } = diff(folder, 'latest~1', 'latest');
    expect(stages.map(({ outputs }) => outputs)).toEqual(
      ['raw', 'twice'].map(() => [{ output: 'table', parts: [{ part: 'value', change: 'changed' }] }]),
    );
    expect(folder.run('diff', 'latest~1', 'latest').stdout).toContain('3 → 4');
  });

  test('so is one whose name begins with #, as no part of a table does', () => {
    const folder = new Folder({
      'pipeline.yaml': `ceteris: 1
name: counts
stages:
  raw: { stage: ingest, file: counts.csv, format: csv }
  known: { stage: describe, from: raw, columns: ['# firms'] }
`,
      'counts.csv': 'id,# firms\n1,2\n1,3\n',
    });
    folder.run();
    folder.edit('counts.csv', ',3', ',4');
    folder.run();
    const { stages } = diff(folder, 'latest~1', 'latest');
    expect(stages.find((d) => d.stage === 'raw')?.outputs).toEqual([
      { output: 'table', parts: [{ part: '# firms', change: 'changed' }] },
    ]);
    const text = folder.run('diff', 'latest~1', 'latest').stdout;
    expect(text).toContain('# firms: 1 of 2 values (#2: 3 → 4)');
    expect(text).toContain('← raw.# firms');
    expect(text).toContain('rows[# firms].mean: 2.5 → 3'); // the only row has a name, too
    expect(folder.run('lineage', 'raw.# firms', '--down').stdout).toContain('known');
    expect(folder.run('lineage', 'raw', '--down').stdout).toContain('# firms');
  });

  test('a renamed stage, a new and a removed one are told as such; work that changed nothing as that', () => {
    const folder = settled();
    folder.edit('pipeline.yaml', 'logs:', 'lines:');
    folder.edit('pipeline.yaml', 'from: logs', 'from: lines');
    folder.edit('pipeline.yaml', 'x > ${top}', 'x > (${top})'); // another expression of the same column
    folder.edit('pipeline.yaml', '  tab:', '  other:\n    stage: describe\n    from: raw\n  tab:');
    folder.run();
    const found = changes(diff(folder, 'latest~1', 'latest'));
    expect(found).toMatchObject({ other: 'added' });
    expect(['renamed', 'added']).toContain(found.lines);
    expect(found.fit).toBeUndefined();
    folder.edit('pipeline.yaml', '  other:\n    stage: describe\n    from: raw\n', '');
    folder.run();
    expect(changes(diff(folder, 'latest~1', 'latest'))).toEqual({ other: 'removed' });
  });

  test('a reformatted data file is other work with the same result, for the ingest alone', () => {
    const folder = settled();
    folder.write('first.csv', folder.read('first.csv').replaceAll('\n', '\r\n'));
    folder.run();
    expect(changes(diff(folder, 'latest~1', 'latest'))).toEqual({ first: 'same-result' });
  });

  test('runs are named by tags too; as a page it names both and escapes what they say', () => {
    const folder = settled();
    folder.run('tag', 'submitted');
    edit(folder, 44.5);
    folder.run();
    expect(diff(folder, 'submitted', 'latest').same).toBe(1);
    const { stdout } = folder.run('diff', 'submitted', 'latest', '--format', 'html');
    expect(stdout).toMatch(/^<!doctype html>/);
    expect(stdout).toContain('submitted');
    expect(stdout).toContain('(Intercept)');
    const text = folder.run('diff', 'submitted', 'latest', '--lang', 'zh').stdout;
    expect(text).toContain('结果不同');
  });

  test('--watch takes one run', () => {
    const folder = new Folder(study);
    folder.run();
    const { code, stderr } = folder.run('diff', 'latest', 'latest', '--watch');
    expect([code, stderr]).toEqual([2, expect.stringContaining('CE1569')]);
  });

  test('--watch says after each save what is other than at the beginning, and nothing twice', async () => {
    const folder = settled();
    const child = folder.start('diff', '--watch', '--json');
    let out = '';
    child.stdout?.on('data', (text: Buffer) => {
      out += text.toString();
    });
    const lines = (): Diffed[] => out.split('\n').flatMap((l) => (l === '' ? [] : [JSON.parse(l) as Diffed]));
    const watched = folder.at('.ceteris', 'runs');
    const count = (): number => readdirSync(watched).length;
    await until(() => count() > 1); // its first run is on record: the files are followed
    await pause(400);
    edit(folder, 44.5);
    await until(() => lines().length === 1);
    expect(changes(lines()[0] as Diffed)).toMatchObject({ first: 'changed', fit: 'changed' });
    folder.write('first.csv', study['first.csv']);
    await until(() => lines().length === 2);
    expect(lines()[1]?.stages).toEqual([]);
  });

  test('names the cells of tables, and at the end what was done to the study', () => {
    const folder = settled();
    folder.run('tag', 'submitted');
    edit(folder, 44.5);
    folder.edit('pipeline.yaml', 'cluster: id', 'vcov: HC1');
    folder.run();
    const found = diff(folder, 'submitted');
    const [printed] = found.stages.find((s) => s.stage === 'tab')?.outputs.map((o) => o.printed) ?? [];
    const before = printed?.cells.find((c) => c.row === 'x' && c.column === '(1)');
    expect(folder.read('out/tab.csv')).toContain(`x,${before?.after.split(' ')[0]}`);
    expect(found.causes.map((c) => [c.why.kind, c.why.path ?? c.why.file, c.stages])).toEqual([
      ['file', 'first.csv', ['first']],
      ['param', 'cluster', ['fit']],
      ['param', 'vcov', ['fit']],
    ]);
    const text = folder.run('diff', 'submitted').stdout;
    const places = ['tables that print otherwise: 1', 'Tables\n~ tab', 'Estimates\n~ fit', 'Data\n~ first', 'Why\n'];
    expect(places.map((p) => text.indexOf(p))).toEqual(places.map((p) => text.indexOf(p)).sort((a, b) => a - b));
    expect(places.every((p) => text.includes(p))).toBe(true);
    expect(text).toMatch(
      /Why\n {2}first\.csv changed {2}← first\n {4}→ y: 1 of 12 values \(#1: .* → 44\.5\)\n {2}cluster: id → – {2}\(pipeline\.yaml:\d+\)/,
    );
    expect(text).toMatch(/\n {2}vcov: – → HC1 {2}\(pipeline\.yaml:\d+\) {2}← fit\n/);
  });

  test('of stages that are named: those, and what they rest on, whatever the order of the names', () => {
    const folder = settled();
    folder.run('tag', 'submitted');
    edit(folder, 44.5);
    folder.edit('pipeline.yaml', '  tab:', '  other: { stage: describe, from: raw }\n  tab:');
    folder.run();
    expect(Object.keys(changes(diff(folder, 'submitted', 'raw')))).toEqual(['first', 'raw']);
    expect(diff(folder, 'raw', 'submitted')).toEqual(diff(folder, 'submitted', 'raw'));
    expect(Object.keys(changes(diff(folder, 'submitted', 'latest', 'fit')))).toEqual(['first', 'raw', 'logs', 'fit']);
    expect(folder.run('diff', 'submitted', 'latest', 'latest~1').stderr).toContain('CE1559');
    expect(folder.run('diff', 'submitted', 'fti').stderr).toContain("did you mean 'fit'?");
  });

  test('digits beyond those printed are no other cells', () => {
    const folder = settled();
    folder.run('tag', 'submitted');
    edit(folder, 47);
    folder.run();
    const was = Number(/^10,2001,([\d.]+)/m.exec(study['first.csv'])?.[1]);
    edit(folder, was + 1e-9);
    folder.run();
    const text = folder.run('diff', 'submitted', 'latest', 'tab').stdout;
    expect(text).toContain('prints the same; digits beyond those printed differ');
    expect(text).not.toContain('tables that print otherwise');
  });

  test('a row condition that is written, changed or taken away is told as one', () => {
    const folder = settled();
    const where = (from: string, to: string): readonly unknown[] => {
      folder.edit('pipeline.yaml', `from: logs${from}`, `from: logs${to}`);
      folder.run();
      return diff(folder, 'latest~1', 'latest').causes.map((c) => [c.why.path, c.why.before, c.why.now, c.stages]);
    };
    expect(where('', '\n    where: z > 20')).toEqual([['where', '', 'z > 20', ['fit']]]);
    expect(where('\n    where: z > 20', '\n    where: z > 30')).toEqual([['where', 'z > 20', 'z > 30', ['fit']]]);
    expect(where('\n    where: z > 30', '')).toEqual([['where', 'z > 30', '', ['fit']]]);
    const log = JSON.parse(folder.run('log', '--json').stdout) as { runs: { counts: Record<string, number> }[] };
    expect(log.runs[1]?.counts).toEqual({ ran: 2, cached: 4 }); // the filter is part of the stage
  });

  test('stages without a result yet stand on one line; groups that are not known yet are not gone', () => {
    const folder = new Folder({
      ...study,
      'pipeline.yaml': `${study['pipeline.yaml']}  each: { stage: regress, from: logs, foreach: id, y: ly, x: x, where: z > 0 }\n`,
    });
    folder.run();
    folder.edit('pipeline.yaml', 'log(y)', 'log(y + 1)');
    edit(folder, 44.5);
    const found = diff(folder);
    expect(found.stages.filter((s) => s.change !== 'stale')).toEqual([]);
    expect(found.stages.every((s) => s.why.every((r) => !(r.on ?? []).includes(s.stage)))).toBe(true);
    const text = folder.run('diff').stdout;
    expect(text).toMatch(/^\? first, raw, logs, fit, .*would run again\n {4}no results to compare yet/m);
  });

  test('a page without differences says so, and one of many names the tables, their cells and the causes', () => {
    const folder = settled();
    expect(folder.run('diff', '--format', 'html').stdout).toContain('<p>6 stages are the same</p>');
    folder.edit('pipeline.yaml', 'columns: [fit]', 'columns: [fit]\n    title: 表3 <基准>');
    folder.run();
    edit(folder, 44.5);
    folder.run();
    const page = folder.run('diff', 'latest~1', 'latest', '--format', 'html', '--lang', 'zh').stdout;
    expect(page).toContain('<h2>表</h2>');
    expect(page).toMatch(/<p>表3 &lt;基准&gt;：\d+ 个单元格中有 \d+ 个<\/p><table><tr><td>x<\/td><td>\(1\)<\/td>/);
    expect(page).toMatch(/<h2>原因<\/h2><ul><li>first\.csv 已更改/);
  });

  test('before any run there is nothing to compare with, and none is suggested', () => {
    const folder = new Folder(study);
    for (const args of [['diff'], ['diff', 'latest'], ['diff', 'latest~1', 'latest'], ['tag', 'submitted']]) {
      const { code, stderr } = folder.run(...args);
      expect([code, stderr]).toEqual([
        2,
        'error CE1561: no run of this pipeline is on record\n  help: ceteris run makes one\n',
      ]);
    }
    folder.run();
    expect(folder.run('diff', 'latest~3').stderr).toContain("did you mean 'latest'?");
    edit(folder, 44.5);
    folder.run();
    expect(folder.run('diff', 'latest~3').stderr).toContain("did you mean 'latest~1'?");
  });

  test('an unknown run is a fault, and so is a form that there is none of', () => {
    const folder = settled();
    expect(folder.run('diff', 'nope').stderr).toContain('CE1560');
    expect(folder.run('diff', '--format', 'dot').stderr).toContain('CE1505');
  });
});

describe('log', () => {
  test('lists the runs, newest first, with the time of the clock, what ran and their names; those without news only with --all', () => {
    const folder = settled();
    folder.run('tag', 'submitted');
    edit(folder, 44.5);
    folder.run('run', 'logs');
    folder.run('run', 'logs');
    const rows = (...args: string[]): string[] =>
      folder
        .run('log', ...args)
        .stdout.trimEnd()
        .split('\n');
    const all = rows('--all');
    expect(rows()).toHaveLength(2);
    expect(all).toHaveLength(3);
    expect(rows()[0]).toMatch(/^\S+Z-[0-9a-f]{6} {2}\d{4}-\d\d-\d\d \d\d:\d\d {2}✓ 3 ran, 1 cached {2}[\d.]+ m?s$/);
    expect(rows()[1]).toMatch(/✓ 6 ran +[\d.]+ m?s +submitted$/);
    expect(all[0]).toContain(`= ${rows()[0]?.split(' ')[0]}`);
    const [id, date, time] = rows()[1]?.split(/ +/) ?? [];
    const utc = new Date(id?.slice(0, 24).replace(/T(\d\d)-(\d\d)-/, 'T$1:$2:') ?? '');
    expect([date, time]).toEqual([
      [utc.getFullYear(), utc.getMonth() + 1, utc.getDate()].map((n) => String(n).padStart(2, '0')).join('-'),
      [utc.getHours(), utc.getMinutes()].map((n) => String(n).padStart(2, '0')).join(':'),
    ]);
    expect(rows('--head', '1')).toEqual([rows()[0], '… 1']);
  });
});
