import { spawnSync } from 'node:child_process';
import { mkdirSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quickStat } from '../../engine/standing/quick-stat.ts';
import { restate, stampsOf } from '../../engine/standing/stamp.ts';
import { ABSENT, STAMP } from '../../engine/standing/standing.ts';
import { scratch } from '../cache/scratch.ts';
import { CLI, Folder } from '../command-line.ts';

const numbersOf = (file: string): Float64Array => {
  const { size, mtimeMs, ctimeMs, ino } = statSync(file);
  return Float64Array.of(size, mtimeMs, ctimeMs, ino);
};

/** Node, with a binding of the test's. */
const nodeWith = (stat: unknown, version = process.versions.node): NodeJS.Process =>
  Object.create(process, {
    binding: { value: () => ({ stat }) },
    versions: { value: { ...process.versions, node: version } },
    noDeprecation: { value: undefined, writable: true },
  }) as NodeJS.Process;

describe('a stat that is what it was', () => {
  test('is recognised: of files, folders and links, with any times', () => {
    const folder = scratch();
    const file = join(folder, '数据.csv');
    const link = join(folder, 'link.csv');
    writeFileSync(file, 'a,b\n');
    symlinkSync(file, link);
    const stillStands = quickStat();
    for (const one of [file, folder, link]) expect(stillStands(one, numbersOf(one), 0)).toBe(true);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), (us) => {
        utimesSync(file, us / 1e6, us / 1e3);
        expect(stillStands(file, numbersOf(file), 0)).toBe(true);
      }),
    );
  });

  test('is none when one of its four numbers is another, however little', () => {
    const file = join(scratch(), 'a.csv');
    writeFileSync(file, 'a');
    const stillStands = quickStat();
    for (let i = 0; i < STAMP; i++)
      for (const change of [1, -1, 2 ** -12]) {
        const stamps = numbersOf(file);
        stamps[i] = (stamps[i] as number) + change;
        if (stamps[i] !== numbersOf(file)[i]) expect(stillStands(file, stamps, 0)).toBe(false);
      }
  });

  test('is looked for at its place among the stamps', () => {
    const folder = scratch();
    const files = ['a', 'b', 'c'].map((name) => join(folder, name));
    files.forEach((file, i) => void writeFileSync(file, 'x'.repeat(i)));
    const stamps = stampsOf(files) as Float64Array;
    const stillStands = quickStat();
    const stands = files.map((file) => files.map((_, place) => stillStands(file, stamps, place * STAMP)));
    expect(stands).toEqual([
      [true, false, false],
      [false, true, false],
      [false, false, true],
    ]);
  });
});

describe('what node asks the system through', () => {
  const file = import.meta.filename;

  test('is believed in nothing but the numbers that are looked for', () => {
    const answers: readonly unknown[] = [
      undefined,
      null,
      [],
      new Float64Array(36),
      new BigInt64Array(36),
      'stat',
      {},
      1,
    ];
    for (const answer of answers) expect(quickStat(nodeWith(() => answer))(file, numbersOf(file), 0)).toBe(false);
    const throws = () => {
      throw new Error('ENOENT');
    };
    expect(quickStat(nodeWith(throws))(file, numbersOf(file), 0)).toBe(false);
  });

  test('is not asked for what was absent, by a version that was not tried, or where there is none', () => {
    let asked = 0;
    const count = () => {
      asked++;
    };
    expect(quickStat(nodeWith(count))(file, Float64Array.of(ABSENT, 0, 0, 0), 0)).toBe(false);
    for (const version of ['18.20.1', '26.0.0'])
      expect(quickStat(nodeWith(count, version))(file, numbersOf(file), 0)).toBe(false);
    for (const none of [undefined, 7]) expect(quickStat(nodeWith(none))(file, numbersOf(file), 0)).toBe(false);
    expect(asked).toBe(0);
  });

  test('is fetched without a warning, and later ones are heard', () => {
    const heard: unknown[] = [];
    const binding = () => heard.push(node.noDeprecation);
    const node = Object.create(process, {
      binding: { value: binding },
      noDeprecation: { value: undefined, writable: true },
    }) as NodeJS.Process;
    quickStat(node);
    expect(heard).toEqual([true]);
    expect(node.noDeprecation).toBe(false);
  });

  test('is nothing that who runs a pipeline hears of', () => {
    const folder = new Folder({
      'pipeline.yaml': 'ceteris: 1\nstages:\n  a:\n    stage: ingest\n    file: a.csv\n',
      'a.csv': 'x\n1\n',
    });
    for (const summary of [/^1 ran/m, /^1 cached/m]) {
      const { stdout, stderr } = spawnSync(process.execPath, ['--pending-deprecation', CLI, 'run'], {
        cwd: folder.path,
        encoding: 'utf8',
        env: { ...process.env, NO_COLOR: '1', LC_ALL: 'C' },
      });
      expect(stderr).toBe('');
      expect(stdout).toMatch(summary);
    }
  });
});

test('changed, absent and new files are told from those that stand', () => {
  const folder = scratch();
  const files = ['stands', 'written', 'removed', 'was-absent'].map((name) => join(folder, name));
  const [stands, written, removed, wasAbsent] = files as [string, string, string, string];
  for (const file of [stands, written]) writeFileSync(file, 'a');
  mkdirSync(removed);
  const stamps = new Float64Array(files.length * STAMP);
  stamps.set(stampsOf([stands, written, removed]) as Float64Array);
  stamps[3 * STAMP] = ABSENT;
  expect(restate(files, stamps).files).toEqual([]);
  writeFileSync(written, 'ab');
  writeFileSync(wasAbsent, '');
  const { files: changed, stamps: now } = restate(
    [stands, written, join(folder, 'removed', 'gone'), wasAbsent],
    stamps,
  );
  expect(changed).toEqual([1, 2, 3]);
  expect([...now]).toEqual([...numbersOf(written), 0, 0, 0, 0, ...numbersOf(wasAbsent)]);
});
