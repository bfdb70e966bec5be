import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { CLI, Folder } from '../command-line.ts';
import { asNobody, isRoot, NOBODY } from '../nobody.ts';
import { study } from './study.ts';

/** Draws, programs, queries, groups, and every format of table, figure and report. */
const EVERYTHING = {
  ...study,
  'pipeline.yaml': `${study['pipeline.yaml'].replace('formats: [csv, md]', 'formats: [csv, md, tex, html, docx, xlsx]')}  chance:
    stage: mediation
    from: logs
    y: ly
    x: x
    mediator: z
    bootstrap: 40
    cluster: id
  placebo: { stage: placebo, from: logs, y: ly, x: x, draws: 30 }
  by: { stage: regress, from: logs, foreach: id, y: ly, x: x }
  slopes: { stage: gather, from: "by[*]", as: id }
  sums: { stage: sql, inputs: { t: logs }, query: "SELECT id, sum(ly) AS s FROM t GROUP BY id ORDER BY id" }
  sorted: { stage: exec, run: [sh, -c, "head -1 d.csv; tail -n +2 d.csv | sort"], inputs: { d.csv: logs }, outputs: { lines: { file: stdout, format: csv } } }
  bars: { stage: figure, kind: coefficients, from: fit, formats: [svg, png, pdf] }
  summary: { stage: report, title: 结果 Results, from: [tab, bars], formats: [md, html, docx] }
`,
};

/** Digests of all that the stages made, as a lock names them. */
const results = (folder: Folder): unknown => {
  folder.run('lock');
  return (JSON.parse(folder.read('pipeline.lock')) as { readonly results: unknown }).results;
};

interface World {
  readonly args?: readonly string[];
  /** undefined takes a variable away */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly shell?: string;
  /** the program that the run is started by */
  readonly by?: readonly string[];
}

const clock = pathToFileURL(resolve(import.meta.dirname, '../engine/other-clock.mjs')).href;
const TEN_YEARS_MS = 10 * 365 * 86_400_000;

