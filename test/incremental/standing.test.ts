import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { Folder, statuses } from '../command-line.ts';
import { study } from './study.ts';

/** Whether the last run was answered without loading the pipeline. */
function wasStanding(folder: Folder): boolean {
  const [last] = readdirSync(folder.at('.ceteris', 'runs')).sort().reverse();
  return readFileSync(folder.at('.ceteris', 'runs', last ?? ''), 'utf8').includes('"standing":true');
}

/** The file with the answer; what it was made from is kept beside it. */
function standingOf(folder: Folder): string {
  const name = readdirSync(folder.at('.ceteris', 'standing')).find((n) => /^[0-9a-f]{16}$/.test(n));
  return folder.at('.ceteris', 'standing', name ?? 'none');
}

const all = (status: string) =>
  Object.fromEntries(['first', 'second', 'raw', 'logs', 'fit', 'tab'].map((s) => [s, status]));

const settled = (files: Readonly<Record<string, string>> = study): Folder => {
  const folder = new Folder(files);
  expect(folder.run().code).toBe(0);
  return folder;
};

describe('a run in which nothing changed', () => {
  test('is answered from what stands, with the events of any other run', () => {
    const folder = settled();
    const { code, stdout, stderr, last } = folder.run();
    expect(wasStanding(folder)).toBe(true);
    expect([code, stderr]).toEqual([0, '']);
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events.map((e) => e.type)).toEqual(['run-started', ...Array(6).fill('stage-finished'), 'run-finished']);
    expect(events[0]).toMatchObject({ pipeline: 'study', stages: 6, run: expect.stringMatching(/^\d{4}-/) });
    expect(last.ok).toBe(true);
    expect(statuses({ code, stdout, stderr, last })).toEqual(all('cached'));
  });

  test('says the same as a run that looks at every stage, notes and language included', () => {
    const folder = settled({ ...study, 'first.csv': `${study['first.csv']}14,2004,,90,80,n99\n` });
    const plain = (stdout: string): string => stdout.replace(/"(at|ms|run)":("[^"]*"|[\d.]+)/g, '');
    for (const lang of ['en', 'zh']) {
      rmSync(folder.at('.ceteris', 'standing'), { recursive: true });
      const looked = folder.run('run', '--lang', lang);
      expect(wasStanding(folder)).toBe(false);
      const answered = folder.run('run', '--lang', lang);
      expect(wasStanding(folder)).toBe(true);
      expect(plain(answered.stdout)).toBe(plain(looked.stdout));
      expect(answered.stdout).toContain('"notes"');
    }
    expect(folder.run('run', '--lang', 'en').stdout).not.toMatch(/[一-鿿]/);
  });

  test('writes nothing but its own record', () => {
    const folder = settled();
    folder.run();
    const names = (): string[] => readdirSync(folder.path, { recursive: true }).map(String).sort();
    const before = names();
    folder.run();
    const added = names().filter((n) => !before.includes(n));
    expect(added.length).toBe(1);
    expect(added[0]).toMatch(/^\.ceteris\/runs\//);
  });

  for (const [title, change] of Object.entries({
    'a data file edited': (f) => f.write('first.csv', f.read('first.csv').replace('n10', 'm10')),
    'a YAML file edited': (f) => f.write('data.yaml', `# a remark\n${f.read('data.yaml')}`),
    'the log of results gone': (f) => rmSync(f.at('.ceteris', 'actions.log')),
    'another language': (f) => f.write('args', '--lang zh'),
    'another value of a var': (f) => f.write('args', '--set top=50'),
    'another target': (f) => f.write('args', 'fit'),
    'a forced run': (f) => f.write('args', '--force'),
  } satisfies Record<string, (folder: Folder) => void>)) {
    test(`is not taken for granted: ${title}`, () => {
      const folder = settled();
      folder.run();
      change(folder);
      const args = existsSync(folder.at('args')) ? folder.read('args').split(' ') : [];
      expect(folder.run('run', ...args).code).toBe(0);
      expect(wasStanding(folder)).toBe(false);
      folder.run('run', ...args.filter((a) => a !== '--force'));
      expect(wasStanding(folder)).toBe(true);
    });
  }

  for (const [title, change] of Object.entries({
    'a data file touched': (f) => utimesSync(f.at('first.csv'), 1, 1),
    'a YAML file touched': (f) => utimesSync(f.at('data.yaml'), 1, 1),
    'a document touched': (f) => utimesSync(f.at('out', 'tab.csv'), 1, 1),
    'a data file replaced by its copy': (f) => {
      writeFileSync(f.at('copy'), f.read('first.csv'));
      renameSync(f.at('copy'), f.at('first.csv'));
    },
    'all data files touched': (f) => {
      for (const name of ['first.csv', 'second.csv']) utimesSync(f.at(name), new Date(), new Date());
    },
    'a YAML file with a byte order mark': (f) => f.write('data.yaml', `\ufeff${f.read('data.yaml')}`),
  } satisfies Record<string, (folder: Folder) => void>)) {
    test(`stands for as long as the content does: ${title}`, async () => {
      const folder = settled();
      folder.run();
      change(folder);
      expect(statuses(folder.run())).toEqual(all('cached'));
      expect(wasStanding(folder)).toBe(true);
      // what was touched is not read for ever
      await pause(150);
      folder.run();
      expect(readFileSync(standingOf(folder), 'latin1')).toContain('"unsure":[]');
      folder.write('first.csv', folder.read('first.csv').replace('n10', 'm10'));
      expect(statuses(folder.run()).first).toBe('ran');
    });
  }

  test('an output that was edited or deleted is put right', () => {
    const folder = settled();
    const was = folder.read('out/tab.csv');
    folder.run();
    folder.write('out/tab.csv', was.replace('x', 'q'));
    folder.run();
    expect(folder.read('out/tab.csv')).toBe(was);
    rmSync(folder.at('out', 'tab.md'));
    folder.run();
    expect(existsSync(folder.at('out', 'tab.md'))).toBe(true);
  });

  test('a same-size edit at the very moment of the run, with the time put back, is seen', () => {
    const folder = new Folder(study);
    expect(folder.run().code).toBe(0);
    const [header = '', first = '', ...rest] = folder.read('second.csv').split('\n');
    for (const y of ['71.1', '72.2', '73.3', '74.4']) {
      const { atime, mtime } = statSync(folder.at('second.csv'));
      folder.write('second.csv', [header, first.replace(/^([^,]*,[^,]*),[^,]*/, `$1,${y}`), ...rest].join('\n'));
      utimesSync(folder.at('second.csv'), atime, mtime);
      expect(statuses(folder.run()).second).toBe('ran');
      expect(statuses(folder.run())).toEqual(all('cached'));
      expect(wasStanding(folder)).toBe(true);
    }
  });

  test('files that were written just before the run are read once more, and then no longer', async () => {
    const folder = settled();
    const unsure = (): number => {
      const text = readFileSync(standingOf(folder), 'latin1');
      return (JSON.parse(/"unsure":(\[.*?\])/.exec(text)?.[1] ?? '[]') as unknown[]).length;
    };
    expect(unsure()).toBeGreaterThan(0); // documents at least
    await pause(150);
    folder.run();
    expect(wasStanding(folder)).toBe(true);
    expect(unsure()).toBe(0);
  });

  test('a failed comparison or a failed stage is said again', () => {
    const folder = new Folder({ ...study, 'first.csv': 'id,year,y,x,z,note\nbad\n' });
    for (let i = 0; i < 3; i++) expect(folder.run().code).toBe(1);
    expect(existsSync(folder.at('.ceteris', 'standing'))).toBe(false);
  });

  test('a damaged standing is no standing', () => {
    const folder = settled();
    folder.run();
    const path = standingOf(folder);
    const bytes = readFileSync(path);
    for (const length of [0, 10, bytes.length >> 1]) {
      writeFileSync(path, bytes.subarray(0, length));
      expect(statuses(folder.run())).toEqual(all('cached'));
      expect(wasStanding(folder)).toBe(false);
    }
  });

  test('nor does anything that is kept beside it mislead once it is damaged', () => {
    const folder = settled();
    folder.run();
    const kept = folder.at('.ceteris', 'standing');
    for (const name of readdirSync(kept).filter((n) => statSync(join(kept, n)).isFile())) {
      const bytes = readFileSync(join(kept, name));
      for (const length of [0, 10, bytes.length >> 1]) {
        writeFileSync(join(kept, name), bytes.subarray(0, length));
        expect(statuses(folder.run())).toEqual(all('cached'));
      }
    }
    folder.write('first.csv', `${study['first.csv']}14,2004,,90,80,n99\n`);
    expect(statuses(folder.run()).first).toBe('ran');
  });
});
