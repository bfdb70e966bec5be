import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Lab, openLab, type Shown, statuses, until } from '../engine/lab.ts';

const PANEL =
  'city,year,y,x,on\na,2001,1.5,0.1,2010-01-02\na,2002,2.5,NA,\nb,2001,1,0.2,2010-01-05\nb,2002,2,"",2010-01-06\n';
const FIT = `const fs = require('node:fs');
const rows = fs.readFileSync('panel.csv', 'utf8').trim().split('\\n').slice(1);
console.log('files', fs.readdirSync('.').sort().join(' '));
console.error('to stderr');
const terms = [{ term: 'x', estimate: Number(process.env.SCALE), std_error: 0.5 }];
fs.writeFileSync('m.json', JSON.stringify({ nobs: rows.length, terms }));
fs.writeFileSync('t.csv', 'k,v\\na,1\\nb,2.5\\n');
fs.writeFileSync('note.txt', process.env.SECRET ?? 'no secret');
`;
const PIPELINE = `ceteris: 1
name: e
stages:
  raw: { stage: ingest, file: panel.csv, panel: { unit: city, time: year } }
  fit:
    stage: exec
    run: ["${process.execPath}", fit.cjs]
    inputs: { panel.csv: raw, fit.cjs: fit.cjs }
    outputs:
      model: { file: m.json, format: model }
      means: { file: t.csv }
      note: { file: note.txt }
    env: { SCALE: 3 }
    timeout: 60
  more: { stage: derive, from: fit.means, columns: { w: v * 2 } }
  tab: { stage: table, columns: fit.model, formats: [csv] }
`;

const study = (): Lab => openLab({ 'pipeline.yaml': PIPELINE, 'panel.csv': PANEL, 'fit.cjs': FIT });

const one = (text: string): Lab => openLab({ 'pipeline.yaml': `ceteris: 1\nname: e\nstages:\n  s: ${text}\n` });

