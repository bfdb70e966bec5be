/** What the machine, the disk, a plugin's author or we ourselves do wrong is told as such, by its code. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ceteris, ended, type Lab, openLab, PANEL, readRun, type Shown, type ShownEvent, statuses } from './lab.ts';

const root = resolve(import.meta.dirname, '..', '..');
const here = (name: string): string => `--import ${new URL(name, import.meta.url).href}`;
const yaml = (...lines: readonly string[]): string =>
  `ceteris: 1\nname: t\nstages:\n  raw: { stage: ingest, file: panel.csv }\n${lines.map((l) => `  ${l}\n`).join('')}`;
const study = (...lines: readonly string[]): Lab => openLab({ 'pipeline.yaml': yaml(...lines), 'panel.csv': PANEL });
const disk = (kind: string, under: string) => ({
  NODE_OPTIONS: here('faulty-disk.mjs'),
  CETERIS_DISK: kind,
  CETERIS_DISK_UNDER: under,
});
const LATE = 'late: { stage: filter, from: raw, keep: year > 2002 }';
const FIT = 'fit: { stage: regress, from: raw, y: y, x: x }';

describe('data files', () => {
  test.runIf(process.platform === 'linux')('one that cannot be read fails its stage at the path', async () => {
    const lab = openLab({ 'pipeline.yaml': yaml(FIT) });
    symlinkSync('/proc/self/mem', lab.at('panel.csv')); // whose first byte nobody may read
    const run = await lab.run();
    expect([run.code, run.faults, run.stages]).toEqual([1, ['CE3003 4:panel.csv'], ['raw failed', 'fit blocked']]);
  });

  test('one that somebody writes to whenever it is read is not computed with', async () => {
    const lab = study(FIT);
    const run = readRun(await lab.cli(['run', '--json'], disk('changing', lab.at('panel.csv'))), lab.folder);
    expect([run.code, run.faults]).toEqual([1, ['CE3004 4:panel.csv']]);
    lab.write({ 'panel.csv': PANEL });
    expect((await lab.run()).stages).toEqual(['raw ran', 'fit ran']);
  });
});

describe('the store', () => {
  test.each([
    ['EMFILE', 'CE4003'],
    ['ENFILE', 'CE4003'],
    ['EIO', 'CE4004'],
  ])('%s is %s, exit 3, and the next run goes on', async (errno, code) => {
    const lab = study(FIT);
    const run = readRun(await lab.cli(['run', '--json'], disk(`fails:${errno}`, lab.at('.ceteris'))), lab.folder);
    expect([run.code, run.err]).toEqual([3, '']);
    expect(run.diagnostics.map((d) => d.code)).toContain(code);
    expect((await lab.run()).code).toBe(0);
  });

  test('a lost value that its stage does not make again is said to be one, and a run puts it right', async () => {
    const lab = openLab({
      'pipeline.yaml': `ceteris: 1
name: t
stages:
  chance: { stage: exec, run: [sh, -c, "echo a; od -An -N4 -tu4 /dev/urandom"], outputs: { t: { file: stdout } } }
  more: { stage: derive, from: chance, columns: { b: 1 } }
`,
    });
    expect((await lab.run()).code).toBe(0);
    const { columns } = await lab.json<{ readonly columns: readonly { name: string; digest: string }[] }>(
      'show',
      'more',
    );
    const digest = columns.find((c) => c.name === 'a')?.digest ?? '';
    const blob = readdirSync(lab.at('.ceteris/blobs'), { recursive: true }).find((f) => String(f).endsWith(digest));
    rmSync(lab.at(join('.ceteris/blobs', String(blob))));
    const shown = await lab.cli(['show', 'more', '--json']);
    expect([shown.code, /CE\d+/.exec(shown.out + shown.err)?.[0]]).toEqual([3, 'CE4005']);
    expect((await lab.run()).code).toBe(0);
    expect((await lab.json<Shown>('show', 'more')).rows).toBe(1);
  });

  test('a value that is gone from the store is said to be, and not by the code of the system', async () => {
    const lab = openLab({
      'pipeline.yaml':
        'ceteris: 1\nname: t\nstages:\n  raw: { stage: ingest, file: p.csv }\n  more: { stage: derive, from: raw, columns: { b: a } }\n',
      'p.csv': 'a\n1\n',
    });
    await lab.run();
    rmSync(lab.at('.ceteris/blobs'), { recursive: true });
    lab.edit('pipeline.yaml', 'b: a', 'b: a + 1');
    const { out } = await lab.cli(['run']);
    expect(out).toContain('! raw: a value that is gone from the store is computed again\n');
  });

  test('a lock that cannot be written', async () => {
    const lab = study(FIT);
    mkdirSync(lab.at('pipeline.lock.tmp'));
    const lock = await lab.cli(['lock']);
    expect([lock.code, lock.out, /CE\d+/.exec(lock.err)?.[0]]).toEqual([3, '', 'CE4019']);
  });
});

describe('stages that stop', () => {
  const plugin = (params: string, run: string): string => `import { defineStage, Params } from 'ceteris';
export const odd = defineStage({
  type: 'odd',
  doc: { summary: { en: 'odd', zh: 'odd' }, details: { en: '', zh: '' }, example: '' },
  params: Params({ list: ${params} }),
  inputs: {},
  outputs: { value: { kind: 'summary', doc: 'v' } },
  declare: ({ params }) => ({
    faults: [],
    spec: params,
    reads: {},
    outputs: { value: { shape: { kind: 'summary', columns: [] }, parts: [{ name: 'value', how: 'made' }] } },
  }),
  weight: () => 100_000,
  run() { ${run} },
});
`;
  const odd = (params: string, list: string, run = "throw new Error('no')"): Lab =>
    openLab({
      'odd.ts': plugin(params, run),
      'panel.csv': PANEL,
      'pipeline.yaml': `ceteris: 1
name: t
plugins: [odd.ts]
stages:
  o: { stage: odd, list: ${list} }
  raw: { stage: ingest, file: panel.csv }
`,
    });
  const ANY = "{ type: 'array', items: {} }";

  test('for want of memory: the stage alone, as a fault of the machine', async () => {
    const lab = odd(ANY, '[1]', 'const all = []; for (;;) all.push([String(all.length)]);');
    const run = readRun(await lab.cli(['run', '--json'], { NODE_OPTIONS: '--max-old-space-size=100' }), lab.folder);
    expect([run.code, run.faults, run.stages]).toEqual([3, ['CE3011 5:o'], ['o failed', 'raw ran']]);
  });

  test('for a bug of ours: exit 70, the stage alone, no stack trace', async () => {
    const lab = study('logs: { stage: derive, from: raw, columns: { l: log(y) } }', LATE);
    const run = readRun(await lab.cli(['run', '--json'], { NODE_OPTIONS: here('no-logarithm.mjs') }), lab.folder);
    expect([run.code, run.err, run.faults]).toEqual([70, '', ['CE3901 5:logs']]);
    expect(run.stages).toEqual(['raw ran', 'logs failed', 'late ran']);
    expect(run.diagnostics[0]?.message).toMatch(/'derive': no logarithm today \[/);
    expect(statuses(await lab.run())).toEqual({ raw: 'cached', logs: 'ran', late: 'cached' });
  });

  test.each([
    ['a list of the same things', "{ type: 'array', uniqueItems: true }", '[1, 1]', 'CE1262'],
    ['a rule that our own types do not have', "{ type: 'number', multipleOf: 2 }", '3', 'CE1263'],
  ])('%s: a plugin may forbid it, and the param is named', async (_, params, list, code) => {
    const run = await odd(params, list).run();
    expect([run.code, run.faults]).toEqual([2, [`${code} 5:${list}`]]);
    expect(run.diagnostics[0]?.message).toContain("'list'");
  });

  test('a var without a name', async () => {
    const run = await study().check('--set', ' =3');
    expect([run.code, run.diagnostics[0]?.code]).toEqual([2, 'CE1106']);
  });
});

test('no more files can be open: whatever needs one says so, whichever it is', () => {
  const lab = openLab({
    'panel.csv': PANEL,
    'heavy.ts': `import { defineStage, Params } from 'ceteris';
export const heavy = defineStage({
  type: 'heavy',
  doc: { summary: { en: 'h', zh: 'h' }, details: { en: '', zh: '' }, example: '' },
  params: Params({}),
  inputs: {},
  outputs: { value: { kind: 'summary', doc: 'v' } },
  declare: () => ({
    faults: [],
    spec: {},
    reads: {},
    outputs: { value: { shape: { kind: 'summary', columns: [] }, parts: [{ name: 'value', how: 'made' }] } },
  }),
  weight: () => 100_000,
  run: () => ({ ok: true, outputs: { value: { parts: new Map([['value', new TextEncoder().encode('{}')]]) } }, notes: [] }),
});
`,
    'pipeline.yaml': yaml('one: { stage: exec, run: [sh, -c, "echo n; echo 1"], outputs: { t: { file: stdout } } }'),
    'threads.yaml': 'ceteris: 1\nname: t\nplugins: [heavy.ts]\nstages:\n  h: { stage: heavy }\n',
  });
  const said = new Set<string>();
  for (let limit = 18; limit <= 34; limit++)
    for (const file of ['pipeline.yaml', 'threads.yaml']) {
      rmSync(lab.at('.ceteris'), { recursive: true, force: true });
      const words = ['ulimit -n "$0"; exec "$@"', String(limit), process.execPath, ceteris, 'run', file, '--json'];
      const end = spawnSync('sh', ['-c', ...words], {
        cwd: lab.folder,
        encoding: 'utf8',
        env: { ...process.env, LC_ALL: 'C' },
      });
      expect(end.stderr).not.toContain('ceteris bug');
      if (end.stdout === '') continue; // node itself could not start
      const run = readRun(
        { code: end.status ?? undefined, signal: undefined, out: end.stdout, err: end.stderr },
        lab.folder,
      );
      const codes = run.diagnostics.map((d) => d.code);
      expect([limit, run.code, run.err, new Set(codes)]).toEqual(
        run.code === 0 ? [limit, 0, '', new Set()] : [limit, 3, '', new Set(['CE4003'])],
      );
      for (const { message } of run.diagnostics) said.add(/'.*?([^/]*)'/.exec(message)?.[1] ?? '');
    }
  // a compiler, a thread and a program could not be started
  expect([...said]).toEqual(expect.arrayContaining(['esbuild', 'worker.js', basename(process.execPath)]));
});

test('sql without the database says what to install', async () => {
  const lab = study('q: { stage: sql, inputs: { raw: raw }, query: SELECT 1 AS x FROM raw }');
  cpSync(dirname(ceteris), lab.at('app/dist'), { recursive: true });
  mkdirSync(lab.at('app/node_modules'));
  for (const name of readdirSync(join(root, 'node_modules')))
    if (name !== '@duckdb' && !name.startsWith('.'))
      symlinkSync(join(root, 'node_modules', name), lab.at(join('app/node_modules', name)));
  const end = await ended(lab.start(['run', '--json'], {}, lab.at('app/dist/ceteris.js')));
  const events = end.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as ShownEvent);
  expect(end.code).toBe(1);
  expect(events.at(-1)?.stages).toMatchObject([{ status: 'ran' }, { diagnostics: [{ code: 'CE2920' }] }]);
  expect(readFileSync(lab.at('panel.csv'), 'utf8')).toBe(PANEL);
});