describe('the same bytes', () => {
  let wanted: { readonly results: unknown; readonly documents: readonly string[] } | undefined;
  /** Names and digests: bytes of pictures in a message help nobody. */
  const documentsIn = (out: string): readonly string[] =>
    readdirSync(out)
      .sort()
      .map(
        (name) =>
          `${name} ${createHash('sha256')
            .update(readFileSync(join(out, name)))
            .digest('hex')}`,
      );
  const here = (): NonNullable<typeof wanted> => {
    if (wanted !== undefined) return wanted;
    const folder = new Folder(EVERYTHING);
    expect(folder.run().code).toBe(0);
    const documents = documentsIn(folder.at('out'));
    expect(documents.length).toBe(13);
    return (wanted = { results: results(folder), documents });
  };

  const worlds: Readonly<Record<string, World>> = {
    'one job': { args: ['--jobs', '1'] },
    'eight jobs': { args: ['--jobs', '8'] },
    'another time zone': { env: { TZ: 'Pacific/Kiritimati' } },
    'another locale': { env: { LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8' } },
    'the locale C': { env: { LC_ALL: 'C', LANG: 'C' } },
    'no locale at all': { env: { LC_ALL: undefined, LANG: undefined, LC_CTYPE: undefined, LANGUAGE: undefined } },
    'Chinese messages': { env: { LC_ALL: 'zh_CN.UTF-8' }, args: ['--lang', 'zh'] },
    'another umask': { shell: 'umask 077; exec "$@"' },
    'another working folder': { shell: 'cd /; exec "$@"' },
    'little memory for short-lived values': { env: { NODE_OPTIONS: '--max-semi-space-size=1' } },
    'little memory': { env: { NODE_OPTIONS: '--max-old-space-size=256' } },
    'no home, and temporary files elsewhere': {
      env: { HOME: '/nonexistent', XDG_CACHE_HOME: undefined },
      shell: 'mkdir "$PWD/临时"; TMPDIR="$PWD/临时" exec "$@"',
    },
    'a clock that is ten years ahead': {
      env: { NODE_OPTIONS: `--import=${clock}`, CETERIS_CLOCK_OFF: String(TEN_YEARS_MS) },
    },
    'all of these at once': {
      args: ['--jobs', '3', '--lang', 'zh'],
      env: {
        TZ: 'Pacific/Kiritimati',
        LC_ALL: 'tr_TR.UTF-8',
        HOME: '/nonexistent',
        NODE_OPTIONS: `--import=${clock} --max-semi-space-size=1`,
        CETERIS_CLOCK_OFF: String(-TEN_YEARS_MS),
      },
      shell: 'umask 077; cd /; exec "$@"',
    },
    // only root may become somebody else
    ...(isRoot ? { 'another user': { by: asNobody, env: { HOME: '/nonexistent' } } } : {}),
  };

  /** Runs the study in another folder of another name. */
  function runIn({ args = [], env = {}, shell = 'exec "$@"', by = [] }: World, ...more: readonly string[]): string {
    const folder = new Folder({});
    const deep = folder.at('另一个 folder');
    mkdirSync(deep);
    for (const [name, text] of Object.entries(EVERYTHING)) folder.write(`另一个 folder/${name}`, text);
    chmodSync(folder.path, 0o755);
    if (by.length > 0) chownSync(deep, NOBODY, NOBODY);
    const { status, stderr } = spawnSync(
      'sh',
      ['-c', shell, 'sh', ...by, process.execPath, CLI, 'run', deep, ...args, ...more],
      { cwd: deep, env: { ...process.env, ...env }, encoding: 'utf8' },
    );
    expect([status, stderr]).toEqual([0, '']);
    return deep;
  }

  for (const [title, world] of Object.entries(worlds))
    test(`in another folder: ${title}`, () => {
      const deep = runIn(world);
      spawnSync(process.execPath, [CLI, 'lock', deep]);
      const lock = JSON.parse(readFileSync(join(deep, 'pipeline.lock'), 'utf8')) as { readonly results: unknown };
      expect(lock.results).toEqual(here().results);
      expect(documentsIn(join(deep, 'out'))).toEqual(here().documents);
    });

  test('in a folder that may only be read, with the store elsewhere: the results, if not the documents', () => {
    const folder = new Folder(EVERYTHING);
    const store = new Folder({});
    for (const { path } of [folder, store]) chmodSync(path, path === folder.path ? 0o555 : 0o777);
    const command = [...(isRoot ? asNobody : []), process.execPath, CLI, 'run', '--json', '--cache', store.path];
    const { status, stdout } = spawnSync(command[0] as string, command.slice(1), {
      cwd: folder.path,
      encoding: 'utf8',
    });
    chmodSync(folder.path, 0o755);
    expect([status, stdout.includes('CE3010')]).toEqual([3, true]);
    spawnSync(process.execPath, [CLI, 'lock', '--cache', store.path], { cwd: folder.path });
    // a report waits on tables and figures that could not be put in their place
    const { summary, ...others } = here().results as Readonly<Record<string, unknown>>;
    expect([typeof summary, (JSON.parse(folder.read('pipeline.lock')) as { results: unknown }).results]).toEqual([
      'object',
      others,
    ]);
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
      (f: Folder) => f.write('pipeline.lock', f.read('pipeline.lock').replace(/"pdfkit": "\d+/, '"pdfkit": "9')),
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

  for (const [title, change, code] of [
    ['a script that was edited', (f: Folder) => f.edit('make.sh', 'b,3', 'b,4'), 'CE4012'],
    ['a lock that is not there', (f: Folder) => rmSync(f.at('pipeline.lock')), 'CE4010'],
  ] as const)
    test(`is looked at before groups are, which are found in a result: ${title}`, () => {
      const folder = new Folder({
        'make.sh': 'printf "g,y,x\\na,1,2\\na,2,3\\na,4,1\\nb,3,5\\nb,5,6\\nb,1,2\\n"\n',
        'pipeline.yaml': `ceteris: 1
stages:
  raw: { stage: exec, run: [sh, make.sh], inputs: { make.sh: ./make.sh }, outputs: { t: { file: stdout, format: csv } } }
  fit: { stage: regress, from: raw, foreach: g, y: y, x: x }
`,
      });
      expect(folder.run().code).toBe(0);
      expect(folder.run('lock').code).toBe(0);
      expect(folder.run('run', '--locked').code).toBe(0);
      change(folder);
      rmSync(folder.at('.ceteris'), { recursive: true });
      const { last, code: exit } = folder.run('run', '--locked');
      expect([exit, last.diagnostics?.map((d) => d.code)]).toEqual([2, [code]]);
      expect(existsSync(folder.at('.ceteris', 'actions.log'))).toBe(false);
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
    for (const name of ['@resvg/resvg-js', 'pdfkit', 'read-excel-file']) {
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
