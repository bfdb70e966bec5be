import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CLI, Folder } from '../command-line.ts';
import { study } from './study.ts';

const PLACEBO = {
  ...study,
  'pipeline.yaml': `${study['pipeline.yaml']}  chance:
    stage: mediation
    from: logs
    y: ly
    x: x
    mediator: z
    bootstrap: 40
    cluster: id
`,
};

/** Digests of all that the stages made, as a lock names them. */
const results = (folder: Folder): unknown => {
  folder.run('lock');
  return (JSON.parse(folder.read('pipeline.lock')) as { readonly results: unknown }).results;
};

describe('the same bytes', () => {
  let wanted: { readonly results: unknown; readonly documents: readonly string[] } | undefined;
  const here = (): NonNullable<typeof wanted> => {
    if (wanted !== undefined) return wanted;
    const folder = new Folder(PLACEBO);
    expect(folder.run().code).toBe(0);
    const names = readdirSync(folder.at('out')).sort();
    return (wanted = { results: results(folder), documents: names.map((name) => folder.read(`out/${name}`)) });
  };

  const worlds: Readonly<
    Record<string, { readonly args?: string[]; readonly env?: Record<string, string>; readonly shell?: string }>
  > = {
    'one job': { args: ['--jobs', '1'] },
    'eight jobs': { args: ['--jobs', '8'] },
    'another time zone': { env: { TZ: 'Pacific/Kiritimati' } },
    'another locale': { env: { LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8' } },
    'Chinese messages': { env: { LC_ALL: 'zh_CN.UTF-8' }, args: ['--lang', 'zh'] },
    'another umask': { shell: 'umask 077; exec "$@"' },
    'another working folder': { shell: 'cd /; exec "$@"' },
    'little memory for short-lived values': { env: { NODE_OPTIONS: '--max-semi-space-size=1' } },
  };
  for (const [title, { args = [], env = {}, shell = 'exec "$@"' }] of Object.entries(worlds))
    test(title, () => {
      const folder = new Folder({});
      const deep = join(folder.path, '另一个 folder');
      mkdirSync(deep);
      for (const [name, text] of Object.entries(PLACEBO)) folder.write(`另一个 folder/${name}`, text);
      const { status, stderr } = spawnSync('sh', ['-c', shell, 'sh', process.execPath, CLI, 'run', deep, ...args], {
        cwd: deep,
        env: { ...process.env, ...env },
        encoding: 'utf8',
      });
      expect([status, stderr]).toEqual([0, '']);
      spawnSync(process.execPath, [CLI, 'lock', deep]);
      const lock = JSON.parse(folder.read('另一个 folder/pipeline.lock')) as { readonly results: unknown };
      expect(lock.results).toEqual(here().results);
      const out = join(deep, 'out');
      expect(
        readdirSync(out)
          .sort()
          .map((name) => folder.read(`另一个 folder/out/${name}`)),
      ).toEqual(here().documents);
    });
});

describe('a lock', () => {
  const locked = (): Folder => {
    const folder = new Folder(study);
    folder.run();
    expect(folder.run('lock').code).toBe(0);
    return folder;
  };
  const codes = (stderr: string): string[] => [...stderr.matchAll(/CE\d{4}/g)].map((m) => m[0]);

  test('lets what was locked run, also from nothing', () => {
    const folder = locked();
    expect(folder.run('run', '--locked').code).toBe(0);
    const fresh = new Folder({ ...study, 'pipeline.lock': folder.read('pipeline.lock') });
    expect(fresh.run('run', '--locked').code).toBe(0);
    expect(fresh.run('lock', '--check').code).toBe(0);
  });

  for (const [title, change, code] of [
    ['a figure of the data', (f: Folder) => f.edit('first.csv', 'n12', 'n13'), 'CE4012'],
    ['a comment in the YAML', (f: Folder) => f.write('data.yaml', `# x\n${f.read('data.yaml')}`), 'CE4012'],
    [
      'a data file more',
      (f: Folder) => {
        f.write('third.csv', f.read('second.csv'));
        f.edit('data.yaml', '  raw:', '  third: { stage: ingest, file: third.csv }\n  raw:');
      },
      'CE4013',
    ],
    [
      'a data file less',
      (f: Folder) => {
        f.edit('data.yaml', 'file: second.csv', 'file: first.csv');
      },
      'CE4014',
    ],
    [
      'the code of a type',
      (f: Folder) =>
        f.write(
          'pipeline.lock',
          f
            .read('pipeline.lock')
            .replace(/"regress": "."/, '"regress": "x')
            .replace(/"regress": "\w/, '"regress": "x'),
        ),
      'CE4015',
    ],
    [
      'the runtime',
      (f: Folder) =>
        f.write('pipeline.lock', f.read('pipeline.lock').replace(/"runtime": "v8 \d+/, '"runtime": "v8 1')),
      'CE4016',
    ],
    [
      'the version of a package',
      (f: Folder) => f.write('pipeline.lock', f.read('pipeline.lock').replace(/"hyparquet": "\d+/, '"hyparquet": "0')),
      'CE4020',
    ],
  ] as const)
    test(`refuses ${title}, and runs nothing`, () => {
      const folder = locked();
      change(folder);
      const { code: exit, stderr } =
        folder.run('run', '--locked', '--color', 'never', '--lang', 'en', '--json').code === 2
          ? folder.run('lock', '--check')
          : { code: 0, stderr: 'it ran' };
      expect([exit, codes(stderr).includes(code)]).toEqual([1, true]);
    });

  test('another value of a var is refused', () => {
    const folder = locked();
    const { last, code } = folder.run('run', '--locked', '--set', 'top=3');
    expect([code, last.diagnostics?.map((d) => d.code), last.stages]).toEqual([2, ['CE4018'], []]);
  });

  test('a result that is another than the locked one fails the run', () => {
    const folder = locked();
    folder.write('pipeline.lock', folder.read('pipeline.lock').replace(/"model.value": "\w/, '"model.value": "x'));
    const { last, code } = folder.run('run', '--locked');
    expect([code, last.ok, last.diagnostics?.map((d) => d.code)]).toEqual([1, false, ['CE4017']]);
  });

  test('names the packages that are loaded from where they are installed, as they are there', () => {
    const lock = JSON.parse(locked().read('pipeline.lock')) as { readonly packages: Readonly<Record<string, string>> };
    for (const name of ['hyparquet', '@resvg/resvg-js', 'pdfkit', 'read-excel-file']) {
      const installed = readFileSync(resolve('node_modules', name, 'package.json'), 'utf8');
      expect([name, lock.packages[name]]).toEqual([name, (JSON.parse(installed) as { version: string }).version]);
    }
  });

  test('of a version that named no packages still holds', () => {
    const folder = locked();
    const { packages, ...earlier } = JSON.parse(folder.read('pipeline.lock')) as Record<string, unknown>;
    folder.write('pipeline.lock', JSON.stringify(earlier));
    expect([typeof packages, folder.run('lock', '--check').code]).toEqual(['object', 0]);
  });

  test('--check finds a stored result that is not the locked one, and runs nothing', () => {
    const folder = locked();
    folder.write('pipeline.lock', folder.read('pipeline.lock').replace(/"model.value": "\w/, '"model.value": "x'));
    const { code, stderr } = folder.run('lock', '--check');
    expect([code, codes(stderr)]).toEqual([1, ['CE4017']]);
  });

  test('of another pipeline, every difference is told', () => {
    const folder = locked();
    folder.write('other.yaml', 'ceteris: 1\nstages:\n  a: { stage: ingest, file: first.csv }\n');
    folder.write('other.lock', folder.read('pipeline.lock'));
    const told = folder
      .run('run', 'other.yaml', '--locked')
      .last.diagnostics?.map((d) => `${d.code} ${d.message.split(' ')[0]}`);
    expect(told?.toSorted()).toEqual([
      "CE4013 'other.yaml'",
      "CE4014 'data.yaml'",
      "CE4014 'pipeline.yaml'",
      "CE4014 'second.csv'",
    ]);
  });

  for (const text of [
    '',
    'null',
    '[]',
    '<<<<<<< HEAD\n{}',
    '{"ceteris-lock": 2}',
    '{"ceteris-lock":1,"set":[],"sources":{},"data":{},"code":{},"results":{}}',
    '{"ceteris-lock":1,"ceteris":"0","runtime":"v","set":[1],"sources":{},"data":{},"code":{},"results":{}}',
    '{"ceteris-lock":1,"ceteris":"0","runtime":"v","set":[],"sources":[],"data":{},"code":{},"results":{}}',
    '{"ceteris-lock":1,"ceteris":"0","runtime":"v","set":[],"sources":{"a":1},"data":{},"code":{},"results":{}}',
    '{"ceteris-lock":1,"ceteris":"0","runtime":"v","set":[],"sources":{},"data":{},"code":{},"results":{"a":null}}',
  ])
    test(`that reads ${JSON.stringify(text)} is none`, () => {
      const folder = new Folder(study);
      folder.write('pipeline.lock', text);
      expect(codes(folder.run('lock', '--check').stderr)).toEqual(['CE4011']);
    });

  test('that cannot be written leaves nothing behind', () => {
    const folder = new Folder(study);
    mkdirSync(folder.at('pipeline.lock', 'x'), { recursive: true });
    const { code, stderr } = folder.run('lock');
    expect([code, codes(stderr)]).toEqual([3, ['CE4019']]);
    expect(readdirSync(folder.path).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test('no lock, and a broken one, are said', () => {
    const folder = new Folder(study);
    expect(folder.run('run', '--locked').last.diagnostics?.map((d) => d.code)).toEqual(['CE4010']);
    folder.write('pipeline.lock', '{"ceteris-lock": 1}');
    expect(folder.run('run', '--locked').last.diagnostics?.map((d) => d.code)).toEqual(['CE4011']);
  });
});
