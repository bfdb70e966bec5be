import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ceteris, ended, type Lab, openLab, readRun, type Shown, statuses, until } from '../engine/lab.ts';
import { asNobody, isRoot, NOBODY } from '../nobody.ts';
import { isAlive } from './is-alive.ts';

const stages = (...lines: readonly string[]): Lab =>
  openLab({ 'pipeline.yaml': `ceteris: 1\nname: e\nstages:\n${lines.map((l) => `  ${l}\n`).join('')}` });

describe('the folder of a program', () => {
  test('is not that of one that left its group, ended well and goes on writing', async () => {
    const lab = stages(
      `a: { stage: exec, run: [sh, -c, 'setsid ./daemon.sh "$PWD" >/dev/null 2>&1 & until test -e soil; do sleep 0.01; done; echo 1 > o'], inputs: { daemon.sh: ./daemon.sh }, outputs: { o: { file: o, format: file } } }`,
      `b: { stage: exec, run: [sh, -c, 'sleep 0.5; ls -A; ls -A ..; ls -A "$HOME"; cat o.file'], inputs: { o.file: a.o }, outputs: { l: { file: stdout, format: file } } }`,
    );
    lab.write({
      'daemon.sh': `#!/bin/sh
root=$(cd ../../../../..; pwd)
echo $$ > "$root/daemon"
until test -e "$root/enough"
do echo soil > soil; for f in soil ../home/soil ../stdout; do echo soil >> "$1/$f"; done; sleep 0.01
done
`,
    });
    try {
      expect(statuses(await lab.run('--jobs', '1'))).toEqual({ a: 'ran', b: 'ran' });
      expect(lab.read('out/b.file').trim().split('\n')).toEqual(['o.file', 'home', 'stderr', 'stdout', 'work', '1']);
      expect(isAlive(lab.read('daemon').trim())).toBe(true);
    } finally {
      lab.write({ enough: '' });
    }
    await until(() => !isAlive(lab.read('daemon').trim()));
    await lab.run('b', '--force');
    expect(readdirSync(lab.at('.ceteris/scratch'))).toEqual([]);
  });

  test.each([
    ['as it was placed', ':'],
    ['took out of it', 'rm d.csv; rmdir "$HOME"'],
    ['put into it', 'mkdir -p a/b "$HOME/c"; echo 1 > a/b/c; echo 1 > "$HOME/d"'],
    [
      'put in its place',
      'rm d.csv; cd ..; rmdir work; mkdir ../kept; echo 1 > ../kept/d.csv; ln -s ../kept work; rm stdout',
    ],
  ])('is gone while the next program runs, with what its program %s', async (_, script) => {
    const lab = stages(
      `a: { stage: exec, run: [sh, -c, '${script}'], inputs: { d.csv: ./d.csv }, outputs: { o: { file: stdout, format: file } } }`,
      `b: { stage: exec, run: [sh, -c, 'cd ../..; while test -e 0; do sleep 0.01; done; ls kept || echo none'], inputs: { o.file: a.o }, outputs: { l: { file: stdout, format: file } } }`,
    );
    lab.write({ 'd.csv': 'a\n1\n' });
    expect(statuses(await lab.run())).toEqual({ a: 'ran', b: 'ran' });
    expect(lab.read('out/b.file')).toBe(script.includes('kept') ? 'd.csv\n' : 'none\n');
    expect(readdirSync(lab.at('.ceteris/scratch'))).toEqual([]);
  });

  test('is gone soon when no other program follows', async () => {
    const lab = stages('s: { stage: exec, run: [echo, a], outputs: { t: { file: stdout, format: file } } }');
    const child = lab.start(['watch']);
    const end = ended(child);
    await until(() => existsSync(lab.at('out/s.file')));
    const [own] = readdirSync(lab.at('.ceteris/scratch'));
    await until(() => readdirSync(lab.at(`.ceteris/scratch/${own}`)).join() === 'owner.json');
    child.kill('SIGINT');
    await end;
  });

  test('takes names that begin with two dots', async () => {
    const lab = stages(
      's: { stage: exec, run: [cp, ..d.csv, ..o], inputs: { ..d.csv: ./d.csv }, outputs: { t: { file: ..o, format: file } } }',
    );
    lab.write({ 'd.csv': 'a\n1\n' });
    expect((await lab.run()).diagnostics).toEqual([]);
    expect(lab.read('out/s.o')).toBe('a\n1\n');
  });

  test('a script that names its interpreter can be run', async () => {
    const lab = stages(
      's: { stage: exec, run: [./hello.sh, a b], inputs: { hello.sh: ./hello.sh }, outputs: { t: { file: stdout, format: file } } }',
    );
    lab.write({ 'hello.sh': '#!/bin/sh\necho "hello $1"\n' });
    expect((await lab.run()).diagnostics).toEqual([]);
    expect(lab.read('out/s.file')).toBe('hello a b\n');
  });

  test.runIf(isRoot)('goes even when the program closed folders in it to its user', async () => {
    const lab = stages(
      `s: { stage: exec, run: [sh, -c, 'mkdir -p "$HOME/a/b"; echo 1 > "$HOME/a/b/c"; chmod 500 "$HOME/a/b" "$HOME/a" .; echo a; echo 1'], outputs: { t: { file: stdout } } }`,
    );
    chownSync(lab.folder, NOBODY, NOBODY);
    chmodSync(lab.folder, 0o755);
    const command = [...asNobody, process.execPath, ceteris, 'run', '--json'];
    const child = spawn(command[0] as string, command.slice(1), {
      cwd: lab.folder,
      env: { PATH: process.env.PATH },
    });
    const run = readRun(await ended(child), lab.folder);
    expect([run.code, run.err]).toEqual([0, '']);
    expect(readdirSync(lab.at('.ceteris/scratch'))).toEqual([]);
  });

  test.runIf(isRoot)('a full disk is the fault of the machine, and the next run goes on from there', async () => {
    const lab = openLab({ 'mount/.keep': '' });
    const mount = lab.at('mount');
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', mount]).status !== 0) return;
    try {
      lab.write({
        'mount/big.txt': 'x'.repeat(700_000),
        'mount/pipeline.yaml': `ceteris: 1
name: e
stages:
  s: { stage: exec, run: [wc, -c, big.txt], inputs: { big.txt: ./big.txt }, outputs: { n: { file: stdout, format: file } } }
`,
      });
      const full = readRun(await lab.cli(['run', '--json', 'mount']), lab.folder);
      expect([full.code, full.err]).toEqual([3, '']);
      expect(full.diagnostics).toMatchObject([{ code: 'CE4002' }]);
      expect(spawnSync('mount', ['-o', 'remount,size=8m', mount]).status).toBe(0);
      expect((await lab.cli(['run', '--json', 'mount'])).code).toBe(0);
      expect(lab.read('mount/out/s.file')).toBe('700000 big.txt\n');
    } finally {
      spawnSync('umount', ['-l', mount]);
    }
  });

  test('an output that cannot be read fails the stage at its line', async () => {
    const lab = stages('s: { stage: exec, run: [truncate, -s, 3G, t.bin], outputs: { t: { file: t.bin } } }');
    const run = await lab.run();
    expect([run.code, run.faults]).toEqual([1, ['CE2913 4:t.bin']]);
  });
});