describe('exec', () => {
  test('declared files go in, declared files come out as table, model and file', async () => {
    const folder = study();
    expect(statuses(await folder.run())).toEqual({ raw: 'ran', fit: 'ran', more: 'ran', tab: 'ran' });
    expect((await folder.json<Shown>('show', 'more')).data).toEqual({ k: ['a', 'b'], v: [1, 2.5], w: [2, 5] });
    expect(folder.read('out/tab.csv')).toContain('3.000');
    expect(folder.read('out/fit.txt')).toBe('no secret');
    expect(folder.read('out/fit.log')).toBe('files fit.cjs panel.csv\nto stderr\n');
  });

  test('the environment of the caller does not reach the program', async () => {
    process.env.SECRET = 'leaked';
    try {
      const folder = study();
      await folder.run();
      expect(folder.read('out/fit.txt')).toBe('no secret');
    } finally {
      delete process.env.SECRET;
    }
  });

  test('re-runs for a changed script, input or environment; not for another timeout or an unread column', async () => {
    const folder = study();
    await folder.run();
    folder.edit('pipeline.yaml', 'timeout: 60', 'timeout: 90');
    expect(statuses(await folder.run()).fit).toBe('cached');
    folder.edit('pipeline.yaml', 'SCALE: 3', 'SCALE: 4');
    expect(statuses(await folder.run())).toEqual({ raw: 'cached', fit: 'ran', more: 'cached', tab: 'ran' });
    folder.write({ 'fit.cjs': `${FIT}// a remark\n` });
    expect(statuses(await folder.run())).toEqual({ raw: 'cached', fit: 'ran', more: 'cached', tab: 'cached' });
    folder.edit('panel.csv', '1.5', '1.6');
    expect(statuses(await folder.run())).toMatchObject({ raw: 'ran', fit: 'ran', more: 'cached' });
  });

  test('what it printed is kept with the result and comes back without a run', async () => {
    const folder = study();
    await folder.run();
    const before = folder.read('out/fit.log');
    folder.write({ 'out/fit.log': 'gone' });
    expect(statuses(await folder.run()).fit).toBe('cached');
    expect(folder.read('out/fit.log')).toBe(before);
    expect((await folder.cli(['show', 'fit.log'])).out).toBe(before);
    expect(await folder.json<Shown>('show', 'fit.note')).toMatchObject({ text: 'no secret' });
  });

  test('tables go to a program as CSV that reads back as the same numbers, and as Parquet', async () => {
    const text = `ceteris: 1
name: e
stages:
  raw: { stage: ingest, file: panel.csv, columns: { on: { type: date } } }
  csv: { stage: exec, run: [cp, a.csv, b.csv], inputs: { a.csv: raw }, outputs: { table: { file: b.csv } } }
  parquet: { stage: exec, run: [cp, a.parquet, b.parquet], inputs: { a.parquet: raw }, outputs: { table: { file: b.parquet } } }
  stdout: { stage: exec, run: [cat, a.csv], inputs: { a.csv: raw }, outputs: { table: { file: stdout } } }
`;
    const numbers = [0.1, 1 / 3, 1e-300, -0, 123456789.123456789, 2 ** 53];
    const rows = numbers.map((x, i) => `${i},${x},2010-01-0${i + 1}`);
    const folder = openLab({ 'pipeline.yaml': text, 'panel.csv': `id,x,on\n${rows.join('\n')}\n9,,\n` });
    expect((await folder.run()).code).toBe(0);
    const raw = (await folder.json<Shown>('show', 'raw')).data as { x: number[]; on: string[] };
    expect(raw.x.slice(0, 6)).toEqual(numbers.map((x) => Number(String(x))));
    for (const stage of ['csv', 'stdout'])
      expect((await folder.json<Shown>('show', `${stage}.table`)).data).toEqual(raw);
    expect((await folder.json<Shown>('show', 'parquet.table')).data).toEqual(raw);
  });

  test.each([
    [
      'a code other than 0',
      '{ stage: exec, run: [sh, -c, "echo oops >&2; exit 3"], outputs: { t: { file: t.csv } } }',
      'CE2907',
      'oops',
    ],
    ['a signal', '{ stage: exec, run: [sh, -c, "kill -9 $$"], outputs: { t: { file: t.csv } } }', 'CE2908', 'SIGKILL'],
    [
      'no such program',
      '{ stage: exec, run: [nosuchprogram], outputs: { t: { file: t.csv } } }',
      'CE2910',
      'nosuchprogram',
    ],
    [
      'no interpreter of a script',
      '{ stage: exec, run: [./bad.sh], inputs: { bad.sh: ./bad.sh }, outputs: { t: { file: t.csv } } }',
      'CE2914',
      "'/no/such/shell' is not on this machine; the first line of './bad.sh'",
    ],
    [
      'no interpreter of the interpreter, which the folder on PATH of a script has',
      '{ stage: exec, run: [outer.sh], env: { PATH: . }, inputs: { outer.sh: ./outer.sh, bad.sh: ./bad.sh }, outputs: { t: { file: t.csv } } }',
      'CE2914',
      "'/no/such/shell' is not on this machine; the first line of './bad.sh'",
    ],
    [
      'a script saved on Windows',
      '{ stage: exec, run: [./windows.sh], inputs: { windows.sh: ./windows.sh }, outputs: { t: { file: t.csv } } }',
      'CE2915',
      "'./windows.sh' has the line ends of Windows, so the system looks for '/bin/sh'",
    ],
    ['a folder for a program', '{ stage: exec, run: [/tmp], outputs: { t: { file: t.csv } } }', 'CE2911', '/tmp'],
    [
      'an output that is not there',
      '{ stage: exec, run: ["true"], outputs: { t: { file: t.csv } } }',
      'CE2912',
      't.csv',
    ],
    [
      'ragged rows',
      '{ stage: exec, run: [sh, -c, "printf \'a,b\\\\n1\\\\n\'"], outputs: { t: { file: stdout } } }',
      'CE2916',
      'row 1',
    ],
    [
      'a title above the header',
      '{ stage: exec, run: [sh, -c, "printf \'title\\na,b\\n1,2\\n3,4\\n\'"], outputs: { t: { file: stdout } } }',
      'CE2917',
      'line 1',
    ],
    [
      'a column without a name',
      '{ stage: exec, run: [sh, -c, "printf \'a,b,\\n1,2,3\\n\'"], outputs: { t: { file: stdout } } }',
      'CE2918',
      'column 3',
    ],
    [
      'no model',
      '{ stage: exec, run: [echo, "[]"], outputs: { t: { file: stdout, format: model } } }',
      'CE2905',
      'terms',
    ],
    [
      'broken JSON',
      '{ stage: exec, run: [echo, "{"], outputs: { t: { file: stdout, format: model } } }',
      'CE2904',
      'JSON',
    ],
  ])('%s fails the stage, at its line, and is not cached', async (_, text, code, said) => {
    const folder = one(text);
    folder.write({
      'bad.sh': '#! /no/such/shell -e\n',
      'outer.sh': '#!./bad.sh\n',
      'windows.sh': '#!/bin/sh\r\necho a\r\n',
    });
    for (let round = 0; round < 2; round++) {
      const finished = await folder.run();
      expect(finished.code).toBe(1);
      expect(statuses(finished)).toEqual({ s: 'failed' });
      expect(finished.diagnostics).toMatchObject([{ code, line: 4 }]);
      expect(finished.diagnostics[0]?.message).toContain(said);
      expect(finished.err).not.toContain('    at ');
    }
    expect(existsSync(folder.at('out'))).toBe(false);
  });

  test('paths that leave the folder are refused before anything runs', async () => {
    for (const bad of ['../t.csv', '/etc/passwd', 'a/../../t.csv']) {
      const finished = await one(`{ stage: exec, run: ["true"], outputs: { t: { file: ${bad} } } }`).run();
      expect(finished.code).toBe(2);
      expect(finished.diagnostics).toMatchObject([{ code: 'CE2903', line: 4 }]);
    }
    const named = await one('{ stage: exec, run: ["true"], outputs: { ../t: { file: t.txt } } }').run();
    expect(named.diagnostics).toMatchObject([{ code: 'CE1142', line: 4 }]);
    const placed = one('{ stage: exec, run: ["true"], inputs: { ../a: ./b.csv }, outputs: { t: { file: a } } }');
    expect((await placed.run()).code).toBe(2);
  });

  test('a file that is not there fails the stage with the place of its path', async () => {
    const finished = await one(
      '{ stage: exec, run: [cat, a.R], inputs: { a.R: ./a.R }, outputs: { t: { file: stdout } } }',
    ).run();
    expect(finished.diagnostics).toMatchObject([{ code: 'CE3001', line: 4 }]);
    expect(finished.code).toBe(1);
  });

  test('a timeout ends the program and all that it started', async () => {
    const folder = one(
      '{ stage: exec, run: [sh, -c, "sleep 7777 & echo $! > pid; cat pid; sleep 7777"], timeout: 1, outputs: { t: { file: pid } } }',
    );
    const finished = await folder.run();
    expect(finished.diagnostics).toMatchObject([{ code: 'CE2909' }]);
    const pid = Number(/(\d+)\s*$/.exec(finished.diagnostics[0]?.message ?? '')?.[1]);
    expect(pid).toBeGreaterThan(0);
    await until(() => !existsSync(`/proc/${pid}`) || readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z '));
  });

  test.each([
    ['one that hears it may tidy up', `trap 'echo bye > ../../../../../bye; exit 1' TERM`, 'bye\n'],
    ['one that does not is made to', `trap '' TERM`, undefined],
  ])('a program is asked to end: %s', async (_, trap, said) => {
    const script = `${trap}; echo $$ > ../../../../../pid; while :; do sleep 0.1; done`;
    const folder = one(`{ stage: exec, run: [sh, -c, "${script}"], outputs: { t: { file: t.csv } } }`);
    const child = folder.start(['run']);
    const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
    await until(() => existsSync(folder.at('pid')) && folder.read('pid').trim() !== '');
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    await until(() => !existsSync(`/proc/${folder.read('pid').trim()}`));
    expect(existsSync(folder.at('bye')) ? folder.read('bye') : undefined).toBe(said);
  });

  test('each finds just what it declared, whatever those before it left', async () => {
    const leaves = [
      'mkdir -p a/b ../c; echo 1 > a/b/f; echo 2 > ../c/g; echo 3 > $HOME/.rc; echo 4 > .hidden; ln -s /etc link',
      'chmod 500 .',
      'cd ..; rm -r work; ln -s /etc work',
      'cd ..; rm -r home; mkdir home; chmod 700 home',
      'rm -rf ../*',
    ];
    const look = 'ls -A .; ls -A ..; ls -A $HOME; stat -c %a . $HOME';
    const stages = [look, ...leaves.flatMap((leave) => [`${leave}; true`, look])].map(
      (script, i) =>
        `  s${i}: { stage: exec, run: [sh, -c, "${script}${' '.repeat(i)}"], outputs: { o: { file: stdout, format: file } }${i === 0 ? '' : `, inputs: { before.file: s${i - 1}.o }`} }\n`,
    );
    const folder = openLab({ 'pipeline.yaml': `ceteris: 1\nname: e\nstages:\n${stages.join('')}` });
    await folder.run('--jobs', '1');
    const seen = (i: number): string => folder.read(`out/s${i}.file`);
    for (let i = 2; i < stages.length; i += 2) expect([i, seen(i)]).toEqual([i, `before.file\n${seen(0)}`]);
    expect(existsSync('/etc/passwd')).toBe(true);
  });

  test('a program is started by a small process, not by the engine that may hold a panel', async () => {
    const folder = one('{ stage: exec, run: [sh, -c, "echo pid; echo $PPID"], outputs: { t: { file: stdout } } }');
    const child = folder.start(['run']);
    await new Promise((end) => child.on('exit', end));
    const { data } = (await folder.json<Shown>('show', 's.t')) as { data: { pid: number[] } };
    expect(data.pid[0]).toBeGreaterThan(1);
    expect(data.pid[0]).not.toBe(child.pid);
  });

  test('retries until it succeeds', async () => {
    const script = 'test -e ../../../../../tried && echo a,b && echo 1,2 && exit 0; touch ../../../../../tried; exit 1';
    const folder = one(`{ stage: exec, run: [sh, -c, "${script}"], retries: 1, outputs: { t: { file: stdout } } }`);
    expect(statuses(await folder.run())).toEqual({ s: 'ran' });
    expect(existsSync(folder.at('tried'))).toBe(true);
  });

  test('--head is for what a program printed as well', async () => {
    const folder = one('{ stage: exec, run: [seq, 5], outputs: { t: { file: stdout, format: file } } }');
    await folder.run();
    expect((await folder.cli(['show', 's.t', '--head', '2'])).out).toBe('1\n2\n… 3\n');
    expect((await folder.cli(['show', 's.t'])).out).toBe('1\n2\n3\n4\n5\n');
  });

  test('a failure after retries says how often it was tried', async () => {
    const folder = one("{ stage: exec, run: [sh, -c, 'exit 3'], retries: 2, outputs: { t: { file: stdout } } }");
    const [told] = (await folder.run()).diagnostics;
    expect([told?.code, told?.message]).toEqual([
      'CE2907',
      'sh ended with code 3, the last of 3 tries: it printed nothing',
    ]);
    folder.edit('pipeline.yaml', ', retries: 2', '');
    expect((await folder.run()).diagnostics[0]?.message).toBe('sh ended with code 3: it printed nothing');
  });

  test('a run that names no program is refused before anything runs', async () => {
    const finished = await one('{ stage: exec, run: [""], outputs: { t: { file: stdout } } }').run();
    expect([finished.code, finished.diagnostics]).toMatchObject([2, [{ code: 'CE2967' }]]);
  });

  test('verify says of one that prints its folder why it differs', async () => {
    const folder = one("{ stage: exec, run: [sh, -c, 'echo a; echo $HOME'], outputs: { t: { file: stdout } } }");
    await folder.run();
    const { code, out } = await folder.cli(['verify']);
    expect([code, out]).toEqual([1, expect.stringContaining('HOME or TMPDIR')]);
  });

  test('Ctrl-C ends the program, and nothing of it is kept', async () => {
    const folder = one(
      '{ stage: exec, run: [sh, -c, "echo $$ > ../../../../../pid; echo a,b; echo 1,2; exec sleep 7777"], outputs: { t: { file: stdout } } }',
    );
    const child = folder.start(['run', '--json']);
    const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
    await until(() => existsSync(folder.at('pid')) && folder.read('pid').trim() !== '');
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    const pid = folder.read('pid').trim();
    await until(() => !existsSync(`/proc/${pid}`));
    expect(existsSync(folder.at('out'))).toBe(false);
  });

  test('when the engine is killed its programs end, and their folders go with the next run', async () => {
    const folder = one(
      '{ stage: exec, run: [sh, -c, "echo $$ > ../../../../../pid; test -e ../../../../../again || sleep 7777; echo a; echo 1"], outputs: { t: { file: stdout } } }',
    );
    const child = folder.start(['run', '--json']);
    await until(() => existsSync(folder.at('pid')) && folder.read('pid').trim() !== '');
    child.kill('SIGKILL');
    const pid = folder.read('pid').trim();
    await until(() => !existsSync(`/proc/${pid}`));
    folder.write({ again: '' });
    expect(statuses(await folder.run())).toEqual({ s: 'ran' });
    expect(readdirSync(folder.at('.ceteris/scratch'))).toEqual([]);
  });

  test('also when the next run starts no program', async () => {
    const folder = one(
      '{ stage: exec, run: [sh, -c, "echo > ../../../../../on; sleep 7777"], outputs: { t: { file: stdout } } }',
    );
    const child = folder.start(['run', '--json']);
    await until(() => existsSync(folder.at('on')));
    child.kill('SIGKILL');
    await new Promise((end) => child.on('exit', end));
    expect(readdirSync(folder.at('.ceteris/scratch'))).toHaveLength(1);
    folder.write({
      'pipeline.yaml': 'ceteris: 1\nname: e\nstages:\n  s: { stage: ingest, file: d.csv }\n',
      'd.csv': 'a\n1\n',
    });
    expect(statuses(await folder.run())).toEqual({ s: 'ran' });
    expect(readdirSync(folder.at('.ceteris/scratch'))).toEqual([]);
  });
});
