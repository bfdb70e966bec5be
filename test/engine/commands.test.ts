import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ceteris, openLab, PANEL } from './lab.ts';

const yaml = `ceteris: 1
name: t
stages:
  raw: { stage: ingest, file: panel.csv, panel: { unit: id, time: year } }
  fit: { stage: regress, from: raw, where: year > 2001, y: y, x: x, matrix: { "(1)": {}, "(2)": { absorb: id } } }
  tab: { stage: table, columns: "fit[*]", formats: [csv] }
`;
const study = () => openLab({ 'pipeline.yaml': yaml, 'panel.csv': PANEL });
const templates = readdirSync(resolve(import.meta.dirname, '../../pipelines'));

describe('init', () => {
  test('makes a study that runs, with its data, its schema and nothing left of other runs', async () => {
    const lab = openLab({});
    const { out, code } = await lab.cli(['init', 'mine']);
    expect([code, out]).toEqual([0, expect.stringContaining('next: ceteris run mine')]);
    expect(existsSync(lab.at('mine/.ceteris'))).toBe(false);
    expect(lab.read('mine/pipeline.yaml')).toMatch(/^# yaml-language-server: \$schema=pipeline.schema.json\n/);
    expect(JSON.parse(lab.read('mine/pipeline.schema.json'))).toHaveProperty('properties.stages');
    expect(lab.read('mine/.gitignore')).toBe('.ceteris/\nout/\n');
    const run = await lab.run('mine');
    expect([run.code, run.diagnostics]).toEqual([0, []]);
    expect(readdirSync(lab.at('mine/out')).length).toBeGreaterThan(0);
  });

  test.each(templates)('template %s passes the check', async (template) => {
    const lab = openLab({});
    const made = await lab.json<{ ok: boolean; files: number }>('init', '--template', template);
    expect(made.ok).toBe(true);
    expect((await lab.check(template)).faults).toEqual([]);
  });

  test('overwrites nothing, knows its templates, and says when it cannot write', async () => {
    const lab = openLab({ 'mine/note.txt': 'keep', file: 'keep' });
    const said = async (...args: readonly string[]) => {
      const { code, err } = await lab.cli(['init', ...args]);
      return [code, /CE\d+/.exec(err)?.[0]];
    };
    expect(await said('mine')).toEqual([2, 'CE1512']);
    expect(await said('file')).toEqual([2, 'CE1512']);
    expect(await said('other', '--template', 'provnce')).toEqual([2, 'CE1505']);
    expect(await said('file/below')).toEqual([3, 'CE1520']);
    if (existsSync('/proc/self')) expect(await said('/proc/ceteris')).toEqual([3, 'CE1520']);
    expect(lab.read('mine/note.txt')).toBe('keep');
    expect(readdirSync(lab.folder).sort()).toEqual(['file', 'mine']);
  });
});

describe('graph', () => {
  test('as text, Mermaid, DOT and JSON; a condition is part of its stage', async () => {
    const lab = study();
    const json = await lab.json<{ stages: { stage: string }[]; edges: { from: string; to: string }[] }>('graph');
    expect(json.edges).toEqual([
      { from: 'raw', to: 'fit[(1)]' },
      { from: 'raw', to: 'fit[(2)]' },
      { from: 'fit[(1)]', to: 'tab' },
      { from: 'fit[(2)]', to: 'tab' },
    ]);
    expect((await lab.cli(['graph'])).out).toContain('fit[(1)]');
    expect((await lab.cli(['graph', '--format', 'mermaid'])).out).toMatch(/^flowchart TD\n[\s\S]*s0 --> s1/);
    expect((await lab.cli(['graph', '--format', 'dot'])).out).toMatch(/^digraph[\s\S]*"raw" -> "fit\[\(1\)\]"/);
    const part = await lab.json<{ stages: unknown[] }>('graph', '.', 'raw');
    expect(part.stages).toHaveLength(1);
  });
});

describe('show', () => {
  test('computes what is missing, prints tables and models, and names what there is', async () => {
    const lab = study();
    const model = await lab.json<{ kind: string; terms: unknown[] }>('show', 'fit[(2)]');
    expect([model.kind, model.terms.length]).toEqual(['model', 1]);
    const table = await lab.json<{ kind: string; rows: number; data: Record<string, unknown[]> }>(
      'show',
      'raw',
      '--head',
      '2',
    );
    expect([table.kind, table.rows, table.data.id]).toEqual(['table', 30, [1, 1]]);
    expect((await lab.cli(['show', 'raw', '--head', '2'])).out.split('\n')[0]).toMatch(/^id +year +y +x +z +note$/);
    for (const wrong of ['fit', 'raw.tabel', 'nothing', ''])
      expect((await lab.cli(['show', ...(wrong === '' ? [] : [wrong])])).code).toBe(2);
  });

  test('a result that cannot be computed is a failure with its reason', async () => {
    const lab = openLab({ 'pipeline.yaml': yaml });
    const { code, err } = await lab.cli(['show', 'fit[(1)]']);
    expect([code, /CE\d+/.exec(err)?.[0]]).toEqual([1, 'CE3001']);
  });
});

describe('schema and doctor', () => {
  test('the schema has a branch for each stage type, with descriptions', async () => {
    const lab = openLab({});
    const schema = await lab.json<{
      properties: { stages: { additionalProperties: { oneOf: { title: string; description: string }[] } } };
    }>('schema');
    const branches = schema.properties.stages.additionalProperties.oneOf;
    expect(branches.map((b) => b.title)).toContain('regress');
    expect(branches.every((b) => b.description.length > 10)).toBe(true);
  });

  test('doctor tells what the machine has, and passes where node is enough', async () => {
    const lab = openLab({});
    const { ok, findings } = await lab.json<{
      ok: boolean;
      findings: { name: string; found: string | null; use: string }[];
    }>('doctor');
    expect(ok).toBe(true);
    expect(findings.find((f) => f.name === 'node')?.found).toBe(process.version);
    expect(findings.map((f) => f.name)).toEqual(expect.arrayContaining(['disk', 'fonts', 'R', 'slurm', 'browser']));
  });
});

describe('the command line', () => {
  test('a comparison names the last run in the language of its reader', async () => {
    const lab = study();
    await lab.run();
    expect((await lab.cli(['diff'])).out).toMatch(/^latest \(.+\) → now\n/);
    expect((await lab.cli(['diff', '--lang', 'zh'])).out).toMatch(/^最近一次运行 \(.+\) → 当前\n/);
  });

  test('a file that a stage writes is known by its `to`, from wherever it is named', async () => {
    const lab = openLab({
      'study/pipeline.yaml': `ceteris: 1
stages:
  raw: { stage: ingest, file: panel.csv }
  fit: { stage: regress, from: raw, y: y, x: [x], matrix: { "(1)": {}, "(2)": { x: [x, z] } } }
  main: { stage: table, columns: "fit[*]", formats: [csv], to: appendix/first }
`,
      'study/panel.csv': PANEL,
    });
    const hintOf = async (...args: string[]) => /CE1568[\s\S]*ceteris run (\w+)/.exec((await lab.cli(args)).err)?.[1];
    expect(await hintOf('run', 'study/appendix/first.csv')).toBe('main');
    expect(await hintOf('plan', lab.at('study/appendix/first.csv'), 'study')).toBe('main');
    expect(await hintOf('explain', 'study/appendix/second.csv')).toBe('STAGE');
    expect((await lab.cli(['run', 'study'])).code).toBe(0);
    expect(await hintOf('diff', 'study/appendix/first.csv')).toBe('main');
  });

  test.each([
    [['rnu'], 'CE1501', "did you mean 'run'?"],
    [['run', '--jbos', '3'], 'CE1502', "did you mean '--jobs'?"],
    [['run', '--jobs'], 'CE1503', '--jobs N'],
    [['run', '--jobs', '0'], 'CE1504', 'from 1 to 999999'],
    [['gc', '--keep=-1'], 'CE1504', 'from 0 to 999999'],
    [['run', '--lang', 'fr'], 'CE1505', 'en, zh'],
    [['run', '--color=sometimes'], 'CE1505', 'auto'],
    [['run', 'a.yaml', 'b.yaml'], 'CE1506', ''],
    [['run', '--set', 'x'], 'CE1507', ''],
    [['run', '--set'], 'CE1503', '--set var=value'],
    [['run', '--json=yes'], 'CE1508', ''],
    [['run', 'tba'], 'CE1510', "did you mean 'tab'?"],
    [['plan', 'nothing'], 'CE1510', 'raw'],
    [['run', 'out/tab.csv'], 'CE1568', 'ceteris run tab'],
    [['run', 'pipeline.yaml', 'out/tab.csv'], 'CE1568', 'ceteris run tab'],
    [['show', 'out/tab.csv'], 'CE1568', 'ceteris run tab'],
    [['run', 'out/notes.md'], 'CE1568', 'ceteris run STAGE'],
    [['log', 'out/tab.csv'], 'CE1568', 'ceteris run STAGE'],
    [['plan', '--if', 'pipeline.yaml'], 'CE1566', 'ceteris plan'],
    [['plan', '--if', 'out/tab.csv'], 'CE1567', 'tab'],
    [['log', '--set', 'x=1'], 'CE1502', '--head'],
    [['doctor', '--set=x=1'], 'CE1502', '--json'],
    [['init', 'a', 'b'], 'CE1562', '[FOLDER]'],
    [['import', 'c.zip', 'a', 'b'], 'CE1562', 'CRATE [FOLDER]'],
    [['cache', 'stats', 'more'], 'CE1562', '[PIPELINE] stats'],
    [['tag', ''], 'CE1551', 'letters'],
    [['tag', '--delete'], 'CE1563', 'there are none here'],
  ] as const)('%j is refused with %s', async (args, code, hint) => {
    const lab = study();
    const plain = await lab.cli(args);
    expect([plain.code, plain.out]).toEqual([2, '']);
    expect(plain.err).toContain(code);
    expect(plain.err).toContain(hint);
    expect(plain.err).not.toMatch(/ {4}at /);
    const json = await lab.cli([...args, '--json']);
    expect(json.code).toBe(2);
    expect(JSON.parse(json.out)).toMatchObject({ ok: false, diagnostics: [{ code }] }); // one mistake, one message
  });

  test('a folder, a file and no path name the same pipeline; outputs lie beside it wherever it was called from', async () => {
    const lab = openLab({ 'sub/pipeline.yaml': yaml, 'sub/panel.csv': PANEL, 'sub/raw/.keep': '' });
    expect((await lab.run('sub')).stages).toContain('raw ran');
    expect((await lab.run('sub/pipeline.yaml')).stages).toContain('raw cached');
    expect((await lab.run(lab.at('sub'))).stages).toContain('raw cached');
    expect(existsSync(lab.at('sub/out/tab.csv'))).toBe(true);
    expect(readdirSync(lab.folder)).toEqual(['sub']);
  });

  test('help goes to standard output, and nothing at all is a mistake', async () => {
    const lab = openLab({});
    expect((await lab.cli(['--help'])).code).toBe(0);
    expect((await lab.cli(['help'])).out).toContain('usage: ceteris');
    expect((await lab.cli(['help', 'gc', '--lang', 'zh'])).out).toBe(
      (await lab.cli(['gc', '--help', '--lang', 'zh'])).out,
    );
    expect((await lab.cli(['help', 'rnu'])).err).toContain("did you mean 'run'");
    expect((await lab.cli(['run', '--help'])).out).toContain('--jobs');
    expect((await lab.cli([])).code).toBe(2);
    expect((await lab.cli(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test('odd names of folders, and a working folder that is gone, do no harm', async () => {
    const name = '研究 100% #1 (a&b)';
    const lab = openLab({ [`${name}/pipeline.yaml`]: yaml, [`${name}/panel.csv`]: PANEL });
    expect((await lab.run(name)).code).toBe(0);
    expect((await lab.run(name)).stages.every((s) => s.endsWith('cached'))).toBe(true);
    const { status, stderr } = spawnSync(
      'sh',
      ['-c', 'mkdir gone && cd gone && rmdir ../gone && "$0" "$1" run', process.execPath, ceteris],
      { cwd: lab.folder, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1', LC_ALL: 'C.UTF-8' } },
    );
    expect([status, /CE\d+/.exec(stderr)?.[0]]).toEqual([2, 'CE1511']);
  });

  test.runIf(existsSync('/dev/full'))('what cannot be printed is said, and is a matter of the machine', async () => {
    const lab = study();
    await lab.run();
    for (const args of [['run'], ['show', 'raw'], ['--version']]) {
      const { status, stderr } = spawnSync('sh', ['-c', '"$0" "$@" > /dev/full', process.execPath, ceteris, ...args], {
        cwd: lab.folder,
        encoding: 'utf8',
        env: { ...process.env, NO_COLOR: '1', LC_ALL: 'C.UTF-8' },
      });
      expect([status, stderr.match(/CE\d+/g)], args.join(' ')).toEqual([3, ['CE1564']]);
    }
  });

  test('a reader that goes away is no failure', async () => {
    const lab = study();
    await lab.run();
    const child = lab.start(['show', 'raw', '--json']);
    child.stdout?.destroy();
    const code = await new Promise((done) => child.on('close', done));
    expect([0, null]).toContain(code);
  });
});