describe('programs that are asked to end', () => {
  const CHILD = `#!/bin/sh
trap 'sleep 0.3; echo tidied > ../../../../../tidied; exit 0' TERM
echo $$ > ../../../../../pid
while :; do sleep 0.05; done
`;
  test('those that they started have their time too, though the program itself is gone at once', async () => {
    const lab = stages(
      `s: { stage: exec, run: [sh, -c, './child.sh & trap "exit 1" TERM; wait'], inputs: { child.sh: ./child.sh }, outputs: { t: { file: t.csv } } }`,
    );
    lab.write({ 'child.sh': CHILD });
    const child = lab.start(['run']);
    const end = ended(child);
    await until(() => existsSync(lab.at('pid')) && lab.read('pid').trim() !== '');
    child.kill('SIGINT');
    expect((await end).code).toBe(130);
    expect(lab.read('tidied')).toBe('tidied\n');
    expect(isAlive(lab.read('pid').trim())).toBe(false);
  });

  const YIELDS = `#!/bin/sh
trap 'echo a; echo 1; exit 0' TERM
echo > ../../../../../on
while :; do sleep 0.05; done
`;
  test('what ends well only since it was asked to end is a failure, and nothing of it is kept', async () => {
    const lab = stages(
      's: { stage: exec, run: [./yields.sh], inputs: { yields.sh: ./yields.sh }, timeout: 2, outputs: { t: { file: stdout } } }',
    );
    lab.write({ 'yields.sh': YIELDS });
    const late = await lab.run();
    expect([late.code, late.faults]).toEqual([1, ['CE2909 4:2']]);
    expect(existsSync(lab.at('out'))).toBe(false);
    lab.edit('pipeline.yaml', ' timeout: 2,', '');
    rmSync(lab.at('on'));
    const child = lab.start(['run', '--json']);
    const end = ended(child);
    await until(() => existsSync(lab.at('on')));
    child.kill('SIGINT');
    const stopped = readRun(await end, lab.folder);
    expect([stopped.code, stopped.stages]).toEqual([130, ['s cancelled']]);
    expect(existsSync(lab.at('out'))).toBe(false);
    expect((await lab.json<{ stages: { state: string }[] }>('plan')).stages).toMatchObject([{ state: 'stale' }]);
  });

  test('what it left in its group ends with it', async () => {
    const lab = stages(
      's: { stage: exec, run: [sh, -c, "sleep 7777 & echo $! > pid"], outputs: { t: { file: pid, format: file } } }',
    );
    expect(statuses(await lab.run())).toEqual({ s: 'ran' });
    await until(() => !isAlive(lab.read('out/s.file').trim()));
  });

  test('a timeout counts from the start of the program, and one of a year is none of a millisecond', async () => {
    const lab = stages(
      's: { stage: exec, run: [sh, -c, "sleep 0.1; echo a; echo 1"], timeout: 31536000, outputs: { t: { file: stdout } } }',
    );
    const run = await lab.run();
    expect([run.diagnostics, run.err]).toEqual([[], '']);
  });
});

