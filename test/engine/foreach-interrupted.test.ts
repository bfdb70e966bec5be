/** Real processes that are ended while they find the groups of a foreach: nothing is left running, nothing half done is believed. */
import { existsSync, rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Folder, lastOf, statuses, told, until } from '../command-line.ts';

/** The groups come from a program that waits for the file `go`. */
function study(): Folder {
  const folder = new Folder({ 'data.csv': 'g,a\n1,2\n2,3\n' });
  const program = `echo $$ > '${folder.at('pid')}'; while [ ! -e '${folder.at('go')}' ]; do sleep 0.02; done; cp data.csv t.csv`;
  folder.write(
    'pipeline.yaml',
    `ceteris: 1
name: s
stages:
  slow:
    stage: exec
    run: [sh, -c, ${JSON.stringify(program)}]
    inputs: { data.csv: ./data.csv }
    outputs: { t: { file: t.csv } }
  each: { stage: describe, from: slow, foreach: g, columns: [a] }
  all: { stage: gather, from: "each[*]", as: g }
`,
  );
  return folder;
}

/** Starts a run and waits until the program that makes the groups is under way. */
async function underWay(folder: Folder, command = 'run') {
  rmSync(folder.at('go'), { force: true });
  rmSync(folder.at('pid'), { force: true });
  const child = folder.start(command, '--json');
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
  await until(() => existsSync(folder.at('pid')) && folder.read('pid').endsWith('\n'));
  return { child, ended, pid: Number(folder.read('pid')) };
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}

async function expectRightFromHere(folder: Folder, groups: readonly number[]): Promise<void> {
  folder.write('go', '');
  const done = folder.run();
  expect(done.code).toBe(0);
  expect(Object.keys(statuses(done))).toEqual(['slow', ...groups.map((g) => `each[${g}]`), 'all']);
  expect((folder.show('all') as { data: { g: number[] } }).data.g).toEqual([...groups]);
  expect(new Set(Object.values(statuses(folder.run())))).toEqual(new Set(['cached']));
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGKILL'] as const)
  for (const command of ['run', 'watch'])
    test(`${command} that ends by ${signal} takes the program with it, and the next run is right`, async () => {
      const folder = study();
      const { child, ended, pid } = await underWay(folder, command);
      child.kill(signal);
      expect(await ended).toBe(signal === 'SIGKILL' ? null : 130);
      await until(() => isGone(pid));
      expect(existsSync(folder.at('.ceteris', 'standing'))).toBe(false);
      await expectRightFromHere(folder, [1, 2]);
    });

for (const signal of ['SIGINT', 'SIGKILL'] as const)
  test(`so it is after an edit, where groups stood before: ${signal}`, async () => {
    const folder = study();
    await expectRightFromHere(folder, [1, 2]);
    folder.write('data.csv', 'g,a\n1,2\n2,3\n3,4\n');
    const { child, ended, pid } = await underWay(folder);
    child.kill(signal);
    expect(await ended).toBe(signal === 'SIGKILL' ? null : 130);
    await until(() => isGone(pid));
    await expectRightFromHere(folder, [1, 2, 3]);
  });

test('a file that changes between the groups and the run is said to have changed, and its groups are not left out', async () => {
  const folder = study();
  folder.write('more.csv', 'g,a\n1,2\n2,3\n');
  folder.write(
    'pipeline.yaml',
    `${folder.read('pipeline.yaml')}  raw: { stage: ingest, file: more.csv }
  most: { stage: describe, from: raw, foreach: g, columns: [a] }
  also: { stage: describe, from: slow, foreach: a, columns: [g] }
  rows: { stage: gather, from: "most[*]", as: g }
`.replace(/^ {2}each: .*\n {2}all: .*\n/m, ''),
  );
  const { child, ended } = await underWay(folder); // the groups of 'most' are found, those of 'also' are waited for
  let out = '';
  child.stdout?.on('data', (bytes) => {
    out += String(bytes);
  });
  folder.write('more.csv', 'g,a\n1,2\n2,3\n3,4\n');
  folder.write('go', '');
  expect(await ended).toBe(1);
  expect(told({ last: lastOf(out) })).toMatchObject([{ code: 'CE1701', message: expect.stringContaining("'most'") }]);
  const done = folder.run();
  expect([done.code, (folder.show('rows') as { data: { g: number[] } }).data.g]).toEqual([0, [1, 2, 3]]);
});
