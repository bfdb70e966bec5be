import { statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { digestOf } from '../../cache/digest.ts';
import { type Disk, realDisk } from '../../cache/disk.ts';
import { FileIndex } from '../../cache/file-index.ts';
import { SmallFiles } from '../../cache/small-files.ts';
import { scratch } from './scratch.ts';

/** An index and what it asked of the disk; the clock is an hour ahead, so that files have been left alone. */
function setUp() {
  const folder = scratch();
  const file = join(folder, 'a.csv');
  writeFileSync(file, 'a\n1\n');
  const asked: string[] = [];
  const disk: Disk = {
    ...realDisk,
    stat: (path) => {
      asked.push('stat');
      return realDisk.stat(path);
    },
    open: (path, flags, mode) => {
      asked.push('open');
      return realDisk.open(path, flags, mode);
    },
  };
  const ahead = { ms: 3_600_000 };
  const clock = (): number => Date.now() + ahead.ms;
  const small = new SmallFiles(disk, clock);
  const index = FileIndex.open(join(folder, 'files.index'), { disk, clock, small });
  const look = (): void => void small.read(file, statSync(file, { bigint: true }));
  asked.length = 0;
  return { file, asked, ahead, small, index, look };
}

const digestIn = (index: FileIndex, file: string): string | undefined => {
  const read = index.digest(file);
  return read.ok ? read.digest : undefined;
};

test('what was read just before is digested without another look at the file', () => {
  const { file, asked, index, look } = setUp();
  look();
  expect(asked).toEqual(['open']);
  expect(digestIn(index, file)).toBe(digestOf('a\n1\n'));
  expect(asked).toEqual(['open']);
});

test('after lookAnew a file is what it is then', () => {
  const { file, index, look } = setUp();
  look();
  writeFileSync(file, 'a\n22\n');
  expect(digestIn(index, file)).toBe(digestOf('a\n1\n'));
  index.lookAnew();
  expect(digestIn(index, file)).toBe(digestOf('a\n22\n'));
});

test('whoever wrote a file sees what it is now', () => {
  const { file, index, look } = setUp();
  look();
  writeFileSync(file, 'a\n22\n');
  index.forget(file);
  expect(digestIn(index, file)).toBe(digestOf('a\n22\n'));
});

test('a file that was written to just before it was read is looked at again', () => {
  const { file, ahead, index, look } = setUp();
  ahead.ms = 0;
  utimesSync(file, new Date(), new Date());
  look();
  writeFileSync(file, 'a\n2\n');
  expect(digestIn(index, file)).toBe(digestOf('a\n2\n'));
});