describe('programs that say nothing', () => {
  const batch = (script: string): Lab =>
    stages(
      `s: { stage: exec, run: [sh, -c, "${script}"], inputs: { old.log: ./old.log }, outputs: { t: { file: out.csv } } }`,
    );
  test.each([
    ['and end well, as Stata does', 'echo r199 > fit.log; echo 1 > other.csv', 'CE2912', 'r199'],
    ['and fail', 'echo r199 > fit.log; exit 1', 'CE2907', 'r199'],
    ['but write a log of R in batch', 'echo Halted > fit.Rout; exit 1', 'CE2907', 'Halted'],
    ['and were given a log', 'exit 1', 'CE2907', 'code 1: it printed nothing'],
    ['in their log when they print', 'echo r199 > fit.log; echo printed; exit 1', 'CE2907', 'code 1: printed'],
  ])('%s', async (_, script, code, said) => {
    const lab = batch(script);
    lab.write({ 'old.log': 'as given' });
    const run = await lab.run();
    expect(run.diagnostics).toMatchObject([{ code }]);
    expect(run.diagnostics[0]?.message).toContain(said);
  });

  test('a missing output is set beside what is there', async () => {
    const lab = batch('echo 1 > out.CSV; mkdir more');
    lab.write({ 'old.log': '' });
    expect((await lab.run()).diagnostics[0]?.message).toContain('did not write out.csv (it left out.CSV)');
    const folder = batch('mkdir out.csv more');
    folder.write({ 'old.log': '' });
    expect((await folder.run()).diagnostics[0]?.message).toContain('did not write out.csv (it left out.csv/)');
    const none = batch(':');
    none.write({ 'old.log': '' });
    expect((await none.run()).diagnostics[0]?.message).toMatch(/ \(it left nothing\): it printed nothing$/);
    expect((await none.cli(['run', '--lang', 'zh'])).out).toContain('（留下的文件：无）：未打印任何内容');
  });
});

test('two files of one ending are two files for people, also beside what the program printed', async () => {
  const lab = stages(
    's: { stage: exec, run: [sh, -c, "echo 1 > a.pdf; echo 2 > b.PDF; echo 3 > fit.log; echo 4 > c.txt; echo 5"], outputs: { a: { file: a.pdf }, b: { file: b.PDF }, own: { file: fit.log }, c: { file: c.txt } } }',
    'r: { stage: exec, run: [cat, in.pdf, in.log, said.log], inputs: { in.pdf: s.b, in.log: s.own, said.log: s.log }, outputs: { t: { file: stdout, format: file } } }',
    // what was printed has no ending, and goes by any name
    'again: { stage: exec, run: [wc, -l, said.txt], inputs: { said.txt: r.t }, outputs: { t: { file: stdout, format: file } } }',
  );
  expect((await lab.run()).diagnostics).toEqual([]);
  const files = readdirSync(lab.at('out')).sort();
  expect(files).toEqual([
    'again.file',
    'again.log',
    'r.file',
    'r.log',
    's.a.pdf',
    's.b.pdf',
    's.log',
    's.own.log',
    's.txt',
  ]);
  expect(lab.read('out/again.file')).toBe('3 said.txt\n');
  expect(files.slice(4).map((f) => lab.read(`out/${f}`))).toEqual(['1\n', '2\n', '5\n', '3\n', '4\n']);
  expect(lab.read('out/r.file')).toBe('2\n3\n5\n');
  expect((await lab.json<Shown>('show', 's.own')).text).toBe('3\n');
});

test('an edit while the program runs is no part of that run, and is seen by the next', async () => {
  const lab = stages(
    's: { stage: exec, run: [sh, fit.sh], inputs: { fit.sh: ./fit.sh, d.csv: ./d.csv }, outputs: { t: { file: stdout, format: file } } }',
  );
  const script = (word: string): string =>
    `root=$(cd ../../../../..; pwd); echo > "$root/started"; until test -e "$root/go"; do sleep 0.01; done; echo ${word}; cat d.csv\n`;
  lab.write({ 'fit.sh': script('one'), 'd.csv': 'old\n' });
  const end = ended(lab.start(['run', '--json']));
  await until(() => existsSync(lab.at('started')));
  lab.write({ 'fit.sh': script('two'), 'd.csv': 'new\n' });
  lab.write({ go: '' });
  expect(statuses(readRun(await end, lab.folder))).toEqual({ s: 'ran' });
  expect(lab.read('out/s.file')).toBe('one\nold\n');
  expect(statuses(await lab.run())).toEqual({ s: 'ran' });
  expect(lab.read('out/s.file')).toBe('two\nnew\n');
  lab.write({ 'fit.sh': script('one'), 'd.csv': 'old\n' });
  expect(statuses(await lab.run())).toEqual({ s: 'cached' });
  expect(lab.read('out/s.file')).toBe('one\nold\n');
});

describe('when the process that starts programs is killed', () => {
  const script =
    'echo $PPID > ../../../../../launcher; sleep 7777 & echo $! > ../../../../../child; echo $$ > ../../../../../pid; wait';
  const lost = async (lab: Lab, ...args: readonly string[]) => {
    const child = lab.start(['run', '--json', ...args]);
    const end = ended(child);
    await until(() => existsSync(lab.at('pid')) && lab.read('pid').trim() !== '');
    process.kill(Number(lab.read('launcher')), 'SIGKILL');
    return readRun(await end, lab.folder);
  };

  test('what it started ends, its stage fails by the machine, and others get another', async () => {
    const lab = stages(
      `a: { stage: exec, run: [sh, -c, '${script}'], outputs: { t: { file: stdout } } }`,
      `b: { stage: exec, run: [sh, -c, 'echo n; echo 1 '], outputs: { t: { file: stdout } } }`,
    );
    const run = await lost(lab, '--jobs', '1');
    expect(statuses(run)).toEqual({ a: 'failed', b: 'ran' });
    expect(run.diagnostics.map((d) => d.code)).toEqual(['CE4060']);
    for (const pid of ['pid', 'child']) await until(() => !isAlive(lab.read(pid).trim()));
    expect(readdirSync(lab.at('.ceteris/scratch'))).toEqual([]);
  });

  test('a stage with retries is tried again', async () => {
    const lab = stages(
      `a: { stage: exec, run: [sh, -c, 'test -e ../../../../../pid && echo n && echo 1 && exit 0; ${script}'], retries: 1, outputs: { t: { file: stdout } } }`,
    );
    expect(statuses(await lost(lab))).toEqual({ a: 'ran' });
    await until(() => !isAlive(lab.read('child').trim()));
  });
});
